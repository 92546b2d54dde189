"""A supervisor's desk: the queue, one inspection with everything that matters about it, approving it, sending it back.

State and score are folded from the log each time they are read; nothing of them is kept that could differ from it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.canonical import digest as digest_of
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import Op, State, conflicts, contradictions, fold, heads, value
from mingcha.core.oplog.op import Kind
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.problems import words as in_words
from mingcha.core.review import (
    APPROVAL,
    RETURN,
    STAGES,
    SUBMITTED,
    is_late,
    obstacles,
    require_approvable,
    stage,
    unproved_photos,
)
from mingcha.core.scoring import Result, standing
from mingcha.core.uuid7 import uuid7
from mingcha.flows import evidence, places, pull, secrecy, standings
from mingcha.flows import inspections as place_of
from mingcha.flows.places import Places
from mingcha.store import accounts, assignments, audit, campaigns, checklists, held, inspections, oplog, snapshots
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

#: What a supervisor's decision changes: target, kind of op, value.
Correction = tuple[str, Kind, Any]
#: The device of ops that the server itself writes.
SERVER_DEVICE = "mingcha-server"
MOST_QUEUED = 500


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


def queue(
    actor: Actor, state: str | None, words: str | None, *, checklist: str | None = None
) -> list[dict[str, Any]]:
    """The inspections that the actor may see, each with its standing; `words` are looked for in site, town code and
    campaign, `checklist` is the digest of a version. Of the submitted ones those come first in which something needs
    a person; else the latest visit first.
    """
    if state is not None and state not in STAGES:
        raise Refused("invalid", fields={"state": list(STAGES)})
    area = inspections.in_area(actor.scope, MOST_QUEUED, checklist)
    mine = assignments.of_account(actor.id)
    seen = {
        each.id: each
        for each in area
        if may(actor, "inspection.list", Subject(each.region, frozenset({"assigned"} if each.id in mine else ())))
        and (not words or _mentions(each, words))
    }
    for hidden in secrecy.sealed(actor, seen.values()):
        del seen[hidden]
    told = pull.described(seen)
    chosen = [each for each in seen.values() if state is None or told[each.id]["state"] == state]
    standing_of = standings.of(chosen, _checklist)
    placed = _places(actor, chosen)
    rows = [{**told[each.id], **standing_of[each.id].at(placed.get(each.id, {}))} for each in chosen]
    return sorted(rows, key=lambda row: not (row["state"] == "submitted" and row["needs"]))


def read(actor: Actor, inspection_id: str) -> dict[str, Any]:
    """Everything about one inspection: state, score with working, what is open, evidence, names, what is held or
    late.
    """
    inspection = place_of.find(actor, inspection_id, "inspection.read").inspection
    folded = as_it_stands(inspection, places.of(actor, inspection, _checklist))
    approval = folded.approval
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
        "late": [
            op.id
            for seq, op in folded.log
            if approval and is_late(seq, approval["upto"]) and op.target not in (APPROVAL, RETURN)
        ],
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
        content = _frozen(folded, actor, newest)
        snapshot = snapshots.freeze(
            content, tenant=folded.inspection.tenant, inspection=inspection_id, upto=newest, now=now
        )
        approval = {"at": clock.wire(now), "snapshot": snapshot, "upto": newest}
        _write(actor, folded, APPROVAL, approval)
        _note(actor, "review.approve", folded.inspection, snapshot=snapshot, upto=newest)
    return {"snapshot": snapshot, "upto": newest}


def send_back(actor: Actor, inspection_id: str, comment: str) -> None:
    """Return a submitted inspection to its team, with what is to be done."""
    place_of.find(actor, inspection_id, "review.return")
    with transaction():
        inspections.lock([inspection_id])
        folded = as_it_stands(inspections.load([inspection_id])[inspection_id])
        if folded.stage == "approved":
            raise Refused("review.already_approved")
        if folded.stage != "submitted":
            raise Refused("review.not_submitted", state=folded.stage)
        answered = [head["op"] for head in heads(folded.state, SUBMITTED) if head["value"] is not None][-1]
        _write(actor, folded, RETURN, {"at": clock.wire(clock.now()), "comment": comment, "of": answered})
        _note(actor, "review.return", folded.inspection, of=answered)


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
    late = [op.id for seq, op in folded.log if is_late(seq, approval["upto"]) and op.target not in (APPROVAL, RETURN)]
    if late and not with_late:
        raise Refused("rectification.late_steps", count=len(late), steps=late)
    before, stood = snapshots.read(approval["snapshot"]) or {}, folded.result
    for target, kind, content in corrections:
        _write(actor, folded, target, content, kind)
        folded = _in_its_campaign(actor, inspection_id)
    for first in _obstacles(folded):
        raise first
    upto = folded.inspection.seq
    content = {**_frozen(folded, actor, upto), "replaces": approval["snapshot"], "because": because}
    snapshot = snapshots.freeze(content, tenant=folded.inspection.tenant, inspection=inspection_id, upto=upto, now=now)
    _write(actor, folded, APPROVAL, {"at": clock.wire(now), "snapshot": snapshot, "upto": upto})
    return {"snapshot": snapshot, "replaces": approval["snapshot"], "before": before["result"], "stood": stood, "after": folded.result}


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


def _places(actor: Actor, chosen: Sequence[Inspection]) -> dict[str, Places]:
    """Places of a whole queue: each campaign once."""
    found: dict[str, Places] = {}
    seen: set[tuple[str, str]] = set()
    for each in chosen:
        campaign = (each.tenant, each.campaign_key)
        if campaign not in seen and places.told_to(actor, each.tenant):
            seen.add(campaign)
            found |= places.throughout(each, _checklist)
    return found


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


def _write(actor: Actor, folded: Folded, target: str, content: Any, kind: Kind = "set") -> None:
    """An op of the server's own, over whatever stands in its field, in an inspection that this transaction holds. A
    removal names everything that stands in the element.
    """
    over = [head["op"] for head in heads(folded.state, target)]
    if kind == "remove":
        inside = [each for name, each in folded.state["fields"].items() if name.startswith(f"{target}/")]
        over = sorted({*folded.state["elements"][target]["adds"], *(head["op"] for some in inside for head in some)})
    now = clock.now()
    seq = folded.inspection.seq + 1
    op = Op(
        id=uuid7(now, secrets.token_bytes(10)),
        inspection=folded.inspection.id,
        device=SERVER_DEVICE,
        seq=seq,
        at=clock.wire(now),
        kind=kind,
        target=target,
        value=content,
        over=tuple(over),
        author=actor.id,
    )
    body = oplog.text_of(op)
    entry = oplog.Entry(op, folded.inspection.tenant, seq, oplog.digest_of(body), body)
    oplog.append([entry], received_at=now, skew_seconds=0)
    inspections.advance(folded.inspection.id, seq)


def _snapshot(digest: str) -> dict[str, Any]:
    return {"digest": digest, **(snapshots.read(digest) or {})}


def _note(actor: Actor, deed: str, inspection: Inspection, **details: Any) -> None:
    audit.note(
        deed,
        tenant=inspection.tenant,
        region=inspection.region,
        actor=actor.id,
        subject=f"inspection/{inspection.id}",
        at=clock.now(),
        **details,
    )


def _mentions(inspection: Inspection, words: str) -> bool:
    text = " ".join(
        (inspection.site.name["zh"], inspection.site.name["en"], inspection.region, inspection.campaign_title)
    )
    return all(word in text.lower() for word in words.lower().split())
