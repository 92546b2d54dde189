"""Sites: the halls that are inspected. A site lies in one region; a position is decimal text, as everywhere."""

from dataclasses import dataclass

from sqlalchemy import String, delete, select, true
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.regions import tenant_of
from mingcha.store.db import Id, RegionCode, Row, TenantCode, db, within


class SiteRow(Row):
    __tablename__ = "site"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode, index=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    lat: Mapped[str | None] = mapped_column(String(12))
    lon: Mapped[str | None] = mapped_column(String(12))
    #: The county's own code, by which an import knows the site again.
    code: Mapped[str | None] = mapped_column(String(40), index=True)
    windows: Mapped[int | None]
    person: Mapped[str] = mapped_column(String(80), default="", server_default="")
    hours: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: A closed site is kept for its past and is drawn no more.
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


@dataclass(frozen=True)
class Site:
    id: str
    region: str
    name: dict[str, str]
    address: str
    lat: str | None = None
    lon: str | None = None
    code: str | None = None
    windows: int | None = None
    person: str = ""
    hours: str = ""
    active: bool = True

    @property
    def tenant(self) -> str:
        return tenant_of(self.region)


def put(site: Site) -> None:
    """Add the site or replace what is known of it."""
    db.session.merge(
        SiteRow(
            id=site.id, tenant=site.tenant, region=site.region, name_zh=site.name["zh"], name_en=site.name["en"],
            address=site.address, lat=site.lat, lon=site.lon, code=site.code, windows=site.windows,
            person=site.person, hours=site.hours, active=site.active,
        )
    )
    db.session.flush()


def by_id(site_id: str) -> Site | None:
    row = db.session.get(SiteRow, site_id)
    return _site(row) if row else None


def in_area(scope: str) -> list[Site]:
    query = select(SiteRow).where(within(scope, SiteRow.tenant, SiteRow.region)).order_by(SiteRow.region, SiteRow.id)
    return [_site(row) for row in db.session.scalars(query)]


def in_region(region: str) -> list[Site]:
    """The sites of exactly this region."""
    query = select(SiteRow).where(SiteRow.region == region).order_by(SiteRow.id)
    return [_site(row) for row in db.session.scalars(query)]


def codes(tenant: str) -> dict[str, Site]:
    """Every site of a county that has a code, by it."""
    query = select(SiteRow).where(SiteRow.tenant == tenant, SiteRow.code.is_not(None))
    return {str(row.code): _site(row) for row in db.session.scalars(query)}


def drop(site_id: str) -> None:
    """Take away a site that nothing refers to."""
    db.session.execute(delete(SiteRow).where(SiteRow.id == site_id))


def _site(row: SiteRow) -> Site:
    return Site(
        id=row.id, region=row.region, name={"zh": row.name_zh, "en": row.name_en}, address=row.address,
        lat=row.lat, lon=row.lon, code=row.code, windows=row.windows, person=row.person, hours=row.hours,
        active=row.active,
    )
