"""Taking in what a phone did, and telling it what it missed. Safe to repeat, op by op.

Every op ends in one of two places: in the log, or held with the reason. An answer is given only after the commit
that makes it true. Knows no HTTP: ops come as whatever the JSON reader made of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any

from mingcha import clock
from mingcha.core import evidence
from mingcha.core.access import Actor, Subject, may
from mingcha.core.announced import is_announcement, parse_announcement
from mingcha.core.carried_move import is_move, parse_move
from mingcha.core.oplog import Op, outcomes, parse_op, touched, unknown, who_may
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.core.review import deeds_for
from mingcha.flows import announcing, moves, outstanding, pull, secrecy
from mingcha.store import assignments, audit, held, inspections, joins, oplog
from mingcha.store.db import transaction
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


@dataclass
class Incoming:
    """One op on its way in: as received, as read, and what is decided about it. `op` only where it could be read."""

    raw: Any
    op: Op | None = None
    body: str = ""
    digest: str = ""
    outcome: str | None = None
    code: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def given_id(self) -> str | None:
        """The id it bears, readable or not; only a string that is safe to hand back."""
        if self.op is not None:
            return self.op.id
        return safe_id(self.raw["visit"] if is_announcement(self.raw) else self.raw)

    def hold(self, code: str, **details: Any) -> None:
        self.outcome, self.code, self.details = "held", code, details


def exchange(
    actor: Actor, *, device: str, protocol: int, cursor: str | None, ops: Sequence[Any], device_time: str | None
) -> Reply:
    """Take in the ops, then answer with what follows the cursor."""
    if protocol > PROTOCOL:
        raise Refused("sync.protocol", protocol=protocol)
    if len(ops) > MOST_OPS:
        raise Refused("sync.too_many_ops", limit=MOST_OPS)
    if actor.role not in _ROLES and not assignments.ever_of(actor.id):
        raise Refused("not_allowed", deed="inspection.sync")
    now = clock.now()
    incoming = [_announced(raw, actor) if is_announcement(raw) else _read(raw, actor) for raw in ops]
    if incoming:
        _take_in(actor, device, incoming, now, _skew_seconds(device_time, now))
    page = pull.after(actor, cursor)
    if page.first_told:
        secrecy.pulled(actor, page.first_told)
    outstanding.note(actor, device, page.told, page.gone)
    return Reply(
        results=[_result(each) for each in incoming],
        changes=page.changes,
        gone=page.gone,
        cursor=page.cursor,
        more=page.more,
        epoch=page.epoch,
        server_time=clock.wire(now),
    )


def rescue(actor: Actor, *, device: str, cursor: str | None, ops: Sequence[Any]) -> Reply:
    """Take in the work of a device that was revoked. Nobody knows who held it: what the log does not have is held for a
    person, whole. Only a visit that it began (`{"visit": …}`) is made, empty, if its owner may begin such: then its ops
    and photos have a place to wait in. In return it is told to let go of every visit, and learns nothing.
    """
    if len(ops) > MOST_OPS:
        raise Refused("sync.too_many_ops", limit=MOST_OPS)
    now = clock.now()
    incoming = [_announced(raw, actor) if is_announcement(raw) else _read(raw, actor) for raw in ops if not is_move(raw)]
    told = {at: _move(raw, actor, device, now) for at, raw in enumerate(ops) if is_move(raw)}
    with transaction():
        known = oplog.receipts(each.op.id for each in incoming if each.op)
        for each in incoming:
            if each.op is not None and known.get(each.op.id) == each.digest:
                each.outcome = "duplicate"
            elif each.outcome is None:
                each.hold("op.device_revoked")
        locked = inspections.lock({each.op.inspection for each in incoming if each.op})
        waiting = [each for each in incoming if each.outcome == "held"]
        _hold(actor, device, waiting, _near(actor, locked), locked, now)
    epoch, gone = pull.let_go(cursor)
    outstanding.note(actor, device, {}, gone)
    rest = iter(incoming)
    return Reply(
        results=[told.get(at) or _result(next(rest)) for at in range(len(ops))],
        changes=[],
        gone=gone,
        cursor=cursor or "",
        more=False,
        epoch=epoch,
        server_time=clock.wire(now),
        revoked=True,
    )


def _move(raw: dict[str, Any], actor: Actor, device: str, now: datetime) -> dict[str, Any]:
    """A centre's move, held near its item for those who lead there."""
    code, kept, details = "op.device_revoked", None, {}
    try:
        carried = parse_move(raw)
        if carried.author != actor.id:
            raise Refused("op.foreign_author")
        if moves.is_known(actor, carried.move):
            return {"id": carried.id, "outcome": "duplicate"}
        kept = moves.place_of(actor, carried.item)
        details = plain({"item": kept.text}) if kept else {}
    except Refused as refused:
        code, details = refused.code, plain(refused.details)
    move_id = safe_id(raw["move"])
    with transaction():
        held.keep(
            tenant=tenant_of(actor.scope), region=kept.region if kept else actor.scope, account=actor.id, device=device,
            inspection=None, op_id=move_id, code=code, details=details, raw=json.dumps(raw), now=now,
        )  # fmt: skip
    return {"id": move_id, "outcome": "held", "code": code}


def _announced(raw: dict[str, Any], actor: Actor) -> Incoming:
    """A visit that this phone began, made now or held with the reason."""
    incoming = Incoming(raw)
    try:
        visit = parse_announcement(raw)
        if visit.author != actor.id:
            raise Refused("op.foreign_author")
        incoming.outcome = announcing.make(visit)
    except Refused as refused:
        incoming.hold(refused.code, **refused.details)
    return incoming


def nothing_new(actor: Actor, *, protocol: int, cursor: str) -> tuple[str, datetime] | None:
    """The epoch and the time, where this cursor is the newest of somebody who exchanges ops; None says nothing."""
    if protocol > PROTOCOL or actor.role not in _ROLES:
        return None
    epoch = pull.epoch_if_newest(actor, cursor)
    return (epoch, clock.now()) if epoch else None


def take_in(author: Actor, device: str, ops: Sequence[Any]) -> list[dict[str, Any]]:
    """Take in what somebody else carried, exactly as if its author had sent it; what became of each."""
    incoming = [_read(raw, author) for raw in ops]
    if incoming:
        _take_in(author, device, incoming, clock.now(), 0)
    return [_result(each) for each in incoming]


def safe_id(raw: Any) -> str | None:
    """The id that something bears, readable or not; only a string that is safe to hand back."""
    found = raw.get("id") if isinstance(raw, dict) else None
    is_safe = isinstance(found, str) and len(found) <= 36 and found.isascii() and found.isprintable()
    return found if is_safe else None


def _read(raw: Any, actor: Actor) -> Incoming:
    """What can be decided about an op by itself."""
    incoming = Incoming(raw)
    try:
        op = parse_op(raw)
    except Refused as refused:
        incoming.hold(refused.code, **refused.details)
        return incoming
    incoming.op = op
    incoming.body = oplog.text_of(op)
    incoming.digest = oplog.digest_of(incoming.body)
    if op.author != actor.id:
        incoming.hold("op.foreign_author")
    return incoming


def _take_in(actor: Actor, device: str, incoming: list[Incoming], now: datetime, skew_seconds: int) -> None:
    undecided = [each for each in incoming if each.outcome is None]

    def judge_and_keep(attempt: int) -> None:
        for each in undecided:
            each.outcome, each.code, each.details = None, "", {}
        locked = inspections.lock({each.op.inspection for each in incoming if each.op})
        near = _near(actor, locked)
        around = _around(undecided, near)
        receipts = _receipts(undecided, around, everywhere=attempt > 0)
        _judge(actor, undecided, locked, near, around, receipts, now, skew_seconds)
        _hold(actor, device, [each for each in incoming if each.outcome == "held"], near, locked, now)
        _settle(actor, [each for each in undecided if each.outcome in _TAKEN], now)

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


def _known_places(
    actor: Actor, waiting: list[Incoming], near: dict[str, Subject], locked: dict[str, Locked]
) -> dict[str, str]:
    """The region of each inspection that the sender may write in, or once was on."""
    known = {place: subject.region for place, subject in near.items()}
    lost = {each.op.inspection for each in waiting if each.op and each.op.inspection not in known} & set(locked)
    known.update({place: locked[place].region for place in (assignments.former(actor.id, lost) if lost else ())})
    return known


def _hold(
    actor: Actor,
    device: str,
    waiting: list[Incoming],
    near: dict[str, Subject],
    locked: dict[str, Locked],
    now: datetime,
) -> None:
    """Keep what is held, whole, for those who lead the place it was written in; where the sender has nothing to do with
    that place, for those who lead the sender. An id used for two payloads is an alarm as well.
    """
    places = _known_places(actor, waiting, near, locked)
    for each in waiting:
        place = each.op.inspection if each.op and each.op.inspection in places else None
        region = places[place] if place else actor.scope
        fresh = held.keep(
            tenant=tenant_of(region),
            region=region,
            account=actor.id,
            device=device,
            inspection=place,
            op_id=each.given_id,
            code=each.code,
            details=plain(each.details),
            raw=json.dumps(each.raw),
            now=now,
        )
        if fresh and each.code == "op.id_reused":
            audit.note(
                "inspection.sync",
                tenant=tenant_of(region),
                region=region,
                actor=actor.id,
                subject=f"op/{each.given_id}",
                at=now,
                alarm="op.id_reused",
                device=device,
            )


#: Who exchanges ops by their role. Anybody else may only hand in what they wrote while it was theirs.
_ROLES = frozenset({"inspector", "supervisor"})
_TAKEN = frozenset({"applied", "merged", "conflict", "duplicate"})


def _repeated(each: Incoming, known_digest: str) -> None:
    if known_digest == each.digest:
        each.outcome = "duplicate"
    else:
        each.hold("op.id_reused")


def _near(actor: Actor, locked: dict[str, Locked]) -> dict[str, Subject]:
    """The inspections that exist for this actor; of the others they learn nothing."""
    mine = assignments.among(actor.id, locked) if locked else set()
    subjects = {
        place.id: Subject(place.region, frozenset({"assigned"} if place.id in mine else ()))
        for place in locked.values()
    }
    return {place: subject for place, subject in subjects.items() if may(actor, "inspection.sync", subject)}


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


def _result(each: Incoming) -> dict[str, Any]:
    found: dict[str, Any] = {"id": each.given_id, "outcome": each.outcome}
    if each.code:
        found["code"] = each.code
    return found


def _skew_seconds(device_time: str | None, now: datetime) -> int:
    """How far the phone's clock is ahead; 0 where it does not say, at most ten years."""
    said = evidence.moment(device_time)
    if said is None:
        return 0
    return max(-315_576_000, min(315_576_000, round((said - now).total_seconds())))


def plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details as they can be kept: text in place of anything that has no canonical form."""
    return {name: value if isinstance(value, int | bool) else _printable(value) for name, value in details.items()}


def _printable(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")[:200]
