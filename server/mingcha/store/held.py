"""What the log could not take, kept whole as it was received, until a person has settled it. Nothing is ever
dropped.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, bindparam, literal, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import (
    Digest,
    Id,
    Json,
    Moment,
    RegionCode,
    Row,
    TenantCode,
    db,
    insert_if_absent,
    new_id,
    table_of,
    within,
)
from mingcha.store.quick import Quick


class HeldRow(Row):
    __tablename__ = "held"
    __table_args__ = (UniqueConstraint("account", "raw_digest"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    #: Who sent it, whatever name it bears.
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    device: Mapped[str] = mapped_column(String(64))
    #: Only where the sender may write in it.
    inspection: Mapped[str | None] = mapped_column(Id, ForeignKey("inspection.id"), index=True)
    op_id: Mapped[str | None] = mapped_column(Id)
    code: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    #: JSON in ASCII as it was received: it may hold what no database column could.
    raw: Mapped[str] = mapped_column(Text)
    raw_digest: Mapped[str] = mapped_column(Digest)
    received_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(Id)
    #: `sent_again`, `taken_in` or `set_aside`; the reason is the person's own words.
    settled_how: Mapped[str | None] = mapped_column(String(16))
    settled_reason: Mapped[str | None] = mapped_column(String(2000))
    #: The op of the log that carries it now.
    settled_op: Mapped[str | None] = mapped_column(Id)


_held = table_of(HeldRow).c
# Built once: every push asks it.
_ANY_OPEN = Quick(
    select(_held.id).where(_held.account == bindparam("account"), _held.settled_at.is_(None)).limit(literal(1))
)


@dataclass(frozen=True)
class Settled:
    how: str
    at: datetime
    by: str
    reason: str | None
    op_id: str | None


@dataclass(frozen=True)
class Held:
    id: str
    tenant: str
    region: str
    account: str
    device: str
    inspection: str | None
    op_id: str | None
    code: str
    details: dict[str, Any]
    raw: str
    received_at: datetime
    settled: Settled | None


def keep(
    *,
    tenant: str,
    region: str,
    account: str,
    device: str,
    inspection: str | None,
    op_id: str | None,
    code: str,
    details: dict[str, Any],
    raw: str,
    now: datetime,
) -> bool:
    """Keep it, once however often it is sent. True the first time."""
    return insert_if_absent(
        HeldRow,
        id=new_id(),
        tenant=tenant,
        region=region,
        account=account,
        device=device,
        inspection=inspection,
        op_id=op_id,
        code=code,
        details=details,
        raw=raw,
        raw_digest=_digest(raw),
        received_at=now,
    )


def taken_in(account: str, raws: list[str], *, by: str, now: datetime) -> None:
    """Settle what was sent again and has now found its place in the log."""
    db.session.execute(
        update(HeldRow)
        .where(
            HeldRow.account == account,
            HeldRow.raw_digest.in_([_digest(raw) for raw in raws]),
            HeldRow.settled_at.is_(None),
        )
        .values(settled_at=now, settled_by=by, settled_how="sent_again", settled_op=HeldRow.op_id)
    )


def any_open(account: str) -> bool:
    return bool(_ANY_OPEN(account=account))


def lock(held_id: str) -> Held | None:
    """It, held to the end of the transaction."""
    row = db.session.scalar(select(HeldRow).where(HeldRow.id == held_id).with_for_update())
    return _held_of(row) if row is not None else None


def settle(held_id: str, *, how: str, by: str, reason: str | None, op_id: str | None, now: datetime) -> None:
    db.session.execute(
        update(HeldRow)
        .where(HeldRow.id == held_id)
        .values(settled_at=now, settled_by=by, settled_how=how, settled_reason=reason, settled_op=op_id)
    )


def of(account: str, scope: str | None, *, settled_since: datetime | None = None) -> list[Held]:
    """What an account sent and, where a scope is given, all of that area: what is open, or what was settled since."""
    mine = HeldRow.account == account
    near = mine if scope is None else mine | within(scope, HeldRow.tenant, HeldRow.region)
    return _read(near, HeldRow.settled_at.is_(None) if settled_since is None else HeldRow.settled_at > settled_since)


def open_of_inspection(inspection_id: str) -> list[Held]:
    return _read(HeldRow.inspection == inspection_id, HeldRow.settled_at.is_(None))


def _read(*conditions: Any) -> list[Held]:
    query = select(HeldRow).where(*conditions).order_by(HeldRow.received_at, HeldRow.id)
    return [_held_of(row) for row in db.session.scalars(query.limit(1000))]


def _held_of(row: HeldRow) -> Held:
    settled = None
    if row.settled_at is not None:
        settled = Settled(
            row.settled_how or "sent_again", row.settled_at, row.settled_by or "", row.settled_reason, row.settled_op
        )
    return Held(
        id=row.id,
        tenant=row.tenant,
        region=row.region,
        account=row.account,
        device=row.device,
        inspection=row.inspection,
        op_id=row.op_id,
        code=row.code,
        details=row.details,
        raw=row.raw,
        received_at=row.received_at,
        settled=settled,
    )


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("ascii")).hexdigest()
