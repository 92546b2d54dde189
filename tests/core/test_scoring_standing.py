"""While conflicts are open the score is a range: exact, and it holds every score that settling them can give."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mingcha.core.canonical import canonical
from mingcha.core.oplog import fold
from mingcha.core.scoring import score, sheet_of, standing
from tests.core.scoring_lists import SLUGS, checklist, small
from tests.vectors.scoring import random_sheets, random_visits
from tests.vectors.scoring.random_visits import LIN, ZHAO

LIST = checklist("county-grading")


class Visit(random_visits.Visit):
    def standing(self) -> Any:
        return standing(LIST, fold(self.ops))


def line(result: Any, indicator: str) -> Any:
    return next(each for each in result["lines"] if each["indicator"] == indicator)


def figures(result: Any, indicator: str) -> tuple[str, str, str]:
    found = line(result, indicator)
    return found["low"], found["high"], found["state"]


def test_two_counts_of_one_tally_give_the_range_between_them():
    visit = Visit()
    visit.find("1.2:a", "1.2", "a")
    visit.say("finding/1.2:a/count", 2)
    visit.say("finding/1.2:a/count", 3, by=ZHAO)
    assert figures(visit.standing(), "1.2") == ("0.5", "1", "conflict")      # 2 − 1.5 … 2 − 1
    assert "2–3处 × 0.5 = 1–1.5" in line(visit.standing(), "1.2")["working"]["zh"]


def test_two_verdicts_give_the_marks_of_each():
    visit = Visit()
    visit.say("answer/5.1/verdict", "met")
    visit.say("answer/5.1/verdict", "not_met", by=ZHAO)
    assert figures(visit.standing(), "5.1") == ("0", "1", "conflict")


def test_two_figures_give_the_marks_of_each():
    visit = Visit()
    visit.say("answer/5.3/measure/rate", "99.98")                            # 2 − 0.4
    visit.say("answer/5.3/measure/rate", "99.95", by=ZHAO)                   # 2 − 1
    assert figures(visit.standing(), "5.3") == ("1", "1.6", "conflict")


def test_equal_values_are_settled():
    visit = Visit()
    visit.say("answer/5.3/measure/rate", "99.98")
    visit.say("answer/5.3/measure/rate", "99.98", by=ZHAO)
    assert figures(visit.standing(), "5.3") == ("1.6", "1.6", "lost")


def test_a_verdict_met_beside_a_finding_leaves_both_ways_open():
    visit = Visit()
    visit.say("answer/1.2/verdict", "met")
    visit.find("1.2:a", "1.2", "a", by=ZHAO)
    assert figures(visit.standing(), "1.2") == ("1.5", "2", "conflict")


def test_beside_a_finding_a_verdict_met_may_itself_be_what_was_wrong():
    """Row of a figure, a fault and a judgement; "met" stands in for both until it is taken back: 5 − 0.75 at best, then 0."""
    list_, visit = small("clauses"), Visit()
    said = visit.say("answer/mixed/verdict", "met")
    visit.find("f", "mixed", "b", by=ZHAO)
    wide = figures(standing(list_, fold(visit.ops)), "mixed")
    assert wide == ("0", "5", "conflict")
    visit.say("answer/mixed/verdict", "not_met", over=(said,))
    assert figures(standing(list_, fold(visit.ops)), "mixed") == ("0", "4.25", "open")


def test_a_row_of_a_matrix_that_was_called_met_may_lose_the_finding_beside_it():
    list_, visit = small("rows"), Visit()
    visit.say("answer/1/verdict", "met")
    for requirement in "cd":
        visit.say(f"answer/1/requirement/{requirement}", "met")
    visit.find("f", "1", "a", by=ZHAO)   # "a" is asked by all three tiers
    assert figures(standing(list_, fold(visit.ops)), "1") == ("0", "3", "conflict")


def test_two_findings_that_may_be_one_fault_count_once_or_twice():
    visit = Visit()
    visit.say("answer/3.7/verdict", "not_met")
    visit.find("a" * 8, "3.7", "a", minute=1, case=2)
    visit.find("b" * 8, "3.7", "a", by=ZHAO, minute=3, case=2)
    assert figures(visit.standing(), "3.7") == ("0.6", "0.8", "conflict")


def test_two_by_two_look_alikes_leave_at_least_one_side():
    """Lin noted two, Zhao two, all under one clause within minutes: whoever is right, two remain; or all four."""
    visit = Visit()
    visit.say("answer/3.2/verdict", "not_met")
    for number, (who, id) in enumerate(((LIN, "l1"), (LIN, "l2"), (ZHAO, "z1"), (ZHAO, "z2"))):
        visit.find(id, "3.2", "a", by=who, minute=number)
    assert figures(visit.standing(), "3.2") == ("0", "1", "conflict")        # 2 − 4 × 0.5 … 2 − 2 × 0.5


def test_a_kept_finding_may_stay_or_go():
    visit = Visit()
    visit.say("answer/1.2/verdict", "not_met")
    visit.find("sure", "1.2", "a")
    add = visit.find("kept", "1.2", "a")
    visit.say("finding/kept/count", 2)
    visit.say("finding/kept", None, by=ZHAO, kind="remove", over=(add,))
    assert figures(visit.standing(), "1.2") == ("0.5", "1.5", "conflict")


def test_a_conflict_about_what_a_finding_is_counts_under_either_clause():
    visit = Visit()
    visit.say("answer/5.2/verdict", "not_met")
    visit.find("one", "5.2", "a")                                            # 0.5
    visit.find("one", "5.2", "d", by=ZHAO)                                   # 2
    assert figures(visit.standing(), "5.2") == ("1", "2.5", "conflict")


def test_a_settled_state_and_its_sheet_score_alike():
    visit = Visit()
    for id in LIST.indicators:
        visit.say(f"answer/{id}/verdict", "met")
    visit.say("answer/3.1/measure/cases", "100")
    visit.say("answer/1.2/verdict", "not_met", over=(visit.ops[1].id,))
    visit.find("1.2:a", "1.2", "a")
    visit.say("finding/1.2:a/count", 3)
    state = fold(visit.ops)
    assert canonical(standing(LIST, state)) == canonical(score(LIST, sheet_of(state, LIST)))


@settings(max_examples=120, deadline=None, phases=(Phase.generate,))
@given(st.sampled_from(SLUGS), st.randoms(use_true_random=False))
def test_a_score_never_leaves_its_bounds_order_never_matters_and_lines_add_up(slug, dice):
    list_ = checklist(slug)
    one = random_sheets.sheet(list_.content, dice)
    before = score(list_, one)
    shuffled = {**one, "findings": dice.sample(one["findings"], len(one["findings"])),
                "photos": dice.sample(one["photos"], len(one["photos"])),
                "answers": dict(dice.sample(list(one["answers"].items()), len(one["answers"])))}
    assert canonical(score(list_, shuffled)) == canonical(before)
    assert Decimal(0) <= Decimal(before["low"]) <= Decimal(before["high"]) <= Decimal(before["full"])
    for line in before["lines"]:
        assert Decimal(0) <= Decimal(line["low"]) <= Decimal(line["high"]) <= Decimal(line["full"])
    if list_.scheme != "conformity":
        for figure in ("low", "high", "full"):
            total = sum(Decimal(each[figure]) for each in before["lines"])  # type: ignore[literal-required]
            assert total == Decimal(before[figure])  # type: ignore[literal-required]


@settings(max_examples=120, deadline=None, phases=(Phase.generate,))
@given(st.sampled_from(SLUGS), st.randoms(use_true_random=False))
def test_more_findings_never_raise_a_score(slug, dice):
    """Nor a line of it, nor one that is settled; an open one may close below its best."""
    list_ = checklist(slug)
    fewer = random_sheets.sheet(list_.content, dice)
    added = [{**each, "id": f"added-{n}"} for n, each in enumerate(random_sheets.sheet(list_.content, dice)["findings"][:4])]
    before, after = (score(list_, {**fewer, "findings": each}) for each in (fewer["findings"], fewer["findings"] + added))
    assert Decimal(after["high"]) <= Decimal(before["high"])
    for one, other in zip(before["lines"], after["lines"], strict=True):
        assert Decimal(other["high"]) <= Decimal(one["high"]), other["working"]


@pytest.mark.parametrize("indicator", ["1.4", "3.3", "5.1", "5.2", "5.5", "5.9"])
@settings(max_examples=25, deadline=None, phases=(Phase.generate,))
@given(st.randoms(use_true_random=False))
def test_more_findings_never_raise_a_row_that_was_said_not_to_be_met(indicator, dice):
    """Rows of 002 with clauses that meet, one finding after the other."""
    row, found = LIST.indicators[indicator], []
    highest = Decimal(99)
    for number in range(6):
        one = {"checklist": LIST.slug, "version": LIST.version, "answers": {indicator: {"verdict": "not_met"}}, "findings": found}
        high = Decimal(line(score(LIST, one), indicator)["high"])
        assert high <= highest, found
        highest = high
        clause = dice.choice((*row.clauses.values(), None))
        items = list(getattr(clause, "items", ()))
        found = [*found, {"id": f"f{number}", "indicator": indicator, "clause": clause and clause.id, "count": dice.randint(1, 3),
                          "item": dice.choice((*items[:3], None)) if items else None,
                          "case": dice.randint(1, 3) if hasattr(clause, "cases") else None}]
