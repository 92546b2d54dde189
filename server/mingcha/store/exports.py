"""Exports of whole campaigns: what goes in (fixed when it is ordered), how far it is, and its pieces as blobs.

The archive is the pieces one after the other; `parts` has the key and size of each, so any stretch of it can be read
without the rest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Json, Moment, RegionCode, Row, TenantCode, db


class ExportRow(Row):
    __tablename__ = "export"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    #: As `Inspection.campaign_key`.
    campaign: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(RegionCode)
    campaign_title: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column("by_account", Id, ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    moved_at: Mapped[datetime] = mapped_column(Moment)
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int]
    photos: Mapped[int] = mapped_column(default=0)
    parts: Mapped[list[list[Any]]] = mapped_column(Json)
    listed: Mapped[list[list[Any]]] = mapped_column(Json)
    ready_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Export:
    """`parts`: [key, bytes] of the archive in order; `listed`: [key, records, bytes] of its table of contents so far."""

    id: str
    tenant: str
    campaign: str
    region: str
    campaign_title: str
    by: str
    made_at: datetime
    moved_at: datetime
    plan: dict[str, Any]
    step: int
    steps: int
    photos: int
    parts: list[list[Any]]
    listed: list[list[Any]]
    ready_at: datetime | None

    @property
    def size_bytes(self) -> int:
        return sum(size for _, size in self.parts)


def add(export: Export) -> None:
    db.session.add(ExportRow(**vars(export)))
    db.session.flush()


def by_id(export_id: str) -> Export | None:
    return next(iter(_read(ExportRow.id == export_id)), None)


def lock(export_id: str) -> Export | None:
    """Hold it to the end of the transaction."""
    return next(iter(_read(ExportRow.id == export_id, lock=True)), None)


def of_campaign(tenant: str, key: str) -> list[Export]:
    """Newest first."""
    return _read((ExportRow.tenant == tenant) & (ExportRow.campaign == key))


def went_on(
    export_id: str, *, step: int, photos: int, parts: list[list[Any]], listed: list[list[Any]], now: datetime,
    ready: bool,
) -> None:  # fmt: skip
    db.session.execute(
        update(ExportRow)
        .where(ExportRow.id == export_id)
        .values(
            step=step, photos=photos, parts=parts, listed=listed, moved_at=now, ready_at=now if ready else None
        )
    )


def older_than(moment: datetime) -> list[str]:
    """Exports that nothing has happened to since."""
    return list(db.session.scalars(select(ExportRow.id).where(ExportRow.moved_at < moment)))


def remove(export_id: str) -> None:
    db.session.execute(delete(ExportRow).where(ExportRow.id == export_id))


def _read(condition: Any, *, lock: bool = False) -> list[Export]:
    query = select(ExportRow).where(condition).order_by(ExportRow.made_at.desc(), ExportRow.id)
    if lock:
        query = query.with_for_update()
    rows = db.session.scalars(query, execution_options={"populate_existing": True})
    return [Export(**{name: getattr(row, name) for name in Export.__dataclass_fields__}) for row in rows]
