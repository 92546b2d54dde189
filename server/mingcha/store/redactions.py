"""What is covered on a photo when it goes into a report: boxes, who drew them, when. Rows are added, never changed; the
newest counts, and one without boxes takes the others back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Json, Moment, Row, TenantCode, db, new_id


class RedactionRow(Row):
    __tablename__ = "redaction"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"))
    photo: Mapped[str] = mapped_column(Id)
    sha256: Mapped[str] = mapped_column(Digest)
    number: Mapped[int]
    boxes: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index(None, "inspection", "photo", "number", unique=True),)


@dataclass(frozen=True)
class Redaction:
    photo: str
    sha256: str
    number: int
    boxes: list[dict[str, Any]]
    account: str
    at: datetime


def add(
    *, tenant: str, inspection: str, photo: str, sha256: str, boxes: list[dict[str, Any]], account: str, now: datetime
) -> Redaction:
    """Keep it as the newest of its photo. Call it with the inspection held."""
    before = newest(inspection, [photo]).get(photo)
    number = before.number + 1 if before else 1
    db.session.add(
        RedactionRow(
            id=new_id(), tenant=tenant, inspection=inspection, photo=photo, sha256=sha256, number=number, boxes=boxes,
            account=account, at=now,
        )
    )
    db.session.flush()
    return Redaction(photo, sha256, number, boxes, account, now)


def newest(inspection_id: str, photos: Iterable[str] | None = None) -> dict[str, Redaction]:
    """By photo: what counts now."""
    query = select(RedactionRow).where(RedactionRow.inspection == inspection_id).order_by(RedactionRow.number)
    if photos is not None:
        query = query.where(RedactionRow.photo.in_(sorted(set(photos))))
    return {row.photo: _redaction(row) for row in db.session.scalars(query)}


def count(inspections: Iterable[str]) -> int:
    """How often anything was covered in these: tells whether it may have changed."""
    query = select(func.count()).select_from(RedactionRow).where(RedactionRow.inspection.in_(sorted(set(inspections))))
    return db.session.scalar(query) or 0


def of_account(account_id: str) -> list[Redaction]:
    query = select(RedactionRow).where(RedactionRow.account == account_id).order_by(RedactionRow.at, RedactionRow.id)
    return [_redaction(row) for row in db.session.scalars(query)]


def _redaction(row: RedactionRow) -> Redaction:
    return Redaction(row.photo, row.sha256, row.number, row.boxes, row.account, row.at)
