"""Seed 000: every figure of the source, exactly at its threshold and just below, by hand from the source's words."""

from __future__ import annotations

from typing import Any

import pytest

from mingcha.core.scoring import score
from tests.core.scoring_lists import checklist

LIST = checklist("ningbo-58")

#: A centre that is a model centre in everything that is not tried.
PLENTY = {"4": {"area": "900"}, "7": {"spaces": "40"}, "23": {"online_rate": "100"}, "36": {"satisfaction": "100"},
          "41": {"kept_days": "90"}, "46": {"established_share": "80"}, "47": {"under45_share": "80"},
          "51": {"trainings": "4"}}


def centre(indicator: str, measure: str, figure: str, settings: dict[str, str] | None = None) -> tuple[str | None, str]:
    """The tier reached, and the state of the row."""
    measures: dict[str, dict[str, str]] = PLENTY | {indicator: {measure: figure}}
    answers: dict[str, Any] = {
        id: {"verdict": "met", "measures": measures.get(id, {})} for id in LIST.indicators
    }
    result = score(LIST, {"checklist": "ningbo-58", "version": "2022.1", "answers": answers}, settings)
    assert result["tier"] is not None
    line = next(each for each in result["lines"] if each["indicator"] == indicator)
    return result["tier"]["reached"], line["state"]


@pytest.mark.parametrize(("indicator", "measure", "figure", "tier", "state"), [
    # √√ 4 示范型一般不少于150平方米，标准型一般不少于100平方米
    ("4", "area", "150", "model", "met"), ("4", "area", "149.99", "standard", "lost"),
    ("4", "area", "100", "standard", "lost"), ("4", "area", "99.99", None, "lost"), ("4", "area", "0", None, "lost"),
    ("4", "area", "１５０", "model", "met"),
    # √√ 23 2022年须不低于90%, both tiers
    ("23", "online_rate", "90", "model", "met"), ("23", "online_rate", "90.00", "model", "met"),
    ("23", "online_rate", "89.99", None, "lost"),
    # √ 36 年度评价满意度示范型须达到99%以上 (以上 includes 99): nothing is asked of 标准型
    ("36", "satisfaction", "99", "model", "met"), ("36", "satisfaction", "98.99", "standard", "lost"),
    ("36", "satisfaction", "0", "standard", "lost"),
    # 41, no tick: 不低于30天 is recorded and decides no tier
    ("41", "kept_days", "30", "model", "met"), ("41", "kept_days", "29", "model", "lost"),
    # √√ 46 示范型须达到30%以上，标准型须达到20%以上
    ("46", "established_share", "30", "model", "met"), ("46", "established_share", "29.99", "standard", "lost"),
    ("46", "established_share", "20", "standard", "lost"), ("46", "established_share", "19.99", None, "lost"),
    # 47 50%以上, no tick by the reading of the file
    ("47", "under45_share", "50", "model", "met"), ("47", "under45_share", "49.99", "model", "lost"),
    # √ 51 每年度至少组织一次: model only
    ("51", "trainings", "1", "model", "met"), ("51", "trainings", "0", "standard", "lost"),
])  # fmt: skip
def test_exactly_at_a_threshold_it_is_reached_and_just_below_it_is_not(indicator, measure, figure, tier, state):
    assert centre(indicator, measure, figure) == (tier, state)


@pytest.mark.parametrize(("indicator", "measure", "figure", "tier"), [
    ("51", "trainings", "1", "model"), ("51", "trainings", "0", None),
    # A figure for the model tier alone stays that, though the row is asked of both: "met" is enough for the standard.
    ("36", "satisfaction", "98.99", "standard"),
])
def test_a_single_tick_read_as_both_tiers_asks_the_standard_tier_too(indicator, measure, figure, tier):
    assert centre(indicator, measure, figure, {"single_tick": "both"})[0] == tier


def test_every_threshold_of_the_file_is_tried_here():
    asked = {(id, threshold.measure, str(threshold.at_least))
             for id, indicator in LIST.indicators.items() for demand in indicator.tiers.values()
             for threshold in demand.thresholds}
    assert asked == {("4", "area", "100"), ("4", "area", "150"), ("23", "online_rate", "90"),
                     ("36", "satisfaction", "99"), ("41", "kept_days", "30"), ("46", "established_share", "20"),
                     ("46", "established_share", "30"), ("47", "under45_share", "50"), ("51", "trainings", "1")}
