"""Where each person last looked: by inspection the newest number that they have seen on any of their devices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, Row, TenantCode, db, insert_if_absent


class LookRow(Row):
    __tablename__ = "desk_look"

    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Look:
    seq: int
    at: datetime


def keep(account: str, inspection: str, seq: int, *, tenant: str, at: datetime) -> None:
    """Never back: a device that shows less than another did changes nothing."""
    if insert_if_absent(LookRow, account=account, inspection=inspection, tenant=tenant, seq=seq, at=at):
        return
    own = (LookRow.account == account, LookRow.inspection == inspection)
    db.session.execute(update(LookRow).where(*own, LookRow.seq <= seq).values(seq=seq, at=at))


def of(account: str, inspections: Iterable[str]) -> dict[str, Look]:
    """By inspection, for those that the person has looked at."""
    query = select(LookRow.inspection, LookRow.seq, LookRow.at).where(
        LookRow.account == account, LookRow.inspection.in_(sorted(set(inspections)))
    )
    return {inspection: Look(seq, at) for inspection, seq, at in db.session.execute(query)}
