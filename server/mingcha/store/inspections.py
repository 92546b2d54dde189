"""Inspections: one visit to one site with one pinned checklist, and the counter that orders everything in it.

The counter is taken under the row's lock and the lock is held to the commit, so the order of commits is the order of
numbers: no cursor can pass a number that is still on its way. How far an inspection has come is not kept here; the
log says it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, bindparam, column, func, select, table, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.checklists import ChecklistRow
from mingcha.store.db import Digest, Id, Moment, RegionCode, Row, TenantCode, ask, db, table_of, within
from mingcha.store.quick import Quick, one_of
from mingcha.store.sites import Site, SiteRow


class InspectionRow(Row):
    __tablename__ = "inspection"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    site: Mapped[str] = mapped_column(Id, ForeignKey("site.id"), index=True)
    checklist: Mapped[str] = mapped_column(Digest, ForeignKey("checklist.digest"))
    campaign_title: Mapped[str] = mapped_column(String(200))
    #: Null where it was set up apart from any campaign.
    campaign: Mapped[str | None] = mapped_column(Id, index=True)
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
    campaign: str | None = None

    @property
    def tenant(self) -> str:
        return self.site.tenant

    @property
    def campaign_key(self) -> str:
        """The campaign's id; visits that were set up apart from any belong together by their title."""
        return self.campaign or self.campaign_title


_inspection, _site, _checklist = (table_of(each).c for each in (InspectionRow, SiteRow, ChecklistRow))
# Built once: a phone asks these at every sync.
_LOCK = Quick(
    select(_inspection.id, _inspection.seq, _inspection.tenant, _inspection.region)
    .where(one_of(_inspection.id, "ids"))
    .order_by(_inspection.id)
    .with_for_update()
)
_ADVANCE = Quick(
    update(table_of(InspectionRow)).where(_inspection.id == bindparam("of")).values(seq=bindparam("upto"))
)
_READ = (
    select(
        _inspection.id,
        _inspection.region,
        _inspection.checklist,
        _inspection.campaign_title,
        _inspection.visit_on,
        _inspection.seq,
        _checklist.slug,
        _checklist.version,
        _checklist.title,
        _site.id.label("site_id"),
        _site.region.label("site_region"),
        _site.name_zh,
        _site.name_en,
        _site.address,
        _site.lat,
        _site.lon,
        _inspection.campaign,
    )
    .where(_site.id == _inspection.site, _checklist.digest == _inspection.checklist)
    .order_by(_inspection.visit_on.desc(), _inspection.id)
)
#: By name: the tables' own files lean on this one.
_SNAPSHOT = table("snapshot", column("inspection"))
_OP = table("op", column("inspection"))
_LOAD = Quick(_READ.where(one_of(_inspection.id, "ids")))


def add(
    inspection_id: str, *, site: Site, checklist: str, campaign_title: str, visit_on: str, now: datetime,
    campaign: str | None = None,
) -> None:  # fmt: skip
    db.session.add(
        InspectionRow(
            id=inspection_id,
            tenant=site.tenant,
            region=site.region,
            site=site.id,
            checklist=checklist,
            campaign_title=campaign_title,
            campaign=campaign,
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
    return {row[0]: _inspection_of(row) for row in _LOAD(ids=wanted)}


def in_area(scope: str, limit: int, checklist: str | None = None) -> list[Inspection]:
    """The inspections that a scope covers, latest visit first; of one checklist version where its digest is given."""
    inside = _READ.where(within(scope, _inspection.tenant, _inspection.region))
    query = (inside if checklist is None else inside.where(_inspection.checklist == checklist)).limit(limit)
    return [_inspection_of(row) for row in ask(query)]


def of_campaign(inspection: Inspection) -> list[Inspection]:
    """The inspections of the same campaign in the same county, itself among them."""
    return in_campaign(inspection.tenant, inspection.campaign_key)


def in_campaign(tenant: str, campaign_key: str) -> list[Inspection]:
    """Those of a campaign that have been opened to their teams; see `Inspection.campaign_key`."""
    apart = _inspection.campaign.is_(None) & (_inspection.campaign_title == campaign_key)
    query = _READ.where(_inspection.tenant == tenant, (_inspection.campaign == campaign_key) | apart)
    return [_inspection_of(row) for row in ask(query)]


def sites_used(sites: Iterable[str]) -> set[str]:
    """Those of these sites that were ever to be visited."""
    query = select(InspectionRow.site).where(InspectionRow.site.in_(sorted(sites))).distinct()
    return set(db.session.scalars(query))


def last_teams(tenant: str, but: str) -> dict[str, list[str]]:
    """By site: who was on its latest inspection that somebody began, whatever campaign it was of but this one."""
    latest: dict[str, tuple[str, str]] = {}
    query = select(_inspection.site, _inspection.visit_on, _inspection.id).where(
        _inspection.tenant == tenant, (_inspection.campaign != but) | _inspection.campaign.is_(None),
        select(_OP.c.inspection).where(_OP.c.inspection == _inspection.id).exists(),
    )
    for site, visit_on, inspection_id in ask(query):
        latest[site] = max(latest.get(site, ("", "")), (visit_on, inspection_id))
    seat = table("assignment", column("inspection"), column("account"), column("ended_at"))
    site_of = {inspection_id: site for site, (_, inspection_id) in latest.items()}
    found: dict[str, list[str]] = {site: [] for site in latest}
    if not latest:
        return found
    query = select(seat.c.inspection, seat.c.account).where(
        seat.c.ended_at.is_(None), seat.c.inspection.in_(select(_inspection.id).where(_inspection.tenant == tenant))
    )
    for inspection_id, account in ask(query):
        if inspection_id in site_of:
            found[site_of[inspection_id]].append(account)
    return found


def of_site(site: str, *, slug: str, but: str, approved: int) -> list[Inspection]:
    """The latest visits to a site by a checklist (any version) for which somebody once wrote an approval; at most so
    many.
    """
    written = select(_SNAPSHOT.c.inspection).where(_SNAPSHOT.c.inspection == _inspection.id).exists()
    query = _READ.where(_inspection.site == site, _checklist.slug == slug, _inspection.id != but, written)
    return [_inspection_of(row) for row in ask(query.limit(approved))]


def counts_by_checklist(scope: str) -> dict[str, int]:
    """By digest: how many inspections of an area are pinned to it."""
    query = (
        select(InspectionRow.checklist, func.count())
        .where(within(scope, InspectionRow.tenant, InspectionRow.region))
        .group_by(InspectionRow.checklist)
    )
    return dict(db.session.execute(query).all())


def not_begun(scope: str) -> list[Inspection]:
    """The open visits of campaigns in an area in which nobody wrote anything yet."""
    written = select(_OP.c.inspection).where(_OP.c.inspection == _inspection.id).exists()
    inside = within(scope, _inspection.tenant, _inspection.region)
    query = _READ.where(inside, _inspection.campaign.is_not(None), ~written)
    return [_inspection_of(row) for row in ask(query)]


def every_id() -> list[str]:
    """All of every county, oldest first."""
    return list(db.session.scalars(select(InspectionRow.id).order_by(InspectionRow.created_at, InspectionRow.id)))


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
    return {row[0]: Locked(*row) for row in _LOCK(ids=wanted)}


def next_seq(inspection_id: str) -> int:
    """Hold the inspection and take its next number."""
    seq = lock([inspection_id])[inspection_id].seq + 1
    advance(inspection_id, seq)
    return seq


def advance(inspection_id: str, seq: int) -> None:
    """Set the counter of an inspection that this transaction holds."""
    _ADVANCE(of=inspection_id, upto=seq)


def _inspection_of(row: Sequence[Any]) -> Inspection:
    """From a row of `_READ`."""
    (
        inspection_id, region, checklist, campaign_title, visit_on, seq, slug, version, title,
        site_id, site_region, name_zh, name_en, address, lat, lon, campaign,
    ) = row  # fmt: skip
    site = Site(
        id=site_id, region=site_region, name={"zh": name_zh, "en": name_en}, address=address, lat=lat, lon=lon
    )
    return Inspection(
        id=inspection_id, region=region, site=site, checklist=checklist, slug=slug, version=version, title=title,
        campaign_title=campaign_title, visit_on=visit_on, seq=seq, campaign=campaign,
    )
