"""The township grading of seed 002 in its tricky places, written from the source and not from the encoding.

The marks below were read off the flattened table by hand, where they run into the number of the next category.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from mingcha.core.checklist.lint import lint
from mingcha.core.checklist.model import (
    AllOrNothing,
    Award,
    Checklist,
    Each,
    Judge,
    Missing,
    Rank,
    Sample,
    Shortfall,
)
from mingcha.store import checklist_files

ROOT = Path(__file__).parents[2] / "checklists"


@pytest.fixture(scope="module")
def grading() -> Checklist:
    return checklist_files.read(ROOT, "county-grading", "2022.1")


#: category → (its name in the source, the marks of its rows in order)
MARKS = {
    "1": ("场所规范建设", "3 2 2 2"),
    "2": ("硬件设施", "2 2"),
    "3": ("服务标准化", "4 2 4 1 3 5 1 4 2 2 5 1 1 5 5"),
    "4": ("服务规范化", "1 3 2 3 5 3"),
    "5": ("日常管理", "1 3 2 3 2 3 2 4 2"),
    "6": ("工作创新", "3"),
}


def test_the_37_rows_carry_the_marks_of_the_source_and_add_up_to_100(grading: Checklist) -> None:
    read = {
        each.id: (each.title.zh, " ".join(str(row.full_marks) for row in each.indicators))
        for each in grading.categories
    }

    assert read == MARKS
    assert len(grading.indicators) == 37
    assert sum(row.full_marks or 0 for row in grading.indicators.values()) == 100 == grading.full_marks


def test_nothing_but_recorded_doubts_is_left_to_lint(grading: Checklist) -> None:
    assert [each for each in lint(dict(grading.content)) if each.severity == "error"] == []
    assert checklist_files.check(ROOT, checklist_files.path_of(ROOT, "county-grading", "2022.1")) == []


@pytest.mark.parametrize(
    ("row", "source", "corrected"),
    [
        ("2.1", "取号机、1.ED显示屏设施齐全", "取号机、LED显示屏设施齐全"),
        ("3.3", "是否每天上下班有登陆省网", "是否每天上下班有登录省网"),
        ("3.7", "准许许可通知书", "准予许可通知书"),
        ("3.9", "归档率100轧每低一个百分点扣0.2分", "归档率100%，每低一个百分点扣0.2分"),
        ("3.11", "发现一项不符合规范扣05分", "发现一项不符合规范扣0.5分"),
        ("3.15", "徐合标准化试点", "综合标准化试点"),
        ("5.2", "每发现一个问题扣05分", "每发现一个问题扣0.5分"),
        ("5.2", "每次扪2分", "每次扣2分"),
        ("5.4", "低于1O0%的", "低于100%的"),
    ],
)
def test_a_scanning_error_stays_in_the_sources_words_and_is_put_right_beside_them(
    grading: Checklist, row: str, source: str, corrected: str
) -> None:
    indicator = grading.indicators[row]

    assert source in indicator.source_text
    assert source not in indicator.text.zh
    assert corrected in indicator.text.zh
    assert indicator.notes


def test_two_all_purpose_windows_are_wanted_and_each_one_short_costs_2(grading: Checklist) -> None:
    (clause,) = grading.indicators["1.3"].clauses.values()

    assert isinstance(clause, Shortfall)
    assert (clause.target, clause.step, clause.per) == (2, 1, 2)


def test_fifteen_rules_hang_on_the_wall_and_cost_half_a_mark_absent_or_not_carried_out(grading: Checklist) -> None:
    absent, idle = grading.indicators["1.4"].clauses.values()

    assert isinstance(absent, Missing)
    assert isinstance(idle, Missing)
    names = (
        "岗位责任 AB岗 首问负责 一次性告知 告知承诺 限时办结 预约办件 延时服务 "
        "责任追究 标准公开 服务承诺 否定报备 好差评 窗口无否决权 特殊人群服务"
    )
    for clause in (absent, idle):
        listed = [item.text.zh for item in clause.items.values()]
        assert len(listed) == 15
        assert all(name in item for name, item in zip(names.split(), listed, strict=True))
        assert clause.per == Decimal("0.5")


def test_six_kinds_of_device_are_wanted_and_a_computer_that_fails_costs_1(grading: Checklist) -> None:
    devices, broken = grading.indicators["2.1"].clauses.values()
    (computers,) = grading.indicators["2.2"].clauses.values()

    assert isinstance(devices, Missing)
    assert [item.text.zh for item in devices.items.values()] == [
        "高拍仪",
        "监控",
        "打印机",
        "自助服务一体机",
        "取号机",
        "LED显示屏",
    ]
    assert isinstance(broken, Each)
    assert (devices.per, broken.per) == (Decimal("0.5"), Decimal("0.5"))
    assert isinstance(computers, Each)
    assert (computers.per, computers.unit.zh) == (1, "台")


def test_case_counts_earn_4_for_the_first_then_a_fifth_less_down_to_a_fifth_from_place_20(grading: Checklist) -> None:
    (clause,) = grading.indicators["3.1"].clauses.values()

    assert isinstance(clause, Rank)
    assert (clause.first, clause.step, clause.from_, clause.rest) == (4, Decimal("0.2"), 20, Decimal("0.2"))
    assert clause.first - clause.step * 2 == Decimal("3.6")  # 第三名3.6分
    assert "21个乡镇" in grading.indicators["3.1"].source_text
    assert {"rank_ties", "rank_units"} <= {setting.id for setting in grading.settings}


@pytest.mark.parametrize(
    ("row", "per"), [("3.3", "0.3"), ("3.7", "0.2"), ("3.12", "0.1"), ("3.13", "0.1"), ("4.4", "1"), ("4.5", "1")]
)
def test_ten_cases_are_drawn_where_the_source_says_so(grading: Checklist, row: str, per: str) -> None:
    clause = grading.indicators[row].clauses["a"]

    assert isinstance(clause, Sample)
    assert (clause.cases, clause.per) == (10, Decimal(per))
    assert "sampling" in grading.indicators[row].method


@pytest.mark.parametrize(("row", "step", "per"), [("3.9", "1", "0.2"), ("5.3", "0.01", "0.2"), ("5.4", "1", "0.3")])
def test_a_rate_falls_from_100_by_the_steps_of_the_source(grading: Checklist, row: str, step: str, per: str) -> None:
    (clause,) = grading.indicators[row].clauses.values()

    assert isinstance(clause, Shortfall)
    assert (clause.target, clause.step, clause.per) == (100, Decimal(step), Decimal(per))
    assert clause.parts == "whole"


def test_the_rating_rate_has_3_marks_by_its_column_and_2_by_its_text_and_the_campaign_may_choose(
    grading: Checklist,
) -> None:
    assert "评价率100%得2分" in grading.indicators["5.4"].source_text

    other = grading.under({"rating_rate_marks": "2"})

    assert grading.indicators["5.4"].full_marks == 3
    assert other.indicators["5.4"].full_marks == 2
    assert (other.full_marks, other.digest) == (99, grading.digest)


def test_a_choice_that_is_not_on_offer_changes_nothing(grading: Checklist) -> None:
    assert grading.under({"rating_rate_marks": "300", "made_up": "1"}) is grading


def test_discipline_has_its_five_deductions(grading: Checklist) -> None:
    clauses = grading.indicators["5.2"].clauses.values()

    assert all(isinstance(clause, Each) for clause in clauses)
    assert [str(clause.per) for clause in clauses if isinstance(clause, Each)] == ["0.5", "0.5", "1", "2", "2"]


def test_service_for_special_needs_loses_2_at_most_by_places_and_1_without_rules(grading: Checklist) -> None:
    places, rules = grading.indicators["5.9"].clauses.values()

    assert isinstance(places, Each)
    assert (places.per, places.cap) == (Decimal("0.5"), 2)
    assert isinstance(rules, AllOrNothing)
    assert rules.points == 1
    assert grading.indicators["5.9"].full_marks == 2


@pytest.mark.parametrize(("row", "points"), [("5.7", 2), ("6.1", 3)])
def test_an_excellent_appraisal_and_a_spread_innovation_are_earned(grading: Checklist, row: str, points: int) -> None:
    (clause,) = grading.indicators[row].clauses.values()

    assert isinstance(clause, Award)
    assert clause.points == points == grading.indicators[row].full_marks


@pytest.mark.parametrize("row", ["1.1", "4.6", "5.6"])
def test_a_row_without_a_deduction_in_the_source_is_the_inspectors_to_judge_and_says_so(
    grading: Checklist, row: str
) -> None:
    (clause,) = grading.indicators[row].clauses.values()

    assert "扣" not in grading.indicators[row].source_text
    assert isinstance(clause, Judge)
    assert clause.max == 3
    assert any("未写扣分办法" in note.text.zh for note in grading.indicators[row].notes)


def test_grades_go_by_place_with_downgrades_none_and_bonus(grading: Checklist) -> None:
    grades = grading.grades
    assert grades is not None

    assert [(band.title.zh, band.from_, band.to, str(band.bonus)) for band in grades.bands] == [
        ("一等", 1, 2, "5"),
        ("二等", 3, 6, "3"),
        ("三等", 7, 11, "2"),
    ]
    assert (grades.valid_years, grades.none.zh) == (3, "不予评定等级")
    assert [each.steps for each in grades.downgrades] == [1, 1, 1]
    assert {"vacated_place", "grade_ties", "downgrade_several"} <= {setting.id for setting in grading.settings}


def test_badge_signs_and_layout_are_photographed_where_the_rows_speak_of_them(grading: Checklist) -> None:
    wanted = {row: {each.kind for each in grading.indicators[row].evidence} for row in ("1.1", "1.2", "1.3", "5.9")}

    assert "layout" in wanted["1.1"]
    assert {"badge", "signage"} <= wanted["1.2"]
    assert "signage" in wanted["1.3"]
    assert "signage" in wanted["5.9"]


@pytest.mark.parametrize(
    ("setting", "row", "value"),
    [("guides_not_shown", "4.1", "noted"), ("unbound_services", "4.3", "deducted"), ("innovation_centres", "6.1", "either")],
)
def test_a_reading_that_people_obey_is_a_setting_at_its_row_and_named_in_its_notes(
    grading: Checklist, setting: str, row: str, value: str
) -> None:
    found = next(each for each in grading.settings if each.id == setting)

    assert (found.at, found.value) == (row, value)
    assert any(setting in note.text.zh and setting in note.text.en for note in grading.indicators[row].notes)
