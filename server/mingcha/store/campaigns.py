"""Campaigns, what happened in their draws, and the visits that were drawn but are not open yet.

Until a visit opens it lies here alone: there is no inspection and no assignment of it, so no list, count, cursor or
number of anybody else can know of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Json, Moment, RegionCode, Row, TenantCode, db, insert_if_absent, within


class CampaignRow(Row):
    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    state: Mapped[str] = mapped_column(String(12))
    #: As `core/campaign.py` checked it.
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
    checklist: Mapped[str] = mapped_column(Digest, ForeignKey("checklist.digest"))
    #: Counts the changes: who saves names the one that they saw.
    seq: Mapped[int]
    commitment: Mapped[str | None] = mapped_column(Digest)
    #: Where the seed comes from: `{kind: random}` or `{kind: public, source}`; and once drawn, the number.
    source: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: Told to nobody before the draw.
    seed: Mapped[str | None] = mapped_column(String(400))
    #: The pool as it was when the seed was fixed.
    pool: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: Standings as they were when the campaign closed.
    final: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)


class DrawEventRow(Row):
    """A draw, redraw or swap. Never changed, never taken away."""

    __tablename__ = "draw_event"
    __table_args__ = (UniqueConstraint("campaign", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    campaign: Mapped[str] = mapped_column(Id, ForeignKey("campaign.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(1000))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)


class DrawnVisitRow(Row):
    """A drawn visit; `id` becomes its inspection's. `opens_at` is null while nobody has said when."""

    __tablename__ = "drawn_visit"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    campaign: Mapped[str] = mapped_column(Id, ForeignKey("campaign.id"), index=True)
    site: Mapped[str] = mapped_column(Id, ForeignKey("site.id"))
    place: Mapped[int]
    team: Mapped[list[str]] = mapped_column(Json)
    visit_on: Mapped[str] = mapped_column(String(10))
    opens_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)


class FirstSightRow(Row):
    """When somebody's phone first had an inspection."""

    __tablename__ = "first_sight"

    inspection: Mapped[str] = mapped_column(Id, primary_key=True)
    account: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Campaign:
    id: str
    tenant: str
    region: str
    state: str
    plan: dict[str, Any]
    checklist: str
    seq: int
    commitment: str | None
    source: dict[str, Any] | None
    seed: str | None
    pool: dict[str, Any] | None
    final: dict[str, Any] | None
    created_at: datetime


@dataclass(frozen=True)
class DrawEvent:
    id: str
    number: int
    kind: str
    reason: str
    body: dict[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True)
class Drawn:
    """One drawn visit, in the drawn order by `place`."""

    id: str
    tenant: str
    campaign: str
    site: str
    place: int
    team: list[str]
    visit_on: str
    opens_at: datetime | None
    opened_at: datetime | None


def add(campaign: Campaign) -> None:
    db.session.add(CampaignRow(**campaign.__dict__))
    db.session.flush()


def by_id(campaign_id: str) -> Campaign | None:
    row = db.session.get(CampaignRow, campaign_id)
    return _campaign(row) if row else None


def in_area(scope: str) -> list[Campaign]:
    """The newest first."""
    query = select(CampaignRow).where(within(scope, CampaignRow.tenant, CampaignRow.region))
    return [_campaign(row) for row in db.session.scalars(query.order_by(CampaignRow.created_at.desc(), CampaignRow.id))]


def titled(tenant: str, title: str) -> list[Campaign]:
    """Those of a county that bear this title in either language."""
    rows = db.session.scalars(select(CampaignRow).where(CampaignRow.tenant == tenant).order_by(CampaignRow.created_at))
    return [_campaign(row) for row in rows if title in row.plan["title"].values()]


def states(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """State and region of each of these campaigns."""
    query = select(CampaignRow.id, CampaignRow.state, CampaignRow.region).where(CampaignRow.id.in_(sorted(set(ids))))
    return {row.id: (row.state, row.region) for row in db.session.execute(query)}


def standing(tenant: str) -> dict[str, tuple[str, str]]:
    """State and region of every campaign of a county."""
    query = select(CampaignRow.id, CampaignRow.state, CampaignRow.region).where(CampaignRow.tenant == tenant)
    return {row.id: (row.state, row.region) for row in db.session.execute(query)}


@dataclass(frozen=True)
class Terms:
    """How the inspections of a campaign are scored. `places`: by inspection, once it has closed."""

    settings: dict[str, str]
    closed: bool
    places: dict[str, dict[str, tuple[int, int]]]


def terms(ids: Iterable[str]) -> dict[str, Terms]:
    query = select(CampaignRow.id, CampaignRow.plan, CampaignRow.final).where(CampaignRow.id.in_(sorted(set(ids))))
    found = {}
    for campaign_id, plan, final in db.session.execute(query):
        rows = (final or {}).get("standings", [])
        places = {row["inspection"]: {key: (low, high) for key, (low, high) in row["places"].items()} for row in rows}
        found[campaign_id] = Terms(plan["settings"], final is not None, places)
    return found


def lock(campaign_id: str) -> Campaign | None:
    """Hold it to the end of the transaction."""
    query = select(CampaignRow).where(CampaignRow.id == campaign_id).with_for_update()
    row = db.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    return _campaign(row) if row else None


def change(campaign_id: str, **values: Any) -> None:
    """Set some of a campaign that this transaction holds; its `seq` counts on."""
    db.session.execute(update(CampaignRow).where(CampaignRow.id == campaign_id).values(seq=CampaignRow.seq + 1, **values))
    db.session.expire_all()


def drop(campaign_id: str) -> None:
    db.session.execute(delete(CampaignRow).where(CampaignRow.id == campaign_id))


def note_event(
    event_id: str, *, tenant: str, campaign: str, kind: str, reason: str, body: dict[str, Any], by: str, at: datetime
) -> int:
    """Write down a draw, redraw or swap; its number in the campaign. The campaign must be held."""
    last = db.session.scalar(select(func.max(DrawEventRow.number)).where(DrawEventRow.campaign == campaign)) or 0
    db.session.add(
        DrawEventRow(
            id=event_id, tenant=tenant, campaign=campaign, number=last + 1, kind=kind, reason=reason, body=body, by=by, at=at
        )
    )
    db.session.flush()
    return int(last) + 1


def events(campaign_id: str) -> list[DrawEvent]:
    query = select(DrawEventRow).where(DrawEventRow.campaign == campaign_id).order_by(DrawEventRow.number)
    return [
        DrawEvent(row.id, row.number, row.kind, row.reason, row.body, row.by, row.at) for row in db.session.scalars(query)
    ]


def keep_drawn(visits: Iterable[Drawn]) -> None:
    db.session.add_all([DrawnVisitRow(**each.__dict__) for each in visits])
    db.session.flush()


def drawn(campaign_id: str) -> list[Drawn]:
    query = select(DrawnVisitRow).where(DrawnVisitRow.campaign == campaign_id).order_by(DrawnVisitRow.place)
    return [_drawn(row) for row in db.session.scalars(query)]


def drawn_by_id(visit_id: str) -> Drawn | None:
    row = db.session.get(DrawnVisitRow, visit_id, populate_existing=True)
    return _drawn(row) if row else None


def sites_drawn(ids: Iterable[str]) -> set[str]:
    """Those of these sites that a draw that stands sends somebody to."""
    return set(db.session.scalars(select(DrawnVisitRow.site).where(DrawnVisitRow.site.in_(sorted(ids))).distinct()))


def may_draw_from(tenant: str) -> list[str]:
    """The regions of a county's campaigns that have fixed their sites and not ended."""
    query = select(CampaignRow.region, CampaignRow.state, CampaignRow.plan).where(
        CampaignRow.tenant == tenant, CampaignRow.state.not_in(("closed", "published"))
    )
    return [region for region, state, plan in db.session.execute(query) if state != "planned" or plan["sites"] is not None]


def drop_drawn(campaign_id: str) -> None:
    db.session.execute(delete(DrawnVisitRow).where(DrawnVisitRow.campaign == campaign_id))


def set_team(visit_id: str, team: list[str]) -> None:
    db.session.execute(update(DrawnVisitRow).where(DrawnVisitRow.id == visit_id).values(team=team))


def set_opening(visit_id: str, opens_at: datetime) -> None:
    db.session.execute(update(DrawnVisitRow).where(DrawnVisitRow.id == visit_id).values(opens_at=opens_at))


def due_to_open(now: datetime, limit: int) -> list[Drawn]:
    query = (
        select(DrawnVisitRow)
        .where(DrawnVisitRow.opened_at.is_(None), DrawnVisitRow.opens_at <= now)
        .order_by(DrawnVisitRow.opens_at, DrawnVisitRow.id)
        .limit(limit)
    )
    return [_drawn(row) for row in db.session.scalars(query)]


def unopened_on(tenant: str, day: str) -> list[Drawn]:
    """The visits of a day in running campaigns that are not open yet."""
    query = (
        select(DrawnVisitRow)
        .join(CampaignRow, CampaignRow.id == DrawnVisitRow.campaign)
        .where(CampaignRow.state == "running", DrawnVisitRow.tenant == tenant, DrawnVisitRow.visit_on == day)
        .where(DrawnVisitRow.opened_at.is_(None))
        .order_by(DrawnVisitRow.id)
    )
    return [_drawn(row) for row in db.session.scalars(query)]


def unopened(ids: Iterable[str]) -> set[str]:
    """The visits of these campaigns that are not open yet."""
    wanted = sorted(set(ids))
    if not wanted:
        return set()
    query = select(DrawnVisitRow.id).where(DrawnVisitRow.campaign.in_(wanted), DrawnVisitRow.opened_at.is_(None))
    return set(db.session.scalars(query))


def claim_opening(visit_id: str, now: datetime) -> bool:
    """Mark it open; False where another worker has done so."""
    done = db.session.execute(
        update(DrawnVisitRow)
        .where(DrawnVisitRow.id == visit_id, DrawnVisitRow.opened_at.is_(None))
        .values(opened_at=now)
        .returning(DrawnVisitRow.id)
    ).first()
    db.session.expire_all()
    return done is not None


def first_sight(inspection: str, account: str, *, tenant: str, at: datetime) -> bool:
    """Write down that somebody has it now; False where that was known."""
    return insert_if_absent(FirstSightRow, inspection=inspection, account=account, tenant=tenant, at=at)


def sights(inspections: Iterable[str]) -> dict[tuple[str, str], datetime]:
    """When each account first had each of these inspections."""
    query = select(FirstSightRow).where(FirstSightRow.inspection.in_(sorted(inspections)))
    return {(row.inspection, row.account): row.at for row in db.session.scalars(query)}


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        row.id, row.tenant, row.region, row.state, row.plan, row.checklist, row.seq, row.commitment, row.source, row.seed,
        row.pool, row.final, row.created_at,
    )  # fmt: skip


def _drawn(row: DrawnVisitRow) -> Drawn:
    return Drawn(
        row.id, row.tenant, row.campaign, row.site, row.place, list(row.team), row.visit_on, row.opens_at, row.opened_at
    )
