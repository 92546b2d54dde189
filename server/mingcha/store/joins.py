"""Who asks to be on a team because a member invited them at the site, and what a supervisor said to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, RegionCode, Row, TenantCode, db, insert_if_absent, within


class JoinRow(Row):
    __tablename__ = "join_request"

    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True, index=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    inviter: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(Id)
    admitted: Mapped[bool | None]


@dataclass(frozen=True)
class Join:
    """`admitted` is None while nobody has decided."""

    inspection: str
    account: str
    inviter: str
    asked_at: datetime
    admitted: bool | None


def ask(inspection: str, account: str, *, tenant: str, region: str, inviter: str, now: datetime) -> bool:
    """Note the wish, once. True the first time."""
    return insert_if_absent(
        JoinRow, inspection=inspection, account=account, tenant=tenant, region=region, inviter=inviter, asked_at=now
    )


def find(inspection: str, account: str) -> Join | None:
    row = db.session.get(JoinRow, (inspection, account))
    return _join(row) if row else None


def decide(inspection: str, account: str, *, admitted: bool, by: str, now: datetime) -> None:
    db.session.execute(
        update(JoinRow)
        .where(JoinRow.inspection == inspection, JoinRow.account == account)
        .values(admitted=admitted, decided_by=by, decided_at=now)
    )


def open_in_area(scope: str) -> list[Join]:
    """What waits for a supervisor of this area, oldest first."""
    query = select(JoinRow).where(within(scope, JoinRow.tenant, JoinRow.region), JoinRow.admitted.is_(None))
    return [_join(row) for row in db.session.scalars(query.order_by(JoinRow.asked_at, JoinRow.account).limit(200))]


def of_account(account: str, inspections: Iterable[str]) -> dict[str, bool | None]:
    """What became of this person's wishes, by inspection; only those they have."""
    query = select(JoinRow.inspection, JoinRow.admitted)
    return dict(
        db.session.execute(query.where(JoinRow.account == account, JoinRow.inspection.in_(sorted(inspections)))).all()
    )


def _join(row: JoinRow) -> Join:
    return Join(row.inspection, row.account, row.inviter, row.asked_at, row.admitted)
