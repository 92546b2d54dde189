"""A supervisor brings sites in by sheet and takes them back; an inspector begins a visit where no server answers."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.cast import LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.sender import Client
from tests.registry_sheets import HEAD, HOURS, REGION, WINDOWS, sound


def _csv(path: Path, *rows: list) -> str:
    path.write_text("\r\n".join(",".join(map(str, row)) for row in [HEAD, *rows]), encoding="utf-8")
    return str(path)


def _broken(number: int, column: int, value: str) -> list:
    row = sound(number)
    row[column] = value
    return row


def test_a_faulty_sheet_is_named_row_by_row_a_right_one_comes_in_one_entry_is_corrected_and_all_is_undone(
    house: House, phone_of, tmp_path: Path
) -> None:
    zhou = phone_of(ZHOU, **DESK)
    page = zhou.page
    page.get_by_role("link", name="名录").click()
    page.get_by_role("link", name="导入表格").click()

    page.get_by_label("选择表格").set_input_files(
        _csv(tmp_path / "faulty.csv", sound(1), _broken(2, WINDOWS, "六"), _broken(3, REGION, "990123999"), _broken(4, HOURS, "上午"))
    )
    faults = page.get_by_role("region", name="需要改正").get_by_role("listitem")
    expect(faults).to_have_text(
        [re.compile("^第 3 行.*窗口数.*应为整数"), re.compile("^第 4 行.*区划.*没有登记过区划 990123999"), re.compile("^第 5 行.*开放时间")]
    )
    expect(page.get_by_text("名录没有任何改动")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^导入"))).to_have_count(0)
    assert _codes(house) == set()

    page.get_by_label("换一个文件").set_input_files(_csv(tmp_path / "right.csv", *map(sound, range(1, 5))))
    page.get_by_role("button", name="导入 4 条").click()
    expect(page.get_by_role("region", name="已导入")).to_contain_text("新增 4 条")
    assert _codes(house) == {f"S-{number:04}" for number in range(1, 5)}

    page.get_by_role("link", name="查看点位").click()
    page.get_by_role("searchbox", name="查找").fill("S-0002")
    page.get_by_role("button", name="更正第2便民服务点").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("点位编号")).to_be_disabled()
    sheet.get_by_label("窗口数").fill("很多")
    sheet.get_by_role("button", name="保存").click()
    expect(sheet.get_by_text("窗口数应为整数")).to_be_visible()
    sheet.get_by_label("窗口数").fill("9")
    sheet.get_by_role("button", name="保存").click()
    expect(sheet).not_to_be_visible()
    expect(page.get_by_role("button", name="更正第2便民服务点")).to_contain_text("9 个窗口")

    page.get_by_role("link", name="导入记录").click()
    for left in (1, 0):
        page.get_by_role("button", name=re.compile("^撤销")).first.click()
        page.get_by_role("dialog").get_by_role("button", name="撤销").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_text("已撤销", exact=False).first).to_be_visible()
        assert len(_codes(house)) == 4 * left


def _codes(house: House) -> set[str]:
    rows = Client(house, ZHOU).get("/api/v1/registry/sites").get_json()["rows"]
    return {row["code"] for row in rows if row["code"]}


def test_a_visit_begun_while_no_server_answers_is_worked_on_and_arrives_by_itself(house: House, phone_of) -> None:
    lin = phone_of(LIN)
    page = lin.page
    lin.prepare()
    page.get_by_role("link", name="点位", exact=True).click()
    expect(page.get_by_role("list", name="点位").get_by_role("button")).to_have_count(11)
    house.stop()

    page.goto(f"{house.url}/sites")
    page.get_by_role("searchbox").fill("青龙")
    page.get_by_role("button", name=re.compile("^青龙镇便民服务中心")).click()
    expect(page.get_by_role("dialog")).to_contain_text("青龙路112号")
    page.get_by_role("link", name="在这里临时检查").click()
    expect(page.get_by_role("radio")).to_be_checked()
    page.get_by_role("button", name="赵").click()
    page.get_by_role("button", name="开始临时检查").click()
    page.wait_for_url(re.compile("/visit/[0-9a-f-]{36}$"))
    visit = lin.visit
    lin.button("开始检查").click()
    expect(page.get_by_label("检查表一览").first).to_be_visible()
    lin.open_row("1.3", visit)
    lin.say("有问题")
    lin.photograph()
    page.goto(house.url)
    expect(page.get_by_role("article", name="青龙镇便民服务中心")).to_be_visible()

    house.start()
    lin.wait_all_sent(90)
    told = Client(house, ZHOU).get("/api/v1/inspections").get_json()["inspections"]
    found = next(one for one in told if one["id"] == visit)
    assert found["site"]["name"]["zh"] == "青龙镇便民服务中心"
    assert sorted(one["name"] for one in found["team"]) == ["林", "赵"]
    assert found["photos"] == {"proved": 1, "have": 1}
