"""The outbox of reminders and news: written in the transaction of the deed that causes them, sent once.

A row's key says what it is, so that the same reminder is never planned twice. To send one is one transaction: the row
is held (skipping those that another worker holds), the inboxes are written, the row is marked. Whoever dies in between
has sent nothing, and the next worker takes the row up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Json, Moment, RegionCode, Row, TenantCode, db, insert_if_absent, new_id


class ReminderRow(Row):
    __tablename__ = "reminder"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    region: Mapped[str] = mapped_column(RegionCode)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    #: The rung of a ladder, or the news.
    what: Mapped[str] = mapped_column(String(60))
    order: Mapped[str | None] = mapped_column("order_id", Id)
    item: Mapped[str | None] = mapped_column(Id, index=True)
    to: Mapped[str] = mapped_column("to_whom", String(36))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    #: Null while it waits; then `sent` or `dropped` (its reason was gone).
    outcome: Mapped[str | None] = mapped_column(String(8))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


_WAITS = ReminderRow.outcome.is_(None)
Index("ix_reminder_due", ReminderRow.due_at, sqlite_where=_WAITS, postgresql_where=_WAITS)


@dataclass(frozen=True)
class Reminder:
    id: str
    tenant: str
    region: str
    what: str
    order: str | None
    item: str | None
    to: str
    content: dict[str, Any]
    due_at: datetime
    tries: int


def plan(
    key: str, *, tenant: str, region: str, what: str, to: str, due_at: datetime, order: str | None = None,
    item: str | None = None, content: dict[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Ask for it inside the deed's transaction. `to`: `centre`, `supervisor`, `viewer`, or an account's id. True the
    first time.
    """
    return insert_if_absent(
        ReminderRow, id=new_id(), tenant=tenant, region=region, key=key, what=what, order=order, item=item, to=to,
        content=content or {}, due_at=due_at, tries=0, outcome=None, settled_at=None,
    )  # fmt: skip


def is_any_due(now: datetime) -> bool:
    """A plain look that holds nothing: what an idle worker asks."""
    return db.session.scalar(select(ReminderRow.id).where(_WAITS, ReminderRow.due_at <= now).limit(1)) is not None


def claim(now: datetime, limit: int) -> list[Reminder]:
    """Due ones, soonest first, held to the end of the transaction; those that others hold are left to them."""
    query = (
        select(ReminderRow)
        .where(_WAITS, ReminderRow.due_at <= now)
        .order_by(ReminderRow.due_at, ReminderRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.scalars(query, execution_options={"populate_existing": True})
    return [Reminder(**{name: getattr(row, name) for name in Reminder.__dataclass_fields__}) for row in rows]


def settle(ids: Iterable[str], outcome: str, now: datetime) -> None:
    wanted = list(ids)
    if wanted:
        statement = update(ReminderRow).where(ReminderRow.id.in_(wanted)).values(outcome=outcome, settled_at=now)
        db.session.execute(statement, execution_options={"synchronize_session": False})


def put_off(reminder_id: str, again_at: datetime) -> None:
    """One that could not be sent: later, so that it holds nobody up. It is never given up."""
    db.session.execute(
        update(ReminderRow)
        .where(ReminderRow.id == reminder_id)
        .values(due_at=again_at, tries=ReminderRow.tries + 1)
        .execution_options(synchronize_session=False)
    )


def rungs_due(items: Iterable[str], now: datetime) -> list[tuple[str, str, str, datetime]]:
    """The rungs of these items that wait and are due, held or not: item, to whom, what, when."""
    wanted = list(items)
    if not wanted:
        return []
    query = (
        select(ReminderRow.item, ReminderRow.to, ReminderRow.what, ReminderRow.due_at)
        .where(_WAITS, ReminderRow.due_at <= now, ReminderRow.item.in_(wanted))
        .where(ReminderRow.what.like("%:%"))
    )
    return [(item, to, what, at) for item, to, what, at in db.session.execute(query) if item]


def waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(ReminderRow).where(_WAITS)) or 0


def of_item(item: str) -> list[tuple[str, str, datetime, str | None]]:
    """What, to whom, when, and what became of it: for the trail and for tests."""
    query = select(ReminderRow.what, ReminderRow.to, ReminderRow.due_at, ReminderRow.outcome)
    rows = db.session.execute(query.where(ReminderRow.item == item).order_by(ReminderRow.due_at))
    return [(what, to, due_at, outcome) for what, to, due_at, outcome in rows]
