"""What follows from an appeal that is upheld: the score is corrected in the open and approved anew."""

import re
from decimal import Decimal
from typing import Any

from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.flows import review
from mingcha.flows.orders import Case
from mingcha.flows.review import Correction
from mingcha.store import inspections

_POINTS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")


def follow(
    actor: Actor, case: Case, *, points: str | None, verdict: str | None, seen: int | None, with_late: bool
) -> dict[str, Any]:
    """Correct the row and freeze a new snapshot, inside the caller's transaction. `points`: what the row is worth now,
    where the checklist gives points; else `verdict`: met, or not applicable.
    """
    place = inspections.load([case.kept.inspection])[case.kept.inspection]
    folded = review.as_it_stands(place)
    if seen is None:
        raise Refused("review.not_newest", seen=0, newest=place.seq)
    appeal = case.standing.appeal
    because = {"appeal": appeal.move if appeal else "", "item": case.kept.id, "order": case.order.id}
    again = review.approve_again(
        actor, place.id, seen=seen, with_late=with_late, because=because,
        corrections=_corrections(folded, case, points, verdict),
    )  # fmt: skip
    before, after = again["before"], again["after"]
    return {
        "snapshot": again["snapshot"],
        "replaces": again["replaces"],
        "score": {
            "before": before["low"],
            "after": after["low"],
            "full": after["full"],
            "row_before": _line(before, case.kept.indicator),
            "row_after": _line(after, case.kept.indicator),
        },
    }


def _corrections(
    folded: review.Folded, case: Case, points: str | None, verdict: str | None
) -> list[Correction]:
    kept = case.kept
    row = folded.checklist.indicators[kept.indicator]
    appeal = case.standing.appeal
    said = str(appeal.content.get("words", "")) if appeal else ""
    if folded.checklist.scheme == "points":
        full = row.full_marks or Decimal(0)
        if points is None or not _POINTS.fullmatch(points) or Decimal(points) > full:
            raise Refused("rectification.score", wanted=f"points 0–{full}")
        return [(f"review/adjust/{row.id}", "set", {"points": points, "reason": f"申诉成立：{said}"[:4000]})]
    if verdict not in ("met", "not_applicable"):
        raise Refused("rectification.score", wanted="verdict met, not_applicable")
    corrections: list[Correction] = []
    found = folded.state["elements"].get(f"finding/{kept.finding}")
    if found is not None and found["live"]:
        corrections.append((f"finding/{kept.finding}", "remove", None))
    return [*corrections, (f"answer/{row.id}/verdict", "set", verdict)]


def _line(result: dict[str, Any], indicator: str) -> dict[str, Any] | None:
    """What a row earns, and the sentence that says how."""
    line = next((each for each in result["lines"] if each["indicator"] == indicator), None)
    return {"low": line["low"], "working": line["working"]} if line else None
