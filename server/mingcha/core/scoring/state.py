"""Facts and sheets from a folded state: settled fields stand alone, conflicts leave every value, contradictions
leave findings that may go. The twin is `pwa/src/core/scoring/state.ts`.
"""

from itertools import product
from typing import Any

from ..checklist.model import Checklist
from ..oplog import State, agree, conflicts, contradictions, heads
from .facts import Facts, Fault, Head, attach, distinct, facts_at
from .sheet import Sheet

#: Beyond this many ways to settle what findings *are*, each contested finding counts as it is in its first add.
MOST_IDENTITIES = 256

_HEADS: dict[str, Head] = {"measure": "measures", "award": "awards", "requirement": "requirements"}


def facts_of_state(state: State, checklist: Checklist) -> dict[str, Facts]:
    """Facts by indicator, with everything that is still open in them."""
    found: dict[str, Facts] = {}
    _answers(found, state)
    near, stale = _doubts(state, checklist)
    _findings(found, state, near)
    _photos(found, state)
    for indicator in stale:
        facts_at(found, indicator).contested = True
    return found


def _answers(found: dict[str, Facts], state: State) -> None:
    for target, standing in state["fields"].items():
        kind, _, rest = target.partition("/")
        parts = rest.split("/")
        values = distinct([head["value"] for head in standing])
        if kind == "answer":
            facts = facts_at(found, parts[0])
            if parts[1] == "verdict":
                facts.verdicts = values
            elif parts[1] in _HEADS:
                facts.say(_HEADS[parts[1]], parts[2], values)
            else:
                continue
        elif kind == "review" and parts[0] == "adjust":
            facts = facts_at(found, parts[1])
            facts.adjustments = values
        else:
            continue
        facts.contested = facts.contested or len(values) > 1


def _doubts(state: State, checklist: Checklist) -> tuple[dict[str, set[str]], set[str]]:
    """Which findings look like which others, and the indicators that a contradiction about findings concerns."""
    near: dict[str, set[str]] = {}
    stale: set[str] = set()
    for doubt in contradictions(state, checklist):
        if doubt["code"] == "double_finding":
            one, other = (target.partition("/")[2] for target in doubt["about"])
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
        if doubt["code"] == "met_with_finding":
            stale.add(doubt["about"][0].split("/")[1])
        elif doubt["code"] != "cited_photo_removed":
            for target in doubt["about"]:
                if target.startswith("finding/"):
                    stale |= {head["value"]["indicator"] for head in heads(state, target)}
    return near, stale


def _findings(found: dict[str, Facts], state: State, near: dict[str, set[str]]) -> None:
    ways: dict[str, list[list[Fault | None]]] = {}
    for target in sorted(state["elements"]):
        element = state["elements"][target]
        if not target.startswith("finding/") or not element["live"]:
            continue
        id = target.partition("/")[2]
        standing = state["fields"].get(f"{target}/count", [])
        counts = [head["value"] for head in standing] or [1]
        identities = [head["value"] for head in element["heads"]]
        if not agree(target, element["heads"]):
            for identity in identities:
                facts_at(found, identity["indicator"]).contested = True
        else:
            identities = identities[:1]
        for indicator in sorted({identity["indicator"] for identity in identities}):
            choices: list[Fault | None] = []
            for identity in identities:
                here = identity["indicator"] == indicator
                fault = Fault(id, identity["clause"], identity["item"], identity["case"], min(counts), max(counts),
                              element["kept"], frozenset(near.get(id, ()))) if here else None
                if fault not in choices:
                    choices.append(fault)
            ways.setdefault(indicator, []).append(choices)
            if len(set(counts)) > 1:
                facts_at(found, indicator).contested = True
    for indicator, each in ways.items():
        size = 1
        for choices in each:
            size *= len(choices)
        if size > MOST_IDENTITIES:
            each = [choices[:1] for choices in each]
        facts = facts_at(found, indicator)
        facts.faults = tuple(tuple(fault for fault in way if fault is not None) for way in product(*each))
        facts.met_removes = True


def _photos(found: dict[str, Facts], state: State) -> None:
    shown = []
    for target in sorted(state["elements"]):
        element = state["elements"][target]
        if target.startswith("photo/") and element["live"]:
            finding = _said(state, f"{target}/finding", element["value"].get("finding"))
            indicator = _said(state, f"{target}/indicator", element["value"].get("indicator"))
            about = state["elements"].get(f"finding/{finding}") if finding else None
            if not indicator and about:
                indicator = about["value"]["indicator"]
            if indicator:
                kind = _said(state, f"{target}/kind", element["value"].get("kind"))
                shown.append((indicator, target.partition("/")[2], kind))
    attach(found, shown)


def _said(state: State, target: str, otherwise: Any) -> Any:
    """The settled value of a field that corrects the add; while it is contested, its first head."""
    standing = state["fields"].get(target)
    return standing[0]["value"] if standing else otherwise


def sheet_of(state: State, checklist: Checklist, site: str | None = None) -> Sheet:
    """The sheet of a state without conflicts (ValueError otherwise): what an approval freezes."""
    if conflicts(state):
        raise ValueError("a state with conflicts has no sheet yet")
    answers: dict[str, dict[str, Any]] = {}
    adjustments: dict[str, Any] = {}
    for target, standing in state["fields"].items():
        parts, value = target.split("/"), standing[0]["value"]
        if parts[0] == "answer" and value is not None:
            answer = answers.setdefault(parts[1], {})
            if parts[2] in _HEADS:
                answer.setdefault(_HEADS[parts[2]], {})[parts[3]] = value
            else:
                answer[parts[2]] = value
        elif parts[:2] == ["review", "adjust"] and value is not None:
            adjustments[parts[2]] = value
    findings, photos = _elements(state)
    sheet = {
        "checklist": checklist.slug, "version": checklist.version, "answers": answers, "findings": findings,
        "photos": photos, "adjustments": adjustments,
    }
    return sheet if site is None else {**sheet, "site": site}


def _elements(state: State) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    findings: list[dict[str, Any]] = []
    photos: list[dict[str, Any]] = []
    for target in sorted(state["elements"]):
        element = state["elements"][target]
        kind, _, id = target.partition("/")
        if not element["live"]:
            continue
        if kind == "finding":
            findings.append({
                "id": id, **{name: element["value"][name] for name in ("indicator", "clause", "item", "case")},
                "count": _said(state, f"{target}/count", 1), "note": _said(state, f"{target}/note", None),
            })
        elif kind == "photo":
            photos.append({"id": id, **{
                name: _said(state, f"{target}/{name}", element["value"].get(name))
                for name in ("indicator", "finding", "kind")
            }})
    return findings, photos
