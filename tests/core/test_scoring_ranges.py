"""While conflicts are open a result is a range, in all four schemes: exact per row, and the same on phone and server."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

import pytest

from mingcha.core.canonical import canonical
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import State, conflicts, contradictions, fold
from mingcha.core.scoring import Result, standing
from tests.core.scoring_lists import SLUGS, ask_the_phone, checklist, the_checklists
from tests.vectors.scoring import random_sheets, random_visits

#: `make nightly` raises these.
MANY = int(os.environ.get("MINGCHA_SHEETS", "1"))
VISITS_EACH, TRIED_EACH, MOST_COMBINATIONS = 150 * MANY, 40 * MANY, 48
DRAWN_EACH, MOST_DECISIONS = 40 * MANY, 32


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


def test_the_range_holds_whatever_is_decided_about_findings_that_contradict_something():
    """Findings beside "met", look-alikes, kept ones, and what a finding is: each side of each, one by one."""
    dice = random.Random("sides")
    seen: Counter[str] = Counter()
    for list_ in (checklist(slug) for slug in SLUGS for _ in range(DRAWN_EACH)):
        state = fold(random_visits.visit(list_, dice, rows=1, size=10).ops)
        codes = {each["code"] for each in contradictions(state, list_)} - {"cited_photo_removed"}
        codes |= {"identity"} if any(each["target"] in state["elements"] for each in conflicts(state)) else set()
        decided = list(decisions(list_, state)) if codes else []
        if not 2 <= len(decided) <= MOST_DECISIONS:
            continue
        seen.update(codes)
        wide = standing(list_, state)
        for each in decided:
            for line, other in zip(wide["lines"], each["lines"], strict=True):
                assert Decimal(line["low"]) <= Decimal(other["low"]), (line, other)
                assert Decimal(other["high"]) <= Decimal(line["high"]), (line, other)
        holds(wide, decided)
    assert all(seen[code] >= 3 for code in ("met_with_finding", "double_finding", "kept_element", "identity")), seen


def decisions(list_: Checklist, state: State) -> Iterator[Result]:
    """The result of every way to settle both the fields in conflict and the findings in doubt, as ordinary ops would."""
    doubts = [each for each in contradictions(state, list_) if each["code"] != "cited_photo_removed"]
    findings = [target for target, element in state["elements"].items() if element["live"] and target.startswith("finding/")]
    fields = [each for each in conflicts(state) if each["target"] in state["fields"]]
    ways = prod(len(each["heads"]) for each in fields)
    for target in findings:
        ways *= len(state["elements"][target]["heads"]) + 1
    if ways > 8 * MOST_DECISIONS:
        return
    doubles = [each["about"] for each in doubts if each["code"] == "double_finding"]
    open_ = {each["target"]: each["heads"] for each in fields}
    for each in doubts:
        if each["code"] == "met_with_finding":   # the findings go, or the verdict was wrong
            head = state["fields"][each["about"][0]][0]
            open_[each["about"][0]] = [head, {**head, "value": "not_met"}]
    for choice in product(*open_.values()):
        chosen = {target: [head] for target, head in zip(open_, choice, strict=True)}
        said = state["fields"] | chosen
        met = {target for target, heads in said.items() if heads[0]["value"] == "met"}
        # What somebody removed may go; beside "met" all goes; of two look-alikes one may.
        free = {target for target in findings
                if state["elements"][target]["kept"] or any(denied(head["value"], met) for head in state["elements"][target]["heads"])}
        for sides in product(*([*state["elements"][target]["heads"], None] for target in findings)):
            stays = {
                target: {**state["elements"][target], "value": side["value"], "kept": False, "heads": [{**side, "author": "one"}]}
                for target, side in zip(findings, sides, strict=True) if side
            }
            taken = set(findings) - free - stays.keys()
            if any(denied(element["value"], met) for element in stays.values()) or not all(
                    any(target in pair and set(pair) & stays.keys() for pair in doubles) for target in taken):
                continue
            elements = {target: element for target, element in state["elements"].items() if target not in findings}
            yield standing(list_, {**state, "fields": said, "elements": elements | stays})


def denied(finding: Any, met: set[str]) -> bool:
    row = f"answer/{finding['indicator']}"
    return f"{row}/verdict" in met or f"{row}/requirement/{finding['clause']}" in met


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
