"""What was imported into the registry, and how each row was before: enough to take the last import back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Json, Moment, RegionCode, Row, TenantCode, db, within


class ImportRow(Row):
    __tablename__ = "registry_import"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(Digest)
    counts: Mapped[dict[str, int]] = mapped_column(Json)
    #: `[[id, before or null, after]]` of every row that was touched.
    touched: Mapped[list[Any]] = mapped_column(Json)
    by: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Import:
    id: str
    tenant: str
    region: str
    kind: str
    digest: str
    counts: dict[str, int]
    touched: list[Any]
    by: str | None
    at: datetime
    undone_at: datetime | None


def add(found: Import) -> None:
    db.session.add(ImportRow(**found.__dict__))
    db.session.flush()


def latest(scope: str, limit: int = 50) -> list[Import]:
    """The newest first."""
    query = select(ImportRow).where(within(scope, ImportRow.tenant, ImportRow.region))
    rows = db.session.scalars(query.order_by(ImportRow.at.desc(), ImportRow.id.desc()).limit(limit))
    return [_import(row) for row in rows]


def by_id(import_id: str) -> Import | None:
    row = db.session.get(ImportRow, import_id)
    return _import(row) if row else None


def undone(import_id: str, now: datetime) -> None:
    db.session.execute(update(ImportRow).where(ImportRow.id == import_id).values(undone_at=now))


def _import(row: ImportRow) -> Import:
    return Import(
        row.id, row.tenant, row.region, row.kind, row.digest, row.counts, row.touched, row.by, row.at, row.undone_at
    )
