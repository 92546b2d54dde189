"""Ranks, ties and grades over a campaign, by hand from seed 002: 前两名一等, 第三至六名二等, 第七至十一名三等."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mingcha.core.problems import Refused
from mingcha.core.scoring import campaign, recompute, score, snapshot
from mingcha.core.scoring.places import places
from tests.core.scoring_lists import checklist

LIST = checklist("county-grading")


def town(lost: int, cases: int | None = None) -> dict[str, Any]:
    """A town that loses `lost` half-marks under 4.2, 5.8, 3.6 … and handled so many cases."""
    answers: dict[str, Any] = {id: {"verdict": "met"} for id in LIST.indicators}
    answers["3.1"] = {"verdict": "met", "measures": {"cases": str(cases)}} if cases is not None else {"verdict": "met"}
    findings = []
    for indicator, most in (("3.6", 10), ("5.8", 8), ("4.2", 6)):
        count = min(lost, most)
        lost -= count
        if count:
            findings.append({"id": f"{indicator}:a", "indicator": indicator, "clause": "a", "count": count})
    return {"checklist": "county-grading", "version": "2022.1", "answers": answers, "findings": findings}


def thirteen() -> dict[str, Any]:
    """t01 is best; each next town loses half a mark more and has fewer cases."""
    return {f"t{n:02}": town(n - 1, 2000 - n) for n in range(1, 14)}


def by_site(rows: Any) -> dict[str, Any]:
    return {row["site"]: row for row in rows}


def trigger(site: str, what: str = "media") -> Any:
    return {"kind": "trigger", "site": site, "trigger": what, "source": "省报 2022-09-01",
            "reason": "窗口无人值守"}


def test_places_give_case_marks_and_grades():
    rows = campaign(LIST, thirteen(), awarded_on="2022-08-31")
    assert [row["site"] for row in rows] == [f"t{n:02}" for n in range(1, 14)]
    assert [row["grade"]["now"] for row in rows] == (
        ["first"] * 2 + ["second"] * 4 + ["third"] * 5 + [None] * 2)
    assert [row["grade"]["bonus"] for row in rows[::3]] == ["5", "3", "2", "2", "0"]
    # t03: third in cases 3.6, and 2 × 0.5 lost: 100 − 0.4 − 1
    assert rows[2]["result"]["low"] == "98.6"
    assert rows[0]["grade"]["valid_until"] == "2025-08-31"
    assert rows[12]["grade"]["valid_until"] is None
    assert all(row["grade"]["settled"] for row in rows)


def test_places_21_and_22_in_cases_still_earn_0_2_with_police_stations_ranked_too():
    listed = {"3.1/a": {f"police {n}": str(5000 + n) for n in range(8)}}
    rows = by_site(campaign(LIST, thirteen(), {"rank_units": "listed"}, listed=listed))
    assert rows["t13"]["places"] == {"3.1/a": [21, 21]}
    line = next(line for line in rows["t13"]["result"]["lines"] if line["indicator"] == "3.1")
    assert line["high"] == "0.2"
    assert rows["t01"]["places"] == {"3.1/a": [9, 9]}                # 4 − 8 × 0.2 = 2.4


@pytest.mark.parametrize(("ties", "expected"), [
    ("shared", {"a": (1, 1), "b": (2, 2), "c": (2, 2), "d": (4, 4)}),
    ("dense", {"a": (1, 1), "b": (2, 2), "c": (2, 2), "d": (3, 3)}),
    ("worse", {"a": (1, 1), "b": (3, 3), "c": (3, 3), "d": (4, 4)}),
])
def test_ties_by_the_visible_setting(ties, expected):
    figures = {"a": 9, "b": 7, "c": 7, "d": 1}
    assert places({name: (Decimal(n), Decimal(n)) for name, n in figures.items()}, ties) == expected


def test_an_unknown_figure_leaves_places_open_as_far_as_it_can_move_them():
    nine, one = (Decimal(9), Decimal(9)), (Decimal(1), Decimal(1))
    assert places({"a": nine, "b": one, "c": None}, "shared") == {"a": (1, 2), "b": (2, 3), "c": (1, 3)}


def test_exposed_in_the_media_is_exactly_one_grade_lower_and_the_place_stays_empty():
    lowered = [trigger("t01"), trigger("t01", "city_centre"), trigger("t11")]
    rows = by_site(campaign(LIST, thirteen(), decisions=lowered))
    assert (rows["t01"]["grade"]["band"], rows["t01"]["grade"]["now"], rows["t01"]["grade"]["bonus"]) == (
        "first", "second", "3")
    assert rows["t03"]["grade"]["now"] == "second"                   # not moved up
    assert rows["t11"]["grade"]["now"] is None                       # below the last: no grade
    assert "窗口无人值守；来源：省报" in rows["t01"]["grade"]["working"]["zh"]


def test_counted_each_two_happenings_are_two_grades():
    rows = by_site(campaign(LIST, thirteen(), {"downgrade_several": "each"},
                            [trigger("t01"), trigger("t01", "city_centre")]))
    assert rows["t01"]["grade"]["now"] == "third"


def test_a_vacated_place_is_refilled_by_the_next_in_line_when_the_campaign_says_so():
    """t01 falls to second; t03 moves up to first; second keeps its four seats (t01, t04, t05, t06)."""
    rows = by_site(campaign(LIST, thirteen(), {"vacated_place": "refill"}, [trigger("t01")]))
    assert [site for site, row in rows.items() if row["grade"]["now"] == "first"] == ["t02", "t03"]
    assert sorted(site for site, row in rows.items() if row["grade"]["now"] == "second") == ["t01", "t04", "t05", "t06"]
    assert [rows[f"t{n:02}"]["grade"]["now"] for n in (7, 11, 12)] == ["third", "third", None]


def test_falling_out_of_the_last_grade_lets_the_twelfth_in_by_refill():
    rows = by_site(campaign(LIST, thirteen(), {"vacated_place": "refill"}, [trigger("t09")]))
    assert (rows["t09"]["grade"]["now"], rows["t12"]["grade"]["now"], rows["t13"]["grade"]["now"]) == (
        None, "third", None)


def test_equal_totals_share_the_better_place_or_wait_for_a_recorded_order():
    sheets = thirteen() | {"t03": town(1, 1998)}                     # t03 equals t02 in all
    rows = by_site(campaign(LIST, sheets))
    assert [rows[site]["grade"]["now"] for site in ("t01", "t02", "t03", "t04")] == ["first"] * 3 + ["second"]

    waiting = by_site(campaign(LIST, sheets, {"grade_ties": "decided"}))
    assert not waiting["t02"]["grade"]["settled"]
    order = {"kind": "tie", "site": "t02", "order": ["t03", "t02"], "source": "领导小组会议纪要", "reason": "窗口较多"}
    decided = by_site(campaign(LIST, sheets, {"grade_ties": "decided"}, [order]))
    assert (decided["t03"]["grade"]["now"], decided["t02"]["grade"]["now"]) == ("first", "second")


def test_a_later_downgrade_and_a_withdrawal_are_decisions_of_their_own_and_leave_the_award():
    later = {"kind": "lower", "site": "t01", "source": "市中心通报", "reason": "通报批评"}
    gone = {"kind": "withdraw", "site": "t02", "source": "省效能办", "reason": "弄虚作假"}
    rows = by_site(campaign(LIST, thirteen(), decisions=[later, gone]))
    assert (rows["t01"]["grade"]["awarded"], rows["t01"]["grade"]["now"], rows["t01"]["grade"]["bonus"]) == (
        "first", "second", "5")
    assert (rows["t02"]["grade"]["awarded"], rows["t02"]["grade"]["now"]) == ("first", None)


def test_a_decision_without_source_or_reason_is_refused():
    with pytest.raises(Refused, match=r"sheet\.decision_unfounded"):
        campaign(LIST, thirteen(), decisions=[trigger("t01") | {"source": " "}])
    with pytest.raises(Refused, match=r"sheet\.decision_unknown"):
        campaign(LIST, thirteen(), decisions=[trigger("t99")])


def test_while_one_case_count_is_missing_the_marks_of_all_below_it_are_provisional():
    rows = by_site(campaign(LIST, thirteen() | {"t05": town(4)}))
    assert rows["t05"]["places"] == {"3.1/a": [1, 13]}
    assert rows["t01"]["places"] == {"3.1/a": [1, 2]}
    assert not rows["t05"]["grade"]["settled"]


def test_an_approved_snapshot_recomputes_to_the_same_digits_and_notices_any_change():
    one = town(3, 900)
    frozen = snapshot(LIST, one, [{"photo": "b", "sha256": "2" * 64}, {"photo": "a", "sha256": "1" * 64}], 41,
                      places={"3.1/a": (2, 2)})
    assert [each["photo"] for each in frozen["evidence"]] == ["a", "b"]
    assert recompute(frozen, LIST) == "same"
    assert frozen["result"] == score(LIST, one, places={"3.1/a": (2, 2)})
    assert recompute(frozen | {"upto": 42}, LIST) == "altered"       # type: ignore[arg-type]
    assert recompute(frozen, checklist("ningbo-58")) == "other_checklist"
