"""How far an inspection has come, who may write what in it, and what still stands before an approval.

Knows ops, folded states and scores as values.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from mingcha.core.oplog import InspectionState, Op, State, conflicts, fold, inspection_state, value
from mingcha.core.problems import Refused

Stage = InspectionState
STAGES: tuple[Stage, ...] = get_args(InspectionState)

SUBMITTED = "visit/submitted"
RETURN = "review/return"
APPROVAL = "review/approval"
REOPENED = "review/reopened"
LATE = "review/late"
WAIVER = "review/waiver/"
COMMENT = "review/comment/"
#: The targets that decide a stage; the store may fetch these alone.
STAGE_TARGETS = (SUBMITTED, RETURN, APPROVAL)
#: What the desk's own deeds write about an approval: never late, whenever it came.
_DESKS_OWN = frozenset({RETURN, APPROVAL, REOPENED, LATE})
#: Contradictions that change what the sheet says. The others are shown and left to the supervisor's eye.
GRAVE = frozenset({"met_with_finding", "cited_photo_removed", "kept_element"})
#: A waiver for photos that belong to no indicator.
NO_INDICATOR = "-"


def stage(ops: Iterable[Op], begun: bool) -> Stage:
    """Where the inspection stands, from at least its ops on `STAGE_TARGETS`; `begun`: whether it has any op at all."""
    found = inspection_state(fold(ops))
    return "in_progress" if found == "assigned" and begun else found


def deeds_for(op: Op) -> tuple[str, ...]:
    """The deeds of which one is needed to write this op; none at all for what the server alone writes."""
    head = op.target.partition("/")[0]
    if op.target == APPROVAL:
        return ()
    if op.target == RETURN:
        return ("review.return",)
    if head == "review":
        return ("review.settle",)
    return ("inspection.record", "review.settle")


def is_late(seq: int, approved_upto: int | None) -> bool:
    """Whether an op came after what the approval covers. It has its effect on the state, never on the snapshot."""
    return approved_upto is not None and seq > approved_upto


def late_ops(log: Iterable[tuple[int, Op]], state: State) -> list[tuple[int, Op]]:
    """Ops that came after what the standing approval covers and that nobody has settled since, oldest first."""
    approval = value(state, APPROVAL)
    if approval is None:
        return []
    settled = value(state, LATE)
    upto = max(approval["upto"], settled["upto"] if settled else 0)
    return [(seq, op) for seq, op in log if is_late(seq, upto) and op.target not in _DESKS_OWN]


def unproved_photos(state: State, verified: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """Live photos whose announced bytes are not here, in order of their id. `verified`: photo id → hashes of durable
    bytes.
    """
    missing = []
    for target, element in sorted(state["elements"].items()):
        kind, _, photo = target.partition("/")
        if kind != "photo" or not element["live"]:
            continue
        if element["value"].get("sha256") not in verified.get(photo, ()):
            indicator = value(state, f"{target}/indicator") or element["value"].get("indicator")
            missing.append({"photo": photo, "indicator": indicator})
    return missing


@dataclass(frozen=True)
class Wanting:
    """Evidence neither here nor waived: kinds of photo that rows ask for, and photos whose bytes are not here."""

    missing: list[Mapping[str, Any]]
    absent: list[Mapping[str, Any]]

    def __len__(self) -> int:
        return len(self.missing) + len(self.absent)


def wanting(state: State, result: Mapping[str, Any], unproved: Sequence[Mapping[str, Any]]) -> Wanting:
    """What of the evidence still needs a photo or a waiver."""
    return Wanting(
        [item for item in result["missing_evidence"] if not waived(state, item["indicator"])],
        [item for item in unproved if not waived(state, item["indicator"])],
    )


def grave(contradictions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those contradictions that keep an approval waiting."""
    return [item for item in contradictions if item["code"] in GRAVE]


def obstacles(
    *,
    state: State,
    contradictions: Sequence[Mapping[str, Any]],
    result: Mapping[str, Any],
    unproved: Sequence[Mapping[str, Any]],
) -> list[Refused]:
    """Everything in the sheet that stands before an approval, in the order in which it is best cleared."""
    found = []
    open_conflicts = [conflict["target"] for conflict in conflicts(state)]
    if open_conflicts:
        found.append(Refused("review.conflicts_open", count=len(open_conflicts), targets=open_conflicts))
    if against := grave(contradictions):
        about = [item["about"] for item in against]
        found.append(Refused("review.contradictions_open", count=len(against), about=about))
    if result["open"]:
        found.append(Refused("review.unanswered", count=len(result["open"]), indicators=list(result["open"])))
    if lacks := wanting(state, result, unproved):
        found.append(Refused("review.evidence_missing", count=len(lacks), evidence=lacks.missing, photos=lacks.absent))
    return found


def require_approvable(
    *,
    stage: Stage,
    seen: int,
    newest: int,
    state: State,
    contradictions: Sequence[Mapping[str, Any]],
    result: Mapping[str, Any],
    unproved: Sequence[Mapping[str, Any]],
) -> None:
    """Raises the first reason why this cannot be approved yet, with everything a person needs to clear it."""
    if stage == "approved":
        raise Refused("review.already_approved")
    if seen != newest:
        raise Refused("review.not_newest", seen=seen, newest=newest)
    if stage != "submitted":
        raise Refused("review.not_submitted", state=stage)
    for first in obstacles(state=state, contradictions=contradictions, result=result, unproved=unproved):
        raise first


def waived(state: State, indicator: str | None) -> bool:
    """Whether a supervisor let this row's photos be absent; None: photos that belong to no row."""
    return value(state, f"{WAIVER}{indicator or NO_INDICATOR}") is not None
