"""What a centre asks for from its phone, and what the desk makes of it: an appeal that changes score and place, more time."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.cast import SHI, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.rectifying import approved_visit, issued
from tests.e2e.sender import Client


def test_an_appeal_written_without_a_network_is_upheld_and_both_sides_read_the_new_score(house: House, phone_of) -> None:
    visit = approved_visit(house, faults=2)
    approved_visit(house, faults=1, region=None)
    issued(house, visit, words="请石桥镇按期整改")
    approved, before, full = _score(house, visit)
    assert _place(house, visit)[1] > 1, "another site stands before it"

    # Without a network: what is half written outlives the browser, and what was sent off waits.
    shi = phone_of(SHI)
    shi.page.get_by_role("link", name=re.compile("待签收")).click()
    expect(shi.page.get_by_role("region", name="发现的问题")).to_be_visible()
    shi.wait_kept()
    shi.wait_all_sent()
    house.stop()
    shi.button("申诉").click()
    sheet = shi.page.get_by_role("dialog", name="申诉")
    expect(sheet).to_contain_text("每项只能申诉一次")
    sheet.get_by_label("内容").fill("当日已换新标牌，有发票")
    shi.page.wait_for_timeout(700)
    shi.close_and_reopen()
    shi.button("申诉").click()
    expect(shi.page.get_by_label("内容")).to_have_value("当日已换新标牌，有发票")
    shi.button("提交").click()
    expect(shi.page.get_by_role("region", name="发现的问题")).to_contain_text("已申诉，等待决定")
    expect(shi.button("申诉")).to_have_count(0)
    house.start()
    shi.page.evaluate("dispatchEvent(new Event('online'))")
    shi.wait_all_sent()

    # The desk reads it, sees where the row and the whole stand, and upholds.
    zhou = phone_of(ZHOU, **DESK)
    zhou.page.goto(f"{house.url}/rectification")
    zhou.page.get_by_role("region", name="等待处理").get_by_role("link").click()
    zhou.page.get_by_role("region", name="等您决定").get_by_role("button", name="决定").click()
    sheet = zhou.page.get_by_role("dialog", name="决定申诉")
    expect(sheet).to_contain_text(f"总分现在 {before} / {full}")
    expect(sheet).to_contain_text(re.compile("本批次名次：现在第 2"))
    expect(sheet.get_by_role("button", name="决定申诉")).to_be_disabled()
    sheet.get_by_label("本项改后得分").fill("9")
    sheet.get_by_label("理由").fill("发票日期属实")
    sheet.get_by_role("button", name="决定申诉").click()
    expect(sheet.get_by_role("alert")).to_contain_text("0–2")
    sheet.get_by_label("本项改后得分").fill("2")
    sheet.get_by_role("button", name="决定申诉").click()
    facts = zhou.page.get_by_role("region", name="发现的问题")
    expect(facts).to_contain_text("申诉成立")
    after = _score(house, visit)[0]
    assert Decimal(after) - Decimal(before) == Decimal("1.0"), "two counts of 0.5 are given back, nothing else"
    expect(facts).to_contain_text(f"总分 {approved} → {after}")
    expect(facts).to_contain_text(f"{approved} → {before} 是批准以后名次的变动")
    expect(facts).to_contain_text("督查调整为2（申诉成立：当日已换新标牌，有发票）")
    expect(zhou.page.get_by_text(re.compile("本批次名次：现在第 1"))).to_be_visible()
    assert _place(house, visit)[0] == 1

    # The centre reads the same score with the same working, and no place: that would say how many visits there are.
    shi.page.goto(f"{house.url}/rectification")
    shi.button("看看有没有新的").click()
    shi.button("展开").click()
    shi.page.get_by_role("link", name=re.compile("已撤销")).click()
    facts = shi.page.get_by_role("region", name="发现的问题")
    expect(facts).to_contain_text(f"总分 {approved} → {after}")
    expect(facts).to_contain_text("督查调整为2（申诉成立：当日已换新标牌，有发票）")
    expect(shi.page.get_by_text("本批次名次")).to_have_count(0)
    facts.get_by_role("link", name="看通知书").click()
    expect(shi.page.get_by_role("region", name="通知书")).to_contain_text("请石桥镇按期整改")
    assert "/rectification/order/" in shi.page.url


def test_more_time_is_asked_for_granted_asked_for_again_and_refused(house: House, phone_of) -> None:
    item = issued(house, approved_visit(house))
    address = f"{house.url}/rectification/{item}"
    shi, zhou = phone_of(SHI), phone_of(ZHOU, **DESK)

    def ask(days_less: int, reason: str) -> None:
        shi.page.goto(address)
        shi.button("申请延期").click()
        sheet = shi.page.get_by_role("dialog", name="申请延期")
        for _ in range(days_less):
            sheet.get_by_role("button", name=re.compile("^减少")).click()
        sheet.get_by_label("为什么需要延期").fill(reason)
        sheet.get_by_role("button", name="提交").click()
        expect(shi.page.get_by_role("region", name="发现的问题")).to_contain_text(f"申请延期 {5 - days_less} 个工作日")
        shi.wait_all_sent()

    def answer(choice: str, reason: str) -> None:
        zhou.page.goto(address)
        zhou.page.get_by_role("region", name="等您决定").get_by_role("button", name="答复").click()
        sheet = zhou.page.get_by_role("dialog", name="答复延期")
        sheet.get_by_role("button", name=choice, exact=True).click()
        sheet.get_by_label("理由").fill(reason)
        sheet.get_by_role("button", name="答复延期").click()

    def heard() -> str:
        shi.page.goto(f"{house.url}/rectification")
        shi.button("看看有没有新的").click()
        shi.page.get_by_role("link", name=re.compile("已签收")).click()
        return shi.page.get_by_role("region", name="发现的问题").inner_text()

    ask(2, "标牌厂家排期")
    first_due = _due(house, item)
    answer("同意延期", "可以，请抓紧")
    facts = zhou.page.get_by_role("region", name="发现的问题")
    expect(facts).to_contain_text("延期已同意")
    expect(facts).to_contain_text("原定")
    due = _due(house, item)
    assert due > first_due
    told = heard()
    assert "延期已同意" in told
    assert "可以，请抓紧" in told

    ask(4, "还差一天")
    answer("不同意延期", "已经够久了")
    expect(facts).to_contain_text("延期未同意")
    assert _due(house, item) == due
    assert "已经够久了" in heard()


def _score(house: House, visit: str) -> tuple[str, str, str]:
    """What was approved last, what it comes to at the places of now, and full marks."""
    seen = Client(house, ZHOU).get(f"/api/v1/inspections/{visit}").get_json()
    return seen["snapshot"]["result"]["low"], seen["result"]["low"], seen["result"]["full"]


def _place(house: House, visit: str) -> list[int]:
    """Best and worst place in the campaign."""
    title = "%E7%AC%AC%E5%9B%9B%E5%AD%A3%E5%BA%A6%E6%98%8E%E6%9F%A5%E6%9A%97%E8%AE%BF%EF%BC%88%E6%BC%94%E7%A4%BA%EF%BC%89"
    sites = Client(house, ZHOU).get(f"/api/v1/grades?campaign={title}").get_json()["sites"]
    return next(each["place"] for each in sites if each["inspection"] == visit)


def _due(house: House, item: str) -> str:
    return str(Client(house, ZHOU).get(f"/api/v1/rectification/items/{item}").get_json()["due_on"])
