"""The desk in the hand: filters in the address, keys and swipes, a comment that the phone answers, two findings joined, what
came late, and an approval taken back; on a wide screen and on a phone.
"""

import json
import re
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.sender import Client, sender, submit_all_met
from tests.stories.phone import new_id
from tests.visits import photo_bytes

WIDE = {**DESK, "viewport": {"width": 1920, "height": 1080}}
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}
#: The line ends under a re-opening. In the page itself: what a worker stands in between is not seen by Playwright's routes.
CUT = """() => {
  const real = window.fetch
  window.fetch = (url, init) => String(url).endsWith('/reopening') ? Promise.reject(new TypeError('cut')) : real(url, init)
  window.mended = () => { window.fetch = real }
}"""


def test_zhou_works_through_the_queue_and_the_deeds_of_the_desk(house: House, phone_of) -> None:
    zhao, _ = sender(house, ZHAO)
    lin = submit_all_met(house, LIN)
    _waive_everything(house, lin)
    zhao.inspection = lin.inspection
    noted = [new_id(), new_id()]
    for phone, words, at, id in ((lin, "后门锁着", "01:30", noted[0]), (zhao, "后门推不开", "01:40", noted[1])):
        finding = f"finding/{id}"
        fault = {"indicator": "1.2", "clause": "a", "item": None, "case": None}
        phone.write(finding, fault, "add", at=f"2026-11-22T{at}:00.000Z")
        phone.write(f"{finding}/note", words)
    shot = photo_bytes(12)
    photo = lin.announce(shot, "1.2", finding=noted[0])
    lin.say("1.2", "not_met")
    lin.write("visit/arrived", {"at": "2026-11-22T01:00:00.000Z", "position": None})
    lin.sync()
    assert lin.upload(photo, shot).status_code == 201
    zhao.outbox, kept = [], zhao.outbox  # 赵's phone is silent for now

    zhou = phone_of(ZHOU, **WIDE)
    page = zhou.page
    faults: list[str] = []
    page.goto(f"{house.url}/review?state=all&town=990123101")
    expect(page.get_by_text("已筛选 1 项")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=re.compile("^共 [1-9]"))).to_be_visible()
    page.get_by_label("督查批次").select_option(index=1)
    expect(page).to_have_url(re.compile(r"state=all&campaign=.*&town=990123101|town=990123101.*campaign="))
    page.reload()
    expect(page.get_by_text("已筛选 2 项")).to_be_visible()
    faults += _faults(page, "queue with filters")
    zhou.button("清除筛选").first.click()

    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    faults += _faults(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("查找点位")).to_be_focused()
    page.keyboard.type("jk")
    page.get_by_label("查找点位").fill("")
    page.get_by_label("状态").first.select_option("submitted")
    expect(page.get_by_role("status").filter(has_text="共 1 个")).to_be_visible()
    page.locator("h1").first.click()
    page.keyboard.press("j")
    expect(page.locator(f"#queued-{lin.inspection}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(lin.inspection))

    silent = page.get_by_role("group", name="提交之后还没有联系上的手机")
    expect(silent).to_contain_text("赵 · 手机 SEND")
    page.get_by_role("button", name="1.2 的历史").click()
    expect(page.get_by_role("dialog", name="1.2 的全部历史")).to_contain_text("后门锁着")
    faults += _faults(page, "history")
    page.keyboard.press("Escape")
    # A fault, its words, its picture and the words of the source stand together; what is of no row has its history too.
    row = page.locator("[id='row-1.2']")
    expect(row).to_contain_text("“后门锁着”")
    expect(row.get_by_role("group", name="1.2 这条问题的照片").locator("img")).to_have_count(1)
    row.get_by_text("标准原文").click()
    expect(row.locator("blockquote")).to_be_visible()
    zhou.button("整次检查的历史").click()
    whole = page.get_by_role("dialog", name=re.compile("^整次检查的历史"))
    for field in ("到场", "提交"):
        expect(whole.get_by_role("region", name=field, exact=True)).to_be_visible()
    faults += _faults(page, "history of the whole visit")
    page.keyboard.press("Escape")

    zhao.outbox = kept
    zhao.sync()
    page.reload()
    double = page.get_by_role("region", name="1.2 可能是同一处问题")
    expect(double).to_contain_text("相隔 10 分钟")
    expect(page.get_by_text("上次看过之后 · 有")).to_be_visible()
    faults += _faults(page, "doubles and news")
    zhou.button("合并，留下 林 的这条").click()
    expect(page.get_by_role("region", name="已合并的问题")).to_contain_text("赵 记的一条已合并")

    zhou.button("给 1.2 写意见").click()
    sheet = page.get_by_role("dialog", name="1.2 的意见")
    sheet.get_by_label("请检查员做什么").fill("后门的锁拍一张")
    faults += _faults(page, "comment")
    sheet.get_by_role("button", name="保存意见").click()
    expect(page.get_by_text("意见：后门的锁拍一张")).to_be_visible()
    zhou.button("退回手机").click()
    back = page.get_by_role("dialog", name="退回给检查员")
    expect(back).to_contain_text("1.2")
    back.get_by_label("请补什么").fill("见意见")
    back.get_by_role("button", name="退回手机").click()
    expect(back).to_have_count(0)

    hand = phone_of(LIN)
    hand.prepare()
    hand.page.goto(f"{house.url}/visit/{lin.inspection}")
    asked = hand.page.get_by_role("region", name="负责人的意见")
    expect(asked).to_contain_text("待答", timeout=30_000)
    faults += _faults(hand.page, "asked on the sheet")
    hand.context.set_offline(True)
    asked.get_by_role("link", name=re.compile("后门的锁拍一张")).click()
    asked.get_by_label("回答").fill("已拍，锁坏了")
    faults += _faults(hand.page, "asked in the row")
    hand.button("保存回答").click()
    expect(asked).to_contain_text("已答：已拍，锁坏了")
    hand.context.set_offline(False)
    expect(hand.page.get_by_role("link", name=re.compile("仅在本机 0，发送中 0"))).to_be_visible(timeout=30_000)
    lin.sync()
    lin.write("visit/submitted", {"at": "2026-11-22T05:00:00.000Z"})
    lin.sync()

    page.goto(f"{house.url}/review/{lin.inspection}")
    expect(page.get_by_text("林 答：已拍，锁坏了")).to_be_visible(timeout=30_000)
    zhou.button("批准").click()
    frozen = page.get_by_role("region", name="已批准，分数已封存")
    expect(frozen).to_be_visible()
    zhao.write("visit/note", "后门钥匙在门卫")
    zhao.sync()
    page.reload()
    late = page.get_by_role("region", name="批准后又到了 1 步")
    expect(late).to_contain_text("后门钥匙在门卫")
    faults += _faults(page, "late")
    late.get_by_role("button", name="不采用").click()
    page.get_by_role("dialog").get_by_label("理由").fill("与评分无关")
    # One more step comes while 周 writes: it is shown first, and the reason is still there.
    zhao.write("visit/note", "门卫今天不在")
    zhao.sync()
    page.get_by_role("dialog").get_by_role("button", name="不采用").click()
    late = page.get_by_role("region", name="批准后又到了 2 步")
    late.get_by_role("button", name="不采用").click()
    expect(page.get_by_role("dialog").get_by_label("理由")).to_have_value("与评分无关")
    page.get_by_role("dialog").get_by_role("button", name="不采用").click()
    expect(late).to_have_count(0)
    # The network dies under the next deed.
    zhou.button("重新打开").click()
    again = page.get_by_role("dialog", name="重新打开这次检查")
    again.get_by_label("理由").fill("照片要换")
    faults += _faults(page, "re-opening")
    page.evaluate(CUT)
    again.get_by_role("button", name="重新打开").click()
    expect(again).to_have_count(0)
    page.evaluate("window.mended()")
    zhou.button("重新打开").click()
    expect(again.get_by_label("理由")).to_have_value("照片要换")
    again.get_by_role("button", name="重新打开").click()
    expect(page.get_by_text("批准曾被撤回：照片要换")).to_be_visible()
    # The same wide screen in English.
    address = page.url
    page.goto(f"{house.url}/settings")
    zhou.button("English").click()
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("An approval was taken back: 照片要换")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    faults += _faults(page, "inspection on a wide screen, en")
    assert faults == []


def test_on_a_phone_zhou_swipes_or_touches_to_the_next(house: House, phone_of) -> None:
    for person in (LIN, ZHAO):
        phone, _ = sender(house, person)
        visits = sorted(phone.known)
        phone.inspection = visits[0 if person == LIN else 1]
        phone.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
        phone.sync()
    zhou = phone_of(ZHOU)
    page = zhou.page
    links = page.locator("a[id^=queued-]")
    expect(links).to_have_count(2)
    first, second = (links.nth(at).get_attribute("href") for at in (0, 1))
    assert first
    assert second
    links.first.click()
    expect(page.get_by_text("第 1 个，共 2 个")).to_be_visible()
    zhou.button("下一个").click()
    expect(page).to_have_url(house.url + second)
    expect(page.get_by_text("第 2 个，共 2 个")).to_be_visible()
    expect(page.locator(".middle")).to_be_visible()
    _swipe(page, 80, 300)
    expect(page).to_have_url(house.url + first)
    expect(page.locator(".middle")).to_be_visible()
    assert _faults(page, "inspection on a phone") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{house.url}/settings")
    zhou.button("English").click()
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    page.goto(f"{house.url}{first}")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert _faults(page, "inspection on a phone, en, 200 %") == []


def _swipe(page: Page, start: int, end: int) -> None:
    page.evaluate(
        """([from, to]) => {
          const target = document.querySelector('.middle h2')
          const touch = (x) => new Touch({ identifier: 1, target, clientX: x, clientY: 300 })
          target.dispatchEvent(new TouchEvent('touchstart', { bubbles: true, touches: [touch(from)], changedTouches: [touch(from)] }))
          target.dispatchEvent(new TouchEvent('touchend', { bubbles: true, touches: [], changedTouches: [touch(to)] }))
        }""",
        [start, end],
    )


def _waive_everything(house: House, lin: Any) -> None:
    zhou = Client(house, ZHOU)
    desk = zhou.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    writer = type(lin)(zhou, lin.inspection, "sender-of-zhou")
    for row in {lack["indicator"] for lack in desk["result"]["missing_evidence"]} | {"1.2"}:
        writer.write(f"review/waiver/{row}", {"reason": "大厅停电，无法补拍"})
    writer.sync()


def _faults(page: Page, where: str) -> list[str]:
    page.wait_for_timeout(200)
    page.evaluate(AXE_SCRIPT)
    found = _told(page, EVERYTHING, where)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += _told(page, COLOURS, f"{where}, dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    return found


def _told(page: Page, options: dict[str, Any], where: str) -> list[str]:
    found = page.evaluate(f"axe.run({json.dumps(options)}).then(({{ violations }}) => violations)")
    return [f"{where}: {each['id']} at {node['html'][:160]}" for each in found for node in each["nodes"]]
