"""The vectors that pytest and vitest both run: hand-written lines, readings of figures, and pinned random sheets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mingcha.core.canonical import digest
from mingcha.core.checklist.model import Measure, Words
from mingcha.core.scoring import reading, score, shown
from tests.core.scoring_lists import VECTORS, small

HAND = json.loads((VECTORS / "hand.json").read_text())
GENERATED = json.loads((VECTORS / "generated.json").read_text())
FINDING = ("clause", "count", "item", "case")
READINGS = json.loads((VECTORS / "readings.json").read_text())


@pytest.mark.parametrize("case", HAND, ids=lambda case: f"{case['in']}: {case['why']}")
def test_an_indicator_earns_what_was_worked_out_by_hand(case):
    result = score(small("clauses"), sheet_of(case), case.get("settings"), places_of(case))
    line = next(each for each in result["lines"] if each["indicator"] == case["in"])
    assert [line["low"], line["high"], line["state"]] == case["expect"]


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
    places = {key: (best, worst) for key, (best, worst) in case["places"].items()}
    result = score(small(case["list"]), case["sheet"], case["settings"], places)
    assert {"low": result["low"], "high": result["high"], "full": result["full"], "open": result["open"],
            "reached": result["tier"] and result["tier"]["reached"], "digest": digest(result)} == case["expect"]


def test_there_are_enough_vectors():
    assert len(HAND) + len(GENERATED) + len(READINGS) >= 300
