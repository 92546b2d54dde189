"""001, 乌海市各级政务服务大厅标准化建设管理规范(试行), against its encoding. Expectations are read off the source."""

import re
from pathlib import Path

import pytest

from mingcha.core.checklist.lint import lint
from mingcha.store.checklist_files import check, read_content

ROOT = Path(__file__).parents[2] / "checklists"
FILE = ROOT / "wuhai-halls" / "2022.1.yaml"

WINDOWS = (
    "综合咨询窗口",
    "网上自助办理区",
    "综合受理窗口",
    "分领域综合窗口",
    "“办不成事反映”窗口",
    "代办窗口",
    "“跨区域通办”窗口",
    "便民服务区",
    "统一出证区",
    "后台审批区",
    "24小时自助服务区",
)
ENVIRONMENT = {
    "办公桌面至简单一": (),
    "物品摆放频度优先": (),
    "物品放置方便可视": ("桌面文件", "填单台空表", "窗口翻页台"),
    "物品管理分门别类": ("文件柜", "抽屉柜"),
    "物品展示透明化无遮挡": ("窗口工作台", "咨询导引台"),
    "物品标名编号": ("便民盒", "文件"),
    "线路整理成直线直角": ("同类型物品", "自助设备", "线路", "等候区设施"),
    "划出物品摆放位置": ("窗口桌面", "便民设施", "导引台物品"),
    "图表掌握管理对象分布情况": ("安全疏散平面图", "视频监控控制总表", "设备备案登记表"),
    "屏幕显示、标识清晰": ("电脑桌面背景、屏保", "大厅窗口条屏", "窗口评价器"),
}


@pytest.fixture(scope="module")
def content():
    return read_content(FILE)


@pytest.fixture(scope="module")
def rows(content):
    return {
        row["id"]: row
        for category in content["categories"]
        for group in category["groups"]
        for row in group["indicators"]
    }


def test_the_four_sections_and_their_numbered_parts_stand_as_in_the_source(content):
    parts = {
        category["title"]["zh"]: [group["title"]["zh"] for group in category["groups"] if group["title"]]
        for category in content["categories"]
    }
    assert parts == {
        "规范政务服务场所": ["规范政务服务场所名称", "规范政务服务场所窗口、专区设置", "规范政务服务环境形象"],
        "规范提供服务": ["规范审批服务", "完善便民服务设施", "为特殊群体提供服务", "以企业群众需求为导向提供延时服务"],
        "规范窗口人员管理": [],
        "规范监督评价": ["强化政务信息公开", "拓展监督评价渠道", "畅通市、区两级政务服务大厅评价渠道"],
    }


def test_there_are_eleven_windows_and_zones_in_the_order_of_the_source(rows):
    found = [id_ for id_ in rows if re.fullmatch(r"1\.2\.\d+", id_)]
    assert found == [f"1.2.{number}" for number in range(1, 12)]
    for number, name in enumerate(WINDOWS, 1):
        assert rows[f"1.2.{number}"]["source_text"].startswith(f"({number}){name}。")


def test_there_are_ten_items_of_environment_with_their_named_parts(rows):
    for number, (name, parts) in enumerate(ENVIRONMENT.items(), 1):
        assert rows[f"1.3.{number}"]["source_text"].startswith(f"({number}){name}。")
        for place, part in enumerate(parts, 1):
            assert rows[f"1.3.{number}.{place}"]["source_text"].startswith(f"{part}:")
    named = [row for row in rows.values() if re.match(r"1\.3\.", row["id"]) and ":" in row["source_text"][:12]]
    assert len(named) == sum(len(parts) for parts in ENVIRONMENT.values()) == 22


def test_item_ten_is_not_item_one(rows):
    assert "标识清晰" in rows["1.3.10"]["source_text"]
    assert "至简单一" in rows["1.3.1"]["source_text"]
    assert list(rows).index("1.3.9.3") < list(rows).index("1.3.10")


@pytest.mark.parametrize(
    ("id_", "in_source", "in_text"),
    [
        ("1.3.7", "同类型物品成直摆放线", "同类型物品成直线摆放"),
        ("1.3.7", "便利同行", "便利通行"),
        ("1.3.8", "挖出摆放置位", "挖出摆放位置"),
    ],
)
def test_a_slip_of_the_source_is_kept_beside_the_corrected_words_and_noted(id_, in_source, in_text, rows):
    assert in_source in rows[id_]["source_text"]
    assert in_text in rows[id_]["text"]["zh"]
    assert rows[id_]["notes"]


def test_the_missing_attachments_are_noted(content, rows):
    assert any("附件" in note["text"]["zh"] and "缺失" in note["text"]["zh"] for note in content["notes"])
    for name in ("窗口工作人员工作纪律及行为规范", "窗口工作人员文明服务规范用语"):
        assert name in rows["3.0.3"]["source_text"]
    assert "附件" in rows["3.0.3"]["notes"][0]["text"]["zh"]


def test_the_double_two_of_the_numbering_is_noted(content):
    assert any(
        "二、具体要求" in note["text"]["zh"] and "(二)规范提供服务" in note["text"]["zh"] for note in content["notes"]
    )


def test_what_the_source_says_twice_is_noted_at_both_places(rows):
    assert "离门口和咨询导引台较近" in rows["1.3.8.2"]["source_text"]
    assert "离门口、咨询台较近" in rows["2.2.2"]["source_text"]
    assert "2.2.2" in rows["1.3.8.2"]["notes"][0]["text"]["zh"]
    assert "1.3.8.2" in rows["2.2.2"]["notes"][0]["text"]["zh"]


def test_policies_are_public_within_twenty_working_days(rows):
    assert "20个工作日内" in rows["4.1.1"]["source_text"]
    assert rows["4.1.1"]["measures"][0]["id"] == "working_days"


def test_windows_by_field_are_optional_as_the_source_says_may(rows):
    assert "可根据实际需求自行设置" in rows["1.2.4"]["source_text"]
    assert "不适用" in rows["1.2.4"]["notes"][0]["text"]["zh"]


def test_the_strip_display_shows_mongolian_script_and_the_rating_device_is_personal(rows):
    assert "显示蒙文、区域编号、单位名称及所办业务" in rows["1.3.10.2"]["source_text"]
    assert "Mongolian" in rows["1.3.10.2"]["text"]["en"]
    assert ("badge", "always") in {(each["kind"], each["when"]) for each in rows["1.3.10.3"]["evidence"]}


def test_signs_and_layouts_want_a_photo_every_time(rows):
    for id_, kind in (("1.1.1", "signage"), ("1.2.5", "signage"), ("1.2.8", "layout"), ("1.3.9.1", "signage")):
        assert (kind, "always") in {(each["kind"], each["when"]) for each in rows[id_]["evidence"]}


def test_the_source_is_dated(content):
    assert content["source"]["issued"] == "2022-06-16"
    assert content["scheme"] == "conformity"


def test_the_file_is_clean_but_for_recorded_doubts(content):
    assert {fault.severity for fault in [*check(ROOT, FILE), *lint(content)]} <= {"doubt"}


@pytest.mark.parametrize(
    ("id_", "in_source", "in_note"),
    [
        ("3.0.5", "遵守禁止行为", "与本意相反"),    # literally “comply with forbidden conduct”
        ("1.3.4.2", "非常用办公用品存放于抽屉柜最上面一层", "频度优先"),    # against item (2): frequent things at hand
        ("1.3.7.3", "用绕线器将裸线包裹", "外露"),
    ],
)
def test_what_the_source_says_oddly_is_kept_and_its_reading_noted(id_, in_source, in_note, rows):
    assert in_source in rows[id_]["source_text"]
    assert any(in_note in note["text"]["zh"] for note in rows[id_]["notes"])
