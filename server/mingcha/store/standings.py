"""How each inspection stood at a number: what a queue is sorted and counted by. A row whose number is not its
inspection's newest says nothing; it is measured again (`flows/queue.py`). May be emptied at any time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, and_, case, delete, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased, mapped_column

from mingcha.core.regions import covers
from mingcha.store.accounts import AccountRow
from mingcha.store.assignments import AssignmentRow
from mingcha.store.db import Id, Json, Row, TenantCode, ask, db, table_of, within
from mingcha.store.held import HeldRow
from mingcha.store.inspections import InspectionRow
from mingcha.store.oplog import OpRow
from mingcha.store.sites import SiteRow


class StandingRow(Row):
    __tablename__ = "standing"

    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    seq: Mapped[int]
    stage: Mapped[str] = mapped_column(String(12))
    #: 2: something contradicts itself or came late; 1: something is missing or doubtful; 0: nothing waits for a person.
    urgency: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(Json)


@dataclass(frozen=True)
class Measured:
    """`seq` is the number that was the newest before the log was read."""

    inspection: str
    tenant: str
    seq: int
    stage: str
    urgency: int
    figures: dict[str, Any]


@dataclass(frozen=True)
class Sought:
    """Which inspections a person may see (`scope`, `on`, `planned`) and which of these they want. `on`: only those that
    this account is on; `planned`: campaigns whose unbegun visits they may know, None for everybody's. Words are lower
    case and must all be found; `town` is a region code.
    """

    scope: str
    on: str | None = None
    planned: frozenset[str] | None = None
    state: str | None = None
    words: tuple[str, ...] = ()
    campaign: str | None = None
    town: str | None = None
    inspector: str | None = None
    checklist: str | None = None
    site: str | None = None


@dataclass(frozen=True)
class Found:
    """One line of the queue; `figures` is None where they are not measured at `seq`."""

    inspection: str
    urgency: int
    visit_on: str
    held: int
    figures: dict[str, Any] | None


_OPEN_HELD = (
    select(func.count())
    .where(HeldRow.inspection == InspectionRow.id, HeldRow.settled_at.is_(None))
    .correlate(InspectionRow)
    .scalar_subquery()
)
#: What is held waits for a person whatever else is measured.
_ANY_HELD = select(HeldRow.id).where(HeldRow.inspection == InspectionRow.id, HeldRow.settled_at.is_(None)).exists()
_URGENCY: ColumnElement[int] = case((_ANY_HELD, 2), else_=func.coalesce(StandingRow.urgency, 0))
_standing, _inspection = table_of(StandingRow).c, table_of(InspectionRow).c
_OF_IT = _standing.inspection == _inspection.id
_FRESH = and_(_OF_IT, _standing.seq == _inspection.seq)


def put(found: Iterable[Measured]) -> None:
    """Keep what was measured, unless something newer is there: one statement, however many."""
    rows = [vars(each) for each in sorted(found, key=lambda one: one.inspection)]
    if not rows:
        return
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    new = insert(table_of(StandingRow))
    changed = {name: new.excluded[name] for name in ("seq", "stage", "urgency", "figures")}
    ask(new.on_conflict_do_update(index_elements=["inspection"], set_=changed, where=_standing.seq <= new.excluded.seq), rows)


def forget(inspections: Collection[str]) -> None:
    """Something that is told about these changed without a number of its own."""
    db.session.execute(delete(StandingRow).where(StandingRow.inspection.in_(sorted(inspections))))


def stale(sought: Sought, limit: int) -> list[str]:
    """Of what a person may see, those not measured at their newest number, latest visit first."""
    query = _query(_may_see(sought), InspectionRow.id, fresh=True).where(StandingRow.inspection.is_(None))
    return list(db.session.scalars(query.order_by(InspectionRow.visit_on.desc(), InspectionRow.id).limit(limit)))


def stale_anywhere(limit: int) -> list[str]:
    query = select(InspectionRow.id).outerjoin(StandingRow, _FRESH).where(StandingRow.inspection.is_(None))
    return list(db.session.scalars(query.order_by(InspectionRow.visit_on.desc(), InspectionRow.id).limit(limit)))


def page(sought: Sought, after: tuple[int, str, str] | None, most: int) -> list[Found]:
    """What needs a person first, then the latest visit; after `(urgency, visit_on, id)` where one is given."""
    current = case((StandingRow.seq == InspectionRow.seq, StandingRow.figures), else_=None)
    query = _query(_wanted(sought), InspectionRow.id, _URGENCY, InspectionRow.visit_on, _OPEN_HELD, current)
    if after is not None:
        urgency, visit_on, last = after
        same_day = and_(InspectionRow.visit_on == visit_on, InspectionRow.id > last)
        query = query.where(
            or_(urgency > _URGENCY, and_(urgency >= _URGENCY, or_(InspectionRow.visit_on < visit_on, same_day)))
        )
    ordered = query.order_by(_URGENCY.desc(), InspectionRow.visit_on.desc(), InspectionRow.id).limit(most)
    return [Found(*row) for row in db.session.execute(ordered)]


def counts(sought: Sought) -> dict[str, dict[str, int]]:
    """By state: how many there are, and how many of them need a person. Whatever state is sought."""
    stage = func.coalesce(StandingRow.stage, "assigned")
    needy = func.sum(case((_URGENCY > 0, 1), else_=0))
    query = _query(_wanted(replace(sought, state=None)), stage, func.count(), needy).group_by(stage)
    return {name: {"all": count, "needs": int(needs)} for name, count, needs in db.session.execute(query)}


def choices(sought: Sought) -> dict[str, Any]:
    """What a person may filter by: the campaigns (key and title), towns and inspectors of what they may see."""
    seen = _may_see(sought)
    campaigns = _query(seen, InspectionRow.campaign, InspectionRow.campaign_title).distinct()
    towns = _query(seen, InspectionRow.region).distinct()
    inspectors = (
        _query(seen, AccountRow.id, AccountRow.name)
        .join(AssignmentRow, and_(AssignmentRow.inspection == InspectionRow.id, AssignmentRow.ended_at.is_(None)))
        .join(AccountRow, AccountRow.id == AssignmentRow.account)
        .distinct()
    )
    return {
        "campaigns": {key or title: title for key, title in db.session.execute(campaigns)},
        "towns": sorted(db.session.scalars(towns)),
        "inspectors": dict(db.session.execute(inspectors).all()),
    }


def _query(conditions: list[ColumnElement[bool]], *columns: Any, fresh: bool = False) -> Select[Any]:
    """Of inspections with what is measured of them: at their newest number alone where `fresh`, else the latest there is."""
    asked = select(*columns).select_from(InspectionRow).join(SiteRow, SiteRow.id == InspectionRow.site)
    asked = asked.outerjoin(StandingRow, _FRESH if fresh else _OF_IT)
    return asked.where(*conditions)


def _may_see(sought: Sought) -> list[ColumnElement[bool]]:
    conditions = [within(sought.scope, InspectionRow.tenant, InspectionRow.region)]
    if sought.on is not None:
        conditions.append(_is_on(sought.on))
    if sought.planned is not None:
        begun = select(OpRow.id).where(OpRow.inspection == InspectionRow.id).exists()
        conditions.append(or_(InspectionRow.campaign.is_(None), InspectionRow.campaign.in_(sorted(sought.planned)), begun))
    return conditions


def _wanted(sought: Sought) -> list[ColumnElement[bool]]:
    conditions = _may_see(sought)
    if sought.state is not None:
        conditions.append(func.coalesce(StandingRow.stage, "assigned") == sought.state)
    if sought.campaign is not None:
        apart = and_(InspectionRow.campaign.is_(None), InspectionRow.campaign_title == sought.campaign)
        conditions.append(or_(InspectionRow.campaign == sought.campaign, apart))
    if sought.town is not None:
        if not covers(sought.scope, sought.town):
            conditions.append(false())
        conditions.append(InspectionRow.region.startswith(sought.town, autoescape=True))
    if sought.inspector is not None:
        conditions.append(_is_on(sought.inspector))
    if sought.checklist is not None:
        conditions.append(InspectionRow.checklist == sought.checklist)
    if sought.site is not None:
        conditions.append(InspectionRow.site == sought.site)
    text = (SiteRow.name_zh, SiteRow.name_en, InspectionRow.region, InspectionRow.campaign_title)
    for word in sought.words:
        conditions.append(or_(*(func.lower(each).contains(word, autoescape=True) for each in text)))
    return conditions


def _is_on(account: str) -> ColumnElement[bool]:
    seat = aliased(AssignmentRow)  # the list of inspectors asks the same table for something else
    return (
        select(seat.inspection)
        .where(seat.inspection == InspectionRow.id, seat.account == account, seat.ended_at.is_(None))
        .exists()
    )
