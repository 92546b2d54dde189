"""What follows from an appeal that is upheld: the row is corrected in the open, and the result approved anew.

In points the row gets the marks it is worth now. By the other schemes what was said is said anew: the fault goes, and
with it the verdict, the requirement or the figure that rested on it. Knows no order and no reminder.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mingcha.core.access import Actor
from mingcha.core.checklist.model import Checklist, Indicator
from mingcha.core.oplog import value
from mingcha.core.problems import Refused
from mingcha.core.scoring.figures import reading
from mingcha.core.scoring.tiers import reach
from mingcha.flows import review
from mingcha.flows.orders import Case
from mingcha.flows.review import Correction, Folded
from mingcha.store import inspections

_POINTS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")
Json = dict[str, Any]


def follow(
    actor: Actor, case: Case, *, points: str | None, verdict: str | None, measures: Mapping[str, str],
    seen: int | None, with_late: bool,
) -> Json:  # fmt: skip
    """Correct the row and freeze a new snapshot, inside the caller's transaction. `points`: what the row is worth now,
    where the checklist gives points; else `verdict`: met, or not applicable, and `measures`: figures of the row as they
    should be. Raises Refused("rectification.score") for a result that is none, and for one that changes nothing.
    """
    place = inspections.load([case.kept.inspection])[case.kept.inspection]
    folded = review.as_it_stands(place)
    if seen is None:
        raise Refused("review.not_newest", seen=0, newest=place.seq)
    appeal = case.standing.appeal
    because = {"appeal": appeal.move if appeal else "", "item": case.kept.id, "order": case.order.id}
    row = folded.checklist.indicators[case.kept.indicator]
    in_points = folded.checklist.scheme == "points"
    anew = [_adjusted(case, row, points)] if in_points else _said_anew(folded, case, row, verdict, measures)
    again = review.approve_again(
        actor, place.id, seen=seen, with_late=with_late, because=because, corrections=list(anew)
    )
    before, after = again["before"], again["after"]
    if not in_points and _unmoved(again["stood"], after, row.id) and not _faults_beside(folded, case):
        raise Refused("rectification.score", wanted=_figures_of(row))
    return {
        "snapshot": again["snapshot"],
        "replaces": again["replaces"],
        "score": {
            "scheme": folded.checklist.scheme,
            "before": before["low"],
            "stood": again["stood"]["low"],
            "after": after["low"],
            "full": after["full"],
            "tier_before": _tier(folded.checklist, before),
            "tier_after": _tier(folded.checklist, after),
            "row_before": _line(again["stood"], row.id),
            "row_after": _line(after, row.id),
        },
    }


def _adjusted(case: Case, row: Indicator, points: str | None) -> Correction:
    full = row.full_marks or Decimal(0)
    if points is None or not _POINTS.fullmatch(points) or Decimal(points) > full:
        raise Refused("rectification.score", wanted=f"0–{full}")
    appeal = case.standing.appeal
    said = str(appeal.content.get("words", "")) if appeal else ""
    return f"review/adjust/{row.id}", "set", {"points": points, "reason": f"申诉成立：{said}"[:4000]}


def _said_anew(
    folded: Folded, case: Case, row: Indicator, verdict: str | None, measures: Mapping[str, str]
) -> Iterator[Correction]:
    """The fault goes. What other faults of the row rest on stays as it is."""
    if verdict not in ("met", "not_applicable"):
        raise Refused("rectification.score", wanted="met / not_applicable")
    for name, figure in sorted(measures.items()):
        if name not in row.measures or isinstance(reading(figure, row.measures[name]), str):
            raise Refused("rectification.score", wanted=_figures_of(row))
        yield f"answer/{row.id}/measure/{name}", "set", figure
    finding = f"finding/{case.kept.finding}"
    element = folded.state["elements"].get(finding)
    if element is not None and element["live"]:
        yield finding, "remove", None
    beside = _faults_beside(folded, case)
    if case.kept.clause in row.requirements:
        if case.kept.clause not in beside:
            yield f"answer/{row.id}/requirement/{case.kept.clause}", "set", verdict
    elif verdict == "not_applicable":
        yield f"answer/{row.id}/verdict", "set", verdict
    elif row.requirements:
        for each in row.requirements:
            target = f"answer/{row.id}/requirement/{each}"
            if each not in beside and value(folded.state, target) == "not_met":
                yield target, "set", verdict
    elif not beside:
        yield f"answer/{row.id}/verdict", "set", verdict


def _faults_beside(folded: Folded, case: Case) -> set[str | None]:
    """The clauses under which the same row has other live findings."""
    return {
        element["value"]["clause"]
        for target, element in folded.state["elements"].items()
        if target.startswith("finding/") and element["live"] and target != f"finding/{case.kept.finding}"
        and element["value"]["indicator"] == case.kept.indicator
    }  # fmt: skip


def _unmoved(stood: Json, after: Json, indicator: str) -> bool:
    """Whether the row stands exactly where it stood. Photos aside: they follow their finding."""
    one, other = (
        next(each for each in result["lines"] if each["indicator"] == indicator) for result in (stood, after)
    )
    same = all(one[name] == other[name] for name in ("state", "low", "high", "tiers", "working"))
    return same and (stood["low"], stood["tier"]) == (after["low"], after["tier"])


def _figures_of(row: Indicator) -> str:
    return " / ".join(f"{each.text.zh} {each.text.en}" for each in row.measures.values()) or "met / not_applicable"


def _tier(checklist: Checklist, result: Json) -> dict[str, str] | None:
    """The tier that a result reaches, in words; None by a scheme without tiers."""
    tier = result["tier"]
    if tier is None:
        return None
    order = [None, *(each.id for each in checklist.tiers)]
    zh, en = reach(checklist.tiers, order.index(tier["reached"]), order.index(tier["possible"]))
    return {"zh": zh, "en": en}


def _line(result: Json, indicator: str) -> Json | None:
    """What a row earns, and the sentence that says how."""
    line = next((each for each in result["lines"] if each["indicator"] == indicator), None)
    return {"low": line["low"], "working": line["working"]} if line else None
