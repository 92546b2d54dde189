"""Taking in what a phone did, and telling it what it missed. Safe to repeat, op by op.

Every op ends in one of two places: in the log, or held with the reason. An answer is given only after the commit
that makes it true. Knows no HTTP: ops come as whatever the JSON reader made of them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mingcha import clock
from mingcha.core import cursor as cursors
from mingcha.core import evidence
from mingcha.core.access import Actor, Subject, may, may_ever
from mingcha.core.cursor import Cursor
from mingcha.core.oplog import Op, outcomes, parse_op, who_may
from mingcha.core.problems import Refused
from mingcha.core.review import deeds_for
from mingcha.flows import pull, secrecy
from mingcha.store import assignments, audit, held, inspections, oplog, settings
from mingcha.store.db import transaction
from mingcha.store.inspections import Locked

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
        found = self.raw.get("id") if isinstance(self.raw, dict) else None
        is_safe = isinstance(found, str) and len(found) <= 36 and found.isascii() and found.isprintable()
        return found if is_safe else None

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
    now = clock.now()
    incoming = [_read(raw, actor) for raw in ops]
    if incoming:
        _take_in(actor, device, incoming, now, _skew_seconds(device_time, now))
    epoch = settings.epoch()
    before = cursors.read(cursor, epoch)
    page = pull.after(actor, before)
    if fresh := set(page.seen) - set(before.seen):
        secrecy.pulled(actor, fresh)
    return Reply(
        results=[_result(each) for each in incoming],
        changes=page.changes,
        gone=page.gone,
        cursor=cursors.write(Cursor(epoch, page.seen)),
        more=page.more,
        epoch=epoch,
        server_time=clock.wire(now),
    )


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
    for _ in range(_MOST_RACES):
        try:
            with transaction():
                locked = inspections.lock({each.op.inspection for each in incoming if each.op})
                near = _near(actor, locked)
                _judge(actor, undecided, locked, near, now, skew_seconds)
                _hold(actor, device, [each for each in incoming if each.outcome == "held"], near, now)
                _settle(actor, [each for each in undecided if each.outcome in _TAKEN], now)
            return
        except oplog.Raced:
            for each in undecided:
                each.outcome, each.code, each.details = None, "", {}
    raise Refused("busy")


def _judge(
    actor: Actor,
    undecided: list[Incoming],
    locked: dict[str, Locked],
    near: dict[str, Subject],
    now: datetime,
    skew_seconds: int,
) -> None:
    """Decide about the rest and append it. The inspections are held, so their numbers are taken in order of commits."""
    receipts = oplog.receipts(each.op.id for each in undecided if each.op)
    fresh: dict[str, list[Incoming]] = {}
    for each in undecided:
        if each.op is None:
            continue
        known = receipts.get(each.op.id)
        if each.op.inspection not in near:
            each.hold("not_found")
        elif known is not None:
            _repeated(each, known)
        elif not _may_write(actor, each.op, near[each.op.inspection]):
            each.hold("op.role_forbidden", target=each.op.target)
        else:
            receipts[each.op.id] = each.digest
            fresh.setdefault(each.op.inspection, []).append(each)
    for inspection_id in sorted(fresh):
        _append(locked[inspection_id], fresh[inspection_id], now, skew_seconds)


def _append(place: Locked, fresh: list[Incoming], now: datetime, skew_seconds: int) -> None:
    ops = [each.op for each in fresh if each.op is not None]
    before = oplog.ops_of(place.id) if place.seq else []
    said = outcomes((op for _, op in before), ops)
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


def _hold(actor: Actor, device: str, waiting: list[Incoming], near: dict[str, Subject], now: datetime) -> None:
    """Keep what is held, whole. An id used for two payloads is an alarm as well."""
    for each in waiting:
        place = each.op.inspection if each.op and each.op.inspection in near else None
        region = near[place].region if place else actor.scope
        fresh = held.keep(
            tenant=actor.tenant,
            region=region,
            account=actor.id,
            device=device,
            inspection=place,
            op_id=each.given_id,
            code=each.code,
            details=_plain(each.details),
            raw=json.dumps(each.raw),
            now=now,
        )
        if fresh and each.code == "op.id_reused":
            audit.note(
                "inspection.sync",
                tenant=actor.tenant,
                region=region,
                actor=actor.id,
                subject=f"op/{each.given_id}",
                at=now,
                alarm="op.id_reused",
                device=device,
            )


_TAKEN = frozenset({"applied", "merged", "conflict", "duplicate"})


def _repeated(each: Incoming, known_digest: str) -> None:
    if known_digest == each.digest:
        each.outcome = "duplicate"
    else:
        each.hold("op.id_reused")


def _near(actor: Actor, locked: dict[str, Locked]) -> dict[str, Subject]:
    """The inspections that exist for this actor; of the others they learn nothing."""
    mine = assignments.of_account(actor.id) if locked else {}
    subjects = {
        place.id: Subject(place.region, frozenset({"assigned"} if place.id in mine else ()))
        for place in locked.values()
    }
    return {place: subject for place, subject in subjects.items() if may(actor, "inspection.sync", subject)}


def _settle(actor: Actor, taken: list[Incoming], now: datetime) -> None:
    """What was held before and has now found its place waits for nobody any more."""
    if taken and held.any_open(actor.id):
        held.taken_in(actor.id, [json.dumps(each.raw) for each in taken], by=actor.id, now=now)


def _may_write(actor: Actor, op: Op, subject: Subject) -> bool:
    return actor.role in who_may(op.target) and any(may(actor, deed, subject) for deed in deeds_for(op))


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


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """Details as they can be kept: text in place of anything that has no canonical form."""
    return {name: value if isinstance(value, int | bool) else _printable(value) for name, value in details.items()}


def _printable(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")[:200]


def held_for(actor: Actor) -> Iterable[held.Held]:
    """What waits for a person: a supervisor sees the area's, anybody else what they sent themselves."""
    if may(actor, "held.read", Subject(actor.scope)):
        return held.open_in_area(actor.scope)
    return held.open_of_account(actor.id) if may_ever(actor, "held.read") else []
