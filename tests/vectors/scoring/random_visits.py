"""Random visits to any checklist: ops of two phones that often have not seen each other. Seeded."""

from __future__ import annotations

import random
from typing import Any

from mingcha.core.checklist.model import Checklist, Indicator
from mingcha.core.oplog import Op
from tests.vectors.scoring.random_sheets import AWARDS, FIGURES, KINDS, VERDICTS

INSPECTION = "019a0000-0000-7000-8000-0000000000ff"
LIN, ZHAO = "019a0000-0000-7000-8000-00000000000a", "019a0000-0000-7000-8000-00000000000b"
#: What a phone lets through; figures that are none come from an older app or another hand.
PLAIN_FIGURES = ("100", "99.95", "97", "90", "89.99", "0", "150", "20", "１００")


class Visit:
    """Two phones write; `say` by whom, over nothing unless told."""

    def __init__(self) -> None:
        self.ops: list[Op] = []

    def say(self, target: str, value: Any, *, by: str = LIN, over: tuple[str, ...] = (), kind: str = "set",
            minute: int = 0) -> str:
        number = len(self.ops) + 1
        id = f"019a{number:04x}-0000-7000-8000-{number:012x}"
        at = f"2026-03-02T09:{minute:02}:00.000Z"
        self.ops.append(Op(id, INSPECTION, "phone-one", number, at, kind, target, value, over, by))  # type: ignore[arg-type]
        return id

    def find(self, id: str, indicator: str, clause: str | None, *, by: str = LIN, minute: int = 0,
             case: int | None = None, item: str | None = None) -> str:
        value = {"indicator": indicator, "clause": clause, "item": item, "case": case}
        return self.say(f"finding/{id}", value, by=by, kind="add", minute=minute)


def visit(checklist: Checklist, dice: random.Random, *, rows: int = 4, size: int = 25) -> Visit:
    """`size` taps on `rows` indicators: answers, figures, findings, counts, photos, removals, adjustments."""
    made = Visit()
    indicators = [checklist.indicators[id] for id in dice.sample(list(checklist.indicators), rows)]
    last: dict[str, str] = {}
    for _ in range(size):
        kind, target, value = _tap(dice.choice(indicators), list(last), dice)
        over: tuple[str, ...] = ()
        if target in last and (kind == "remove" or (kind == "set" and dice.random() < 0.4)):
            over = (last[target],)
        if kind == "remove" and not over:
            continue
        last[target] = made.say(target, value, by=dice.choice((LIN, ZHAO)), over=over, kind=kind,
                                minute=dice.randint(0, 59))
    return made


def _tap(indicator: Indicator, known: list[str], dice: random.Random) -> tuple[str, str, Any]:
    choices = [("verdict", 4), ("finding", 3), ("photo", 1), ("adjust", 0.4), ("note", 0.2)]
    awarded = [clause for clause in indicator.clauses.values() if clause.kind in ("judge", "award")]
    findings = [target for target in known if target.startswith("finding/") and target.count("/") == 1]
    elements = [target for target in known if target.startswith(("finding/", "photo/")) and target.count("/") == 1]
    choices += [("measure", 3)] * bool(indicator.measures) + [("award", 2)] * bool(awarded)
    choices += [("requirement", 6)] * bool(indicator.requirements)
    choices += [("count", 2)] * bool(findings) + [("remove", 1)] * bool(elements)
    what = dice.choices([name for name, _ in choices], [weight for _, weight in choices])[0]
    match what:
        case "verdict":
            return "set", f"answer/{indicator.id}/verdict", dice.choice(VERDICTS)
        case "measure":
            figures = FIGURES if dice.random() < 0.2 else PLAIN_FIGURES
            return "set", f"answer/{indicator.id}/measure/{dice.choice(list(indicator.measures))}", dice.choice(
                (*figures, None))
        case "award":
            return "set", f"answer/{indicator.id}/award/{dice.choice(awarded).id}", dice.choice((*AWARDS[:8], None))
        case "requirement":
            return "set", f"answer/{indicator.id}/requirement/{dice.choice(list(indicator.requirements))}", dice.choice(
                VERDICTS)
        case "adjust":
            adjusted = {"points": dice.choice(("0", "0.5", "1")), "reason": "复核"}
            return "set", f"review/adjust/{indicator.id}", dice.choice((None, adjusted))
        case "count":
            return "set", f"{dice.choice(findings)}/count", dice.randint(1, 4)
        case "remove":
            return "remove", dice.choice(elements), None
        case "photo":
            cited = dice.choice(findings).partition("/")[2] if findings and dice.random() < 0.5 else None
            value = {"indicator": None if cited else indicator.id, "finding": cited, "kind": dice.choice(KINDS)}
            return "add", f"photo/p{dice.getrandbits(20)}", value
        case "note":
            return "set", f"answer/{indicator.id}/note", dice.choice(("一", "二"))
    return _finding(indicator, dice)


def _finding(indicator: Indicator, dice: random.Random) -> tuple[str, str, Any]:
    clauses = [*indicator.clauses, *indicator.requirements]
    clause = dice.choice(clauses) if clauses and dice.random() < 0.95 else None
    items = list(getattr(indicator.clauses.get(clause or ""), "items", ()))
    cases = getattr(indicator.clauses.get(clause or ""), "cases", 0)
    id = dice.choice((f"{indicator.id}:{clause}", f"f{dice.getrandbits(20)}"))
    return "add", f"finding/{id}", {
        "indicator": indicator.id, "clause": clause, "item": dice.choice(items) if items else None,
        "case": dice.choice((1, 2, cases, cases + 1)) if cases else None,
    }
