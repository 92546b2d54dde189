"""Ops on their way in: as received, as read, and kept whole where they have to wait for a person.

Knows the places in which somebody may write, and nothing of what the log says to an op.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mingcha.core.access import Actor, Subject, may
from mingcha.core.announced import is_announcement, parse_announcement
from mingcha.core.oplog import Op, parse_op
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.flows import announcing
from mingcha.store import assignments, audit, held, oplog
from mingcha.store.inspections import Locked


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


def read(raw: Any, actor: Actor) -> Incoming:
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


def announced(raw: dict[str, Any], actor: Actor) -> Incoming:
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


def near_of(actor: Actor, locked: dict[str, Locked]) -> dict[str, Subject]:
    """The inspections that exist for this actor; of the others they learn nothing."""
    mine = assignments.among(actor.id, locked) if locked else set()
    subjects = {
        place.id: Subject(place.region, frozenset({"assigned"} if place.id in mine else ()))
        for place in locked.values()
    }
    return {place: subject for place, subject in subjects.items() if may(actor, "inspection.sync", subject)}


def hold(
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


def _known_places(
    actor: Actor, waiting: list[Incoming], near: dict[str, Subject], locked: dict[str, Locked]
) -> dict[str, str]:
    """The region of each inspection that the sender may write in, or once was on."""
    known = {place: subject.region for place, subject in near.items()}
    lost = {each.op.inspection for each in waiting if each.op and each.op.inspection not in known} & set(locked)
    known.update({place: locked[place].region for place in (assignments.former(actor.id, lost) if lost else ())})
    return known


def result_of(each: Incoming) -> dict[str, Any]:
    found: dict[str, Any] = {"id": each.given_id, "outcome": each.outcome}
    if each.code:
        found["code"] = each.code
    return found


def safe_id(raw: Any) -> str | None:
    """The id that something bears, readable or not; only a string that is safe to hand back."""
    found = raw.get("id") if isinstance(raw, dict) else None
    is_safe = isinstance(found, str) and len(found) <= 36 and found.isascii() and found.isprintable()
    return found if is_safe else None


def plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details as they can be kept: text in place of anything that has no canonical form."""
    return {name: value if isinstance(value, int | bool) else _printable(value) for name, value in details.items()}


def _printable(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")[:200]
