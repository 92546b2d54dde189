"""Who works on which inspection. Ended ones are kept: what somebody wrote while it was theirs stays theirs."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.accounts import AccountRow
from mingcha.store.db import Id, Moment, TenantCode, ask, db, table_of
from mingcha.store.inspections import InspectionRow


class AssignmentRow(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "assignment"

    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True, index=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


# Built once: a phone asks these at every sync.
_seat, _inspection, _account = (table_of(each).c for each in (AssignmentRow, InspectionRow, AccountRow))
_OF_ACCOUNT = select(_inspection.id, _inspection.seq).where(
    _seat.account == bindparam("account"), _seat.ended_at.is_(None), _inspection.id == _seat.inspection
)
_IS_ON = select(_seat.account).where(
    _seat.inspection == bindparam("inspection"), _seat.account == bindparam("account"), _seat.ended_at.is_(None)
)
_TEAMS = (
    select(_seat.inspection, _account.id, _account.name)
    .where(_seat.inspection.in_(bindparam("inspections", expanding=True)), _seat.ended_at.is_(None))
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
    return dict(ask(_OF_ACCOUNT, {"account": account_id}).all())


def is_on(inspection_id: str, account_id: str) -> bool:
    return ask(_IS_ON, {"inspection": inspection_id, "account": account_id}).first() is not None


def teams(inspections: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Each inspection's people, `{id, name}` in order of id."""
    found: dict[str, list[dict[str, str]]] = {inspection_id: [] for inspection_id in inspections}
    for inspection_id, account_id, name in ask(_TEAMS, {"inspections": sorted(found)}):
        found[inspection_id].append({"id": account_id, "name": name})
    return found
