"""The vectors that pytest and vitest both run: hand-written lines, readings of figures, and pinned random sheets."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from mingcha.core.canonical import digest
from mingcha.core.checklist.model import CLAUSE_KINDS, Checklist, Measure, Words
from mingcha.core.scoring import reading, score, shown
from mingcha.core.scoring.places import places
from tests.core.scoring_lists import VECTORS, small

HAND = json.loads((VECTORS / "hand.json").read_text())
GENERATED = json.loads((VECTORS / "generated.json").read_text())
FINDING = ("clause", "count", "item", "case")
TIERS = json.loads((VECTORS / "tiers.json").read_text())
PLACES = json.loads((VECTORS / "places.json").read_text())
READINGS = json.loads((VECTORS / "readings.json").read_text())


@pytest.mark.parametrize("case", HAND, ids=lambda case: f"{case['in']}: {case['why']}")
def test_an_indicator_earns_what_was_worked_out_by_hand(case):
    result = score(list_of(case), sheet_of(case), case.get("settings"), places_of(case))
    line = next(each for each in result["lines"] if each["indicator"] == case["in"])
    assert [line["low"], line["high"], line["state"]] == case["expect"]


def list_of(case: dict[str, Any]) -> Checklist:
    return small(case.get("list", "clauses"))


def sheet_of(case: dict[str, Any]) -> dict[str, Any]:
    findings = [
        {"id": f"f{number}", "indicator": case["in"], **dict(zip(FINDING, row, strict=False))}
        for number, row in enumerate(case.get("findings", []))
    ]
    adjustments = {case["in"]: case["adjustment"]} if "adjustment" in case else {}
    return {"checklist": "clauses", "version": "1", "answers": {case["in"]: case.get("answer", {})},
            "findings": findings, "adjustments": adjustments}


def places_of(case: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {f"{case['in']}/a": (case["place"][0], case["place"][1])} if "place" in case else {}


@pytest.mark.parametrize(("text", "type_", "expected"), READINGS)
def test_a_figure_is_read_or_refused(text, type_, expected):
    kinds = {"percent": ("percent", 2), "count": ("count", 0)}
    measure = Measure("m", Words("", ""), "", kinds[type_][0], None, None, kinds[type_][1]) if type_ else None  # type: ignore[arg-type]
    found = reading(text, measure)
    assert (found if isinstance(found, str) else shown(found)) == expected


@pytest.mark.parametrize("case", GENERATED, ids=lambda case: case["name"])
def test_a_sheet_scores_as_it_always_did(case):
    known = {key: (best, worst) for key, (best, worst) in case["places"].items()}
    result = score(small(case["list"]), case["sheet"], case["settings"], known)
    assert {"low": result["low"], "high": result["high"], "full": result["full"], "open": result["open"],
            "reached": result["tier"] and result["tier"]["reached"], "digest": digest(result)} == case["expect"]


@pytest.mark.parametrize("case", TIERS, ids=lambda case: case["covers"])
def test_a_centre_reaches_the_tier_worked_out_by_hand(case):
    tier = score(small(case["list"]), tier_sheet(case), case.get("settings"))["tier"]
    between = sorted({each["indicator"] for each in tier["standing_between"]})
    assert [tier["reached"], tier["possible"], tier["next"], between] == [*case["expect"][:3], sorted(case["expect"][3])]


def tier_sheet(case: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for id, said in case["answers"].items():
        answers[id] = {"verdict": said} if isinstance(said, str) else {"measures": said}
    for field, verdict in (("requirements", "met"), ("denied", "not_met")):
        for id, names in case.get(field, {}).items():
            answers.setdefault(id, {}).setdefault("requirements", {}).update(dict.fromkeys(names, verdict))
    return {"checklist": case["list"], "version": "1", "answers": answers}


@pytest.mark.parametrize("case", PLACES, ids=lambda case: case["covers"])
def test_places_are_those_worked_out_by_hand(case):
    figures = {name: each and (Decimal(each[0]), Decimal(each[1])) for name, each in case["figures"].items()}
    assert {name: list(place) for name, place in places(figures, case["ties"]).items()} == case["expect"]


def test_there_are_enough_vectors_and_each_clause_kind_has_some_by_hand():
    assert len(HAND) + len(TIERS) + len(PLACES) + len(GENERATED) + len(READINGS) >= 400
    kinds = {clause.kind for case in HAND for clause in list_of(case).indicators[case["in"]].clauses.values()}
    assert kinds == set(CLAUSE_KINDS)


def test_the_list_of_vectors_counts_them_right():
    listed = dict(re.findall(r"^\| `(\w+)\.json` \| (\d+) \|", (VECTORS / "README.md").read_text(), re.MULTILINE))
    found = {name: len(json.loads((VECTORS / f"{name}.json").read_text())) for name in listed}
    assert {name: int(count) for name, count in listed.items()} == found
    assert len(listed) == 5
