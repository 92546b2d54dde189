"""One inspector's two hours: 37 rows of 002, twelve faults, nine photos, two rates, a partner who counts otherwise, and
three signatures; no network from the arrival to the submission. And how many touches the everyday ones take.

The figure by hand, from the marks of seed 002: what test_a_whole_visit takes, 9.7 (1.1, 1.2, 1.4, 2.2, 3.7, 5.3, 5.4, 6.1),
and 3.10, 3.11, 4.1 and 4.2 with 0.5 each, 5.1 with 1: 12.7. Of 3.8, 林 counts 2 and 赵 3 at 0.2: 0.4 or 0.6, settled as 0.6.
Of case 3 in 3.7, 林 counts 2 and 赵 3: 0.2 more, settled as 3. 3.1 is a place among three visits: 0 to 0.4. So
100 − 12.7 − 0.4 = 86.9 to 100 − 12.9 − 0.6 − 0.4 = 86.1; once settled, 86.1 to 86.5.
"""

import re
import subprocess
import sys

from playwright.sync_api import Locator, Page, expect

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import ROOT, House
from tests.e2e.sender import Client

#: Twelve faults: 1 + 2 + 1 + 1 + 1 + 2 + 1 + 1 + 1 + 1.
FOUND = {
    "1.1": lambda phone: phone.enter("2.5"),
    "1.2": lambda phone: (phone.count("不一致", 3), phone.photographs(3)),
    "1.3": lambda phone: phone.enter("2"),
    "1.4": lambda phone: (phone.tick("首问负责"), phone.tick("限时办结")),
    "2.2": lambda phone: phone.count("无法正常", 1),
    "3.1": lambda phone: phone.enter("1200"),
    "3.7": lambda phone: (phone.case(3, 2, "2026-0131"), phone.case(7, 2)),
    "3.8": lambda phone: (phone.count("默认评价", 2), phone.photographs(2)),
    "3.9": lambda phone: phone.enter("100"),
    "3.10": lambda phone: phone.count("退件", 1),
    "3.11": lambda phone: phone.count("不符合规范", 1),
    "4.1": lambda phone: (phone.count("过期", 1), phone.photographs(2)),
    "4.2": lambda phone: phone.count("有错误", 1),
    "4.6": lambda phone: phone.enter("3"),
    "5.1": lambda phone: (phone.tick("未统一着装"), phone.photographs(2)),
    "5.3": lambda phone: phone.enter("99.95"),
    "5.4": lambda phone: phone.enter("97"),
    "5.6": lambda phone: phone.enter("3"),
    "5.7": lambda phone: phone.award("达到，得 2 分"),
    "6.1": lambda phone: phone.award("未达到"),
}
WITH_FAULTS = {"1.2", "1.4", "2.2", "3.7", "3.8", "3.10", "3.11", "4.1", "4.2", "5.1"}


def test_a_whole_visit_is_done_without_a_network_and_arrives_whole(house: House, phone_of) -> None:
    lin, zhao = phone_of(LIN), phone_of(ZHAO)
    for phone in (lin, zhao):
        phone.prepare()
    house.stop()

    lin.arrive()
    rows = lin.walk(FOUND, WITH_FAULTS)
    assert len(rows) == 37
    visit = lin.visit
    zhao.arrive()
    zhao.open_row("3.8", visit)
    zhao.say("有问题")
    zhao.count("默认评价", 3)
    zhao.open_row("3.7", visit)
    zhao.say("有问题")
    zhao.case(3, 3)

    lin.page.goto(f"{house.url}/visit/{visit}")
    present = lin.page.get_by_label("中心在场人员")
    for names in ("石", "石、吴"):
        present.fill(names)
        present.blur()
    lin.page.locator("a[href$='/finish']").first.click()
    for person in ("林", "赵"):
        lin.sign(person)
    lin.refuse_to_sign("石", "负责人外出，不愿代签")
    lin.submit()
    house.start()
    for phone in (lin, zhao):
        phone.wait_all_sent()

    desk = Client(house, ZHOU)
    told = desk.get(f"/api/v1/inspections/{visit}").get_json()
    live = [target for target, element in told["state"]["elements"].items() if element["live"]]
    counted = {kind: sum(target.startswith(kind) for target in live) for kind in ("finding/", "photo/", "signature/")}
    assert counted == {"finding/": 12, "photo/": 9, "signature/": 3}
    assert "sample/3.7:3" in live
    assert [one["value"] for one in told["state"]["fields"]["visit/present"]] == ["石、吴"]
    assert told["result"]["open"] == []
    assert told["inspection"]["state"] == "submitted"
    assert [photo["state"] for photo in told["photos"]] == ["verified"] * 9
    # Two phones that counted one drawn case, or one clause, meet in one finding: twelve still, and two counts to choose from.
    assert [conflict["target"] for conflict in told["conflicts"]] == ["finding/3.7:a:3/count", "finding/3.8:a/count"]
    said = {f"5.{row}": told["state"]["fields"][f"answer/5.{row}/measure/rate"][0]["value"] for row in (3, 4)}
    assert said == {"5.3": "99.95", "5.4": "97"}
    assert (told["result"]["low"], told["result"]["high"]) == ("86.1", "86.9")

    lin.page.goto(f"{house.url}/visit/{visit}/settle")
    for left in (1, 0):
        lin.button(re.compile("^选 3 .，赵")).first.click()
        expect(lin.button(re.compile("^选 3 .，赵"))).to_have_count(left)
    expect(lin.page.get_by_role("heading", name="没有冲突").or_(lin.page.get_by_text("没有冲突")).first).to_be_visible()
    lin.wait_all_sent()
    settled = desk.get(f"/api/v1/inspections/{visit}").get_json()
    assert settled["conflicts"] == []
    assert (settled["result"]["low"], settled["result"]["high"]) == ("86.1", "86.5")


#: Remembers the words that are drawn into pictures.
BURNED = """
window.burned = []
const draw = CanvasRenderingContext2D.prototype.fillText
CanvasRenderingContext2D.prototype.fillText = function (words, ...at) { window.burned.push(words); return draw.call(this, words, ...at) }
"""
#: An hour and a half passes; what a clock says then, and a minute after that.
LATER = """(now => {
  Date.now = () => now() + 5_400_000
  return [0, 60_000].map((more) => new Date(Date.now() + more).toTimeString().slice(0, 5))
})(Date.now)"""


def test_photo_and_deduction_take_three_touches_and_any_of_58_rows_two(house: House, phone_of) -> None:
    visit = _visit_by(house, "ningbo-58")
    lin = phone_of(LIN, permissions=["camera", "geolocation"], geolocation={"latitude": 30.25, "longitude": 120.5})
    lin.prepare()
    lin.page.get_by_role("link", name="出发").first.click()
    lin.button("记录位置").click()
    expect(lin.page.get_by_text("已记录，误差约")).to_be_visible()
    lin.button("开始检查").click()
    lin.page.locator("progress").wait_for()
    lin.page.add_init_script(BURNED)
    lin.open_row("3.8", lin.visit)
    touches = Touches(lin.page)

    touches.tap("button", re.compile("^增加：.*默认评价"))
    touches.tap("button", "拍照")
    expect(lin.page.locator(".mark")).to_contain_text("位置 30.25000, 120.50000")
    now = lin.page.evaluate(LATER)
    touches.tap("button", "按快门")

    expect(lin.page.get_by_role("status").filter(has_text="已保存在这台手机")).to_be_visible()
    assert touches.made == 3
    burned = lin.page.evaluate("window.burned")
    lin.open_row("3.8", lin.visit)
    verdict = lin.page.get_by_role("group", name="结论").get_by_role("button", name="有问题")
    expect(verdict).to_have_attribute("aria-pressed", "true")
    photos = lin.page.get_by_label(re.compile("^照片："))
    expect(photos).to_have_count(1)
    when, site, place, who = burned
    assert when.partition("  ")[0] in now
    assert "中心" in site
    assert place.startswith("位置 30.25000, 120.50000")
    assert who.startswith("检查员 林 · 照片号 ")
    photos.click()
    expect(lin.page.get_by_role("dialog")).to_contain_text(f"图上{who[8:]}")
    lin.page.keyboard.press("Escape")
    expect(lin.page.get_by_role("dialog")).to_have_count(0)

    lin.photograph()
    expect(photos).to_have_count(2)
    lin.button("撤销").click()
    expect(lin.page.get_by_role("status").filter(has_text="已撤销：3.8 + 照片")).to_be_visible()
    expect(photos).to_have_count(1)

    lin.page.goto(f"{house.url}/visit/{visit}")
    lin.page.get_by_role("textbox", name="中心在场人员").fill("石，窗口负责人")
    expect(lin.button("开始检查")).to_be_visible()
    lin.page.get_by_role("textbox", name="中心在场人员").blur()
    lin.page.wait_for_timeout(200)
    lin.page.reload()
    expect(lin.page.get_by_role("textbox", name="中心在场人员")).to_have_value("石，窗口负责人")
    lin.button("开始检查").click()
    cells = lin.page.get_by_label("检查表一览").get_by_role("button")
    expect(cells).to_have_count(58)
    rows = [name.split(" ")[0] for name in cells.evaluate_all("all => all.map(each => each.ariaLabel)")]
    assert len(set(rows)) == 58
    touches = Touches(lin.page)
    touches.tap("button", re.compile("^58 "))
    expect(lin.page.get_by_role("heading", name="58", exact=True)).to_be_visible()
    assert lin.page.evaluate(FROM_ROW_TO_ROW, rows) == dict.fromkeys(rows, 2)
    lin.page.goto(f"{house.url}/visit/{visit}")

    lin.page.get_by_label("排列").select_option(value="walk")
    way = [link.get_attribute("href") for link in lin.page.locator("section li a").all()]
    assert len(way) == 58
    lin.page.locator(f"a[href='{way[29]}']").first.click()
    onward = lin.page.get_by_role("link", name=re.compile("^下一项"))
    expect(onward).to_have_attribute("href", way[30])
    lin.page.go_back()

    lin.button("搜索 / 编号").click()
    assert lin.page.evaluate(FOUND_BY_NUMBER, rows) == []
    lin.page.get_by_role("searchbox").fill("")
    keyboard = lin.page.context.new_cdp_session(lin.page)
    keyboard.send("Input.imeSetComposition", {"text": "m'c't", "selectionStart": 5, "selectionEnd": 5})
    expect(lin.page.get_by_role("status").filter(has_text=re.compile("^找到 [1-9]"))).to_be_visible()
    keyboard.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    expect(lin.page.get_by_role("searchbox")).to_have_value("")
    lin.page.keyboard.type("mct")
    expect(lin.page.get_by_role("status").filter(has_text=re.compile("^找到 [1-9]"))).to_be_visible()
    first = lin.page.get_by_role("dialog").get_by_role("link").first
    found = first.inner_text().split()[0]
    lin.page.keyboard.press("Enter")
    expect(lin.page.get_by_role("heading", name=found, exact=True)).to_be_visible()

    lin.page.get_by_label("发现的问题").fill("柜台后有私人物品")
    lin.page.get_by_role("button", name="拍照", exact=True).click()
    lin.button("关闭相机").wait_for()
    lin.page.close()
    lin.page = lin.context.new_page()
    lin.page.goto(f"{house.url}/visit/{visit}/row/{found}")
    faults = lin.page.get_by_role("list", name="已记录的问题")
    expect(faults).to_contain_text("柜台后有私人物品")
    lin.button("删除问题：柜台后有私人物品").click()
    expect(faults).to_have_count(0)
    lin.page.get_by_role("status").get_by_role("button", name="撤销").click()
    expect(faults).to_contain_text("柜台后有私人物品")


#: From one of these rows to the next, by the way back and the strip: how many touches each took. A touch meets what lies on
#: top in the middle of what is wanted, as far as the screen shows it: nothing is scrolled to.
FROM_ROW_TO_ROW = """async (rows) => {
  const until = async (what, found) => {
    for (let tries = 0; tries < 1000; tries++) {
      const it = found()
      if (it) return it
      await new Promise((later) => setTimeout(later, 10))
    }
    throw new Error(what)
  }
  const touch = (wanted) => {
    const { left, top, width, height } = wanted.getBoundingClientRect()
    const met = document.elementFromPoint(left + width / 2, top + height / 2)
    if (!wanted.contains(met)) throw new Error(`hidden: ${wanted.ariaLabel}`)
    met.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
    return 1
  }
  const cellOf = (row) => [...document.querySelectorAll('nav[aria-label="检查表一览"] button')].find((cell) => cell.ariaLabel.startsWith(`${row} `))
  const made = {}
  for (const row of rows) {
    made[row] = touch(await until('the way back', () => document.querySelector('a[aria-label="返回"]')))
    made[row] += touch(await until(row, () => cellOf(row)))
    await until(`row ${row}`, () => document.querySelector('h1')?.textContent === row)
  }
  return made
}"""
#: Of these rows, those whose number typed into the search does not show them as a first hit of 48 px in the half that a keyboard leaves.
FOUND_BY_NUMBER = """async (rows) => {
  const sheet = document.querySelector('dialog[open]')
  const field = sheet.querySelector('input')
  const wrong = []
  for (const row of rows) {
    field.value = row
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await new Promise((drawn) => setTimeout(drawn))
    const first = sheet.querySelector('li a')
    const box = first?.getBoundingClientRect()
    const seen = box && box.height >= 48 && box.top >= 0 && box.bottom <= innerHeight / 2
    if (!seen || !first.href.endsWith(`/row/${row}`) || row.length > 3) wrong.push(row)
  }
  return wrong
}"""


class Touches:
    """Counts what a finger does; what it would first have to scroll to is no touch but a fault."""

    def __init__(self, page: Page) -> None:
        self.page, self.made = page, 0

    def tap(self, role, name) -> None:
        found: Locator = self.page.get_by_role(role, name=name, exact=isinstance(name, str)).first
        expect(found).to_be_in_viewport(ratio=1)
        self.made += 1
        found.click()


_CREATE = """
import sys
from mingcha.app import create_app
from mingcha.flows import demo, inspections
from mingcha.store import accounts
with create_app().app_context():
    team = [account.id for name in demo.TEAM if (account := accounts.by_username(name))]
    site = demo.site_id(demo.TOWNS[0][0])
    print(inspections.create(site_id=site, team=team, slug=sys.argv[1], version=None, campaign_title="", visit_on="2026-12-31"))
"""


def _visit_by(house: House, checklist: str) -> str:
    """Another visit for 林 and 赵, by this checklist."""
    done = subprocess.run(
        [sys.executable, "-c", _CREATE, checklist], env=house.env, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]
