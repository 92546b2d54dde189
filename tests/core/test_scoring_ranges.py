"""While conflicts are open a result is a range, in all four schemes: exact per row, and the same on phone and server."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from itertools import product
from math import prod

import pytest

from mingcha.core.canonical import canonical
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import State, conflicts, fold
from mingcha.core.scoring import Result, standing
from tests.core.scoring_lists import SLUGS, ask_the_phone, checklist, the_checklists
from tests.vectors.scoring import random_sheets, random_visits

#: `make nightly` raises these.
MANY = int(os.environ.get("MINGCHA_SHEETS", "1"))
VISITS_EACH, TRIED_EACH, MOST_COMBINATIONS = 150 * MANY, 40 * MANY, 48


@pytest.mark.parametrize("slug", SLUGS)
def test_the_range_of_each_row_is_exactly_what_the_combinations_of_heads_can_give(slug):
    """Every combination of heads, one by one, against both ends; and no end that none of them reaches."""
    list_, dice, seen = checklist(slug), random.Random(f"ranges {slug}"), 0
    while seen < TRIED_EACH:
        state = fold(random_visits.visit(list_, dice, rows=2, size=14).ops)
        settled = settlements(list_, state)
        if not 2 <= len(settled) <= MOST_COMBINATIONS:
            continue
        seen += 1
        wide = standing(list_, state)
        for row, line in enumerate(wide["lines"]):
            if line["state"] != "conflict":
                continue
            assert Decimal(line["low"]) == min(Decimal(each["lines"][row]["low"]) for each in settled)
            assert Decimal(line["high"]) == max(Decimal(each["lines"][row]["high"]) for each in settled)
            for tier, certain in (line["tiers"] or {}).items():
                # With heads that say "does not apply", a row of a matrix need not stand at one end.
                found = {(each["lines"][row]["tiers"] or {})[tier] for each in settled}
                assert certain == (found.pop() if len(found) == 1 else "unknown")
        holds(wide, settled)


def settlements(list_: Checklist, state: State) -> list[Result]:
    """The result of every way to settle the fields that are in conflict."""
    open_ = [each for each in conflicts(state) if each["target"] in state["fields"]]
    if prod(len(each["heads"]) for each in open_) > MOST_COMBINATIONS:
        return []
    found = []
    for choice in product(*(each["heads"] for each in open_)):
        chosen = {each["target"]: [head] for each, head in zip(open_, choice, strict=True)}
        found.append(standing(list_, {**state, "fields": state["fields"] | chosen}))
    return found


def holds(wide: Result, settled: list[Result]) -> None:
    """No settlement leaves the range, of the total, of a category or of the tier."""
    for each in settled:
        if wide["scheme"] != "conformity" or each["full"] == wide["full"]:   # a rate of nothing is no rate
            assert Decimal(wide["low"]) <= Decimal(each["low"]) <= Decimal(each["high"]) <= Decimal(wide["high"])
        if wide["tier"] and each["tier"]:
            for one, other in zip(wide["tier"]["per_tier"], each["tier"]["per_tier"], strict=True):
                assert one["state"] in ("unknown", other["state"])


def test_phone_and_server_write_the_same_bytes_for_any_visit_of_any_checklist():
    dice = random.Random(11)
    questions = the_checklists()
    expected = [b"true"] * len(questions)
    conflicts_seen = dict.fromkeys(SLUGS, 0)
    for slug in SLUGS:
        list_ = checklist(slug)
        for _ in range(VISITS_EACH):
            visit = random_visits.visit(list_, dice, size=dice.randint(5, 40))
            settings = random_sheets.settings(list_.content, dice)
            places, closed = random_sheets.places(list_.content, dice), dice.random() < 0.5
            known = {key: (best, worst) for key, (best, worst) in places.items()}
            result = standing(list_, fold(visit.ops), settings, known, closed=closed)
            conflicts_seen[slug] += any(line["state"] == "conflict" for line in result["lines"])
            questions.append({"ask": "standing", "digest": list_.digest, "settings": settings, "places": places,
                              "closed": closed, "ops": [op.as_json() for op in visit.ops]})
            expected.append(canonical(result))

    answers = ask_the_phone(questions)

    for question, answer, wanted in zip(questions, answers, expected, strict=True):
        assert answer == wanted, question
    assert all(seen > VISITS_EACH // 3 for seen in conflicts_seen.values()), conflicts_seen
