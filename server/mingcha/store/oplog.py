"""The op log: every op ever taken in, once, in the order of commits. A row is also the receipt for its id.

Ops are kept as their canonical text and handed on as that text: nothing is read or written twice on the way to a phone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op
from mingcha.core.review import STAGE_TARGETS
from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db, table_of
from mingcha.store.inspections import InspectionRow
from mingcha.store.quick import Insert, Quick, one_of


class OpRow(Row):
    __tablename__ = "op"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"))
    seq: Mapped[int]
    target: Mapped[str] = mapped_column(String(200))
    #: SHA-256 of `body`: the same id with another digest is another op.
    digest: Mapped[str] = mapped_column(Digest)
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    #: How far the phone's clock was ahead of ours when it sent this.
    skew_seconds: Mapped[int] = mapped_column(default=0)

    # The second serves those who ask for a few fields of a long log: a push, and how far a visit has come.
    __table_args__ = (UniqueConstraint("inspection", "seq"), Index("ix_op_inspection_target", "inspection", "target"))


_op, _inspection = table_of(OpRow).c, table_of(InspectionRow).c
#: No inspection ever has so many (the column's largest number).
_ANY_SEQ = 2**31 - 1
# Built once: a phone asks these at every sync.
_INSERT = Insert(table_of(OpRow), ("id", "tenant", "inspection", "seq", "target", "digest", "body"))
_RECEIPTS = Quick(select(_op.id, _op.digest).where(one_of(_op.id, "ids")))
_AT = Quick(
    select(_op.id, _op.digest, _op.body).where(_op.inspection == bindparam("inspection"), one_of(_op.target, "targets"))
)
# By id alone: asked for the inspection too, SQLite would rather read through its whole log.
_NAMED = Quick(select(_op.inspection, _op.body).where(one_of(_op.id, "ids")))
_WHOLE = Quick(
    select(_op.seq, _op.body)
    .where(_op.inspection == bindparam("inspection"), _op.seq <= bindparam("upto"))
    .order_by(_op.seq)
)
_AFTER = Quick(
    select(_op.seq, _op.body, _op.received_at)
    .where(_op.inspection == bindparam("inspection"), _op.seq > bindparam("since"), _op.seq <= bindparam("upto"))
    .order_by(_op.seq)
    .limit(bindparam("most"))
)
_STAGE = Quick(
    select(_op.inspection, _op.seq, _op.body).where(one_of(_op.inspection, "inspections"), one_of(_op.target, "targets"))
)
_BEGUN = Quick(
    select(_inspection.id).where(
        one_of(_inspection.id, "inspections"), select(_op.id).where(_op.inspection == _inspection.id).exists()
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An op as it enters the log."""

    op: Op
    tenant: str
    seq: int
    digest: str
    body: str


@dataclass(frozen=True, slots=True)
class Logged:
    """An op as a pull hands it on: canonical text, and when it was received."""

    seq: int
    body: str
    received_at: datetime


class Raced(Exception):
    """Somebody else took an id in the same moment: this transaction is lost, the next one will see it."""


def append(entries: Sequence[Entry], *, received_at: datetime, skew_seconds: int) -> None:
    """Add to the log under numbers that the caller holds. Raises Raced where an id is there already."""
    if not entries:
        return
    try:
        _INSERT(
            [
                (entry.op.id, entry.tenant, entry.op.inspection, entry.seq, entry.op.target, entry.digest, entry.body)
                for entry in entries
            ],
            received_at=received_at,
            skew_seconds=skew_seconds,
        )
    except IntegrityError as race:
        raise Raced from race


def text_of(op: Op) -> str:
    """The canonical text of an op that was read by `parse_op`: only its value can need escaping."""
    value = encode_basestring(op.value) if isinstance(op.value, str) else canonical(op.value).decode()
    over = ",".join([f'"{other}"' for other in op.over])
    return (
        f'{{"at":"{op.at}","author":"{op.author}","device":"{op.device}","id":"{op.id}","inspection":"{op.inspection}",'
        f'"kind":"{op.kind}","over":[{over}],"seq":{op.seq},"target":"{op.target}","value":{value}}}'
    )


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def receipts(ids: Iterable[str]) -> dict[str, str]:
    """The digests under which these ids were taken in, for those that were."""
    wanted = list(ids)
    if not wanted:
        return {}
    return dict(_RECEIPTS(ids=wanted))


@dataclass(frozen=True, slots=True)
class Kept:
    """An op of the log with its digest, which is the receipt for its id."""

    id: str
    digest: str
    body: str


def at(inspection_id: str, targets: Iterable[str]) -> list[Kept]:
    """What one inspection's log has at these targets, in no order."""
    return [Kept(*row) for row in _AT(inspection=inspection_id, targets=list(targets))]


def named(inspection_id: str, ids: Iterable[str]) -> list[Op]:
    """Those of these ops that one inspection's log has."""
    return [read(body) for place, body in _NAMED(ids=list(ids)) if place == inspection_id]


def ops_of(inspection_id: str, upto: int | None = None) -> list[tuple[int, Op]]:
    """The whole log of one inspection, or its beginning, in order."""
    upto = _ANY_SEQ if upto is None else upto
    return [(seq, read(body)) for seq, body in _WHOLE(inspection=inspection_id, upto=upto)]


def ops_of_several(inspections: Iterable[str]) -> dict[str, list[Op]]:
    """The whole logs of these inspections by one question, each in order."""
    wanted = sorted(set(inspections))
    found: dict[str, list[Op]] = {inspection_id: [] for inspection_id in wanted}
    query = select(OpRow.inspection, OpRow.body).where(OpRow.inspection.in_(wanted))
    for inspection_id, body in db.session.execute(query.order_by(OpRow.inspection, OpRow.seq)):
        found[inspection_id].append(read(body))
    return found


def logs_of_several(inspections: Iterable[str]) -> dict[str, list[tuple[int, Op]]]:
    """The same with each op's number."""
    wanted = sorted(set(inspections))
    found: dict[str, list[tuple[int, Op]]] = {inspection_id: [] for inspection_id in wanted}
    query = select(OpRow.inspection, OpRow.seq, OpRow.body).where(OpRow.inspection.in_(wanted))
    for inspection_id, seq, body in db.session.execute(query.order_by(OpRow.inspection, OpRow.seq)):
        found[inspection_id].append((seq, read(body)))
    return found


def digests_of(inspection_id: str, upto: int) -> list[str]:
    """The digests of the ops that a snapshot covers, in order."""
    query = select(OpRow.digest).where(OpRow.inspection == inspection_id, OpRow.seq <= upto).order_by(OpRow.seq)
    return list(db.session.scalars(query))


def after(inspection_id: str, seq: int, upto: int, limit: int) -> list[Logged]:
    """What followed a number, up to another, oldest first."""
    return [Logged(*row) for row in _AFTER(inspection=inspection_id, since=seq, upto=upto, most=limit)]


def stage_ops(inspections: Iterable[str]) -> dict[str, list[tuple[int, Op]]]:
    """Each inspection's ops that decide how far it has come."""
    found: dict[str, list[tuple[int, Op]]] = {inspection_id: [] for inspection_id in inspections}
    for inspection_id, seq, body in _STAGE(inspections=list(found), targets=list(STAGE_TARGETS)):
        found[inspection_id].append((seq, read(body)))
    return {inspection_id: sorted(ops, key=lambda each: each[0]) for inspection_id, ops in found.items()}


def begun(inspections: Iterable[str]) -> set[str]:
    """Those of the inspections in which somebody wrote anything."""
    return {inspection_id for (inspection_id,) in _BEGUN(inspections=list(inspections))}


def received_of(inspection_id: str) -> dict[str, datetime]:
    """When each op of one inspection reached the server, by op id."""
    query = select(OpRow.id, OpRow.received_at).where(OpRow.inspection == inspection_id)
    return dict(db.session.execute(query).all())


def skew_of(inspection_id: str) -> dict[str, int]:
    """The latest known clock skew, in seconds, of each op's sender, by op id."""
    query = select(OpRow.id, OpRow.skew_seconds).where(OpRow.inspection == inspection_id, OpRow.skew_seconds != 0)
    return dict(db.session.execute(query).all())


def read(body: str) -> Op:
    """An op from its own canonical text, which was checked when it came in."""
    raw = json.loads(body)
    raw["over"] = tuple(raw["over"])
    return Op(**raw)
