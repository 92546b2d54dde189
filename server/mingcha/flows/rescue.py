"""Taking in what a colleague carries for somebody whose phone could not send. Safe to repeat, op by op.

An op keeps its true author: it counts only if that author's phone sealed it and the author is on the team. Everything
else is held whole, under the carrier's name, until a person has settled it. The carrier learns nothing of what they carry.
A visit that its phone began and no server has heard of comes along as `{visit, seal}`, and is made before the ops are read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mingcha import clock
from mingcha.core import seals
from mingcha.core.access import Actor, Subject, may
from mingcha.core.announced import Announced, is_announcement, parse_announcement, visit_text
from mingcha.core.oplog import Op, parse_op
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.flows import announcing, sync
from mingcha.flows.incoming import plain, safe_id
from mingcha.store import accounts, assignments, audit, held, inspections, oplog, settings, sites
from mingcha.store.accounts import Account
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection


@dataclass
class Carried:
    """One op or announcement in the carrier's hands: as received, and what is decided about it."""

    raw: Any
    op: Op | None = None
    place: Inspection | None = None
    author: Account | None = None
    result: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def bring(carrier: Actor, *, device: str, ops: Sequence[Any], revoked: bool = False) -> list[dict[str, Any]]:
    """What became of each `{op, seal}` or `{visit, seal}`, in order. Answers only after the commit that makes it true.

    `revoked`: the carrier's own device was; who holds it is unknown, so what it says in its owner's name is held.
    """
    if len(ops) > sync.MOST_OPS:
        raise Refused("sync.too_many_ops", limit=sync.MOST_OPS)
    visits = {at: _announced(carrier, each) for at, each in enumerate(ops) if is_announcement(each)}
    places = inspections.load(_named(ops))
    carried = [visits.get(at) or _judge(carrier, each, places, revoked) for at, each in enumerate(ops)]
    for author, named in _by_author(carried):
        _note(carrier, author, named)
        raws = [each.raw for each in named]
        for each, result in zip(named, sync.take_in(author.actor, named[0].raw["device"], raws), strict=True):
            each.result = result
    _hold(carrier, device, [each for each in carried if each.result["outcome"] == "held" and not each.author])
    _settle(carrier, [each for each in carried if each.result["outcome"] != "held"])
    return [each.result for each in carried]


def may_bring_photo(carrier: Actor, place: Inspection, photo: str, sha256: str) -> bool:
    """Whether somebody off the team may bring these bytes: only those that an op in the log announced by this hash."""
    if not may(carrier, "rescue.import", Subject(place.region)):
        return False
    return any(
        op.target == f"photo/{photo}" and op.kind == "add" and op.value.get("sha256") == sha256
        for _, op in oplog.ops_of(place.id)
    )


def _announced(carrier: Actor, given: dict[str, Any]) -> Carried:
    """The visit is made if its author could have begun it themselves; else the announcement waits, with the reason."""
    seal, raw = given.get("seal"), {name: value for name, value in given.items() if name != "seal"}
    carried = Carried(raw)
    try:
        visit = parse_announcement(raw)
        if not _may_announce(carrier, visit):
            return _kept(carried, "not_found")
        sealed = isinstance(seal, str) and seals.is_sealed(
            settings.secret(), visit.author, visit.device, visit_text(visit), seal
        )
        if not sealed and visit.author != carrier.id:
            return _kept(carried, "rescue.seal")
        with transaction():
            outcome = announcing.make(visit)
            if outcome == "applied":
                place = inspections.load([visit.id])[visit.id]
                audit.note(
                    "rescue.import", tenant=place.tenant, region=place.region, actor=carrier.id,
                    subject=f"inspection/{place.id}", at=clock.now(), author=visit.author, visit=visit.id,
                )  # fmt: skip
    except Refused as refused:
        return _kept(carried, refused.code, refused.details)
    carried.result = {"id": visit.id, "outcome": outcome}
    return carried


def _may_announce(carrier: Actor, visit: Announced) -> bool:
    site = sites.by_id(visit.site)
    return site is not None and may(carrier, "rescue.import", Subject(site.region))


def _judge(carrier: Actor, given: Any, places: dict[str, Inspection], revoked: bool) -> Carried:
    """What can be said before the log is asked. `author` is set only where the op is proved to be theirs."""
    raw, seal = (given.get("op"), given.get("seal")) if isinstance(given, dict) else (given, None)
    carried = Carried(raw)
    try:
        op = carried.op = parse_op(raw)
    except Refused as refused:
        return _kept(carried, refused.code)
    place = places.get(op.inspection)
    if place is None or not may(carrier, "rescue.import", Subject(place.region)):
        return _kept(carried, "not_found")
    carried.place = place
    if revoked and op.author == carrier.id:
        return _kept(carried, "op.device_revoked")
    author = accounts.by_id(op.author)
    if author is None or author.role != "inspector" or not assignments.is_on(place.id, author.id):
        return _kept(carried, "rescue.author")
    sealed = isinstance(seal, str) and seals.is_sealed(
        settings.secret(), op.author, op.device, seals.text_of(op), seal
    )
    if not sealed and op.author != carrier.id:
        return _kept(carried, "rescue.seal")
    carried.author = author
    return carried


def _kept(carried: Carried, code: str, details: Mapping[str, Any] | None = None) -> Carried:
    inner = carried.raw.get("visit") if is_announcement(carried.raw) else carried.raw
    carried.result = {"id": safe_id(inner), "outcome": "held", "code": code}
    carried.details = plain(details or {})
    return carried


def _named(ops: Iterable[Any]) -> set[str]:
    """The inspections that the ops name, readable or not."""
    raws = [each.get("op") for each in ops if isinstance(each, dict)]
    names = [raw.get("inspection") for raw in raws if isinstance(raw, dict)]
    return {name for name in names if isinstance(name, str) and is_id(name)}


def _by_author(carried: list[Carried]) -> list[tuple[Account, list[Carried]]]:
    found: dict[tuple[str, str], tuple[Account, list[Carried]]] = {}
    for each in carried:
        if each.author and each.op:
            found.setdefault((each.author.id, each.op.device), (each.author, []))[1].append(each)
    return list(found.values())


def _note(carrier: Actor, author: Account, named: list[Carried]) -> None:
    """Into the trail before anything is taken in: who carried how much of whose. Not again for what is known."""
    known = oplog.receipts(each.op.id for each in named if each.op)
    fresh: dict[str, tuple[Inspection, list[str]]] = {}
    for each in named:
        if each.op and each.place and each.op.id not in known:
            fresh.setdefault(each.place.id, (each.place, []))[1].append(each.op.id)
    if not fresh:
        return
    now = clock.now()
    with transaction():
        for place, ids in fresh.values():
            audit.note(
                "rescue.import", tenant=place.tenant, region=place.region, actor=carrier.id,
                subject=f"inspection/{place.id}", at=now, author=author.id, ops=len(ids), first=min(ids), last=max(ids),
            )  # fmt: skip


def _hold(carrier: Actor, device: str, waiting: list[Carried]) -> None:
    if not waiting:
        return
    now = clock.now()
    with transaction():
        for each in waiting:
            held.keep(
                tenant=carrier.tenant,
                region=each.place.region if each.place else carrier.scope,
                account=carrier.id,
                device=device,
                inspection=each.place.id if each.place else None,
                op_id=each.result["id"],
                code=each.result["code"],
                details={**each.details, "carried": True},
                raw=json.dumps(each.raw),
                now=now,
            )


def _settle(carrier: Actor, taken: list[Carried]) -> None:
    """What waited under the carrier's name and has now found its place waits for nobody any more."""
    if taken and held.any_open(carrier.id):
        with transaction():
            held.taken_in(carrier.id, [json.dumps(each.raw) for each in taken], by=carrier.id, now=clock.now())
