"""The sheet of answers as a file, the evidence it lacks, and how quickly a campaign is scored."""

from __future__ import annotations

from typing import Any

import pytest

from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.scoring import check, score
from tests.core.scoring_lists import checklist

LIST = checklist("county-grading")
GOOD: dict[str, Any] = {"checklist": "county-grading", "version": "2022.1"}


@pytest.mark.parametrize("broken", [
    [], {"checklist": "x"}, GOOD | {"answers": ["1.1"]}, GOOD | {"answers": {"1.1": {"verdict": "yes"}}},
    GOOD | {"answers": {"5.3": {"measures": {"rate": 99.95}}}}, GOOD | {"findings": [{"id": 7}]},
    GOOD | {"findings": [{"id": "f", "indicator": "1.2", "count": 0}]},
    GOOD | {"findings": [{"id": "f", "indicator": "1.2", "count": 1.5}]},
    GOOD | {"findings": [{"id": "f", "indicator": "1.2", "count": True}]},
    GOOD | {"findings": [{"id": "f", "indicator": "1.2"}, {"id": "f", "indicator": "1.2", "count": 2}]},
    GOOD | {"adjustments": {"1.2": {"points": 1}}},
])
def test_a_broken_sheet_is_refused_and_says_where(broken):
    with pytest.raises(Refused) as refused:
        check(broken)
    assert refused.value.code == "sheet.malformed"
    assert refused.value.details["why"]


def test_an_empty_sheet_is_a_sheet_on_which_everything_is_open():
    result = score(LIST, check(GOOD))
    assert len(result["open"]) == len(LIST.indicators)
    assert (result["low"], result["high"]) == ("0", "100")


def test_answers_for_an_indicator_of_another_version_are_named_and_not_counted():
    result = score(LIST, GOOD | {"answers": {"9.9": {"verdict": "met"}}})
    assert result["problems"] == [{"indicator": "9.9", "measure": None, "code": "sheet.unknown_indicator"}]


def test_a_deduction_without_its_photograph_is_named_until_it_is_there():
    wanted = LIST.indicators["1.2"].evidence[0]
    sheet = GOOD | {"findings": [{"id": "f", "indicator": "1.2", "clause": "a"}]}
    missing = [each for each in score(LIST, sheet)["missing_evidence"] if each["indicator"] == "1.2"]
    assert missing[0] == {"indicator": "1.2", "kind": wanted.kind, "have": 0, "want": wanted.min}

    photos = [{"id": f"p{n}", "finding": "f", "kind": each.kind}
              for n, each in enumerate(LIST.indicators["1.2"].evidence) for _ in range(each.min)]
    result = score(LIST, sheet | {"photos": [{**photo, "id": f"p{n}"} for n, photo in enumerate(photos)]})
    assert [each for each in result["missing_evidence"] if each["indicator"] == "1.2"] == []
    line = next(line for line in result["lines"] if line["indicator"] == "1.2")
    assert line["photos"] == [f"p{n}" for n in range(len(photos))]


def test_every_code_that_scoring_names_has_words():
    codes = {"measure.empty", "measure.not_a_number", "measure.comma", "measure.negative", "measure.over_hundred",
             "measure.too_large", "measure.too_small", "measure.too_precise", "sheet.malformed",
             "sheet.unknown_indicator", "sheet.finding_without_clause", "sheet.case_out_of_range",
             "sheet.award_too_high", "sheet.adjustment_too_high", "sheet.not_met_unexplained",
             "sheet.implied_not_met", "sheet.decision_unfounded", "sheet.decision_unknown"}
    assert codes <= PROBLEMS.keys()
