"""Seed 002 by hand: what each row of the score sheet earns, worked out from the source and not from the program."""

from __future__ import annotations

from typing import Any

import pytest

from mingcha.core.scoring import score
from tests.core.scoring_lists import checklist

LIST = checklist("county-grading")


def sheet(answers: dict[str, Any] | None = None, findings: list[tuple[Any, ...]] | None = None) -> dict[str, Any]:
    """A sheet on which everything was checked and found in order, but for what is given."""
    every: dict[str, Any] = {id: {"verdict": "met"} for id in LIST.indicators}
    every |= {
        "3.1": {"verdict": "met", "measures": {"cases": "500"}},
        "5.7": {"verdict": "met", "awards": {"a": "2"}},
        "6.1": {"verdict": "met", "awards": {"a": "3"}},
    }
    found = []
    for number, (indicator, clause, *rest) in enumerate(findings or []):
        count, item, case = (*rest, None, None, None)[:3]
        every[indicator] = {**every[indicator], "verdict": "not_met"}
        found.append({"id": f"f{number}", "indicator": indicator, "clause": clause, "item": item, "case": case,
                      "count": count or 1})
    return {"checklist": "county-grading", "version": "2022.1", "answers": every | (answers or {}), "findings": found}


def line(result: Any, indicator: str) -> Any:
    return next(each for each in result["lines"] if each["indicator"] == indicator)


FIRST = {"3.1/a": (1, 1)}


def test_a_faultless_centre_in_first_place_earns_all_hundred():
    result = score(LIST, sheet(), places=FIRST)
    assert (result["low"], result["high"], result["full"]) == ("100", "100", "100")
    assert result["complete"]
    # 场所规范建设 9, 硬件设施 4, 服务标准化 45, 服务规范化 17, 日常管理 22, 工作创新 3.
    assert [each["high"] for each in result["categories"]] == ["9", "4", "45", "17", "22", "3"]


@pytest.mark.parametrize(("place", "marks"), [
    (1, "4"),      # 第一名4分
    (2, "3.8"),    # 第二名3.8分
    (3, "3.6"),    # 第三名3.6分
    (19, "0.4"),   # 4 − 18 × 0.2
    (20, "0.2"),   # 4 − 19 × 0.2 = 0.2; 20名以后均得0.2分
    (21, "0.2"),   # not 0
    (300, "0.2"),
])
def test_case_counts_earn_by_place(place, marks):
    found = line(score(LIST, sheet(), places={"3.1/a": (place, place)}), "3.1")
    assert (found["low"], found["high"]) == (marks, marks)


def test_before_the_campaign_closes_case_counts_earn_between_0_2_and_4():
    result = score(LIST, sheet())
    assert (line(result, "3.1")["low"], line(result, "3.1")["high"]) == ("0.2", "4")
    assert (result["low"], result["high"]) == ("96.2", "100")
    assert result["provisional"] == ["3.1"]
    assert result["complete"]


@pytest.mark.parametrize(("rate", "marks"), [
    ("100", "2"),       # 100%为基数
    ("99.99", "1.8"),   # one step of 0.01: − 0.2
    ("99.95", "1"),     # 0.05 = five steps: 5 × 0.2 = 1
    ("99.91", "0.2"),   # nine steps: 1.8
    ("99.90", "0"),     # ten steps: 2, 直至扣完
    ("99.89", "0"),     # never below zero
    ("0", "0"),
    ("９９．９５", "1"),  # full-width digits
])
def test_very_satisfied_rate_loses_0_2_for_each_hundredth(rate, marks):
    answers = {"5.3": {"verdict": None, "measures": {"rate": rate}}}
    assert line(score(LIST, sheet(answers)), "5.3")["high"] == marks


@pytest.mark.parametrize(("rate", "whole", "proportional"), [
    ("100", "3", "3"),
    ("97", "2.1", "2.1"),       # three points: 3 × 0.3 = 0.9
    ("97.5", "2.4", "2.25"),    # whole: two points, 0.6; by parts: 2.5 × 0.3 = 0.75
    ("99.01", "3", "2.703"),    # whole: not one point short; by parts: 0.99 × 0.3 = 0.297
    ("90", "0", "0"),           # ten points: 3
    ("0", "0", "0"),
])
def test_rating_rate_loses_0_3_for_each_point(rate, whole, proportional):
    answers = {"5.4": {"verdict": None, "measures": {"rate": rate}}}
    assert line(score(LIST, sheet(answers)), "5.4")["high"] == whole
    read_by_parts = score(LIST, sheet(answers), {"parts_of_rate_5_4": "proportional"})
    assert line(read_by_parts, "5.4")["high"] == proportional


def test_with_the_rating_rate_worth_two_the_sheet_is_out_of_99():
    result = score(LIST, sheet(), {"rating_rate_marks": "2"}, FIRST)
    assert (result["high"], result["full"]) == ("99", "99")


def test_the_working_of_four_documents_not_printed_can_be_read_aloud():
    """3.7: 抽查10个办件…每少打印一个文书扣0.2分, full marks 1: 4 × 0.2 = 0.8, so 0.2 is left."""
    found = line(score(LIST, sheet(findings=[("3.7", "a", 2, None, 4), ("3.7", "a", 2, None, 9)])), "3.7")
    assert (found["high"], found["taken"], found["state"]) == ("0.2", "0.8", "lost")
    assert found["working"]["zh"] == (
        "3.7 打印送达回证、准予许可通知书：满分1；抽查办件少打印文书：4份 × 0.2 = 0.8；得0.2")
    assert found["working"]["en"].endswith("not printed: 4 × 0.2 per document = 0.8; scores 0.2")
    assert found["clauses"][0]["findings"] == ["f0", "f1"]


@pytest.mark.parametrize(("indicator", "findings", "marks"), [
    ("1.2", [("a", 3)], "0.5"),                                        # 2 − 3 × 0.5
    ("1.2", [("a", 5)], "0"),                                          # 2.5 over 2
    ("1.4", [("a", 1, "1"), ("b", 1, "1")], "1.5"),                     # 同一制度既未上墙又未执行…只扣一次: 0.5
    ("1.4", [("a", 1, "1"), ("b", 1, "2")], "1"),                       # one not on the wall, another not carried out
    ("1.4", [("a", 1, "1"), ("b", 1, "1"), ("b", 1, "2")], "1"),
    ("2.1", [("a", 1, "1"), ("a", 1, "2"), ("b", 1)], "0.5"),           # two missing, one broken: 1.5
    ("2.2", [("a", 2)], "0"),
    ("3.3", [*(("a", 1, None, each) for each in (1, 2, 3, 4)), ("b", 1)], "1.8"),   # 4 × 0.3 + 1 = 2.2 of 4
    ("3.3", [("a", 4, None, 1), ("b", 1)], "2.7"),                      # one case, noted four times: 未及时录入每件扣0.3
    ("3.3", [*(("a", 1, None, each) for each in range(1, 11)), *(("a", 1, None, each) for each in (1, 2, 3, 3))], "1"),  # 10件…也只扣3分
    ("3.6", [("a", 9)], "0.5"),                                        # 4.5 of 5
    ("3.6", [("a", 11)], "0"),
    ("3.12", [("a", 1, None, each) for each in range(1, 11)], "0"),    # ten cases × 0.1
    ("3.12", [("a", 1, None, each) for each in range(1, 10)], "0.1"),
    ("4.3", [("a", 1)], "0"),                                          # 每发现一个扣2分, full marks 2
    ("4.4", [("a", 2, None, 1)], "1"),                                 # two papers of one case: 每多收取一份
    ("4.5", [("a", 3, None, 2)], "4"),                                 # 每超期一件: one case is late once
    ("5.1", [("a", 1)], "0"),
    ("5.1", [("a", 7)], "0"),                                          # all or nothing: not 7 times
    ("5.2", [("a", 1), ("b", 1), ("c", 1)], "1"),                      # 0.5 + 0.5 + 1
    ("5.2", [("d", 1), ("e", 1)], "0"),                                # 2 + 2 over 3
    ("5.5", [("a", 1), ("b", 1)], "0.5"),
    ("5.9", [("a", 3)], "0.5"),                                        # 1.5 of 2
    ("5.9", [("a", 5)], "0"),                                          # 2.5, 最高扣2分
    ("5.9", [("a", 1), ("b", 1)], "0.5"),                              # 0.5 + 1
])
def test_deductions_of_the_source(indicator, findings, marks):
    items = list(getattr(LIST.indicators[indicator].clauses["a"], "items", {}))
    real = [
        (indicator, clause, rest[0], items[int(rest[1]) - 1] if len(rest) > 1 and rest[1] else None,
         rest[2] if len(rest) > 2 else None)
        for clause, *rest in findings
    ]
    found = line(score(LIST, sheet(findings=real)), indicator)
    assert (found["low"], found["high"]) == (marks, marks)


def test_the_same_missing_system_noted_twice_is_deducted_once():
    item = next(iter(LIST.indicators["1.4"].clauses["a"].items))
    found = line(score(LIST, sheet(findings=[("1.4", "a", 1, item), ("1.4", "a", 1, item)])), "1.4")
    assert found["high"] == "1.5"


def test_a_special_window_row_that_is_not_met_waits_to_hear_why():
    """5.9: 每发现一处扣0.5, or 未建立制度扣1: between nothing of both and all of them, until a fault is noted."""
    alone = line(score(LIST, sheet({"5.9": {"verdict": "not_met"}})), "5.9")
    assert (alone["low"], alone["high"], alone["state"]) == ("0", "2", "open")
    noted = line(score(LIST, sheet(findings=[("5.9", "a", 1)])), "5.9")
    assert (noted["low"], noted["high"]) == ("1.5", "1.5")


def test_everything_over_its_cap_is_zero_and_not_below():
    """Every named item of every list, every drawn case, and 9,999 of whatever is counted."""
    findings = [
        (indicator.id, clause.id, 9999, item, case)
        for indicator in LIST.indicators.values() for clause in indicator.clauses.values()
        if clause.kind in ("each", "missing", "sample", "all_or_nothing")
        for item in getattr(clause, "items", [None])
        for case in (range(1, clause.cases + 1) if clause.kind == "sample" else [None])
    ]
    answers = {
        "1.1": {"verdict": "not_met", "awards": {"a": "0"}}, "4.6": {"verdict": "not_met", "awards": {"a": "0"}},
        "5.6": {"verdict": "not_met", "awards": {"a": "0"}}, "1.3": {"measures": {"windows": "0"}},
        "3.9": {"measures": {"rate": "0"}}, "5.3": {"measures": {"rate": "0"}}, "5.4": {"measures": {"rate": "0"}},
        "5.7": {"verdict": "not_met"}, "6.1": {"verdict": "not_met"},
    }
    result = score(LIST, sheet(answers, findings), places={"3.1/a": (21, 21)})
    # Left: 0.2 for the last place in case counts; where a list has only some items, what they cannot take.
    left = {each["indicator"]: each["high"] for each in result["lines"] if each["high"] != "0"}
    # 3.14 names four records at 1 each, of 5.
    assert left == {"3.1": "0.2", "3.14": "1"}
    assert (result["low"], result["high"]) == ("1.2", "1.2")


def test_awards_begin_at_zero():
    result = score(LIST, sheet({"6.1": {"verdict": "not_met"}, "5.7": {"verdict": "not_met", "awards": {}}}))
    assert (line(result, "6.1")["high"], line(result, "5.7")["high"]) == ("0", "0")


def test_a_typical_visit_adds_up():
    """1.2: −1; 3.7: −0.8; 5.3 at 99.95: −1; 5.4 at 97: −0.9; 1.1 judged 2.5: −0.5; 6.1 none: −3; place 2: −0.2."""
    answers = {
        "5.3": {"measures": {"rate": "99.95"}}, "5.4": {"measures": {"rate": "97"}},
        "1.1": {"verdict": "not_met", "awards": {"a": "2.5"}}, "6.1": {"verdict": "not_met"},
    }
    result = score(LIST, sheet(answers, [("1.2", "a", 2), ("3.7", "a", 4, None, 1)]), places={"3.1/a": (2, 2)})
    assert (result["low"], result["high"]) == ("92.6", "92.6")   # 100 − 7.4


def test_what_was_not_checked_is_a_range_and_is_named():
    answers = {"1.1": {}, "3.9": {}}
    result = score(LIST, sheet(answers), places=FIRST)
    assert (result["low"], result["high"]) == ("95", "100")      # 3 + 2 still open
    assert result["open"] == ["1.1", "3.9"]
    assert not result["complete"]
    assert line(result, "1.1")["working"]["zh"] == "1.1 规范场所建设：满分3；尚未检查；得0–3"


@pytest.mark.parametrize(("text", "code"), [
    ("-1", "measure.negative"), ("100.01", "measure.over_hundred"), ("97,5", "measure.comma"), ("", "measure.empty"),
    ("9" * 401, "measure.too_large"), ("1e400", "measure.not_a_number"), ("九十七", "measure.not_a_number"),
    ("97.55555", "measure.too_precise"), ("97%", "measure.not_a_number"),
])
def test_a_figure_that_is_none_never_becomes_marks(text, code):
    result = score(LIST, sheet({"5.4": {"verdict": "met", "measures": {"rate": text}}}))
    assert (line(result, "5.4")["low"], line(result, "5.4")["high"]) == ("0", "3")
    assert result["problems"] == [{"indicator": "5.4", "measure": "rate", "code": code}]
    assert "5.4" in result["open"]


def test_a_supervisor_sets_the_marks_and_the_reason_is_read_with_them():
    one = sheet(findings=[("1.2", "a", 2)]) | {"adjustments": {"1.2": {"points": "1.5", "reason": "一处属施工遮挡"}}}
    found = line(score(LIST, one), "1.2")
    assert (found["low"], found["high"]) == ("1.5", "1.5")
    assert found["working"]["zh"] == "1.2 符号和标志标准：满分2；督查调整为1.5（一处属施工遮挡）；得1.5"


def test_not_applicable_is_neither_met_nor_open():
    found = line(score(LIST, sheet({"3.5": {"verdict": "not_applicable"}})), "3.5")
    assert (found["state"], found["high"]) == ("not_applicable", "3")
