"""Carrying an open inspection forward to a newer version of its checklist, as an inspection of its own.

The original and its log stay untouched. What means the same in both versions is written into the new one under the
names and times of those who found it, by the server's own device; the rest is listed, not dropped.
"""

import secrets
import uuid
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.checklist.carry import Carried, Left, Write, carry
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import Op
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import uuid7
from mingcha.flows import checklists as versions
from mingcha.flows import evidence, pull, review
from mingcha.flows import inspections as place_of
from mingcha.store import assignments, audit, carried, inspections, oplog, photos
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

#: The stages of a draft.
OPEN = ("assigned", "in_progress", "returned")


def preview(actor: Actor, inspection_id: str, digest: str | None) -> dict[str, Any]:
    """What carrying would do, without doing it: to the version of this digest, or to the newest."""
    original = place_of.find(actor, inspection_id, "inspection.carry").inspection
    newer = versions.newer_than(actor, original.checklist)
    chosen = digest or (newer[0].digest if newer else None)
    writes: list[Write] = []
    left: list[Left] = []
    rescored: tuple[str, ...] = ()
    if chosen is not None:
        found = _compare(original, versions.known(actor, chosen), chosen)
        writes, waiting = _with_bytes(found.writes, inspection_id)
        left, rescored = [*found.left, *waiting], found.rescored
    family = inspections.load([inspection_id, *carried.made_from(inspection_id)])
    told = pull.described(family)
    return {
        "inspection": told.pop(inspection_id),
        "newer": [{"version": each.version, "digest": each.digest, "note": each.note} for each in newer],
        "to": chosen,
        "moves": [_moving(each, writes) for each in writes],
        "left": [_told(each) for each in left],
        "rescored": list(rescored),
        "made": list(told.values()),
    }


def forward(actor: Actor, inspection_id: str, digest: str) -> dict[str, Any]:
    """A new inspection under the version of this digest, with the facts that move. Repeating it while nothing was
    added to the original gives the same new inspection.
    """
    place_of.find(actor, inspection_id, "inspection.carry")
    newer = versions.known(actor, digest)
    with transaction():
        seq = inspections.lock([inspection_id])[inspection_id].seq
        original = inspections.load([inspection_id])[inspection_id]
        found = _compare(original, newer, digest)
        writes, waiting = _with_bytes(found.writes, inspection_id)
        new = str(uuid.uuid5(uuid.UUID(inspection_id), f"{digest}:{seq}"))
        if not inspections.load([new]):
            _set_up(new, original, digest)
            _write(new, original, writes, {op.id: op for _, op in oplog.ops_of(inspection_id)})
            carried.note(new, origin=inspection_id, tenant=original.tenant, upto=seq, at=clock.now())
            audit.note(
                "inspection.carry",
                tenant=original.tenant,
                region=original.region,
                actor=actor.id,
                subject=f"inspection/{new}",
                at=clock.now(),
                origin=inspection_id,
                upto=seq,
                checklist=digest,
                facts=len(writes),
            )
    return {
        "inspection": new,
        "carried": len(writes),
        "left": [_told(each) for each in (*found.left, *waiting)],
        "rescored": list(found.rescored),
    }


def _compare(original: Inspection, newer: Checklist, digest: str) -> Carried:
    """What moves and what does not. Refuses another checklist, and what is no draft any more."""
    if newer.slug != original.slug or digest == original.checklist:
        raise Refused("carry.other_checklist")
    folded = review.as_it_stands(original)
    if folded.stage not in OPEN:
        raise Refused("carry.not_draft", state=folded.stage)
    return carry(folded.state, folded.checklist, newer)


def _with_bytes(writes: tuple[Write, ...], inspection_id: str) -> tuple[list[Write], list[Left]]:
    """A photo that is still on a phone stays with the original, to which its bytes are on their way."""
    here = evidence.verified_hashes(inspection_id)
    absent = {
        write.target
        for write in writes
        if write.target.startswith("photo/")
        and write.kind == "add"
        and write.value["sha256"] not in here.get(write.target.partition("/")[2], ())
    }
    moving = [write for write in writes if "/".join(write.target.split("/")[:2]) not in absent]
    waiting = [Left(write.target, (write.value,), "bytes_on_their_way") for write in writes if write not in moving]
    return moving, waiting


def _set_up(new: str, original: Inspection, digest: str) -> None:
    """The same visit by the same team, pinned to the newer version."""
    now = clock.now()
    inspections.add(
        new,
        site=original.site,
        checklist=digest,
        campaign_title=original.campaign_title,
        campaign=original.campaign,
        visit_on=original.visit_on,
        now=now,
    )
    for person in assignments.teams([original.id])[original.id]:
        assignments.assign(new, person["id"], tenant=original.tenant, now=now)
    inspections.next_seq(new)


def _write(new: str, original: Inspection, writes: list[Write], told: dict[str, Op]) -> None:
    """The facts as the first ops of the new log, and the photos' bytes as already proved."""
    now = clock.now()
    seq = inspections.lock([new])[new].seq
    entries = []
    for write in writes:
        seq += 1
        source = told[write.origin[0]]
        op = Op(
            id=uuid7(now, secrets.token_bytes(10)),
            inspection=new,
            device=review.SERVER_DEVICE,
            seq=seq,
            at=source.at,
            kind=write.kind,
            target=write.target,
            value=write.value,
            over=(),
            author=source.author,
        )
        body = oplog.text_of(op)
        entries.append(oplog.Entry(op, original.tenant, seq, oplog.digest_of(body), body))
    oplog.append(entries, received_at=now, skew_seconds=0)
    moved = {write.target.partition("/")[2] for write in writes if write.target.startswith("photo/")}
    for photo in photos.of_inspection(original.id):
        if photo.id in moved:
            seq += 1
            photos.repeat(photo, inspection=new, seq=seq, now=now)
    inspections.advance(new, seq)


def _moving(write: Write, writes: list[Write]) -> dict[str, Any]:
    """A fact that moves, and the indicator that it is about: an element's field is about what its element is about."""
    parts = write.target.split("/")
    element = "/".join(parts[:2])
    holder = next((each.value for each in writes if each.kind == "add" and each.target == element), None)
    about = parts[1] if parts[0] == "answer" else holder.get("indicator") if isinstance(holder, dict) else None
    return {"target": write.target, "kind": write.kind, "indicator": about, "value": write.value}


def _told(left: Left) -> dict[str, Any]:
    parts = left.target.split("/")
    first = left.values[0] if left.values else None
    of_value = first.get("indicator") if isinstance(first, dict) else None
    return {
        "target": left.target,
        "indicator": parts[1] if parts[0] == "answer" else of_value,
        "values": list(left.values),
        "reason": left.reason,
        "words": {"zh": left.words.zh, "en": left.words.en},
    }
