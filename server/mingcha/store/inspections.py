"""Inspections: one visit to one site with one pinned checklist, and the counter that orders everything in it.

The counter is taken under the row's lock and the lock is held to the commit, so the order of commits is the order of
numbers: no cursor can pass a number that is still on its way. How far an inspection has come is not kept here; the
log says it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, bindparam, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.checklists import ChecklistRow
from mingcha.store.db import Digest, Id, Moment, RegionCode, TenantCode, db, within
from mingcha.store.sites import Site, SiteRow


class InspectionRow(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "inspection"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    site: Mapped[str] = mapped_column(Id, ForeignKey("site.id"), index=True)
    checklist: Mapped[str] = mapped_column(Digest, ForeignKey("checklist.digest"))
    campaign_title: Mapped[str] = mapped_column(String(200))
    #: The day of the visit where it is, `YYYY-MM-DD`.
    visit_on: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Inspection:
    """`seq` is the number of the newest thing that happened in it."""

    id: str
    region: str
    site: Site
    checklist: str
    slug: str
    version: str
    title: dict[str, str]
    campaign_title: str
    visit_on: str
    seq: int

    @property
    def tenant(self) -> str:
        return self.site.tenant


# Built once: a phone asks it at every sync.
_LOCK = (
    select(InspectionRow.id, InspectionRow.seq, InspectionRow.tenant, InspectionRow.region)
    .where(InspectionRow.id.in_(bindparam("ids", expanding=True)))
    .order_by(InspectionRow.id)
    .with_for_update()
)


def add(inspection_id: str, *, site: Site, checklist: str, campaign_title: str, visit_on: str, now: datetime) -> None:
    db.session.add(
        InspectionRow(
            id=inspection_id,
            tenant=site.tenant,
            region=site.region,
            site=site.id,
            checklist=checklist,
            campaign_title=campaign_title,
            visit_on=visit_on,
            seq=0,
            created_at=now,
        )
    )
    db.session.flush()


def load(ids: Iterable[str]) -> dict[str, Inspection]:
    """Those that exist, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {found.id: found for found in _read(InspectionRow.id.in_(wanted))}


def in_area(scope: str, limit: int, checklist: str | None = None) -> list[Inspection]:
    """The inspections that a scope covers, latest visit first; of one checklist version where its digest is given."""
    inside = within(scope, InspectionRow.tenant, InspectionRow.region)
    return _read(inside if checklist is None else inside & (InspectionRow.checklist == checklist), limit)


def counts_by_checklist(scope: str) -> dict[str, int]:
    """By digest: how many inspections of an area are pinned to it."""
    query = (
        select(InspectionRow.checklist, func.count())
        .where(within(scope, InspectionRow.tenant, InspectionRow.region))
        .group_by(InspectionRow.checklist)
    )
    return dict(db.session.execute(query).all())


@dataclass(frozen=True)
class Locked:
    """An inspection that this transaction holds; `seq` is the last number taken in it."""

    id: str
    seq: int
    tenant: str
    region: str


def lock(ids: Iterable[str]) -> dict[str, Locked]:
    """Hold those of these that exist to the end of the transaction, in order of id, so that nobody waits in a
    circle.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = db.session.execute(_LOCK, {"ids": wanted})
    return {row.id: Locked(*row) for row in rows}


def next_seq(inspection_id: str) -> int:
    """Hold the inspection and take its next number."""
    seq = lock([inspection_id])[inspection_id].seq + 1
    advance(inspection_id, seq)
    return seq


def advance(inspection_id: str, seq: int) -> None:
    """Set the counter of an inspection that this transaction holds."""
    db.session.execute(update(InspectionRow).where(InspectionRow.id == inspection_id).values(seq=seq))


def _read(condition: object, limit: int | None = None) -> list[Inspection]:
    query = (
        select(
            InspectionRow.id,
            InspectionRow.region,
            InspectionRow.checklist,
            InspectionRow.campaign_title,
            InspectionRow.visit_on,
            InspectionRow.seq,
            ChecklistRow.slug,
            ChecklistRow.version,
            ChecklistRow.title,
            SiteRow.id.label("site_id"),
            SiteRow.region.label("site_region"),
            SiteRow.name_zh,
            SiteRow.name_en,
            SiteRow.address,
            SiteRow.lat,
            SiteRow.lon,
        )
        .join(SiteRow, SiteRow.id == InspectionRow.site)
        .join(ChecklistRow, ChecklistRow.digest == InspectionRow.checklist)
        .where(condition)  # type: ignore[arg-type]
        .order_by(InspectionRow.visit_on.desc(), InspectionRow.id)
    )
    return [
        Inspection(
            id=row.id,
            region=row.region,
            site=Site(
                id=row.site_id,
                region=row.site_region,
                name={"zh": row.name_zh, "en": row.name_en},
                address=row.address,
                lat=row.lat,
                lon=row.lon,
            ),
            checklist=row.checklist,
            slug=row.slug,
            version=row.version,
            title=row.title,
            campaign_title=row.campaign_title,
            visit_on=row.visit_on,
            seq=row.seq,
        )
        for row in db.session.execute(query.limit(limit) if limit else query)
    ]
