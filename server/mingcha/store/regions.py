"""Names of region codes, as far as this county needs them."""

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.regions import tenant_of
from mingcha.store.db import RegionCode, Row, TenantCode, db


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
