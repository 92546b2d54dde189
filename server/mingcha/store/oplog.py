"""The op log: every op ever taken in, once, in the order of commits. A row is also the receipt for its id.

Ops are kept as their canonical text and handed on as that text: nothing is read or written twice on the way to a phone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, bindparam, insert, literal_column, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op
from mingcha.core.review import STAGE_TARGETS
from mingcha.store.db import Digest, Id, Moment, TenantCode, ask, db, table_of
from mingcha.store.inspections import InspectionRow


class OpRow(db.Model):  # type: ignore[name-defined,misc]
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

    __table_args__ = (UniqueConstraint("inspection", "seq"),)


_IS_STAGE = OpRow.target.in_(STAGE_TARGETS)
Index("ix_op_stage", OpRow.inspection, sqlite_where=_IS_STAGE, postgresql_where=_IS_STAGE)


_op, _inspection = table_of(OpRow).c, table_of(InspectionRow).c
#: No inspection ever has so many (the column's largest number).
_ANY_SEQ = 2**31 - 1
# Built once: a phone asks these at every sync.
_INSERT = insert(table_of(OpRow))
_RECEIPTS = select(_op.id, _op.digest).where(_op.id.in_(bindparam("ids", expanding=True)))
_WHOLE = (
    select(_op.seq, _op.body)
    .where(_op.inspection == bindparam("inspection"), _op.seq <= bindparam("upto"))
    .order_by(_op.seq)
)
_AFTER = (
    select(_op.seq, _op.body, _op.received_at)
    .where(_op.inspection == bindparam("inspection"), _op.seq > bindparam("since"), _op.seq <= bindparam("upto"))
    .order_by(_op.seq)
    .limit(bindparam("most"))
)
_STAGE = (
    select(_op.inspection, _op.seq, _op.body)
    .where(
        _op.inspection.in_(bindparam("inspections", expanding=True)),
        _op.target.in_([literal_column(f"'{target}'") for target in STAGE_TARGETS]),  # bound, no partial index serves
    )
    .order_by(_op.seq)
)
_BEGUN = select(_inspection.id).where(
    _inspection.id.in_(bindparam("inspections", expanding=True)),
    select(_op.id).where(_op.inspection == _inspection.id).exists(),
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
        ask(
            _INSERT,
            [
                {
                    "id": entry.op.id,
                    "tenant": entry.tenant,
                    "inspection": entry.op.inspection,
                    "seq": entry.seq,
                    "target": entry.op.target,
                    "digest": entry.digest,
                    "body": entry.body,
                    "received_at": received_at,
                    "skew_seconds": skew_seconds,
                }
                for entry in entries
            ],
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
    return dict(ask(_RECEIPTS, {"ids": wanted}).all())


def ops_of(inspection_id: str, upto: int | None = None) -> list[tuple[int, Op]]:
    """The whole log of one inspection, or its beginning, in order."""
    given = {"inspection": inspection_id, "upto": _ANY_SEQ if upto is None else upto}
    return [(seq, read(body)) for seq, body in ask(_WHOLE, given)]


def ops_of_several(inspections: Iterable[str]) -> dict[str, list[Op]]:
    """The whole logs of these inspections by one question, each in order."""
    wanted = sorted(set(inspections))
    found: dict[str, list[Op]] = {inspection_id: [] for inspection_id in wanted}
    query = select(OpRow.inspection, OpRow.body).where(OpRow.inspection.in_(wanted))
    for inspection_id, body in db.session.execute(query.order_by(OpRow.inspection, OpRow.seq)):
        found[inspection_id].append(read(body))
    return found


def digests_of(inspection_id: str, upto: int) -> list[str]:
    """The digests of the ops that a snapshot covers, in order."""
    query = select(OpRow.digest).where(OpRow.inspection == inspection_id, OpRow.seq <= upto).order_by(OpRow.seq)
    return list(db.session.scalars(query))


def after(inspection_id: str, seq: int, upto: int, limit: int) -> list[Logged]:
    """What followed a number, up to another, oldest first."""
    given = {"inspection": inspection_id, "since": seq, "upto": upto, "most": limit}
    return [Logged(*row) for row in ask(_AFTER, given)]


def stage_ops(inspections: Iterable[str]) -> dict[str, list[tuple[int, Op]]]:
    """Each inspection's ops that decide how far it has come."""
    found: dict[str, list[tuple[int, Op]]] = {inspection_id: [] for inspection_id in inspections}
    for inspection_id, seq, body in ask(_STAGE, {"inspections": sorted(found)}):
        found[inspection_id].append((seq, read(body)))
    return found


def begun(inspections: Iterable[str]) -> set[str]:
    """Those of the inspections in which somebody wrote anything."""
    return set(ask(_BEGUN, {"inspections": sorted(set(inspections))}).scalars())


def skew_of(inspection_id: str) -> dict[str, int]:
    """The latest known clock skew, in seconds, of each op's sender, by op id."""
    query = select(OpRow.id, OpRow.skew_seconds).where(OpRow.inspection == inspection_id, OpRow.skew_seconds != 0)
    return dict(db.session.execute(query).all())


def read(body: str) -> Op:
    """An op from its own canonical text, which was checked when it came in."""
    raw = json.loads(body)
    raw["over"] = tuple(raw["over"])
    return Op(**raw)
