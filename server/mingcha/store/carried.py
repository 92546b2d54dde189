"""Which inspection was carried forward from which. Rows are added, never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, Row, TenantCode, db


class CarriedRow(Row):
    __tablename__ = "carried"

    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), index=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    #: The newest number of the original that was carried.
    upto: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)


def note(inspection_id: str, *, origin: str, tenant: str, upto: int, at: datetime) -> None:
    db.session.add(CarriedRow(inspection=inspection_id, origin=origin, tenant=tenant, upto=upto, at=at))
    db.session.flush()


def made_from(inspection_id: str) -> list[str]:
    """The inspections that this one was carried to, oldest first."""
    query = select(CarriedRow.inspection).where(CarriedRow.origin == inspection_id)
    return list(db.session.scalars(query.order_by(CarriedRow.at, CarriedRow.inspection)))


def family(inspection_id: str) -> set[str]:
    """The inspections that share facts with this one by carrying, near and far, itself among them."""
    known, fresh = {inspection_id}, {inspection_id}
    while fresh:
        query = select(CarriedRow.inspection, CarriedRow.origin).where(
            or_(CarriedRow.inspection.in_(fresh), CarriedRow.origin.in_(fresh))
        )
        fresh = {each for pair in db.session.execute(query) for each in pair} - known
        known |= fresh
    return known
