"""A supervisor at a desk: reads a version, drafts the next with the lint beside it, publishes, compares the two."""

import re
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from tests.cast import LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK, Phone
from tests.e2e.test_a_new_version_meets_an_open_draft import Desk

COUNTY_GRADING = "乡镇便民服务中心标准化等级评定"


@pytest.fixture
def zhou(phone_of) -> Phone:
    return phone_of(ZHOU, **DESK)


def open_list(desk: Phone) -> None:
    desk.page.get_by_role("link", name="检查表").click()
    expect(desk.page.get_by_role("region", name=re.compile(COUNTY_GRADING))).to_be_visible()


def begin_draft(desk: Phone, version: str) -> None:
    desk.page.get_by_role("button", name=re.compile(f"依据.*{COUNTY_GRADING}.*起草")).click()
    desk.page.get_by_label("新版本号").fill(version)
    desk.button("开始起草").click()
    expect(desk.page.get_by_text("已保存到服务器")).to_be_visible()


def open_row(desk: Phone, row: str) -> None:
    desk.page.get_by_role("navigation", name="目录").get_by_role(
        "link", name=re.compile(f"^{re.escape(row)}\\b")
    ).last.click()
    expect(desk.page.get_by_label("满分", exact=True)).to_be_visible()


def type_into(desk: Phone, label: str, text: str) -> None:
    field = desk.page.get_by_label(label, exact=True).first
    field.fill(text)
    field.blur()


def test_a_version_is_read_with_its_clauses_its_source_words_and_its_settings(house: House, zhou: Phone) -> None:
    open_list(zhou)
    zhou.page.get_by_role("region", name=re.compile(COUNTY_GRADING)).get_by_role(
        "link", name=re.compile("^2022.1")
    ).click()

    row = zhou.page.get_by_role("article", name=re.compile("^1.2"))
    expect(row).to_contain_text("每处扣 0.5 分")
    row.get_by_text("原文", exact=True).click()
    expect(row.locator("blockquote")).to_be_visible()
    zhou.page.get_by_text(re.compile("^待定读法")).first.click()
    expect(zhou.page.get_by_text(re.compile("✓")).first).to_be_visible()


def test_a_fault_in_a_draft_is_named_beside_the_form_and_gone_once_mended(house: House, zhou: Phone) -> None:
    open_list(zhou)
    begin_draft(zhou, "2024.1")
    open_row(zhou, "1.2")
    full_marks = zhou.page.get_by_label("满分", exact=True).input_value()

    type_into(zhou, "满分", "77")

    lint = zhou.page.get_by_role("region", name="检查结果")
    expect(lint).to_contain_text("与总分 100 不符", timeout=15_000)
    expect(zhou.button("发布")).to_be_disabled()
    type_into(zhou, "满分", full_marks)
    expect(lint).not_to_contain_text("与总分 100 不符", timeout=15_000)
    expect(zhou.button("发布")).to_be_enabled()


def test_a_draft_becomes_a_version_and_the_comparison_names_what_changed(house: House, zhou: Phone) -> None:
    open_list(zhou)
    begin_draft(zhou, "2024.1")
    open_row(zhou, "1.2")
    type_into(zhou, "简称（中文）", "新的简称")
    type_into(zhou, "每次扣分", "0.25")
    expect(zhou.page.get_by_text("已保存到服务器")).to_be_visible(timeout=15_000)

    zhou.button("发布").click()
    zhou.page.get_by_label("这一版改了什么（中文）").fill("减轻 1.2 的扣分")
    zhou.page.get_by_label("这一版改了什么（英文）").fill("1.2 takes less")
    zhou.button("发布这一版").click()

    expect(zhou.page.get_by_text("减轻 1.2 的扣分")).to_be_visible()
    zhou.page.goto(f"{house.url}/checklists")
    zhou.page.get_by_role("link", name="把 2024.1 和别的版本对比").click()
    scoring = zhou.page.get_by_role("region", name="计分变化 1")
    expect(scoring).to_contain_text("0.5")
    expect(scoring).to_contain_text("0.25")
    expect(zhou.page.get_by_role("region", name=re.compile("文字变化"))).to_contain_text("新的简称")


def test_what_was_typed_over_somebody_elses_save_stays_until_the_person_chooses(
    house: House, phone_of, zhou: Phone
) -> None:
    open_list(zhou)
    begin_draft(zhou, "2024.1")
    other = phone_of(ZHOU, **DESK)
    other.page.goto(zhou.page.url)
    open_row(other, "1.1")
    open_row(zhou, "1.2")
    type_into(other, "简称（中文）", "别人的")
    expect(other.page.get_by_text("已保存到服务器")).to_be_visible(timeout=15_000)

    type_into(zhou, "简称（中文）", "我的")

    expect(zhou.page.get_by_role("alert")).to_contain_text("您写的都还在", timeout=15_000)
    expect(zhou.page.get_by_role("alert")).to_contain_text("1.1、1.2")
    expect(zhou.page.get_by_label("简称（中文）")).to_have_value("我的")
    zhou.page.reload()
    expect(zhou.page.get_by_label("简称（中文）")).to_have_value("我的")
    zhou.button("保存我的").click()
    expect(zhou.page.get_by_text("已保存到服务器")).to_be_visible(timeout=15_000)


def test_what_is_typed_without_a_network_is_kept_here_and_saved_when_it_is_back(house: House, zhou: Phone) -> None:
    open_list(zhou)
    begin_draft(zhou, "2024.1")
    open_row(zhou, "1.2")
    house.stop()

    type_into(zhou, "简称（中文）", "没有网络时写的")

    expect(zhou.page.get_by_text("没有网络，改动存在这台设备")).to_be_visible(timeout=15_000)
    house.start()
    expect(zhou.page.get_by_text("已保存到服务器")).to_be_visible(timeout=60_000)


def test_an_exported_workbook_comes_back_as_a_draft_that_can_be_published_under_a_new_version(
    house: House, zhou: Phone, tmp_path: Path
) -> None:
    open_list(zhou)
    with zhou.page.expect_download() as download:
        zhou.page.get_by_role("link", name=re.compile(f"^导出 .*{COUNTY_GRADING}")).click()
    workbook = tmp_path / "county-grading.xlsx"
    download.value.save_as(workbook)

    zhou.page.get_by_label("导入文件").set_input_files(workbook)
    lint = zhou.page.get_by_role("region", name="检查结果")
    expect(lint).to_contain_text("请换一个版本号")
    lint.get_by_role("link", name=re.compile("请换一个版本号")).click()
    type_into(zhou, "版本", "2024.1")

    expect(lint).not_to_contain_text("请换一个版本号", timeout=15_000)
    expect(zhou.button("发布")).to_be_enabled()


def test_a_file_that_is_no_checklist_is_refused_with_what_is_wrong(house: House, zhou: Phone, tmp_path: Path) -> None:
    open_list(zhou)
    nonsense = tmp_path / "nonsense.xlsx"
    nonsense.write_bytes(b"nonsense")

    zhou.page.get_by_label("导入文件").set_input_files(nonsense)

    expect(zhou.page.get_by_role("alert")).to_contain_text("这个文件没有采用")
    expect(zhou.page.get_by_role("alert")).to_contain_text("文件打不开")


def test_phrases_readings_grades_and_the_order_of_parts_are_edited_in_the_form(house: House, zhou: Phone) -> None:
    open_list(zhou)
    begin_draft(zhou, "2024.1")
    contents = zhou.page.get_by_role("navigation", name="目录")

    open_row(zhou, "1.2")
    zhou.page.locator("summary", has_text="常用语").click()
    zhou.page.get_by_role("group", name="常用语 1").get_by_label("常用语（中文）").fill("工作牌没有照片")
    contents.get_by_role("link", name=re.compile("^待定读法")).click()
    ties = zhou.page.get_by_role("group", name="读法 1", exact=True)
    ties.locator("summary", has_text="可选读法").click()
    ties.get_by_role("group", name="选项 shared").get_by_label("给人看的话（中文）").fill("并列，名次相同")
    contents.get_by_role("link", name=re.compile("^等级评定")).click()
    type_into(zhou, "到第几名", "4")
    lint = zhou.page.get_by_role("region", name="检查结果")
    expect(lint).to_contain_text("名次区间不连续或重叠", timeout=15_000)
    type_into(zhou, "到第几名", "2")
    contents.get_by_role("link", name=re.compile(r"^2\s*硬件设施")).click()
    zhou.page.get_by_role("region", name="位置").get_by_role("button", name="上移").click()

    expect(contents.get_by_role("link", name=re.compile(r"^[12]\s*(场所规范建设|硬件设施)")).first).to_contain_text(
        "硬件设施"
    )
    expect(zhou.page.get_by_text("已保存到服务器")).to_be_visible(timeout=15_000)
    zhou.page.reload()
    contents.get_by_role("link", name=re.compile("^待定读法")).click()
    expect(zhou.page.get_by_role("group", name="读法 1", exact=True).get_by_role("combobox")).to_contain_text(
        "并列，名次相同"
    )
    open_row(zhou, "1.2")
    zhou.page.locator("summary", has_text="常用语").click()
    expect(zhou.page.get_by_role("group", name="常用语 1").get_by_label("常用语（中文）")).to_have_value(
        "工作牌没有照片"
    )


SCRIPT = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"


def test_a_script_in_a_draft_is_words_on_the_screen_and_can_never_be_published(house: House, zhou: Phone) -> None:
    desk = Desk(house)
    listed = desk.ask("GET", "/checklists")["checklists"]
    base = next(each for each in listed if each["slug"] == "county-grading")["versions"][-1]["digest"]
    draft = desk.ask("POST", "/checklist-drafts", {"from": base, "version": "2024.1"})
    content = draft["content"]
    row = content["categories"][0]["groups"][0]["indicators"][0]
    row["title"]["zh"] = row["text"]["zh"] = row["source_text"] = SCRIPT
    row["clauses"][0]["text"]["zh"] = content["settings"][0]["text"]["zh"] = content["title"]["zh"] = SCRIPT
    saved = desk.ask("PUT", f"/checklist-drafts/{draft['id']}", {"content": content, "seq": draft["seq"]})

    assert {each["code"] for each in saved["faults"] if each["severity"] == "error"} >= {"text.markup"}
    note = {"note": {"zh": "改", "en": "Changed"}}
    with pytest.raises(HTTPError, match="422"):
        desk.ask("POST", f"/checklist-drafts/{draft['id']}/publish", note)

    for at in ("head", "settings", "0.0.0"):
        zhou.page.goto(f"{house.url}/checklists/draft/{draft['id']}?at={at}")
        expect(zhou.page.get_by_role("navigation", name="目录")).to_contain_text("<img src=x onerror")
    expect(zhou.page.get_by_role("region", name="检查结果")).to_contain_text("文字中含有标记或脚本")
    zhou.page.goto(f"{house.url}/checklists")
    expect(zhou.page.get_by_text("草稿 2024.1")).to_be_visible()
    assert zhou.page.evaluate("window.ran") is None
    assert zhou.page.locator("img[src=x]").count() == 0


def test_an_inspector_has_no_way_to_the_desk(house: House, phone_of) -> None:
    lin = phone_of(LIN)
    lin.page.goto(f"{house.url}/checklists")
    expect(lin.page.get_by_role("heading", name=re.compile("今天"))).to_be_visible()
