"""Checklist versions in the making. A draft may be as wrong as it likes; what is published is another table.

`seq` counts the saves: who saves names the one they began from.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Json, Moment, RegionCode, Row, TenantCode, db, within


class ChecklistDraftRow(Row):
    __tablename__ = "checklist_draft"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    slug: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    #: The published version that it was begun from.
    base: Mapped[str | None] = mapped_column(Digest)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    #: What could not be taken over from the file it was brought in from.
    report: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    seq: Mapped[int]
    changed_by: Mapped[str] = mapped_column(Id)
    changed_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Draft:
    id: str
    tenant: str
    region: str
    slug: str
    version: str
    base: str | None
    content: dict[str, Any]
    report: list[dict[str, Any]]
    seq: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True)
class DraftHead:
    """A draft without its content."""

    id: str
    region: str
    slug: str
    version: str
    changed_by: str
    changed_at: datetime


def add(draft: Draft) -> None:
    db.session.add(ChecklistDraftRow(**vars(draft)))
    db.session.flush()


def load(draft_id: str, *, hold: bool = False) -> Draft | None:
    """The draft; with `hold`, nobody else saves it before this transaction ends."""
    query = select(ChecklistDraftRow).where(ChecklistDraftRow.id == draft_id)
    row = db.session.scalars(query.with_for_update() if hold else query).one_or_none()
    return Draft(**{name: getattr(row, name) for name in Draft.__dataclass_fields__}) if row else None


def in_area(scope: str) -> list[DraftHead]:
    """The drafts of an area, without their contents, the latest changed first."""
    row = ChecklistDraftRow
    query = (
        select(row.id, row.region, row.slug, row.version, row.changed_by, row.changed_at)
        .where(within(scope, row.tenant, row.region))
        .order_by(row.changed_at.desc(), row.id)
    )
    return [DraftHead(*found) for found in db.session.execute(query)]


def save(draft_id: str, *, slug: str, version: str, content: dict[str, Any], by: str, now: datetime) -> None:
    """Replace the content of a draft that this transaction holds."""
    db.session.execute(
        update(ChecklistDraftRow)
        .where(ChecklistDraftRow.id == draft_id)
        .values(
            slug=slug,
            version=version,
            content=content,
            seq=ChecklistDraftRow.seq + 1,
            changed_by=by,
            changed_at=now,
        )
    )


def drop(draft_id: str) -> None:
    db.session.execute(delete(ChecklistDraftRow).where(ChecklistDraftRow.id == draft_id))
