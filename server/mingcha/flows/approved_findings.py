"""What an approval covers, as matter for an order: its findings, with the photos of them that may leave the house.

Reads no later step than the approval itself, and knows nothing of orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingcha.core.checklist.model import Checklist, Indicator
from mingcha.core.oplog import State, fold, value
from mingcha.core.problems import Refused
from mingcha.flows import evidence, review
from mingcha.store import oplog
from mingcha.store.inspections import Inspection

Json = dict[str, Any]


@dataclass(frozen=True)
class Approved:
    snapshot: str
    state: State
    checklist: Checklist
    result: Mapping[str, Any]
    photos: Mapping[str, set[str]]


def approved_of(place: Inspection) -> Approved:
    """What the standing approval covers, no more."""
    folded = review.as_it_stands(place)
    approval = folded.approval
    if approval is None:
        raise Refused("rectification.not_approved")
    covered = fold(op for _, op in oplog.ops_of(place.id, approval["upto"]))
    return Approved(
        approval["snapshot"], covered, folded.checklist, folded.result, evidence.verified_hashes(place.id)
    )


def candidates(approved: Approved) -> list[Json]:
    """Every live finding, and every row that lost something without one, in the order of the sheet."""
    by_row: dict[str, list[Json]] = {}
    for target, element in sorted(approved.state["elements"].items()):
        kind, _, finding = target.partition("/")
        if kind == "finding" and element["live"]:
            said = element["value"]
            by_row.setdefault(said["indicator"], []).append(_candidate(approved, finding, said))
    lines = {line["indicator"]: line for line in approved.result["lines"]}
    found = []
    for indicator in approved.checklist.indicators:
        line = lines.get(indicator)
        rows = by_row.get(indicator, [])
        if not rows and line is not None and line["state"] == "lost":
            denied: list[str | None] = [*_denied(approved, indicator)] or [None]
            rows = [_candidate(approved, None, {"indicator": indicator, "clause": clause}) for clause in denied]
        for row in rows:
            row["taken"] = line["taken"] if line else "0"
        found += rows
    return found


def _candidate(approved: Approved, finding: str | None, said: Mapping[str, Any]) -> Json:
    indicator = approved.checklist.indicators[said["indicator"]]
    clause = spoken_under(indicator, said["clause"])
    note = value(approved.state, f"finding/{finding}/note") if finding else None
    spoken = clause["zh"] if clause else indicator.title.zh
    return {
        "finding": finding,
        "indicator": indicator.id,
        "clause": said["clause"],
        "title": {"zh": indicator.title.zh, "en": indicator.title.en},
        "clause_text": clause,
        "text": f"{spoken}：{note}" if note else spoken,
        "before": photos_of(approved, finding) if finding else [],
    }


def spoken_under(indicator: Indicator, clause: str | None) -> dict[str, str] | None:
    """The words of a clause, or of the requirement (matrix) that stands in its place; None where there is none."""
    found = indicator.clauses.get(clause or "") or indicator.requirements.get(clause or "")
    return {"zh": found.text.zh, "en": found.text.en} if found else None


def _denied(approved: Approved, indicator: str) -> list[str]:
    """The requirements of a row (matrix) that somebody said are not met."""
    return [
        each
        for each in approved.checklist.indicators[indicator].requirements
        if value(approved.state, f"answer/{indicator}/requirement/{each}") == "not_met"
    ]


def photos_of(approved: Approved, finding: str) -> list[str]:
    """The photos that cite a finding and may leave the house: live, here, and nobody's badge."""
    found = []
    for target, element in sorted(approved.state["elements"].items()):
        kind, _, photo = target.partition("/")
        if kind != "photo" or not element["live"] or photo not in approved.photos:
            continue

        def said(name: str, target: str = target, given: Mapping[str, Any] = element["value"]) -> Any:
            field = f"{target}/{name}"
            return value(approved.state, field) if field in approved.state["fields"] else given.get(name)

        if said("finding") == finding and said("kind") != "badge":
            found.append(photo)
    return found
