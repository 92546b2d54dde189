"""004, 沂源县镇（街道）便民服务中心场所功能建设指导标准, against its encoding. Expectations are read off the source."""

from pathlib import Path

import pytest

from mingcha.core.checklist.lint import lint
from mingcha.store.checklist_files import check, read_content

ROOT = Path(__file__).parents[2] / "checklists"
FILE = ROOT / "yiyuan-tiers" / "2023.1.yaml"
BASIC, STANDARD, BENCHMARK = "basic", "standard", "benchmark"


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


def test_the_ten_rows_stand_in_the_order_of_the_source(rows):
    assert [(number, row["title"]["zh"]) for number, row in rows.items()] == [
        ("1", "功能布局"),
        ("2", "窗口设置"),
        ("3", "事项办理"),
        ("4", "线上服务"),
        ("5", "服务制度"),
        ("6", "集成服务"),
        ("7", "通办服务"),
        ("8", "自助服务"),
        ("9", "特色服务"),
        ("10", "服务评价"),
    ]


def test_the_three_tiers_run_from_basic_to_benchmark(content):
    assert [tier["title"]["zh"] for tier in content["tiers"]] == ["基础型", "标准型", "标杆型"]


@pytest.mark.parametrize(
    ("row", "measure", "figures"),
    [
        ("2", "common_rate", ("70", "85", "90")),  # 事项通办比例不低于
        ("4", "run_rate", ("100", "100", "100")),  # 上网运行率达到100%
        ("4", "online_rate", ("80", "90", "95")),  # 网上可办率达到
        ("4", "whole_rate", ("60", "70", "80")),  # 全程网办率达到…以上
        ("10", "good_rate", ("80", "90", "95")),  # 好评率达到…以上
        ("10", "fixed_rate", ("100", "100", "100")),  # 差评整改率100%
    ],
)
def test_the_figures_of_each_tier_are_those_of_the_source(row, measure, figures, rows):
    asked = {
        tier: requirement["threshold"]["at_least"]
        for requirement in rows[row]["requirements"]
        if requirement["threshold"] and requirement["threshold"]["measure"] == measure
        for tier in requirement["tiers"]
    }
    assert tuple(asked[tier] for tier in (BASIC, STANDARD, BENCHMARK)) == figures


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ("1", (6, 11, 15)),
        ("2", (6, 6, 8)),
        ("3", (4, 5, 6)),
        ("4", (8, 8, 8)),
        ("5", (7, 10, 11)),  # 七项、十项、十一项制度
        ("6", (1, 2, 3)),
        ("7", (1, 2, 4)),
        ("8", (2, 12, 16)),
        ("9", (3, 4, 6)),
        ("10", (5, 6, 7)),
    ],
)
def test_each_cell_is_split_into_as_many_requirements_as_it_states(row, counts, rows):
    found = tuple(len(_asked(rows[row], tier)) for tier in (BASIC, STANDARD, BENCHMARK))
    assert found == counts


def test_the_windows_of_each_tier_are_those_of_the_source(rows):
    windows = {tier: {words[2:-2] for words in _asked(rows["2"], tier) if words.startswith("设置")} for tier in _TIERS}
    assert windows[BASIC] == {"综合受理", "跨域通办", "帮办代办", "投诉受理"}
    assert windows[STANDARD] == {"综合受理", "跨域通办", "帮办代办", "吐槽找茬（“办不成事”）"}
    assert windows[BENCHMARK] == windows[STANDARD] | {"一链办理", "潮汐服务"}


def test_the_zones_of_each_tier_are_those_of_the_source(rows):
    zones = {tier: {words[2:] for words in _asked(rows["1"], tier) if words.startswith("设置")} for tier in _TIERS}
    assert zones[BASIC] == {"综合服务区", "等候区"}
    assert zones[STANDARD] == {"咨询导办区", "业务受理区", "休息等候区", "帮办代办区", "自助服务区", "政务公开区"}
    assert zones[BENCHMARK] == {
        "咨询导办区",
        "业务受理区",
        "休闲等候区",
        "帮办代办区",
        "自助服务区",
        "政务公开区",
        "母婴室",
        "便民服务区",
        "金融服务区",
    }


def test_free_post_is_the_only_rule_that_benchmark_adds_to_standard(rows):
    more = _asked(rows["5"], BENCHMARK) - _asked(rows["5"], STANDARD)
    assert {words.removeprefix("制定出台并认真落实") for words in more} == {"免费邮寄制度"}
    added = {
        words.removeprefix("制定出台并认真落实") for words in _asked(rows["5"], STANDARD) - _asked(rows["5"], BASIC)
    }
    assert added == {"预约服务制度", "政务公开制度", "告知承诺制度"}


@pytest.mark.parametrize(
    ("row", "stronger", "weaker"),
    [
        ("2", "综合受理窗口事项通办比例不低于90%", "综合受理窗口事项通办比例不低于70%"),
        ("3", "同步分类公布厅内办理事项清单", "同步公布厅内办理事项清单"),
        ("3", "能够办理大部分高频便民服务事项", "能够办理部分高频便民服务事项"),
        ("4", "全程网办率达到80%以上", "全程网办率达到60%以上"),
        ("7", "能够办理县域通办事项", "能够帮办代办非镇（街道）权限的县域通办事项"),
        ("8", "设置24小时自助服务区", "设置自助服务区"),
        ("9", "能够提供延时服务", "能够提供工作日延时服务"),
        ("10", "好评率达到95%以上", "好评率达到80%以上"),
    ],
)
def test_a_stronger_tick_implies_the_weaker(row, stronger, weaker, rows):
    requirements = {each["id"]: each for each in rows[row]["requirements"]}
    by_words = {each["text"]["zh"]: each["id"] for each in requirements.values()}
    reached, ahead = set(), [by_words[stronger]]
    while ahead:
        here = ahead.pop()
        reached.add(here)
        ahead += requirements[here]["implies"]
    assert by_words[weaker] in reached


def test_what_only_the_basic_column_says_is_not_carried_to_the_others(rows):
    through_one_door = next(each for each in rows["3"]["requirements"] if "一门受理" in each["text"]["zh"])
    assert through_one_door["tiers"] == [BASIC]
    assert any("一门受理" in note["text"]["zh"] for note in rows["3"]["notes"])


def test_the_cells_are_kept_word_for_word(rows):
    assert "办公场所采用统一标识名称[xx镇（街道）便民服务中心]，场所面积适中" in rows["1"]["source_text"]
    assert "网上可办率达到80%, 全程网办率达到60%以上。" in rows["4"]["source_text"]
    assert "周末无休、节假日预约服务等服务形式。" in rows["9"]["source_text"]
    for row in rows.values():
        assert row["source_text"].split("\n")[1::2] == ["基础型", "标准型", "标杆型"]


def test_the_version_owns_up_that_the_source_has_no_year(content):
    assert any("年份未知" in note["text"]["zh"] for note in content["notes"])
    assert "not stated" in content["source"]["issued"]


def test_how_the_rows_add_up_is_a_visible_setting(content):
    (setting,) = content["settings"]
    assert (setting["id"], setting["value"]) == ("overall_tier", "lowest_row")


def test_the_file_is_clean_but_for_recorded_doubts(content):
    assert {fault.severity for fault in [*check(ROOT, FILE), *lint(content)]} <= {"doubt"}


_TIERS = (BASIC, STANDARD, BENCHMARK)


def _asked(row, tier):
    return {each["text"]["zh"] for each in row["requirements"] if tier in each["tiers"]}
