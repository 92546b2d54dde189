"""Who works on which inspection. Ended ones are kept: what somebody wrote while it was theirs stays theirs."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, literal, null, select, union_all, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.accounts import AccountRow
from mingcha.store.db import Id, Moment, Row, TenantCode, ask, db, table_of
from mingcha.store.inspections import InspectionRow
from mingcha.store.quick import Quick, one_of
from mingcha.store.settings import SettingRow


class AssignmentRow(Row):
    __tablename__ = "assignment"

    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True, index=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


# Built once: a phone asks these at every sync.
_seat, _inspection, _account, _setting = (
    table_of(each).c for each in (AssignmentRow, InspectionRow, AccountRow, SettingRow)
)
_IS_ON = select(_seat.account).where(
    _seat.inspection == bindparam("inspection"), _seat.account == bindparam("account"), _seat.ended_at.is_(None)
)
_WAS_ON = Quick(
    select(_seat.account).where(_seat.inspection == bindparam("inspection"), _seat.account == bindparam("account"))
)
_OF_ACCOUNT = Quick(
    select(_inspection.id, _inspection.seq).where(
        _seat.account == bindparam("account"), _seat.ended_at.is_(None), _inspection.id == _seat.inspection
    )
)
_AMONG = Quick(
    select(_seat.inspection).where(
        _seat.account == bindparam("account"), _seat.ended_at.is_(None), one_of(_seat.inspection, "inspections")
    )
)
_STANDING = Quick(
    union_all(
        select(
            _setting.name.label("of"), literal(0).label("seq"), null().label("region"), _setting.value.label("epoch")
        ).where(_setting.name == "epoch"),
        select(_inspection.id, _inspection.seq, _inspection.region, null()).where(
            _seat.account == bindparam("account"), _seat.ended_at.is_(None), _inspection.id == _seat.inspection
        ),
    )
)
_TEAMS = Quick(
    select(_seat.inspection, _account.id, _account.name)
    .where(one_of(_seat.inspection, "inspections"), _seat.ended_at.is_(None))
    .where(_account.id == _seat.account)
    .order_by(_account.id)
)


def assign(inspection_id: str, account_id: str, *, tenant: str, now: datetime) -> None:
    """Put somebody on the team, again if they were taken off."""
    db.session.merge(
        AssignmentRow(inspection=inspection_id, account=account_id, tenant=tenant, assigned_at=now, ended_at=None)
    )
    db.session.flush()


def end(inspection_id: str, account_id: str, now: datetime) -> None:
    db.session.execute(
        update(AssignmentRow)
        .where(AssignmentRow.inspection == inspection_id, AssignmentRow.account == account_id)
        .values(ended_at=now)
    )


def of_account(account_id: str) -> dict[str, int]:
    """The inspections that somebody is on, each with the number of its newest event."""
    return dict(_OF_ACCOUNT(account=account_id))


def among(account_id: str, inspections: Iterable[str]) -> set[str]:
    """Those of these inspections that somebody is on."""
    return {inspection_id for (inspection_id,) in _AMONG(account=account_id, inspections=list(inspections))}


def standing(account_id: str) -> tuple[str, list[tuple[str, int, str]]]:
    """The epoch, and of each inspection that somebody is on its id, the number of its newest event and its region: as of
    one moment.
    """
    rows = _STANDING(account=account_id)
    seats = [(inspection_id, seq, region) for inspection_id, seq, region, epoch in rows if epoch is None]
    return next(str(epoch) for _, _, _, epoch in rows if epoch is not None), seats


def is_on(inspection_id: str, account_id: str) -> bool:
    return ask(_IS_ON, {"inspection": inspection_id, "account": account_id}).first() is not None


def was_ever_on(inspection_id: str, account_id: str) -> bool:
    return bool(_WAS_ON(inspection=inspection_id, account=account_id))


def ever_of(account_id: str) -> bool:
    """Whether somebody was on any inspection at all, now or before."""
    return db.session.scalar(select(AssignmentRow.account).where(AssignmentRow.account == account_id).limit(1)) is not None


def former(account_id: str, inspections: Iterable[str]) -> set[str]:
    """Those of these inspections that somebody is on or was on."""
    query = select(AssignmentRow.inspection).where(
        AssignmentRow.account == account_id, AssignmentRow.inspection.in_(sorted(inspections))
    )
    return set(db.session.scalars(query))


def teams(inspections: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Each inspection's people, `{id, name}` in order of id."""
    found: dict[str, list[dict[str, str]]] = {inspection_id: [] for inspection_id in inspections}
    for inspection_id, account_id, name in _TEAMS(inspections=list(found)):
        found[inspection_id].append({"id": account_id, "name": name})
    return found
