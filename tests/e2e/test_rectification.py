"""From the supervisor's order to the closed item, with a centre that works where there is no network; and the push that tells."""

import re

from playwright.sync_api import expect

from tests.cast import SHI, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK, Phone
from tests.e2e.pushed import SHOWN, TOUCH, deliver
from tests.e2e.rectifying import ROW, approved_visit, issued


def test_zhou_orders_shi_mends_without_network_and_the_item_is_closed(house: House, phone_of) -> None:
    visit = approved_visit(house)
    zhou = phone_of(ZHOU, **DESK)
    zhou.page.goto(f"{house.url}/review/{visit}")
    zhou.page.get_by_role("link", name="下发整改通知书").click()
    fault = zhou.page.get_by_role("region", name=re.compile(f"^{ROW} "))
    fault.get_by_role("checkbox", name="整改后需要照片").check()
    expect(zhou.button(re.compile("^下发"))).to_be_disabled()
    fault.get_by_label("为什么需要照片").fill("要看得出标牌已换")
    fault.get_by_label("期限（工作日）").fill("300")
    expect(fault).to_contain_text("1–60 个工作日")
    fault.get_by_label("期限（工作日）").fill("5")
    expect(fault).to_contain_text(re.compile("到 .+日"))
    zhou.button(re.compile("^下发 1 项")).click()
    expect(zhou.page.get_by_role("region", name="待签收")).to_contain_text("石桥镇")

    shi = phone_of(SHI)
    shi.page.get_by_role("link", name=re.compile("待签收")).click()
    expect(shi.page.get_by_role("region", name="发现的问题")).to_contain_text("还有 5 个工作日")
    expect(shi.page.get_by_role("img", name="整改前").first).to_be_visible()
    item = shi.page.url.rsplit("/", 1)[1]
    shi.wait_kept()
    shi.wait_all_sent()
    house.stop()

    # Without a network: acknowledged and reported, and both outlive the browser's page.
    shi.button("签收").click()
    shi.button("报告整改完成").click()
    shi.page.get_by_label("做了什么").fill("标牌已换新")
    _photograph(shi)
    shi.close_and_reopen()
    expect(shi.page.get_by_label("做了什么")).to_have_value("标牌已换新")
    shi.button("报告完成").click()
    expect(shi.page.get_by_text("待验收").first).to_be_visible()
    expect(shi.page.get_by_role("link", name=re.compile("仅在本机 [1-9]"))).to_be_visible()

    house.start()
    shi.page.evaluate("dispatchEvent(new Event('online'))")
    shi.wait_all_sent()
    _look(zhou, item)
    expect(zhou.page.get_by_role("region", name="整改报告")).to_contain_text("标牌已换新")
    zhou.button("对比第 1 组照片").click()
    expect(zhou.page.get_by_role("dialog").get_by_role("img", name="整改后")).to_be_visible()
    zhou.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    zhou.button("退回").click()
    sheet = zhou.page.get_by_role("dialog")
    sheet.get_by_label("理由").fill("看不清字")
    sheet.get_by_role("button", name="退回", exact=True).click()
    expect(zhou.page.get_by_role("region", name="发现的问题")).to_contain_text("已退回")

    shi.page.goto(f"{house.url}/rectification")
    shi.button("看看有没有新的").click()
    expect(shi.page.get_by_role("link", name=re.compile("已退回"))).to_be_visible()
    shi.page.get_by_role("link", name=re.compile("已退回")).click()
    expect(shi.page.get_by_role("region", name="经过")).to_contain_text("看不清字")
    shi.button("报告整改完成").click()
    shi.page.get_by_label("做了什么").fill("重新拍了")
    _photograph(shi)
    shi.button("报告完成").click()
    done = shi.page.get_by_role("region", name="经过")
    expect(done).to_contain_text("重新拍了")
    expect(done).not_to_contain_text("仅在本机")
    shi.wait_all_sent()

    _look(zhou, item)
    zhou.button("销号").click()
    zhou.page.get_by_role("dialog").get_by_role("button", name="销号", exact=True).click()
    expect(zhou.page.get_by_role("region", name="发现的问题")).to_contain_text("已销号")
    zhou.page.goto(f"{house.url}/rectification/figures")
    expect(zhou.page.get_by_role("region", name="按整改类型").get_by_role("row").nth(1)).to_have_text("限期整改1001100.0%0.0")
    expect(zhou.page.get_by_role("region", name="按指标").get_by_role("row").nth(1)).to_contain_text(ROW)
    zhou.page.goto(f"{house.url}/rectification/ledger")
    expect(zhou.page.get_by_role("row").nth(1)).to_contain_text("已销号")
    with zhou.page.expect_download() as download:
        zhou.button("下载 CSV").click()
    assert "已销号" in download.value.path().read_text(encoding="utf-8-sig")
    shi.page.goto(f"{house.url}/rectification")
    shi.button("看看有没有新的").click()
    shi.button("展开").click()
    expect(shi.page.get_by_role("link", name=re.compile("已销号"))).to_be_visible()


def test_a_push_is_shown_and_a_touch_opens_the_item(house: House, phone_of) -> None:
    item = issued(house, approved_visit(house))
    shi = phone_of(SHI, permissions=["camera", "notifications"])
    unread = shi.page.get_by_role("link", name="收件箱，未读 1")
    for _ in range(40):  # the worker's round, and the phone's
        if unread.count():
            break
        shi.button("看看有没有新的").click()
        shi.page.wait_for_timeout(500)
    expect(unread).to_be_visible()
    shi.wait_kept()
    worker = deliver(shi, {"v": 1, "id": "1", "tag": "due", "link": f"/rectification/{item}", "locale": "zh",
                           "title": {"zh": "明察", "en": "Mingcha"}, "body": {"zh": "您有 1 条整改提醒", "en": "1 reminder"}})  # fmt: skip
    assert worker.evaluate(SHOWN) == ["您有 1 条整改提醒"]
    shi.page.goto(f"{house.url}/settings")
    expect(shi.page.get_by_role("heading", name="设置")).to_be_visible()
    worker.evaluate(TOUCH)
    expect(shi.page).to_have_url(f"{house.url}/rectification/{item}")
    expect(shi.page.get_by_role("region", name="发现的问题")).to_be_visible()

    shi.page.get_by_role("link", name="收件箱，未读 1").click()
    shi.button("全部标为已读").click()
    expect(shi.button("全部标为已读")).to_be_disabled()


def _look(zhou: Phone, item: str) -> None:
    zhou.page.goto(f"{zhou.url}/rectification/{item}")
    expect(zhou.page.get_by_role("region", name="发现的问题")).to_be_visible()


def _photograph(shi: Phone) -> None:
    shi.button("拍照").click()
    camera = shi.page.get_by_role("dialog", name="拍整改后的样子")
    expect(camera.get_by_role("img", name="整改前")).to_be_visible()
    camera.get_by_role("button", name="按快门").click()
    expect(camera.get_by_role("status")).to_contain_text("已保存在这台手机 · 1 张")
    camera.get_by_role("button", name="完成 1").click()
    expect(shi.page.get_by_role("img", name="第 1 张照片")).to_be_visible()
