"""A supervisor's desk: one inspection with everything that matters about it, approving it, sending it back.

State and score are folded from the log each time they are read; nothing of them is kept that could differ from it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.canonical import digest as digest_of
from mingcha.core.checklist.model import Checklist
from mingcha.core.doubles import joined, likely
from mingcha.core.oplog import Op, State, conflicts, contradictions, fold, heads, value
from mingcha.core.oplog.op import Kind
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.problems import words as in_words
from mingcha.core.review import (
    APPROVAL,
    COMMENT,
    REOPENED,
    RETURN,
    SUBMITTED,
    late_ops,
    obstacles,
    require_approvable,
    stage,
    unproved_photos,
)
from mingcha.core.scoring import Result, standing
from mingcha.core.uuid7 import uuid7
from mingcha.flows import evidence, looking, outstanding, places, pull
from mingcha.flows import inspections as place_of
from mingcha.flows.places import Places
from mingcha.store import accounts, assignments, audit, campaigns, checklists, held, inspections, oplog, snapshots
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

#: What a supervisor's decision changes: target, kind of op, value.
Correction = tuple[str, Kind, Any]
#: The device of ops that the server itself writes.
SERVER_DEVICE = "mingcha-server"


@dataclass(frozen=True)
class Folded:
    """One inspection as its log has it now."""

    inspection: Inspection
    checklist: Checklist
    log: list[tuple[int, Op]]
    state: State
    places: Places
    result: Result
    #: Whether its campaign has closed, and so its places are final.
    closed: bool = False

    @property
    def stage(self) -> str:
        return stage((op for _, op in self.log), bool(self.log))

    @property
    def approval(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = value(self.state, APPROVAL)
        return found


def read(actor: Actor, inspection_id: str) -> dict[str, Any]:
    """Everything about one inspection: state, score with working, what is open, evidence, names, what is held or
    late.
    """
    inspection = place_of.find(actor, inspection_id, "inspection.read").inspection
    folded = as_it_stands(inspection, places.of(actor, inspection, _checklist))
    approval = folded.approval
    late = late_ops(folded.log, folded.state)
    return {
        "inspection": pull.described({folded.inspection.id: folded.inspection})[folded.inspection.id],
        "seq": folded.inspection.seq,
        "state": folded.state,
        "result": folded.result,
        "conflicts": conflicts(folded.state),
        "contradictions": contradictions(folded.state, folded.checklist),
        "obstacles": [_said(each) for each in _obstacles(folded)],
        "photos": evidence.listed(folded.inspection, folded.state, actor),
        "authors": accounts.names({op.author for _, op in folded.log}),
        "held": [
            {
                "op_id": each.op_id,
                "code": each.code,
                "account": each.account,
                "received_at": clock.wire(each.received_at),
            }
            for each in held.open_of_inspection(inspection_id)
        ],
        "late": [op.id for _, op in late],
        "late_steps": [
            {"id": op.id, "seq": seq, "target": op.target, "kind": op.kind, "value": op.value, "author": op.author,
             "device": op.device, "at": op.at, "row": looking.row_of(folded.state, op.target)}
            for seq, op in late
        ],
        "doubles": [vars(each) for each in likely(folded.state)],
        "joined": joined(folded.state),
        "outstanding": outstanding.of(
            folded.inspection, ((seq, op.target) for seq, op in folded.log), folded.stage
        ),
        "news": looking.since(actor, folded.inspection, folded.log, folded.state),
        "snapshot": _snapshot(approval["snapshot"]) if approval else None,
    }


def approve(actor: Actor, inspection_id: str, seen: int) -> dict[str, Any]:
    """Freeze what the supervisor has seen and write the approval. Refused while anything is open or has moved on."""
    place_of.find(actor, inspection_id, "review.approve")
    now = clock.now()
    with transaction():
        newest = inspections.lock([inspection_id])[inspection_id].seq
        folded = _in_its_campaign(actor, inspection_id)
        _require_team(inspection_id)
        verified = evidence.verified_hashes(inspection_id)
        require_approvable(
            stage=stage((op for _, op in folded.log), bool(folded.log)),
            seen=seen,
            newest=newest,
            state=folded.state,
            contradictions=contradictions(folded.state, folded.checklist),
            result=folded.result,
            unproved=unproved_photos(folded.state, verified),
        )
        content = _frozen(folded, actor, newest) | _replaced(folded)
        snapshot = snapshots.freeze(
            content, tenant=folded.inspection.tenant, inspection=inspection_id, upto=newest, now=now
        )
        approval = {"at": clock.wire(now), "snapshot": snapshot, "upto": newest}
        Pen(actor, folded).write(APPROVAL, approval)
        note(actor, "review.approve", folded.inspection, snapshot=snapshot, upto=newest)
    return {"snapshot": snapshot, "upto": newest}


def send_back(actor: Actor, inspection_id: str, comment: str, comments: Mapping[str, str] | None = None) -> None:
    """Return a submitted inspection to its team, with what is to be done: in all, and row by row."""
    place_of.find(actor, inspection_id, "review.return")
    with transaction():
        inspections.lock([inspection_id])
        folded = as_it_stands(inspections.load([inspection_id])[inspection_id])
        if folded.stage in ("approved", "published"):
            raise Refused("review.already_approved")
        if folded.stage != "submitted":
            raise Refused("review.not_submitted", state=folded.stage)
        if unknown := sorted(set(comments or ()) - set(folded.checklist.indicators)):
            raise Refused("review.unknown_row", rows=unknown)
        answered = [head["op"] for head in heads(folded.state, SUBMITTED) if head["value"] is not None][-1]
        pen = Pen(actor, folded)
        for row, words in sorted((comments or {}).items()):
            pen.write(f"{COMMENT}{row}", words)
        pen.write(RETURN, {"at": clock.wire(clock.now()), "comment": comment, "of": answered})
        note(actor, "review.return", folded.inspection, of=answered, rows=sorted(comments or ()))


def approve_again(
    actor: Actor, inspection_id: str, *, seen: int, with_late: bool, corrections: Sequence[Correction],
    because: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Correct an approved inspection and approve it anew, inside the caller's transaction: both snapshots are kept, and
    the new one names the old one and why; `stood` is the result just before, at the places of today. Refused as an
    approval is; and while there are steps that came after the approval, unless the supervisor says that they have
    seen them.
    """
    now = clock.now()
    newest = inspections.lock([inspection_id])[inspection_id].seq
    if seen != newest:
        raise Refused("review.not_newest", seen=seen, newest=newest)
    folded = _in_its_campaign(actor, inspection_id)
    approval = folded.approval
    if approval is None:
        raise Refused("rectification.not_approved")
    late = [op.id for _, op in late_ops(folded.log, folded.state)]
    if late and not with_late:
        raise Refused("rectification.late_steps", count=len(late), steps=late)
    before, stood = snapshots.read(approval["snapshot"]) or {}, folded.result
    for target, kind, content in corrections:
        Pen(actor, folded).write(target, content, kind)
        folded = _in_its_campaign(actor, inspection_id)
    for first in _obstacles(folded):
        raise first
    upto = folded.inspection.seq
    content = {**_frozen(folded, actor, upto), "replaces": approval["snapshot"], "because": because}
    snapshot = snapshots.freeze(content, tenant=folded.inspection.tenant, inspection=inspection_id, upto=upto, now=now)
    Pen(actor, folded).write(APPROVAL, {"at": clock.wire(now), "snapshot": snapshot, "upto": upto})
    return {
        "snapshot": snapshot, "upto": upto, "replaces": approval["snapshot"], "before": before["result"], "stood": stood,
        "after": folded.result,
    }  # fmt: skip


def _in_its_campaign(actor: Actor, inspection_id: str) -> Folded:
    inspection = inspections.load([inspection_id])[inspection_id]
    return as_it_stands(inspection, places.of(actor, inspection, _checklist))


def as_it_stands(inspection: Inspection, at: Places | None = None) -> Folded:
    """An inspection with its log folded and scored, `at` these places of its campaign."""
    log = oplog.ops_of(inspection.id)
    state = fold(op for _, op in log)
    checklist = _checklist(inspection.checklist)
    terms = campaigns.terms([inspection.campaign]).get(inspection.campaign) if inspection.campaign else None
    settings, closed = (terms.settings, terms.closed) if terms else (None, False)
    result = standing(checklist, state, settings, at, closed=closed)
    return Folded(inspection, checklist, log, state, at or {}, result, closed)


@lru_cache(maxsize=64)
def _checklist(digest: str) -> Checklist:
    """A version never changes, so it is parsed once."""
    content = checklists.content(digest)
    if content is None:
        raise LookupError(f"checklist {digest}")
    return Checklist.parse(content)


#: For other flows that score.
checklist_of = _checklist


def _require_team(inspection_id: str) -> None:
    """Nobody inspects alone: a visit that one inspector began needs a second before it is approved."""
    if len(assignments.teams([inspection_id])[inspection_id]) < place_of.SMALLEST_TEAM:
        raise Refused("inspection.team", smallest=place_of.SMALLEST_TEAM)


def _obstacles(folded: Folded) -> list[Refused]:
    verified = evidence.verified_hashes(folded.inspection.id)
    return obstacles(
        state=folded.state,
        contradictions=contradictions(folded.state, folded.checklist),
        result=folded.result,
        unproved=unproved_photos(folded.state, verified),
    )


def _said(problem: Refused) -> dict[str, Any]:
    """An obstacle as the refusal of an approval would say it."""
    message = in_words(PROBLEMS[problem.code], problem.details)
    return {"code": problem.code, "message": message, "details": problem.details}


def _frozen(folded: Folded, actor: Actor, upto: int) -> dict[str, Any]:
    """What is approved, in words that recompute to the same digits and name every op and every photo's hash."""
    photos = {
        target.partition("/")[2]: element["value"]["sha256"]
        for target, element in folded.state["elements"].items()
        if target.startswith("photo/") and element["live"]
    }
    return {
        "inspection": folded.inspection.id,
        "site": folded.inspection.site.id,
        "region": folded.inspection.region,
        "checklist": folded.inspection.checklist,
        "engine": folded.result["engine"],
        "upto": upto,
        "ops": digest_of(oplog.digests_of(folded.inspection.id, upto)),
        "state": digest_of(folded.state),
        "places": {key: list(place) for key, place in folded.places.items()},
        "closed": folded.closed,
        "result": folded.result,
        "photos": photos,
        "approved_by": actor.id,
    }


class Pen:
    """Writes ops of the server's own in somebody's name, each over whatever stood in its field, into an inspection that
    this transaction holds. A removal names everything that stood in the element; an add answers its removals.
    """

    def __init__(self, actor: Actor, folded: Folded) -> None:
        self._actor = actor
        self._state = folded.state
        self._inspection = folded.inspection
        self._seq = folded.inspection.seq

    def write(self, target: str, content: Any, kind: Kind = "set") -> None:
        """Each target once: the second would not see the first."""
        now = clock.now()
        self._seq += 1
        op = Op(
            id=uuid7(now, secrets.token_bytes(10)),
            inspection=self._inspection.id,
            device=SERVER_DEVICE,
            seq=self._seq,
            at=clock.wire(now),
            kind=kind,
            target=target,
            value=content,
            over=tuple(self._over(target, kind)),
            author=self._actor.id,
        )
        body = oplog.text_of(op)
        entry = oplog.Entry(op, self._inspection.tenant, self._seq, oplog.digest_of(body), body)
        oplog.append([entry], received_at=now, skew_seconds=0)
        inspections.advance(self._inspection.id, self._seq)

    def _over(self, target: str, kind: Kind) -> list[str]:
        element = self._state["elements"].get(target)
        if kind == "add":
            return list(element["removes"]) if element else []
        if kind == "remove":
            inside = [each for name, each in self._state["fields"].items() if name.startswith(f"{target}/")]
            adds = element["adds"] if element else []
            return sorted({*adds, *(head["op"] for some in inside for head in some)})
        return [head["op"] for head in heads(self._state, target)]


def _replaced(folded: Folded) -> dict[str, Any]:
    """What a new snapshot says of the one that was taken back."""
    said: dict[str, Any] | None = value(folded.state, REOPENED)
    return {"replaces": said["snapshot"], "because": {"reopened": said["reason"]}} if said else {}


def _snapshot(digest: str) -> dict[str, Any]:
    return {"digest": digest, **(snapshots.read(digest) or {})}


def note(actor: Actor, deed: str, inspection: Inspection, **details: Any) -> None:
    audit.note(
        deed,
        tenant=inspection.tenant,
        region=inspection.region,
        actor=actor.id,
        subject=f"inspection/{inspection.id}",
        at=clock.now(),
        **details,
    )
