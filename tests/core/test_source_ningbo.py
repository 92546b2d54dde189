"""000, 鎮(街道)便民服務中心建設標準, against its encoding. Every expectation is read off the source by eye."""

from hashlib import sha256
from pathlib import Path

import pytest

from mingcha.core.checklist.lint import lint
from mingcha.core.checklist.model import Checklist
from mingcha.store.checklist_files import check, read_content

ROOT = Path(__file__).parents[2] / "checklists"
FILE = ROOT / "ningbo-58" / "2022.1.yaml"

# The ticks after each indicator, copied from the source line by hand. Counted by hand, √√ / √ / none per category:
# (一) 10 / 3 / 4 of 17 · (二) 3 / 5 / 5 of 13 · (三) 4 / 5 / 4 of 13 · (四) 7 / 2 / 5 of 15, number 58 being cut off.
TICKS = """
1√√ 2√√ 3√√ 4√√ 5√√ 6√√ 7√ 8√ 9 10 11√√ 12√ 13√√ 14√√ 15 16 17√√
18√ 19 20 21 22√√ 23√√ 24√ 25√√ 26√ 27√ 28√ 29 30
31√ 32√√ 33 34√√ 35 36√ 37√√ 38√ 39√ 40 41 42√√ 43√
44 45√√ 46√√ 47 48 49 50√√ 51√ 52√√ 53√ 54√√ 55√√ 56 57√√ 58
"""
HAND_COUNT = {"1": (10, 3, 4), "2": (3, 5, 5), "3": (4, 5, 4), "4": (7, 2, 5 + 1)}


@pytest.fixture(scope="module")
def content():
    return read_content(FILE)


@pytest.fixture(scope="module")
def rows(content):
    return {row["id"]: row for category in content["categories"] for row in _rows_of(category)}


def test_there_are_58_indicators_in_four_categories_in_the_order_of_the_source(content, rows):
    assert list(rows) == [str(number) for number in range(1, 59)]
    assert [category["title"]["zh"] for category in content["categories"]] == [
        "规范服务场所建设",
        "规范政务服务行为",
        "完善窗口服务管理",
        "加强人员队伍建设",
    ]
    assert [len(_rows_of(category)) for category in content["categories"]] == [17, 13, 13, 15]


def test_the_twenty_groups_begin_where_the_source_begins_them(content):
    begins = {
        group["title"]["zh"]: group["indicators"][0]["id"]
        for category in content["categories"]
        for group in category["groups"]
    }
    assert begins == {
        "统一名称规范": "1",
        "合理设置布局": "3",
        "便民服务到位": "6",
        "办公设施齐全": "11",
        "现场管理有序": "13",
        "信息动态管理": "18",
        "事项集中进驻": "20",
        "服务模式便利": "22",
        "自助办理完善": "25",
        "档案管理规范": "29",
        "现场导询服务": "31",
        "落实评价机制": "34",
        "完善服务制度": "37",
        "实行电子监察": "40",
        "建立投诉机制": "42",
        "配齐配强人员": "44",
        "加强业务培训": "49",
        "建立管理制度": "52",
        "重视服务形象": "54",
        "创建服务品牌": "58",
    }


@pytest.mark.parametrize("mark", TICKS.split())
def test_the_ticks_of_each_indicator_are_those_of_the_source(mark, rows):
    number, ticks = mark.rstrip("√"), mark.count("√")
    assert _ticks(rows[number]) == ticks


def test_the_ticks_add_up_to_the_hand_count_of_each_category(content):
    for category in content["categories"]:
        ticks = [_ticks(row) for row in _rows_of(category)]
        assert (ticks.count(2), ticks.count(1), ticks.count(0)) == HAND_COUNT[category["id"]]


def test_a_single_tick_is_read_as_model_only_and_the_reading_is_a_visible_setting(content, rows):
    assert [tier["id"] for tier in content["tiers"]] == ["standard", "model"]
    for row in rows.values():
        if _ticks(row) == 1:
            assert row["tiers"]["model"]["necessary"]
    setting = {each["id"]: each for each in content["settings"]}["single_tick"]
    assert (setting["value"], setting["choices"]) == ("model", ["model", "both"])
    assert any("36" in note["text"]["zh"] and "√" in note["text"]["zh"] for note in content["notes"])


#: Read off the flattened line of the source: the numbers whose words are followed by one √, and by two.
ONE_TICK = {"7", "8", "12", "18", "24", "26", "27", "28", "31", "36", "38", "39", "43", "51", "53"}
TWO_TICKS = {"1", "2", "3", "4", "5", "6", "11", "13", "14", "17"}    # those of part (一); the rest by their count


@pytest.mark.parametrize(
    ("chosen", "standard", "model"),
    [
        ({}, 24, 39),                                                # √√ 24; √√ 24 + √ 15
        ({"single_tick": "both"}, 39, 39),
        ({"indicator_58": "model"}, 24, 40),
        ({"indicator_58": "both"}, 25, 40),
        ({"single_tick": "both", "indicator_58": "both"}, 40, 40),
        ({"single_tick": "standard", "indicator_58": "yes"}, 24, 39),    # not on offer: the file's own reading
    ],
)
def test_the_readings_of_the_ticks_change_what_each_tier_needs(content, chosen, standard, model):
    checklist = Checklist.parse(content).under(chosen)
    needs = {
        tier: {id for id, row in checklist.indicators.items() if row.tiers[tier].necessary}
        for tier in ("standard", "model")
    }
    assert (len(needs["standard"]), len(needs["model"])) == (standard, model)
    assert needs["standard"].issuperset(TWO_TICKS)
    assert needs["model"].issuperset(needs["standard"])
    if chosen.get("single_tick") == "both":
        assert needs["standard"].issuperset(ONE_TICK)
    else:
        assert not ONE_TICK & needs["standard"]
    assert checklist.digest == Checklist.parse(content).digest


@pytest.mark.parametrize(
    ("number", "standard", "model"),
    [
        ("4", "100", "150"),  # 示范型一般不少于150平方米,標準型一般不少于100平方米
        ("23", "90", "90"),  # 2022年須不低于90%
        ("36", None, "99"),  # 年度評價滿意度示范型須達到99%以上
        ("41", "30", "30"),  # 不低于30天
        ("46", "20", "30"),  # 示范型須達到30%以上,標準型須達到20%以上
        ("47", "50", "50"),  # 45歲以下工作人員占比50%以上
        ("51", "1", "1"),  # 每年度至少組織一次
    ],
)
def test_the_figures_of_each_tier_are_those_of_the_source(number, standard, model, rows):
    assert (_figure(rows[number], "standard"), _figure(rows[number], "model")) == (standard, model)


def test_no_other_indicator_has_a_figure(rows):
    with_figure = {
        number for number, row in rows.items() if any(row["tiers"][tier]["thresholds"] for tier in row["tiers"])
    }
    assert with_figure == {"4", "23", "36", "41", "46", "47", "51"}


def test_number_47_is_about_staff_under_45_and_not_number_4745(rows):
    assert rows["47"]["source_text"] == "45歲以下工作人員占比50%以上。"
    assert rows["46"]["source_text"].endswith("標準型須達到20%以上。")
    assert any("4745" in note["text"]["zh"] for note in rows["47"]["notes"])


def test_number_58_says_that_the_source_is_cut_off(content, rows):
    cut = rows["58"]
    assert cut["source_text"] == "結合各自鎮(街道)實際,"
    assert "中断" in cut["text"]["zh"]
    assert "breaks off" in cut["text"]["en"]
    assert "残缺" in cut["title"]["zh"]
    assert cut["notes"]
    assert any(note["at"] == "58" for note in content["notes"])
    assert any(each["id"] == "indicator_58" and each["at"] == "58" for each in content["settings"])


def test_flattened_again_the_words_and_ticks_are_the_line_of_the_source_without_its_headings(rows):
    line = "".join(number + row["source_text"] + "√" * _ticks(row) for number, row in rows.items())
    assert len(line) == 2104
    assert sha256(line.encode()).hexdigest() == "581ba2c0ec99210ba7fb2485591624d48d96d68d79025ca096b378ec936e5b3f"


@pytest.mark.parametrize(
    ("number", "in_source", "in_text"),
    [("5", "受辦理采取窗口式服務", "受理办理采取窗口式服务"), ("53", "進駐工作人員管理辦理", "进驻工作人员管理办法")],
)
def test_a_slip_of_the_source_is_kept_beside_the_corrected_words_and_noted(number, in_source, in_text, rows):
    assert in_source in rows[number]["source_text"]
    assert in_text in rows[number]["text"]["zh"]
    assert rows[number]["notes"]


def test_the_source_words_stay_traditional_and_the_text_is_simplified(rows):
    traditional = set("務辦標識檔員實廳場設證號稱點區據導詢評價監訓禮")
    for row in rows.values():
        assert not traditional & set(row["text"]["zh"] + row["title"]["zh"])
    assert traditional & set(rows["2"]["source_text"])


@pytest.mark.parametrize(
    ("number", "kind"), [("1", "signage"), ("2", "signage"), ("4", "layout"), ("14", "signage"), ("54", "badge")]
)
def test_what_must_be_seen_wants_a_photo_every_time(number, kind, rows):
    assert (kind, "always") in {(each["kind"], each["when"]) for each in rows[number]["evidence"]}


def test_the_file_is_clean_but_for_recorded_doubts(content):
    assert {fault.severity for fault in [*check(ROOT, FILE), *lint(content)]} <= {"doubt"}


def _rows_of(category):
    return [row for group in category["groups"] for row in group["indicators"]]


def _ticks(row):
    return sum(row["tiers"][tier]["necessary"] for tier in ("model", "standard"))


def _figure(row, tier):
    thresholds = row["tiers"][tier]["thresholds"]
    return thresholds[0]["at_least"] if thresholds else None
