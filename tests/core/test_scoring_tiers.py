"""Seeds 000 and 004 by hand: tiers at thresholds and just below, rows of a matrix, what stands before the next."""

from __future__ import annotations

from typing import Any

import pytest

from mingcha.core.scoring import score
from tests.core.scoring_lists import checklist

NINGBO = checklist("ningbo-58")
YIYUAN = checklist("yiyuan-tiers")
WUHAI = checklist("wuhai-halls")

#: 000: 4 面积 示范150/标准100 · 23 一网通办率90 · 36 满意度 示范99 · 46 编制内占比 示范30/标准20
#: 47 45岁以下50, no tick
#: 41 保存30天 · 51 每年至少一次
MODEL = {"4": {"area": "150"}, "23": {"online_rate": "90"}, "36": {"satisfaction": "99"}, "41": {"kept_days": "30"},
         "51": {"trainings": "1"}, "46": {"established_share": "30"}, "47": {"under45_share": "50"}}


def ningbo(figures: dict[str, dict[str, str]] | None = None, answers: dict[str, Any] | None = None,
           settings: dict[str, str] | None = None) -> Any:
    measures = MODEL | (figures or {})
    every: dict[str, Any] = {
        id: {"verdict": None if id in measures else "met", "measures": measures.get(id, {})} for id in NINGBO.indicators
    }
    return score(NINGBO, {"checklist": "ningbo-58", "version": "2022.1", "answers": every | (answers or {})}, settings)


def test_exactly_at_every_threshold_a_centre_is_a_model_centre():
    result = ningbo()
    assert (result["tier"]["reached"], result["tier"]["next"]) == ("model", None)
    assert result["tier"]["standing_between"] == []
    assert (result["low"], result["full"]) == ("58", "58")
    # 24 √√ and 15 √ (示范型): counted by hand in the source.
    assert [(each["met"], each["of"]) for each in result["tier"]["per_tier"]] == [(24, 24), (39, 39)]


@pytest.mark.parametrize(("indicator", "measure", "figure", "tier"), [
    ("4", "area", "149.99", "standard"), ("4", "area", "100", "standard"), ("4", "area", "99.99", None),
    ("23", "online_rate", "89.99", None),
    ("36", "satisfaction", "98.99", "standard"), ("36", "satisfaction", "0", "standard"),
    ("46", "established_share", "29.99", "standard"), ("46", "established_share", "20", "standard"),
    ("46", "established_share", "19.99", None),
    ("47", "under45_share", "49.99", "model"),       # a figure without a tick decides no tier
])
def test_just_below_a_threshold_the_tier_is_lost(indicator, measure, figure, tier):
    result = ningbo({indicator: {measure: figure}})
    assert result["tier"]["reached"] == tier


def test_what_stands_between_a_centre_and_the_next_tier_says_how_much_is_wanted():
    result = ningbo({"4": {"area": "120"}}, {"12": {"verdict": "not_met"}})
    assert result["tier"]["reached"] == "standard"
    assert result["tier"]["next"] == "model"
    assert [each["indicator"] for each in result["tier"]["standing_between"]] == ["4", "12"]
    assert "120" in result["tier"]["standing_between"][0]["why"]["zh"]
    assert "示范型须不低于150㎡" in result["tier"]["standing_between"][0]["why"]["zh"]


def test_an_indicator_without_a_tick_is_recorded_and_decides_nothing():
    result = ningbo(answers={"16": {"verdict": "not_met"}})
    assert result["tier"]["reached"] == "model"
    assert result["low"] == "57"


def test_a_single_tick_read_as_both_tiers_takes_the_standard_tier_too():
    answers = {"12": {"verdict": "not_met"}}
    assert ningbo(answers=answers)["tier"]["reached"] == "standard"
    assert ningbo(answers=answers, settings={"single_tick": "both"})["tier"]["reached"] is None

    # "示范型須達到99%": for the standard tier only the verdict is left.
    answers["36"] = {"verdict": "met", "measures": {"satisfaction": "99"}}
    strict = ningbo(answers=answers, settings={"single_tick": "both"})["tier"]
    assert strict["reached"] is None
    assert [each["indicator"] for each in strict["standing_between"]] == ["12"]
    assert [(each["tier"], each["met"], each["of"]) for each in strict["per_tier"]] == [
        ("standard", 38, 39), ("model", 38, 39),
    ]    # √√ 24 and √ 15, one of them not met


def test_number_58_counts_only_by_setting():
    answers = {"58": {"verdict": "not_met"}}
    assert ningbo(answers=answers)["tier"]["reached"] == "model"
    assert ningbo(answers=answers, settings={"indicator_58": "model"})["tier"]["reached"] == "standard"
    assert ningbo(answers=answers, settings={"indicator_58": "both"})["tier"]["reached"] is None
    strict = ningbo(answers=answers, settings={"indicator_58": "both"})["tier"]["per_tier"]
    assert [(each["met"], each["of"]) for each in strict] == [(24, 25), (39, 40)]


def test_what_is_not_checked_leaves_the_tier_open():
    result = ningbo(answers={"1": {}})
    assert (result["tier"]["reached"], result["tier"]["possible"]) == (None, "model")
    assert result["open"] == ["1"]


def yiyuan(answers: dict[str, Any], settings: dict[str, str] | None = None) -> Any:
    full: dict[str, Any] = {}
    for id, row in YIYUAN.indicators.items():
        full[id] = {"measures": dict.fromkeys(row.measures, "100"),
                    "requirements": dict.fromkeys(row.requirements, "met")}
        for part, said in answers.get(id, {}).items():
            full[id][part] = full[id].get(part, {}) | said if isinstance(said, dict) else said
    return score(YIYUAN, {"checklist": "yiyuan-tiers", "version": "2023.1", "answers": full}, settings)


def test_ten_full_rows_make_a_benchmark_centre():
    result = yiyuan({})
    assert (result["tier"]["reached"], result["low"], result["full"]) == ("benchmark", "30", "30")


@pytest.mark.parametrize(("row", "measure", "figure", "tier"), [
    ("2", "common_rate", "90", "benchmark"), ("2", "common_rate", "89.99", "standard"),
    ("2", "common_rate", "85", "standard"), ("2", "common_rate", "84.99", "basic"),
    ("2", "common_rate", "70", "basic"), ("2", "common_rate", "69.99", None),
    ("4", "online_rate", "95", "benchmark"), ("4", "online_rate", "94.9", "standard"),
    ("4", "online_rate", "89.9", "basic"), ("4", "online_rate", "79.9", None),
    ("4", "whole_rate", "80", "benchmark"), ("4", "whole_rate", "70", "standard"), ("4", "whole_rate", "60", "basic"),
    ("4", "whole_rate", "59.9", None), ("4", "run_rate", "99.99", None),
    ("10", "good_rate", "95", "benchmark"), ("10", "good_rate", "94.9", "standard"),
    ("10", "good_rate", "90", "standard"), ("10", "good_rate", "80", "basic"), ("10", "fixed_rate", "99.9", None),
])
def test_the_figures_of_a_row_decide_its_tier_and_the_lowest_row_the_centre(row, measure, figure, tier):
    result = yiyuan({row: {"measures": {measure: figure}}})
    assert result["tier"]["reached"] == tier
    assert yiyuan({row: {"measures": {measure: figure}}}, {"overall_tier": "all_but_one"})["tier"]["reached"] == (
        "benchmark")


def test_no_digital_rating_device_keeps_a_centre_from_the_benchmark_and_says_so():
    result = yiyuan({"10": {"requirements": {"d": "not_met"}}})       # 评价器: 标杆型 only
    assert (result["tier"]["reached"], result["tier"]["next"]) == ("standard", "benchmark")
    assert result["tier"]["standing_between"] == [{
        "indicator": "10", "requirement": "d",
        "why": {"zh": "10 服务评价：配备评价器——未达到", "en": "10 Service ratings: A rating device is provided – not met"},
    }]


def test_meeting_the_stronger_requirement_meets_the_weaker():
    """2f, the grumbles counter, implies 2e, the complaints counter, which basic asks for."""
    result = yiyuan({"2": {"requirements": {"e": None, "g": "not_met"}}})
    row = next(line for line in result["lines"] if line["indicator"] == "2")
    assert (row["low"], row["high"]) == ("2", "2")


def test_a_weaker_requirement_denied_while_the_stronger_is_met_is_shown_and_left_open():
    result = yiyuan({"2": {"requirements": {"e": "not_met"}}})
    assert result["problems"] == [{"indicator": "2", "measure": "e", "code": "sheet.implied_not_met"}]


def test_rates_of_conformity_leave_out_what_does_not_apply():
    """Three met, one not met, the rest not applicable: 3 of 4, 75 %; two of three would be 66.67 %."""
    ids = list(WUHAI.indicators)
    answers = {id: {"verdict": "not_applicable"} for id in ids}
    answers |= {id: {"verdict": "met"} for id in ids[:3]} | {ids[3]: {"verdict": "not_met"}}
    result = score(WUHAI, {"checklist": "wuhai-halls", "version": "2022.1", "answers": answers})
    assert (result["low"], result["high"], result["full"]) == ("75", "75", "100")

    answers |= {ids[0]: {"verdict": "not_applicable"}}
    result = score(WUHAI, {"checklist": "wuhai-halls", "version": "2022.1", "answers": answers})
    assert result["low"] == "66.67"

    answers |= {ids[1]: {}}                                          # one open: 1 of 3 … 2 of 3
    result = score(WUHAI, {"checklist": "wuhai-halls", "version": "2022.1", "answers": answers})
    assert (result["low"], result["high"], result["open"]) == ("33.33", "66.67", [ids[1]])


def test_where_nothing_applies_there_is_no_rate():
    answers = {id: {"verdict": "not_applicable"} for id in WUHAI.indicators}
    result = score(WUHAI, {"checklist": "wuhai-halls", "version": "2022.1", "answers": answers})
    assert (result["low"], result["high"], result["full"], result["complete"]) == ("0", "0", "0", True)
