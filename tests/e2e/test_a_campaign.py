"""A campaign from the sheet of the registry to the morning of a visit, when one of the team is ill, to the hand-over when
another cannot go on: in browsers, by hand.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.cast import COUNTY, LIN, SHI, SHIQIAO, ZHAO, ZHOU, Person
from tests.e2e.house import House
from tests.e2e.phone import DESK, Phone
from tests.e2e.sender import Client
from tests.stories.phone import Phone as Line

SUN = Person("sun", "孙", "inspector", COUNTY)
LI = Person("li", "李", "inspector", COUNTY)
TITLE = "冬季明查暗访"
SITE = "石桥二号便民服务点"
SHEET = f"点位编号*,区划代码*,名称*,纬度,经度\nSQ-2,{SHIQIAO},{SITE},36.1901,118.1702\n"
PEOPLE = f"用户名*,本人户籍或居住地\nzhao,{SHIQIAO}\n"
#: What a slow machine may take until phones have met the server again.
SOON = 90_000


def test_from_the_registry_to_the_morning_on_which_one_inspector_is_ill(house: House, phone_of, tmp_path: Path) -> None:
    hire(house, SUN, LI)
    zhou = phone_of(ZHOU, **{**DESK, "service_workers": "allow"})
    imported(zhou, house, "sites", SHEET, tmp_path)
    imported(zhou, house, "people", PEOPLE, tmp_path)
    before = seen_by_the_centre(house)

    zhou.page.goto(f"{house.url}/campaigns")
    zhou.page.get_by_role("link", name="新建批次").click()
    plan_by_hand(zhou)
    pool = zhou.page.get_by_role("region", name="抽取名单")
    expect(pool).to_contain_text("1 个点位中抽 1 个，4 名检查员")
    pool.get_by_role("button", name="看名单和回避").click()
    expect(pool).to_contain_text(f"本人所在地: {SITE}")

    zhou.button("封存名单，承诺种子").click()
    shown = zhou.page.get_by_role("textbox", name="承诺值全文")
    expect(shown).to_have_text(re.compile(r"^[0-9a-f ]{79}$"))
    promised = shown.inner_text().replace(" ", "")
    expect(zhou.page.get_by_role("img", name="承诺值二维码")).to_be_visible()
    zhou.button("已公布，现在抽取").click()
    zhou.button("打开去向").click()
    visits = zhou.page.get_by_role("region", name="去向和小组")
    expect(visits).to_contain_text(SITE)
    team = [one for one in (LIN, ZHAO, SUN, LI) if one.name in visits.get_by_role("listitem").inner_text()]
    assert len(team) == 2
    assert ZHAO not in team
    replayed(zhou, house, promised, tmp_path)

    zhou.button("开始").click()
    zhou.page.get_by_role("dialog").get_by_role("button", name="开始", exact=True).click()
    expect(zhou.page.get_by_role("heading", name="正在进行")).to_be_visible()
    assert [known_to(house, one) for one in team] == [[], []]

    # The morning: one of them sets out, and the whole team has it.
    ill, well = team
    other = next(one for one in (LIN, SUN, LI) if one not in team)
    phone_of_the_well = phone_of(well)
    phone_of_the_well.button("我已出发，打开今日任务").click()
    expect(phone_of_the_well.page.get_by_text("已打开 1 项任务")).to_be_visible(timeout=SOON)
    phone_of_the_ill, phone_of_the_other = phone_of(ill), phone_of(other)
    expect(card(phone_of_the_ill)).to_be_visible(timeout=SOON)
    expect(card(phone_of_the_ill)).not_to_contain_text(SITE)
    expect(card(phone_of_the_other)).to_have_count(0)
    assert seen_by_the_centre(house) == before

    zhou.page.reload()
    zhou.button("打开去向").click()
    zhou.page.get_by_role("button", name=f"换人 · {SITE}").click()
    sheet = zhou.page.get_by_role("dialog")
    sheet.get_by_role("group", name="谁不能去").get_by_role("button", name=ill.name).click()
    expect(sheet.get_by_role("button", name="换人", exact=True)).to_be_disabled()
    sheet.get_by_label("理由").fill("临时请假")
    sheet.get_by_role("button", name="换人", exact=True).click()
    record = zhou.page.get_by_role("region", name="抽取记录")
    expect(record).to_contain_text(f"{ill.name} → {other.name}（抽签）", timeout=SOON)
    expect(record).to_contain_text("临时请假")
    expect(record).to_contain_text("从 1 人中抽出")
    expect(card(phone_of_the_other)).to_be_visible(timeout=SOON)
    expect(card(phone_of_the_ill)).to_have_count(0, timeout=SOON)

    begin(phone_of_the_other)
    phone_of_the_other.wait_all_sent()
    zhou.page.get_by_role("link", name="进度").first.click()
    expect(zhou.page.get_by_role("region", name="总进度")).to_contain_text("检查中 1")
    expect(zhou.page.get_by_role("region", name="卡住的")).to_contain_text("没有卡住的")
    expect(zhou.page.get_by_role("img", name=re.compile("各镇位置图：.*检查中 1"))).to_be_visible()
    assert seen_by_the_centre(house) == before
    kept_without_a_network(zhou)

    # In the hall the one who stepped in cannot go on; whoever was ill this morning is well again and takes it over.
    phone_of_the_other.context.set_offline(True)
    phone_of_the_other.open_row("2.2")
    phone_of_the_other.say("符合")
    phone_of_the_other.wait_saved()
    handed_over(zhou, house, other, ill)
    assert [one for one in team_of(house) if one in (other.name, ill.name)] == [ill.name]
    expect(begun_card(phone_of_the_ill)).to_be_visible(timeout=SOON)
    phone_of_the_other.context.set_offline(False)
    phone_of_the_other.page.goto(house.url)
    # What was written after it was handed over waits for a person; until then the phone keeps it.
    held = phone_of_the_other.page.get_by_role("link", name=re.compile("需处理 1"))
    expect(held).to_be_visible(timeout=SOON)
    assert {each["author"] for each in Client(house, ZHOU).get("/api/v1/held").get_json()["held"]} == {other.name}
    zhou.page.goto(f"{house.url}/waiting")
    expect(zhou.page.get_by_text(other.name).first).to_be_visible(timeout=SOON)
    assert seen_by_the_centre(house) == before

    shi = phone_of(SHI)
    shi.page.goto(f"{house.url}/campaigns")
    expect(shi.page.get_by_role("heading", name="我的整改")).to_be_visible()


def test_two_people_change_one_plan_and_nothing_typed_is_lost(house: House, phone_of) -> None:
    desk = Client(house, ZHOU)
    made = planned(desk, title={"zh": TITLE, "en": "Winter"})
    zhou = phone_of(ZHOU)
    zhou.page.goto(f"{house.url}/campaigns/{made['id']}/plan")
    field = zhou.page.get_by_role("textbox", name="名称", exact=True)
    expect(field).to_have_value(TITLE)
    field.fill("我改的名称")
    zhou.page.get_by_role("group", name="审核的天数").get_by_role("button", name=re.compile("^增加")).click()
    other = planned(desk, id=made["id"], seq=made["seq"], title={"zh": "别人改的名称", "en": "Winter"}, evidence_days=9)
    zhou.button("保存计划").click()

    moved = zhou.page.get_by_role("alert", name="别人先改了这份计划")
    expect(moved).to_contain_text("我改的名称")
    expect(moved).to_contain_text("别人改的名称")
    expect(moved).to_contain_text("补证据的天数")
    expect(field).to_have_value("我改的名称")
    moved.get_by_role("button", name="用别人的").click()
    expect(field).to_have_value("别人改的名称")
    moved.get_by_role("button", name="用我填的").click()
    # What is typed outlives the page.
    zhou.page.wait_for_function(KEPT, arg=made["id"])
    zhou.page.reload()
    expect(field).to_have_value("我改的名称")
    zhou.button("保存计划").click()
    expect(zhou.page.get_by_role("heading", name="我改的名称", exact=True)).to_be_visible()
    now = desk.get(f"/api/v1/campaigns/{made['id']}").get_json()
    assert (now["title"]["zh"], now["notice_days"], now["evidence_days"]) == ("我改的名称", 6, 9)
    assert now["seq"] == other["seq"] + 1

    zhou.page.get_by_role("link", name="修改计划").click()
    zhou.button("删除这个批次").click()
    zhou.page.get_by_role("dialog").get_by_role("button", name="删除这个批次").click()
    expect(zhou.page.get_by_text("还没有批次")).to_be_visible()


#: The plan being typed is in this person's database.
KEPT = """async (id) => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.startsWith('mingcha-'))
  const db = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result) })
  const row = await new Promise((done) => {
    const asked = db.transaction('meta').objectStore('meta').get(`plan/${id}`)
    asked.onsuccess = () => done(asked.result)
  })
  db.close()
  return row?.value.form.plan.title.zh === '我改的名称' && row.value.form.plan.evidence_days === 9
}"""


def hire(house: House, *people: Person) -> None:
    for one in people:
        words = ("user", "add", one.username, "--name", one.name, "--role", one.role, "--scope", one.scope, "--password-stdin")
        house.mingcha(*words, stdin=f"{house.password}\n")


def imported(zhou: Phone, house: House, kind: str, sheet: str, folder: Path) -> None:
    """A sheet as somebody saved it from Excel: looked at on the screen, then taken."""
    file = folder / f"{kind}.csv"
    file.write_text(sheet, encoding="utf-8-sig")
    zhou.page.goto(f"{house.url}/registry/{kind}/import")
    zhou.page.get_by_label("选择表格").set_input_files(str(file))
    zhou.page.get_by_role("button", name="导入 1 条").click()
    expect(zhou.page.get_by_role("region", name="已导入")).to_be_visible()


def handed_over(zhou: Phone, house: House, giver: Person, taker: Person) -> None:
    """This campaign's visit alone, on the screen for it."""
    page = zhou.page
    page.goto(f"{house.url}/hand-over")
    page.get_by_role("region", name="谁的任务").get_by_role("button", name=re.compile(f"^{giver.name} ·")).click()
    for line in page.get_by_role("region", name="哪些任务").get_by_role("listitem").all():
        line.get_by_role("checkbox").set_checked(SITE in line.inner_text())
    whom = page.get_by_role("region", name="交给谁")
    whom.get_by_role("button", name=taker.name, exact=True).click()
    whom.get_by_label("原因").fill("在现场不舒服")
    whom.get_by_role("button", name="移交 1 项").click()
    expect(page.get_by_text("已移交 1 项")).to_be_visible()


def team_of(house: House) -> list[str]:
    desk = Client(house, ZHOU)
    made = next(one["id"] for one in desk.get("/api/v1/campaigns").get_json()["campaigns"] if one["title"]["zh"] == TITLE)
    [visit] = desk.get(f"/api/v1/campaigns/{made}/visits").get_json()["visits"]
    return [one["name"] for one in visit["team"]]


def planned(desk: Client, **told) -> dict:
    """A plan for all sites; a change of it where `id` and `seq` are given."""
    lists = desk.get("/api/v1/checklists").get_json()["checklists"]
    digest = next(one["versions"][-1]["digest"] for one in lists if one["slug"] == "county-grading")
    plan = {"title": {"zh": TITLE, "en": "Winter"}, "checklist": digest, "from_on": today(), "to_on": today(), "days": [today()]}
    campaign = told.pop("id", None)
    answer = (
        desk._ask("PUT", f"/api/v1/campaigns/{campaign}", json.dumps({**plan, **told}), {"Content-Type": "application/json"})
        if campaign else desk.post("/api/v1/campaigns", json={**plan, **told})
    )  # fmt: skip
    assert answer.status_code in (200, 201), answer.get_json()
    return answer.get_json()


def plan_by_hand(zhou: Phone) -> None:
    page: Page = zhou.page
    page.get_by_label("名称", exact=True).fill(TITLE)
    lists = page.get_by_label("检查表版本")
    lists.select_option(value=lists.get_by_role("option", name=re.compile("等级评定")).first.get_attribute("value"))
    page.get_by_label("开始").fill(today())
    page.get_by_label("结束").fill(today())
    page.get_by_role("group", name="检查日").get_by_role("button", name="自己选日子").click()
    page.get_by_role("group", name="检查日").last.get_by_role("button").first.click()
    page.get_by_role("button", name="出发时").click()
    page.get_by_role("button", name="指定点位").click()
    where = page.get_by_role("group", name="指定点位")
    page.get_by_role("button", name=re.compile(f"^{SITE}")).click()
    expect(where).to_contain_text("已选 1 /")
    zhou.button("保存计划").click()
    expect(page.get_by_role("heading", name=TITLE, exact=True)).to_be_visible()


def replayed(zhou: Phone, house: House, promised: str, folder: Path) -> None:
    """In the browser by the commitment as it was noted, then at a shell with the file that was taken."""
    zhou.button("在这里复核").click()
    proof = zhou.page.get_by_role("group", name="复核抽取")
    expect(proof.get_by_role("status")).to_contain_text("一字不差：1 次检查")
    field = proof.get_by_label("当时公布的承诺值")
    expect(field).to_have_value(promised)
    field.fill("0" * 64)
    field.blur()
    expect(proof.get_by_role("alert")).to_contain_text("种子和承诺值对不上")
    field.fill(promised)
    field.blur()
    expect(proof.get_by_role("status")).to_contain_text("一字不差")
    with zhou.page.expect_download() as taken:
        zhou.page.get_by_role("link", name="下载第 1 条记录").click()
    file = folder / "record.json"
    taken.value.save_as(file)
    assert "follow" in house.mingcha("draw", "replay", str(file), "--commitment", promised)


def known_to(house: House, person: Person) -> list[str]:
    """The visits of this campaign that a phone in this hand would get."""
    line = Line(Client(house, person), "", f"looking-{person.username}")
    line.sync()
    return [each["id"] for each in line.known.values() if TITLE in str(each["campaign_title"])]


def seen_by_the_centre(house: House) -> list:
    """Everything that the centre's account can ask for which a visit might show in; the clock left out."""
    shi = Client(house, SHI)
    told = [shi.get(f"/api/v1{path}").get_json() for path in ("/rectification/changes", "/inbox", "/sites", "/campaigns", "/inspections")]
    return [{name: value for name, value in each.items() if name != "server_time"} for each in told]


def card(phone: Phone):
    return phone.page.get_by_role("article", name=TITLE)


def begun_card(phone: Phone):
    """Once somebody has begun, the card names the place."""
    return phone.page.get_by_role("article", name=SITE)


def begin(phone: Phone) -> None:
    """Ready for offline, then into the hall."""
    card(phone).get_by_role("button", name="准备离线").click()
    expect(card(phone).get_by_role("button", name="再准备一次")).to_be_visible(timeout=SOON)
    card(phone).get_by_role("link", name="出发").click()
    phone.button("开始检查").click()
    expect(phone.page.get_by_label("检查表一览")).to_be_visible(timeout=SOON)


def kept_without_a_network(zhou: Phone) -> None:
    zhou.wait_kept()
    zhou.context.set_offline(True)
    zhou.page.reload()
    expect(zhou.page.get_by_text(re.compile("的情况 · 没有网络，看的是这台设备上存的"))).to_be_visible()
    expect(zhou.page.get_by_role("region", name="总进度")).to_contain_text("检查中 1")
    zhou.context.set_offline(False)


def today() -> str:
    return (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
