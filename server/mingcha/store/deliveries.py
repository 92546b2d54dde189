"""What rings: one delivery for one channel of one person, covering a stretch of their inbox. At least once, with an id
that stays the same however often it is tried.

A delivery is open for more until a worker claims it, so that ten reminders ring once. A claim is a lease: a worker
that dies leaves it to run out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, Row, TenantCode, db, new_id

#: After so many tries a delivery rests; the inbox has what it said.
MOST_TRIES = 8
#: The problem of a delivery whose service said how long to wait.
ASKED_FOR_TIME = "push.slow_down"


class DeliveryRow(Row):
    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    #: The id of a push subscription or of a channel, and which of the two.
    channel: Mapped[str] = mapped_column(Id)
    sort: Mapped[str] = mapped_column(String(8))
    tag: Mapped[str] = mapped_column(String(8))
    #: From which number of the inbox to which.
    first: Mapped[int]
    last: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int]
    #: `open` until somebody claims it, `claimed`, then `sent`, `dropped` or `rested`.
    state: Mapped[str] = mapped_column(String(8))
    problem: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (Index(None, "account", "channel", "state"),)


_LIVE = DeliveryRow.state.in_(("open", "claimed"))
Index("ix_delivery_due", DeliveryRow.due_at, sqlite_where=_LIVE, postgresql_where=_LIVE)


@dataclass(frozen=True)
class Delivery:
    id: str
    tenant: str
    account: str
    channel: str
    sort: str
    tag: str
    first: int
    last: int
    made_at: datetime
    tries: int


def held_until(channels: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Channels whose service asked for time that is not over, and until when."""
    query = (
        select(DeliveryRow.channel, func.max(DeliveryRow.due_at))
        .where(_LIVE, DeliveryRow.due_at > now, DeliveryRow.problem == ASKED_FOR_TIME)
        .where(DeliveryRow.channel.in_(list(channels)))
        .group_by(DeliveryRow.channel)
    )
    return dict(db.session.execute(query).all())


def ring(
    account: str, tenant: str, channel: str, sort: str, *, tag: str, seq: int, now: datetime, due_at: datetime
) -> None:
    """Have a channel ring for one more entry; call it while the person's inbox is held."""
    query = select(DeliveryRow).where(
        DeliveryRow.account == account, DeliveryRow.channel == channel, DeliveryRow.state == "open",
        DeliveryRow.tag == tag,
    )  # fmt: skip
    row = db.session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
    if row is not None:
        row.last = seq
        row.due_at = min(row.due_at, due_at)
    else:
        db.session.add(
            DeliveryRow(
                id=new_id(), tenant=tenant, account=account, channel=channel, sort=sort, tag=tag, first=seq, last=seq,
                made_at=now, due_at=due_at, tries=0, state="open", problem=None,
            )
        )  # fmt: skip
    db.session.flush()


def is_any_due(now: datetime) -> bool:
    return db.session.scalar(select(DeliveryRow.id).where(_LIVE, DeliveryRow.due_at <= now).limit(1)) is not None


def claim(now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Due ones, those that never failed first, so that a dead channel holds nobody up. Those whose tries are used up
    rest, also where nobody lived to say how they went.
    """
    query = (
        select(DeliveryRow)
        .where(_LIVE, DeliveryRow.due_at <= now)
        .order_by(DeliveryRow.tries, DeliveryRow.due_at, DeliveryRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    for row in rows:
        if row.tries < MOST_TRIES:
            row.state, row.tries, row.due_at, row.problem = "claimed", row.tries + 1, now + lease, None
        else:
            row.state = "rested"
    db.session.flush()
    return [
        Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})
        for row in rows
        if row.state == "claimed"
    ]


def finished(delivery_id: str, state: str, problem: str | None = None) -> None:
    _set(delivery_id, state=state, problem=problem)


def again(delivery_id: str, problem: str, at: datetime) -> None:
    """Try later; rests for good after `MOST_TRIES`."""
    row = db.session.get(DeliveryRow, delivery_id, populate_existing=True)
    if row is not None and row.state == "claimed":  # it may have been dropped meanwhile, or sent by another worker
        row.state = "rested" if row.tries >= MOST_TRIES else "claimed"
        row.problem, row.due_at = problem, at
        db.session.flush()


def drop_channel(channel: str) -> None:
    """What was still to ring there is in the inbox."""
    db.session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.channel == channel, _LIVE)
        .values(state="dropped")
        .execution_options(synchronize_session=False)
    )


def put_off(delivery: Delivery, at: datetime) -> None:
    """A claimed one that is not to ring yet: no try of it. If it never rang, more may join it until then."""
    tries = delivery.tries - 1
    _set(delivery.id, state="claimed" if tries else "open", tries=tries, due_at=at)


def counts() -> dict[str, int]:
    return dict(db.session.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)).all())


def _set(delivery_id: str, **values: object) -> None:
    statement = update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**values)
    db.session.execute(statement, execution_options={"synchronize_session": False})
