"""Random answer sheets of any checklist: for the differential test and generated vectors. Seeded."""

from __future__ import annotations

import random
from typing import Any

FIGURES = ("100", "99.95", "99.999", "97", "97.5", "90", "89.99", "0", "150", "149.99", "3", "1", "50", "20", "30",
           "12345", "１００", "９７．５", "1,000", "-1", "", " 95 ", "abc", "100.01", "1e3", "9" * 30, "007", "0.5")
AWARDS = ("0", "1", "2", "3", "0.5", "1.25", "2.75", "99", "x", "")
VERDICTS = ("met", "met", "met", "not_met", "not_met", "not_applicable", None)
KINDS = ("signage", "layout", "badge", "document", "equipment", "scene")


def sheet(content: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A sheet that may say anything the format allows, sensible or not."""
    made: dict[str, Any] = {"checklist": content["slug"], "version": content["version"], "answers": {},
                            "findings": [], "photos": [], "adjustments": {}}
    busy = dice.random()
    for indicator in indicators(content):
        if dice.random() < busy:
            made["answers"][indicator["id"]] = _answer(indicator, dice)
        if dice.random() < 0.3:
            made["findings"] += [_finding(indicator, dice) for _ in range(dice.randint(1, 4))]
        if dice.random() < 0.3:
            made["photos"].append({"id": f"p{dice.getrandbits(32):08x}", "indicator": indicator["id"], "finding": None,
                                   "kind": dice.choice(KINDS)})
        if dice.random() < 0.03:
            made["adjustments"][indicator["id"]] = {"points": dice.choice(AWARDS), "reason": "复核"}
    return made


def settings(content: dict[str, Any], dice: random.Random) -> dict[str, str]:
    return {each["id"]: dice.choice(each["choices"]) for each in content["settings"] if dice.random() < 0.3}


def places(content: dict[str, Any], dice: random.Random) -> dict[str, list[int]]:
    """Sometimes the campaign has told the places of the rank clauses."""
    found = {}
    for indicator in indicators(content):
        for clause in indicator.get("clauses", []):
            if clause["kind"] == "rank" and dice.random() < 0.6:
                best = dice.randint(1, 25)
                found[f"{indicator['id']}/{clause['id']}"] = [best, best + dice.choice((0, 0, 3))]
    return found


def indicators(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for category in content["categories"] for group in category["groups"] for one in group["indicators"]]


def _answer(indicator: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    answer: dict[str, Any] = {"verdict": dice.choice(VERDICTS)}
    if indicator["measures"]:
        answer["measures"] = {each["id"]: dice.choice(FIGURES) for each in indicator["measures"] if dice.random() < 0.8}
    awards = [each["id"] for each in indicator.get("clauses", []) if each["kind"] in ("judge", "award")]
    if awards:
        answer["awards"] = {clause: dice.choice(AWARDS) for clause in awards if dice.random() < 0.7}
    if indicator.get("requirements"):
        answer["requirements"] = {each["id"]: dice.choice(VERDICTS) for each in indicator["requirements"]
                                  if dice.random() < 0.8}
    return answer


def _finding(indicator: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    clauses = indicator.get("clauses", []) or indicator.get("requirements", [])
    clause = dice.choice(clauses) if clauses and dice.random() < 0.95 else None
    items = [each["id"] for each in clause.get("items", [])] if clause else []
    return {
        "id": f"f{dice.getrandbits(40):010x}", "indicator": indicator["id"], "clause": clause["id"] if clause else None,
        "item": dice.choice(items) if items and dice.random() < 0.9 else None,
        "case": dice.choice((None, 1, 3, 10, 11)) if clause and clause.get("kind") == "sample" else None,
        "count": dice.choice((1, 1, 1, 2, 3, 4, 12, 9999)), "note": None, "photos": [],
    }
