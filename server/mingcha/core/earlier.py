"""What an approved visit found, row by row, as the next visit to the same place wants to read it. Pure.

Knows one folded visit and its result; not which visits there are, nor who may read them.
"""

from collections.abc import Mapping
from typing import Any

from mingcha.core.checklist.model import Checklist, Missing
from mingcha.core.oplog import State, heads, value

Words = dict[str, str]


def rows(checklist: Checklist, state: State, result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By indicator: `{state, taken, findings: [{text {zh, en}, count, note}], note}`. Rows nobody answered are left
    out.
    """
    faults = _findings(checklist, state)
    return {
        line["indicator"]: {
            "state": line["state"],
            "taken": line["taken"],
            "findings": faults.get(line["indicator"], []),
            "note": value(state, f"answer/{line['indicator']}/note") or "",
        }
        for line in result["lines"]
        if line["state"] != "open"
    }


def _findings(checklist: Checklist, state: State) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for target, element in sorted(state["elements"].items()):
        if not target.startswith("finding/") or not element["live"]:
            continue
        said = element["value"]
        counted = [head["value"] for head in heads(state, f"{target}/count")]
        found.setdefault(said["indicator"], []).append({
            "text": _text(checklist, said["indicator"], said["clause"], said["item"]),
            "count": max(counted, default=1),
            "note": value(state, f"{target}/note") or "",
        })
    return found


def _text(checklist: Checklist, indicator: str, clause: str | None, item: str | None) -> Words | None:
    """The clause's sentence, with the item that was missing; None for a fault in free words."""
    row = checklist.indicators.get(indicator)
    known = row.clauses.get(clause) if row and clause else None
    if known is None:
        return None
    missing = known.items.get(item) if isinstance(known, Missing) and item else None
    if missing is None:
        return {"zh": known.text.zh, "en": known.text.en}
    return {"zh": f"{known.text.zh}：{missing.text.zh}", "en": f"{known.text.en}: {missing.text.en}"}
