"""Names of region codes, as far as this county needs them."""

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.regions import tenant_of
from mingcha.store.db import RegionCode, Row, TenantCode, db, within


class RegionRow(Row):
    __tablename__ = "region"

    code: Mapped[str] = mapped_column(RegionCode, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))


def put(code: str, zh: str, en: str) -> None:
    """Add the region or rename it."""
    db.session.merge(RegionRow(code=code, tenant=tenant_of(code), name_zh=zh, name_en=en))
    db.session.flush()


def name(code: str) -> dict[str, str] | None:
    row = db.session.get(RegionRow, code)
    return {"zh": row.name_zh, "en": row.name_en} if row else None


def exists(code: str) -> bool:
    return db.session.scalar(select(RegionRow.code).where(RegionRow.code == code)) is not None


def in_area(scope: str) -> dict[str, dict[str, str]]:
    """The registered regions that a scope covers, names by code, in order of code."""
    query = select(RegionRow).where(within(scope, RegionRow.tenant, RegionRow.code)).order_by(RegionRow.code)
    return {row.code: {"zh": row.name_zh, "en": row.name_en} for row in db.session.scalars(query)}


def drop(code: str) -> None:
    db.session.execute(delete(RegionRow).where(RegionRow.code == code))
