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
    TenantCode,
    db,
    insert_if_absent,
    new_id,
    table_of,
    within,
)
from mingcha.store.quick import Quick


class HeldRow(db.Model):  # type: ignore[name-defined,misc]
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


_held = table_of(HeldRow).c
# Built once: every push asks it.
_ANY_OPEN = Quick(
    select(_held.id).where(_held.account == bindparam("account"), _held.settled_at.is_(None)).limit(literal(1))
)


@dataclass(frozen=True)
class Held:
    id: str
    account: str
    device: str
    inspection: str | None
    op_id: str | None
    code: str
    details: dict[str, Any]
    raw: str
    received_at: datetime


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
        .values(settled_at=now, settled_by=by)
    )


def any_open(account: str) -> bool:
    return bool(_ANY_OPEN(account=account))


def open_of_account(account: str) -> list[Held]:
    return _read(HeldRow.account == account)


def open_in_area(scope: str) -> list[Held]:
    return _read(within(scope, HeldRow.tenant, HeldRow.region))


def open_of_inspection(inspection_id: str) -> list[Held]:
    return _read(HeldRow.inspection == inspection_id)


def _read(condition: Any) -> list[Held]:
    query = select(HeldRow).where(condition, HeldRow.settled_at.is_(None)).order_by(HeldRow.received_at, HeldRow.id)
    return [
        Held(
            id=row.id,
            account=row.account,
            device=row.device,
            inspection=row.inspection,
            op_id=row.op_id,
            code=row.code,
            details=row.details,
            raw=row.raw,
            received_at=row.received_at,
        )
        for row in db.session.scalars(query.limit(1000))
    ]


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("ascii")).hexdigest()
