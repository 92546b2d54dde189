"""Taking in what a phone did, and telling it what it missed. Safe to repeat, op by op.

Every op ends in one of two places: in the log, or held with the reason. An answer is given only after the commit
that makes it true. Knows no HTTP: ops come as whatever the JSON reader made of them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from mingcha import clock
from mingcha.core import evidence
from mingcha.core.access import Actor, Subject, may
from mingcha.core.announced import is_announcement
from mingcha.core.oplog import Op, outcomes, touched, unknown, who_may
from mingcha.core.problems import Refused
from mingcha.core.review import deeds_for
from mingcha.flows import outstanding, pull, secrecy, settling
from mingcha.flows.incoming import Incoming, announced, hold, near_of, read, result_of
from mingcha.store import assignments, held, inspections, joins, oplog
from mingcha.store.inspections import Locked
from mingcha.store.together import together

PROTOCOL = 1
MOST_OPS = 200
#: A batch that loses a race for an id is judged again; nobody can make it lose for ever.
_MOST_RACES = 5


@dataclass(frozen=True)
class Reply:
    """`changes` are JSON texts, ready to be sent."""

    results: list[dict[str, Any]]
    changes: list[str]
    gone: list[str]
    cursor: str
    more: bool
    epoch: str
    server_time: str
    #: The device was revoked: once everything is handed in, the phone lets go of what it holds.
    revoked: bool = False


def exchange(
    actor: Actor, *, device: str, protocol: int, cursor: str | None, ops: Sequence[Any], device_time: str | None,
    most: int | None = None,
) -> Reply:  # fmt: skip
    """Take in the ops, then answer with what follows the cursor, in a page of `most` changes."""
    if protocol > PROTOCOL:
        raise Refused("sync.protocol", protocol=protocol)
    if len(ops) > MOST_OPS:
        raise Refused("sync.too_many_ops", limit=MOST_OPS)
    if actor.role not in _ROLES and not assignments.ever_of(actor.id):
        raise Refused("not_allowed", deed="inspection.sync")
    now = clock.now()
    incoming = [announced(raw, actor) if is_announcement(raw) else read(raw, actor) for raw in ops]
    if incoming:
        _take_in(actor, device, incoming, now, _skew_seconds(device_time, now))
    page = pull.after(actor, cursor, most)
    if page.first_told:
        secrecy.pulled(actor, page.first_told)
    outstanding.note(actor, device, page.told, page.gone)
    return Reply(
        results=[result_of(each) for each in incoming],
        changes=page.changes,
        gone=page.gone,
        cursor=page.cursor,
        more=page.more,
        epoch=page.epoch,
        server_time=clock.wire(now),
    )


def nothing_new(actor: Actor, *, protocol: int, cursor: str) -> tuple[str, datetime] | None:
    """The epoch and the time, where this cursor is the newest of somebody who exchanges ops; None says nothing."""
    if protocol > PROTOCOL or actor.role not in _ROLES:
        return None
    epoch = pull.epoch_if_newest(actor, cursor)
    return (epoch, clock.now()) if epoch else None


def take_in(author: Actor, device: str, ops: Sequence[Any]) -> list[dict[str, Any]]:
    """Take in what somebody else carried, exactly as if its author had sent it; what became of each."""
    incoming = [read(raw, author) for raw in ops]
    if incoming:
        _take_in(author, device, incoming, clock.now(), 0)
    return [result_of(each) for each in incoming]


def _take_in(actor: Actor, device: str, incoming: list[Incoming], now: datetime, skew_seconds: int) -> None:
    undecided = [each for each in incoming if each.outcome is None]

    def judge_and_keep(attempt: int) -> None:
        for each in undecided:
            each.outcome, each.code, each.details = None, "", {}
        locked = inspections.lock({each.op.inspection for each in incoming if each.op})
        near = near_of(actor, locked)
        around = _around(undecided, near)
        receipts = _receipts(undecided, around, everywhere=attempt > 0)
        _judge(actor, undecided, locked, near, around, receipts, now, skew_seconds)
        hold(actor, device, [each for each in incoming if each.outcome == "held"], near, locked, now)
        _settle(actor, [each for each in undecided if each.outcome in _TAKEN], now)
        settling.note(actor, undecided, locked, now)

    for attempt in range(_MOST_RACES):
        try:
            return together(partial(judge_and_keep, attempt))
        except oplog.Raced:
            continue
    raise Refused("busy")


def _around(undecided: list[Incoming], near: dict[str, Subject]) -> dict[str, list[oplog.Kept]]:
    """By inspection: what its log has where these ops write, and no more, however long it is."""
    found: dict[str, list[Op]] = {}
    for each in undecided:
        if each.op is not None and each.op.inspection in near:
            found.setdefault(each.op.inspection, []).append(each.op)
    return {place: oplog.at(place, touched(ops)) for place, ops in found.items()}


def _receipts(
    undecided: list[Incoming], around: dict[str, list[oplog.Kept]], *, everywhere: bool
) -> dict[str, str]:
    """The digests under which these ids are known. What is sent again is found where it was written; an id used for
    something else is noticed by the log itself, and only then it is looked for `everywhere`.
    """
    if everywhere:
        return oplog.receipts(each.op.id for each in undecided if each.op)
    return {kept.id: kept.digest for some in around.values() for kept in some}


def _judge(
    actor: Actor,
    undecided: list[Incoming],
    locked: dict[str, Locked],
    near: dict[str, Subject],
    around: dict[str, list[oplog.Kept]],
    receipts: dict[str, str],
    now: datetime,
    skew_seconds: int,
) -> None:
    """Decide about the rest and append it. The inspections are held, so their numbers are taken in order of commits."""
    fresh: dict[str, list[Incoming]] = {}
    allowed = cache(partial(_may_write, actor))
    for each in undecided:
        if each.op is None:
            continue
        known = receipts.get(each.op.id)
        if each.op.inspection not in near:
            each.hold(_why_not_near(actor, each.op.inspection))
        elif known is not None:
            _repeated(each, known)
        elif not allowed(who_may(each.op.target), deeds_for(each.op), near[each.op.inspection]):
            each.hold("op.role_forbidden", target=each.op.target)
        else:
            receipts[each.op.id] = each.digest
            fresh.setdefault(each.op.inspection, []).append(each)
    for inspection_id in sorted(fresh):
        _append(locked[inspection_id], around[inspection_id], fresh[inspection_id], now, skew_seconds)


def _append(place: Locked, kept: list[oplog.Kept], fresh: list[Incoming], now: datetime, skew_seconds: int) -> None:
    ops = [each.op for each in fresh if each.op is not None]
    before = [oplog.read(each.body) for each in kept]
    if missing := unknown([*before, *ops]):
        before += oplog.named(place.id, missing)
    said = outcomes(before, ops)
    entries = []
    for number, (each, op) in enumerate(zip(fresh, ops, strict=True), start=place.seq + 1):
        word = said[op.id]
        if word in _TAKEN:
            each.outcome = word
        else:
            each.hold(word)  # it is in the log, where it has no effect; a person sees it among the held
        entries.append(oplog.Entry(op, place.tenant, number, each.digest, each.body))
    oplog.append(entries, received_at=now, skew_seconds=skew_seconds)
    inspections.advance(place.id, place.seq + len(entries))


#: Who exchanges ops by their role. Anybody else may only hand in what they wrote while it was theirs.
_ROLES = frozenset({"inspector", "supervisor"})
_TAKEN = frozenset({"applied", "merged", "conflict", "duplicate"})


def _repeated(each: Incoming, known_digest: str) -> None:
    if known_digest == each.digest:
        each.outcome = "duplicate"
    else:
        each.hold("op.id_reused")


def _why_not_near(actor: Actor, inspection_id: str) -> str:
    """Only who was invited by a member is told that the inspection is there."""
    wish = joins.of_account(actor.id, [inspection_id])
    if inspection_id not in wish:
        return "not_found"
    return "join.refused" if wish[inspection_id] is False else "join.waiting"


def _settle(actor: Actor, taken: list[Incoming], now: datetime) -> None:
    """What was held before and has now found its place waits for nobody any more."""
    if taken and held.any_open(actor.id):
        held.taken_in(actor.id, [json.dumps(each.raw) for each in taken], by=actor.id, now=now)


def _may_write(actor: Actor, roles: frozenset[str], deeds: tuple[str, ...], subject: Subject) -> bool:
    return actor.role in roles and any(may(actor, deed, subject) for deed in deeds)


def _skew_seconds(device_time: str | None, now: datetime) -> int:
    """How far the phone's clock is ahead; 0 where it does not say, at most ten years."""
    said = evidence.moment(device_time)
    if said is None:
        return 0
    return max(-315_576_000, min(315_576_000, round((said - now).total_seconds())))
