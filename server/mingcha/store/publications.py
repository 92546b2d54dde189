"""What of a campaign has gone out: to its centres, and whether the public page wants it. One row for each campaign; what
was done to it, and why, is in the audit trail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, ColumnElement, Date, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, Row, TenantCode, db


class PublicationRow(Row):
    __tablename__ = "publication"

    campaign: Mapped[str] = mapped_column(Id, ForeignKey("campaign.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    #: Since when its centres see their results.
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column("by_account", Id, ForeignKey("account.id"))
    #: The last day of the appeal period: the public page waits for its end.
    appeal_until: Mapped[date] = mapped_column(Date)
    public: Mapped[bool] = mapped_column(Boolean)


@dataclass(frozen=True)
class Publication:
    campaign: str
    tenant: str
    at: datetime
    by: str
    appeal_until: date
    public: bool


def add(publication: Publication) -> None:
    db.session.add(PublicationRow(**vars(publication)))
    db.session.flush()


def of(campaign: str) -> Publication | None:
    return next(iter(_read(PublicationRow.campaign == campaign)), None)


def of_several(campaigns: Iterable[str]) -> dict[str, Publication]:
    return {each.campaign: each for each in _read(PublicationRow.campaign.in_(sorted(set(campaigns))))}


def of_county(tenant: str) -> list[Publication]:
    """The newest first."""
    return _read(PublicationRow.tenant == tenant)


def set_public(campaign: str, public: bool) -> None:
    db.session.execute(update(PublicationRow).where(PublicationRow.campaign == campaign).values(public=public))


def remove(campaign: str) -> None:
    db.session.execute(delete(PublicationRow).where(PublicationRow.campaign == campaign))


def _read(condition: ColumnElement[bool]) -> list[Publication]:
    query = select(PublicationRow).where(condition).order_by(PublicationRow.at.desc(), PublicationRow.campaign)
    rows = db.session.scalars(query, execution_options={"populate_existing": True})
    return [Publication(**{name: getattr(row, name) for name in Publication.__dataclass_fields__}) for row in rows]
