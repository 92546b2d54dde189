"""How somebody wants to be reached: push subscriptions, channels of their own or of their unit, quiet hours, and the
secret address of their calendar. Addresses of channels hold secrets and are never handed out again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ForeignKey, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, RegionCode, Row, TenantCode, db, insert_if_absent, new_id


class SubscriptionRow(Row):
    __tablename__ = "push_subscription"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    #: SHA-256 of the endpoint: one phone, one subscription, whoever is signed in on it last.
    endpoint_digest: Mapped[str] = mapped_column(Digest, unique=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(40))
    #: Which of our keys it was made with.
    vapid: Mapped[str] = mapped_column(String(100))
    device: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Moment)
    problem: Mapped[str | None] = mapped_column(String(64))
    last_ok_at: Mapped[datetime | None] = mapped_column(Moment)


class ChannelRow(Row):
    __tablename__ = "channel"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    #: A unit's channel rings for everybody of the unit; its account is who set it up.
    unit: Mapped[str | None] = mapped_column(RegionCode)
    scheme: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(Text)
    is_on: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(Moment)
    problem: Mapped[str | None] = mapped_column(String(64))
    last_ok_at: Mapped[datetime | None] = mapped_column(Moment)



class ReachRow(Row):
    """When somebody may be disturbed."""

    __tablename__ = "reach"

    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    zone: Mapped[str] = mapped_column(String(40))
    quiet_from: Mapped[str] = mapped_column(String(5))
    quiet_to: Mapped[str] = mapped_column(String(5))
    rest_days: Mapped[bool]


class FeedRow(Row):
    __tablename__ = "calendar_feed"

    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    token_digest: Mapped[str] = mapped_column(Digest, unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Subscription:
    id: str
    tenant: str
    account: str
    endpoint: str
    p256dh: str
    auth: str
    vapid: str
    device: str
    made_at: datetime
    problem: str | None
    last_ok_at: datetime | None


@dataclass(frozen=True)
class Channel:
    id: str
    tenant: str
    account: str
    unit: str | None
    scheme: str
    name: str
    url: str
    is_on: bool
    problem: str | None
    last_ok_at: datetime | None


@dataclass(frozen=True)
class Reach:
    zone: str = "Asia/Shanghai"
    quiet_from: str = "20:00"
    quiet_to: str = "08:00"
    rest_days: bool = False

    @property
    def hours(self) -> tuple[time, time]:
        return time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)


def subscribe(
    account: str, tenant: str, *, endpoint: str, endpoint_digest: str, p256dh: str, auth: str, vapid: str, device: str,
    now: datetime,
) -> str:  # fmt: skip
    """A phone's subscription; the same phone again is the same subscription, now of this account."""
    values = {
        "tenant": tenant, "account": account, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "vapid": vapid,
        "device": device, "problem": None,
    }  # fmt: skip
    insert_if_absent(
        SubscriptionRow, id=new_id(), endpoint_digest=endpoint_digest, made_at=now, last_ok_at=None, **values
    )
    row = db.session.scalars(
        select(SubscriptionRow).where(SubscriptionRow.endpoint_digest == endpoint_digest).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    return str(row.id)


def unsubscribe(subscription_id: str) -> None:
    db.session.execute(delete(SubscriptionRow).where(SubscriptionRow.id == subscription_id))


def subscription(subscription_id: str) -> Subscription | None:
    row = db.session.get(SubscriptionRow, subscription_id, populate_existing=True)
    return _subscription(row) if row else None


def subscriptions_of(accounts: Iterable[str]) -> dict[str, list[Subscription]]:
    wanted = sorted(set(accounts))
    found: dict[str, list[Subscription]] = {account: [] for account in wanted}
    query = select(SubscriptionRow).where(SubscriptionRow.account.in_(wanted)).order_by(SubscriptionRow.made_at)
    for row in db.session.scalars(query, execution_options={"populate_existing": True}):
        found[row.account].append(_subscription(row))
    return found


def subscription_went(subscription_id: str, problem: str | None, now: datetime) -> None:
    values = {"problem": problem} | ({"last_ok_at": now} if problem is None else {})
    db.session.execute(update(SubscriptionRow).where(SubscriptionRow.id == subscription_id).values(**values))


def add(channel: Channel, now: datetime) -> None:
    db.session.add(ChannelRow(**vars(channel), made_at=now))
    db.session.flush()


def channel(channel_id: str) -> Channel | None:
    row = db.session.get(ChannelRow, channel_id, populate_existing=True)
    return _channel(row) if row else None


def channels_of(account: str) -> list[Channel]:
    """Those that somebody set up, for themselves or for a unit."""
    query = select(ChannelRow).where(ChannelRow.account == account).order_by(ChannelRow.made_at)
    return [_channel(row) for row in db.session.scalars(query, execution_options={"populate_existing": True})]


def ringing_for(accounts: Iterable[tuple[str, str]]) -> dict[str, list[Channel]]:
    """By account, given with its scope: its own channels and those of its unit that are on."""
    pairs = dict(accounts)
    found: dict[str, list[Channel]] = {account: [] for account in pairs}
    query = select(ChannelRow).where(
        ChannelRow.is_on,
        (ChannelRow.unit.is_(None) & ChannelRow.account.in_(pairs)) | ChannelRow.unit.in_(set(pairs.values())),
    )
    for row in db.session.scalars(query.order_by(ChannelRow.made_at), execution_options={"populate_existing": True}):
        for account, scope in pairs.items():
            if (row.unit is None and row.account == account) or (row.unit is not None and row.unit == scope):
                found[account].append(_channel(row))
    return found


def switch(channel_id: str, on: bool) -> None:
    db.session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(is_on=on, problem=None))


def remove(channel_id: str) -> None:
    db.session.execute(delete(ChannelRow).where(ChannelRow.id == channel_id))


def channel_went(channel_id: str, problem: str | None, now: datetime) -> None:
    values = {"problem": problem} | ({"last_ok_at": now} if problem is None else {})
    db.session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(**values))


def reach_of(accounts: Iterable[str]) -> dict[str, Reach]:
    wanted = sorted(set(accounts))
    found = dict.fromkeys(wanted, Reach())
    for row in db.session.scalars(select(ReachRow).where(ReachRow.account.in_(wanted))):
        found[row.account] = Reach(row.zone, row.quiet_from, row.quiet_to, row.rest_days)
    return found


def set_reach(account: str, tenant: str, reach: Reach) -> None:
    db.session.merge(ReachRow(account=account, tenant=tenant, **vars(reach)))
    db.session.flush()


def set_feed(account: str, tenant: str, token_digest: str, now: datetime) -> None:
    """A new address; the older one is nobody's from now on."""
    db.session.merge(FeedRow(account=account, tenant=tenant, token_digest=token_digest, made_at=now))
    db.session.flush()


def end_feed(account: str) -> None:
    db.session.execute(delete(FeedRow).where(FeedRow.account == account))


def feed_of(account: str) -> datetime | None:
    row = db.session.get(FeedRow, account, populate_existing=True)
    return row.made_at if row else None


def whose_feed(token_digest: str) -> str | None:
    found: str | None = db.session.scalar(select(FeedRow.account).where(FeedRow.token_digest == token_digest))
    return found


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(**{name: getattr(row, name) for name in Subscription.__dataclass_fields__})


def _channel(row: ChannelRow) -> Channel:
    return Channel(**{name: getattr(row, name) for name in Channel.__dataclass_fields__})
