"""Writes generated.json: random histories and what Python makes of them. `python -m tests.vectors.oplog.generate`

A test regenerates it, so the file cannot drift from the rule; vitest reads it, so neither can the twin.
"""

import json
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from mingcha.core.oplog import conflicts, contradictions, fold, inspection_state, outcomes

from .histories import history, text_of

FILE = Path(__file__).with_name("generated.json")

#: A checklist as far as contradictions need it.
CHECKLIST: dict[str, Any] = {"categories": [{"groups": [{"indicators": [
    {"id": "3.1", "title": {"zh": "门牌标识", "en": "Signs"}},
    {"id": "3.7", "title": {"zh": "平面图", "en": "Floor plan"}},
]}]}]}


def titled(checklist: dict[str, Any]) -> SimpleNamespace:
    """The checklist's JSON as the server's model shows it."""
    return SimpleNamespace(indicators={
        indicator["id"]: SimpleNamespace(title=indicator["title"])
        for category in checklist["categories"] for group in category["groups"] for indicator in group["indicators"]
    })


def cases() -> list[dict[str, Any]]:
    return [case(seed, length) for seed, length in enumerate([*(1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24) * 2, 40, 80])]


def case(seed: int, length: int) -> dict[str, Any]:
    random = Random(seed)
    ops = history(random, length, forged=0.1)
    cut = random.randrange(length + 1)
    state = fold(ops)
    shuffled = random.sample(ops, len(ops))
    return {
        "name": f"history {seed} of {length} ops",
        "ops": [op.as_json() for op in shuffled],
        "state": text_of(state),
        "conflicts": [conflict["target"] for conflict in conflicts(state)],
        "contradictions": contradictions(state, titled(CHECKLIST)),
        "inspection_state": inspection_state(state),
        "batch_from": cut,
        "outcomes": outcomes(shuffled[:cut], shuffled[cut:]),
    }


def text() -> str:
    entries = ",\n".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in cases())
    return f'{{"checklist": {json.dumps(CHECKLIST, ensure_ascii=False)},\n"cases": [\n{entries}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
