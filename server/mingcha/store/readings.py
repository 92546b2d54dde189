"""Which devices have which inspection, and how far they had read it when last something decisive was new to them.

Written when a device first gets an inspection and when it gets past a submission, not at every sync.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.review import SUBMITTED
from mingcha.store.accounts import AccountRow
from mingcha.store.db import Id, Moment, Row, TenantCode, db, insert_if_absent, table_of
from mingcha.store.oplog import OpRow
from mingcha.store.quick import Quick, one_of


class ReadingRow(Row):
    __tablename__ = "reading"

    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    upto: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Reading:
    """`at` is when the device was last known to have read up to `upto`."""

    account: str
    name: str
    device: str
    upto: int
    at: datetime


_reading, _op = table_of(ReadingRow).c, table_of(OpRow).c
# Built once: every sync that brings something new asks these.
_OWN = Quick(
    select(_reading.inspection, _reading.upto).where(
        _reading.account == bindparam("account"), _reading.device == bindparam("device"),
        one_of(_reading.inspection, "inspections"),
    )
)  # fmt: skip
_SUBMITTED = Quick(
    select(_op.inspection, func.max(_op.seq))
    .where(one_of(_op.inspection, "inspections"), _op.target == SUBMITTED)
    .group_by(_op.inspection)
)


def of_device(account: str, device: str, inspections: Collection[str]) -> dict[str, int]:
    return dict(_OWN(account=account, device=device, inspections=list(inspections)))


def submissions(inspections: Collection[str]) -> dict[str, int]:
    """By inspection: the number of the latest word about submitting it, where there is one."""
    return dict(_SUBMITTED(inspections=list(inspections)))


def keep(account: str, device: str, told: Mapping[str, int], *, tenants: Mapping[str, str], at: datetime) -> None:
    """The device has read each of these up to its number."""
    for inspection, upto in sorted(told.items()):
        given = {"inspection": inspection, "account": account, "device": device}
        if insert_if_absent(ReadingRow, **given, tenant=tenants[inspection], upto=upto, first_at=at, at=at):
            continue
        mine = [getattr(ReadingRow, name) == value for name, value in given.items()]
        db.session.execute(update(ReadingRow).where(*mine, ReadingRow.upto <= upto).values(upto=upto, at=at))


def forget(account: str, device: str, inspections: Collection[str]) -> None:
    """The device was told to let go of these, after it handed in its work."""
    db.session.execute(
        delete(ReadingRow).where(
            ReadingRow.account == account, ReadingRow.device == device, ReadingRow.inspection.in_(sorted(inspections))
        )
    )


def behind(inspection: str, seq: int) -> list[Reading]:
    """The devices that have the inspection and have not read up to this number, longest silent first."""
    query = (
        select(ReadingRow.account, AccountRow.name, ReadingRow.device, ReadingRow.upto, ReadingRow.at)
        .where(ReadingRow.inspection == inspection, ReadingRow.upto < seq, AccountRow.id == ReadingRow.account)
        .order_by(ReadingRow.at, ReadingRow.device)
    )
    return [Reading(*row) for row in db.session.execute(query)]
