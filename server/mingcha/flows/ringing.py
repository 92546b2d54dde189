"""What rings: push and channels, at least once, each delivery under one id however often it is tried.

A worker claims, speaks outside any transaction, and writes down how it went. A channel that is dead, slow or full is
tried less and less; it never keeps another one waiting.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

from mingcha import clock
from mingcha.config import Config
from mingcha.core.problems import Refused
from mingcha.flows import unsubscribing
from mingcha.flows.hours import may_ring_at
from mingcha.logs import log
from mingcha.notify import bells, guarded, push, words
from mingcha.notify.push import Key, Phone, Went
from mingcha.store import accounts, channels, deliveries, inbox, vapid
from mingcha.store.channels import Channel, Subscription
from mingcha.store.db import is_passing_fault, let_go, transaction
from mingcha.store.deliveries import Delivery
from mingcha.store.operator import config

LEASE = timedelta(minutes=3)
AT_ONCE = 20
THREADS = 8


@dataclass(frozen=True)
class _Call:
    """One delivery with all that speaking needs, so that no thread asks the database."""

    delivery: Delivery
    subscription: Subscription | None = None
    channel: Channel | None = None
    data: bytes = b""
    title: str = ""
    body: str = ""
    key: Key | None = None


def is_any_due() -> bool:
    return deliveries.is_any_due(clock.now())


def deliver(limit: int = AT_ONCE) -> int:
    """Ring for what is due; how many deliveries were looked at."""
    if not is_any_due():
        return 0
    claimed, awake = _claim(limit)
    calls = []
    for each in awake:
        try:
            call = _call(each)
        except Exception as fault:
            if is_passing_fault(fault):
                raise
            log().exception("delivery.unsayable", delivery=each.id)
            let_go()
            continue  # tried again when its lease is over, so many times and no more
        if call is None:  # nobody needs to be told any more, or nobody is there
            with transaction():
                deliveries.finished(each.id, "dropped")
        else:
            calls.append(call)
    _speak(calls)
    return claimed


def _claim(limit: int) -> tuple[int, list[Delivery]]:
    """How many were due, and those whose people may be rung now: since they were planned it may have become night, or
    the phone's service may have asked for time.
    """
    with transaction():
        now = clock.now()
        claimed = deliveries.claim(now, LEASE, limit)
        reach = channels.reach_of(each.account for each in claimed)
        held = deliveries.held_until({each.channel for each in claimed}, now)
        awake = []
        for each in claimed:
            may = may_ring_at(reach[each.account], held.get(each.channel, now))
            if may > now:
                deliveries.put_off(each, may)
            else:
                awake.append(each)
    return len(claimed), awake


def current_key() -> Key:
    """The key that new subscriptions are made with; made on first use."""
    found = vapid.pairs()
    if not found:
        made = push.new_key()
        found = vapid.put_first((made.private, made.public))
    return Key(*found[0])


def rotate() -> Key:
    """A new key. Phones subscribe again with it when they next look; until then they are served by the old one."""
    current_key()
    made = push.new_key()
    vapid.rotate((made.private, made.public))
    return made


def try_push(subscription: Subscription) -> Went:
    """A test message, now."""
    message = _message("00000000-0000-4000-8000-000000000000", "test", 1, "/settings", "zh", clock.now())
    call = _Call(
        Delivery("", "", "", subscription.id, "push", "test", 0, 0, clock.now(), 1), subscription,
        data=push.payload(message), key=_key_of(subscription),
    )  # fmt: skip
    return _said(call, config(), clock.now())


def try_channel(channel: Channel) -> str | None:
    return bells.send(
        channel.url, words.TITLE["zh"], words.ring("test", 1)["zh"], allowed=config().channel_hosts
    )


def _call(delivery: Delivery) -> _Call | None:
    """What to say, from what is still unread of the entries it rings for."""
    entries = inbox.between(delivery.account, delivery.first, delivery.last)
    account = accounts.active(delivery.account)
    if not entries or account is None:
        return None
    if delivery.sort == "push":
        subscription = channels.subscription(delivery.channel)
        if subscription is None or subscription.account != delivery.account:
            return None
        link = entries[0].link if len(entries) == 1 else "/inbox"
        made = _message(delivery.id, delivery.tag, len(entries), link, account.locale, delivery.made_at)
        return _Call(delivery, subscription, data=push.payload(made), key=_key_of(subscription))
    channel = channels.channel(delivery.channel)
    if channel is None or not channel.is_on:
        return None
    locale = account.locale if account.locale in words.TITLE else "zh"
    body = words.ring(delivery.tag, len(entries))[locale]
    address = config().address
    if address:
        stop = words.UNSUBSCRIBE[locale == "en"]
        body = f"{body}\n{address}/inbox\n{stop}{address}/api/v1/unsubscribe/{unsubscribing.token(channel.id)}"
    return _Call(delivery, channel=channel, title=words.TITLE[locale], body=f"{body}\n#{delivery.id[:8]}")


def _message(
    delivery_id: str, tag: str, count: int, link: str, locale: str, at: datetime
) -> dict[str, object]:
    return {
        "v": 1, "id": delivery_id, "tag": tag, "title": words.TITLE, "body": words.ring(tag, count), "link": link,
        "count": count, "at": clock.wire(at), "locale": locale,
    }  # fmt: skip


def _key_of(subscription: Subscription) -> Key | None:
    """The key that the phone subscribed with; None if it was retired long ago."""
    return next((Key(*pair) for pair in vapid.pairs() if pair[1] == subscription.vapid), None)


def _speak(calls: Sequence[_Call]) -> None:
    """All at once, a few threads; what a thread knows is in its call. How one went is written down as soon as it is
    known, so that nothing which another does can make it ring again.
    """
    if not calls:
        return
    settings, now = config(), clock.now()
    calls = sorted(calls, key=_failed_last_time)
    with ThreadPoolExecutor(THREADS) as pool:
        asked = {pool.submit(_said, call, settings, now): call for call in calls}
        for answered in as_completed(asked):
            call = asked[answered]
            try:
                _note(call, answered.result())
            except Exception as fault:
                if is_passing_fault(fault):
                    raise
                log().exception("delivery.not_noted", delivery=call.delivery.id)


def _failed_last_time(call: _Call) -> bool:
    """Those are likely to take long, and come after the others."""
    target = call.subscription or call.channel
    return target is not None and target.problem is not None


def _said(call: _Call, settings: Config, now: datetime) -> Went:
    """Ring once, and whatever happens, how it went."""
    try:
        return _rung(call, settings, now)
    except Exception as fault:  # its words may hold an address, which is a secret
        log().error("delivery.stumbled", delivery=call.delivery.id, error=type(fault).__name__)
        return Went("channel.dead" if call.channel is not None else "push.our_key")


def _rung(call: _Call, settings: Config, now: datetime) -> Went:
    if call.channel is not None:
        return Went(bells.send(call.channel.url, call.title, call.body, allowed=settings.channel_hosts))
    if call.key is None or call.subscription is None:
        return Went("push.gone", gone=True)
    phone = Phone(call.subscription.endpoint, call.subscription.p256dh, call.subscription.auth)
    try:
        push.check_endpoint(phone.endpoint, settings.push_hosts, settings.push_trial)
    except Refused as refused:
        return Went(refused.code, gone=True)
    with guarded.session(settings.push_trial) as session:
        return push.send(
            phone, call.data, call.key, tag=call.delivery.tag, contact=settings.contact, now=now, session=session
        )


def _note(call: _Call, went: Went) -> None:
    """Write down how it went: done, dropped with its subscription, or again later."""
    now, delivery = clock.now(), call.delivery
    with transaction():
        if call.subscription is not None:
            if went.gone:
                channels.unsubscribe(call.subscription.id)
                deliveries.drop_channel(call.subscription.id)
            else:
                channels.subscription_went(call.subscription.id, went.code, now)
        elif call.channel is not None:
            channels.channel_went(call.channel.id, went.code, now)
        if went.ok:
            deliveries.finished(delivery.id, "sent")
        elif went.gone or went.code == "push.too_large":
            deliveries.finished(delivery.id, "dropped", went.code)
        else:
            wait = max(went.after or timedelta(0), timedelta(seconds=30 * 2 ** min(delivery.tries, 9)))
            problem = deliveries.ASKED_FOR_TIME if went.after else went.code or ""
            deliveries.again(delivery.id, problem, now + wait)
