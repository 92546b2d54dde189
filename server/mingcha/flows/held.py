"""Settling what the log did not take: letting it in after all, or setting it aside. Nothing is ever deleted.

Let in, an op keeps its writer, and the trail says who let it in. It gets a new id only where its own was used for
something else, and names in `over` only what it may: at worst it stands beside other values as a conflict.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand, may
from mingcha.core.announced import Announced, is_announcement, parse_announcement
from mingcha.core.carried_move import CarriedMove, is_move, parse_move
from mingcha.core.oplog import Op, outcomes, parse_op, touched, unknown, who_may
from mingcha.core.problems import Refused
from mingcha.core.review import deeds_for
from mingcha.core.uuid7 import uuid7
from mingcha.flows import announcing, moves
from mingcha.store import accounts, assignments, audit, held, inspections, oplog, sites
from mingcha.store.db import transaction
from mingcha.store.held import Held
from mingcha.store.inspections import Locked

#: For so long a phone can learn what became of what it sent.
REMEMBERED = timedelta(days=90)
_MOST_RACES = 5


@dataclass(frozen=True)
class Waiting:
    """Something held as one person sees it; `names` by account id, `author` the account that wrote it, if readable."""

    held: Held
    site: dict[str, str] | None
    author: str | None
    names: dict[str, str]
    may: list[str]


def waiting(actor: Actor, *, settled: bool = False) -> list[Waiting]:
    """What waits for a person, or was settled lately: a supervisor sees the area's and their own, anybody else what
    they sent themselves.
    """
    since = clock.now() - REMEMBERED if settled else None
    scope = actor.scope if may(actor, "held.read", Subject(actor.scope)) else None
    found = held.of(actor.id, scope, settled_since=since)
    ops = {each.id: _read(each) for each in found}
    authors = {each_id: said.author for each_id, said in ops.items() if said}
    people = {each.account for each in found} | {each.settled.by for each in found if each.settled} | {*authors.values()}
    names = accounts.names(people)
    places = inspections.load(each.inspection for each in found if each.inspection)
    sites = {place.id: place.site.name for place in places.values()}
    return [
        Waiting(
            each, sites.get(each.inspection or ""), authors.get(each.id), names, _may(actor, each, ops[each.id])
        )
        for each in found
    ]


def take_in(actor: Actor, held_id: str, reason: str) -> tuple[str, str]:
    """Let it into the log; the id under which it stands there, and what became of it.

    Raises held.cannot_be_taken_in where it says why, held.settled, not_found.
    """
    for _ in range(_MOST_RACES):
        try:
            with transaction():
                return _take_in(actor, held_id, reason)
        except oplog.Raced:
            continue
    raise Refused("busy")


def set_aside(actor: Actor, held_id: str, reason: str) -> None:
    """Settle it without letting it in. It stays readable as it came."""
    now = clock.now()
    with transaction():
        found = _demanded(actor, "held.set_aside", held_id)
        held.settle(found.id, how="set_aside", by=actor.id, reason=reason, op_id=None, now=now)
        _note(actor, "held.set_aside", found, reason=reason)


def _take_in(actor: Actor, held_id: str, reason: str) -> tuple[str, str]:
    now = clock.now()
    seen = _demanded(actor, "held.take_in", held_id)
    op = _read(seen)
    if op is None:
        raise Refused("held.cannot_be_taken_in", why=seen.code)
    if isinstance(op, Announced):
        return _begin(actor, seen, op, reason, now)
    if isinstance(op, CarriedMove):
        return _move(actor, seen, op, reason, now)
    place = inspections.lock([op.inspection]).get(op.inspection)
    if place is None or not may(actor, "held.take_in", Subject(place.region)):
        raise Refused("held.cannot_be_taken_in", why="not_found")
    _demand_writer(actor, seen, op, place)
    around = oplog.at(place.id, touched([op]))
    before = [oplog.read(each.body) for each in around]
    known = oplog.receipts([op.id]).get(op.id)
    if known == oplog.digest_of(oplog.text_of(op)) and seen.code not in _IN_THE_LOG_IN_VAIN:
        outcome = "duplicate"
    else:
        if known is not None:
            op = op._replace(id=uuid7(now, secrets.token_bytes(10)), over=_allowed(op, before))
        outcome = _outcome(op, before, place.id)
        body = oplog.text_of(op)
        entry = oplog.Entry(op, place.tenant, place.seq + 1, oplog.digest_of(body), body)
        oplog.append([entry], received_at=seen.received_at, skew_seconds=0)
        inspections.advance(place.id, place.seq + 1)
    held.settle(seen.id, how="taken_in", by=actor.id, reason=reason or None, op_id=op.id, now=now)
    _note(actor, "held.take_in", seen, reason=reason, op=op.id, inspection=place.id, author=op.author)
    return op.id, outcome


def _begin(actor: Actor, seen: Held, visit: Announced, reason: str, now: datetime) -> tuple[str, str]:
    """A visit that was only announced: begun in its author's name, if its author may."""
    site = sites.by_id(visit.site)
    if site is None or not may(actor, "held.take_in", Subject(site.region)):
        raise Refused("held.cannot_be_taken_in", why="not_found")
    try:
        outcome = announcing.make(visit)
    except Refused as refused:
        raise Refused("held.cannot_be_taken_in", why=refused.code) from refused
    held.settle(seen.id, how="taken_in", by=actor.id, reason=reason or None, op_id=visit.id, now=now)
    _note(actor, "held.take_in", seen, reason=reason, inspection=visit.id, author=visit.author)
    return visit.id, outcome


def _move(actor: Actor, seen: Held, carried: CarriedMove, reason: str, now: datetime) -> tuple[str, str]:
    """A centre's move, in its author's name; its terms count from when it reached us."""
    author = accounts.by_id(carried.author)
    kept = moves.place_of(author.actor, carried.item) if author else None
    if author is None or kept is None or not may(actor, "held.take_in", Subject(kept.region)):
        raise Refused("held.cannot_be_taken_in", why="not_found")
    result = moves.bring(author.actor, carried.move, seen.received_at)
    if result["outcome"] == "refused":
        raise Refused("held.cannot_be_taken_in", why=result["code"])
    held.settle(seen.id, how="taken_in", by=actor.id, reason=reason or None, op_id=carried.id, now=now)
    _note(actor, "held.take_in", seen, reason=reason, item=carried.item, author=author.id)
    return carried.id, result["outcome"]


#: They are in the log, where they have no effect.
_IN_THE_LOG_IN_VAIN = frozenset({"op.over_foreign", "op.over_circle"})


def _outcome(op: Op, before: list[Op], inspection: str) -> str:
    if missing := unknown([*before, op]):
        before = [*before, *oplog.named(inspection, missing)]
    word = outcomes(before, [op])[op.id]
    if word.startswith("op."):
        raise Refused("held.cannot_be_taken_in", why=word)
    return word


def _allowed(op: Op, before: Sequence[Op]) -> tuple[str, ...]:
    """Of what an op names, that which it may name: of its own field; for a removal, anything of its element."""
    here = {other.id for other in before if op.kind == "remove" or other.target == op.target}
    kept = tuple(named for named in op.over if named in here and named != op.id)
    if op.kind == "remove" and not kept:
        raise Refused("held.cannot_be_taken_in", why="op.remove_blind")
    return kept


def _demand_writer(actor: Actor, seen: Held, op: Op, place: Locked) -> None:
    """Whoever is named as the writer was on this visit, or sent it themselves; and somebody may write there at all."""
    writer = accounts.by_id(op.author)
    belongs = writer is not None and (writer.id == actor.id or assignments.was_ever_on(place.id, writer.id))
    if writer is None or not belongs:
        raise Refused("held.cannot_be_taken_in", why="op.foreign_author")
    roles = who_may(op.target)
    by_supervisor = actor.role in roles and any(may(actor, deed, Subject(place.region)) for deed in deeds_for(op))
    if not (by_supervisor or "inspector" in roles):
        raise Refused("held.cannot_be_taken_in", why="op.role_forbidden")


def _demanded(actor: Actor, deed: str, held_id: str) -> Held:
    """It, held to the end of the transaction, if the actor may do this to it and nobody has settled it."""
    found = held.lock(held_id)
    if found is None:
        raise Refused("not_found")
    relations = frozenset({"self"} if found.account == actor.id else ())
    demand(actor, deed, Subject(found.region, relations))
    if found.settled:
        raise Refused("held.settled")
    return found


def _may(actor: Actor, each: Held, op: Op | Announced | CarriedMove | None) -> list[str]:
    if each.settled:
        return []
    subject = Subject(each.region, frozenset({"self"} if each.account == actor.id else ()))
    deeds = ("held.take_in", "held.set_aside") if op else ("held.set_aside",)
    return [deed for deed in deeds if may(actor, deed, subject)]


def _read(each: Held) -> Op | Announced | CarriedMove | None:
    """The op in it, or the visit that it announces, or a centre's move, if this version can read it."""
    try:
        raw = json.loads(each.raw)
        if is_move(raw):
            return parse_move(raw)
        return parse_announcement(raw) if is_announcement(raw) else parse_op(raw)
    except (Refused, ValueError, RecursionError):
        return None


def _note(actor: Actor, deed: str, each: Held, **details: str) -> None:
    audit.note(
        deed,
        tenant=each.tenant,
        region=each.region,
        actor=actor.id,
        subject=f"held/{each.id}",
        at=clock.now(),
        code=each.code,
        sender=each.account,
        **details,
    )
