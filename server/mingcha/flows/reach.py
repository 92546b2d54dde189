"""How somebody is reached: reading the inbox, choosing channels, quiet hours and a calendar, and trying what works."""

import hashlib
import secrets
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.problems import words as in_words
from mingcha.core.regions import is_region
from mingcha.core.uuid7 import is_id
from mingcha.flows import orders as reading
from mingcha.flows import ringing
from mingcha.notify import bells, ics, push
from mingcha.notify.push import Phone
from mingcha.store import accounts, audit, channels, deliveries, inbox
from mingcha.store.channels import Channel, Reach, Subscription
from mingcha.store.db import new_id, transaction
from mingcha.store.operator import config

MOST_ENTRIES = 200
MOST_CHANNELS = 10
MOST_SUBSCRIPTIONS = 10
Json = dict[str, Any]


def read_inbox(actor: Actor, after: int) -> Json:
    """What is new in the inbox after a number, oldest first. A read mark is news too: it has a number of its own."""
    newest = inbox.seq_of(actor.id)
    if after > newest:  # a number that this database never gave out
        after = 0
    found = inbox.after(actor.id, after, MOST_ENTRIES)
    last = found[-1].seq if len(found) == MOST_ENTRIES else newest
    return {
        "entries": [
            {
                "id": each.id, "seq": each.seq, "kind": each.kind, "words": each.words, "link": each.link,
                "at": clock.wire(each.at), "read_at": clock.wire(each.read_at) if each.read_at else None,
            }
            for each in found
        ],
        "unread": inbox.unread(actor.id),
        "seq": last,
        "more": last < newest,
    }  # fmt: skip


def mark_read(actor: Actor, ids: list[str], upto: int | None) -> Json:
    """Mark entries as read. Safe to repeat, from any device."""
    with transaction():
        seq = inbox.lock([(actor.id, actor.tenant)])[actor.id]
        seq = inbox.mark_read(actor.id, seq, clock.now(), ids=ids, upto=upto)
    return {"unread": inbox.unread(actor.id), "seq": seq}


def channels_of(actor: Actor) -> Json:
    feed = channels.feed_of(actor.id)
    return {
        "push": {"key": ringing.current_key().public, "ready": bool(channels.subscriptions_of([actor.id])[actor.id])},
        "settings": vars(channels.reach_of([actor.id])[actor.id]),
        "subscriptions": [_subscription(each) for each in channels.subscriptions_of([actor.id])[actor.id]],
        "channels": [_channel(each) for each in channels.channels_of(actor.id)],
        "feed": {"made_at": clock.wire(feed)} if feed else None,
        "kinds": [
            {"kind": kind.scheme, "zh": kind.zh, "en": kind.en, "form": kind.form}
            for kind in bells.KINDS
            if not kind.host or actor.role == "admin"
        ],
    }


def set_hours(actor: Actor, reach: Reach) -> Json:
    try:
        ZoneInfo(reach.zone)
        times = [time.fromisoformat(each) for each in (reach.quiet_from, reach.quiet_to)]
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("channel.zone") from None
    if any(each.tzinfo or each.second for each in times) or ("/" not in reach.zone and reach.zone != "UTC"):
        raise Refused("channel.zone")
    with transaction():
        channels.set_reach(actor.id, actor.tenant, reach)
    return channels_of(actor)


def subscribe(actor: Actor, phone: Phone, device: str) -> str:
    """A phone that wants to be rung; its id. The endpoint is the phone's word, so it is looked at closely."""
    settings = config()
    push.check(phone, settings.push_hosts, settings.push_trial)
    digest = hashlib.sha256(phone.endpoint.encode()).hexdigest()
    key = ringing.current_key().public
    with transaction():
        mine = channels.subscriptions_of([actor.id])[actor.id]
        if len(mine) >= MOST_SUBSCRIPTIONS and phone.endpoint not in {each.endpoint for each in mine}:
            channels.unsubscribe(mine[0].id)
        return channels.subscribe(
            actor.id, actor.tenant, endpoint=phone.endpoint, endpoint_digest=digest, p256dh=phone.p256dh,
            auth=phone.auth, vapid=key, device=device, now=clock.now(),
        )  # fmt: skip


def unsubscribe(actor: Actor, subscription_id: str) -> None:
    found = channels.subscription(subscription_id) if is_id(subscription_id) else None
    if found is None or found.account != actor.id:
        raise Refused("not_found")
    with transaction():
        channels.unsubscribe(found.id)
        deliveries.drop_channel(found.id)


def add_channel(actor: Actor, *, name: str, url: str, unit: str | None) -> str:
    """A channel of one's own; by an administrator also of a unit, and of more kinds."""
    if unit is not None:
        if not is_region(unit):
            raise Refused("region.malformed")
        demand(actor, "channel.unit", Subject(unit))
    scheme = bells.check(url, by_admin=actor.role == "admin", allowed=config().channel_hosts)
    made = Channel(new_id(), actor.tenant, actor.id, unit, scheme, name, url, True, None, None)
    with transaction():
        if len(channels.channels_of(actor.id)) >= MOST_CHANNELS:
            raise Refused("channel.too_many", most=MOST_CHANNELS)
        now = clock.now()
        channels.add(made, now)
        audit.note(
            "channel.unit" if unit else "channel.manage", tenant=actor.tenant, region=unit or actor.scope,
            actor=actor.id, subject=f"channel/{made.id}", at=now, scheme=scheme,
        )  # fmt: skip
    return made.id


def switch_channel(actor: Actor, channel_id: str, on: bool) -> None:
    found = _mine(actor, channel_id)
    with transaction():
        channels.switch(found.id, on)
        if not on:
            deliveries.drop_channel(found.id)


def remove_channel(actor: Actor, channel_id: str) -> None:
    found = _mine(actor, channel_id)
    with transaction():
        channels.remove(found.id)
        deliveries.drop_channel(found.id)


def try_all(actor: Actor) -> list[Json]:
    """Which channel works now, and why not: the inbox, each phone, each channel of one's own."""
    tested = [_tested("inbox", None, None, None)]
    mine = channels.subscriptions_of([actor.id])[actor.id]
    if not mine:
        tested.append(_tested("push", None, "push.none_here", None))
    for each in mine:
        went = ringing.try_push(each)
        with transaction():
            if went.gone:
                channels.unsubscribe(each.id)
            else:
                channels.subscription_went(each.id, went.code, clock.now())
        tested.append(_tested("push", each.id, went.code, _host(each), status=went.status or ""))
    for channel in channels.channels_of(actor.id):
        if channel.is_on:
            code = ringing.try_channel(channel)
            with transaction():
                channels.channel_went(channel.id, code, clock.now())
            tested.append(_tested(channel.scheme, channel.id, code, None))
    return tested


def new_feed(actor: Actor) -> str:
    """The secret of a new calendar address; the older address is dead from now on."""
    token = secrets.token_urlsafe(32)
    with transaction():
        channels.set_feed(actor.id, actor.tenant, _digest(token), clock.now())
    return token


def end_feed(actor: Actor) -> None:
    with transaction():
        channels.end_feed(actor.id)


def feed(token: str) -> str:
    """The deadlines that lie with the owner of a calendar address."""
    owner = channels.whose_feed(_digest(token))
    account = accounts.active(owner) if owner else None
    if account is None:
        raise Refused("not_found")
    address = config().address
    events = []
    if account.role in ("centre", "supervisor", "viewer"):
        for case in reading.cases_in(account.scope):
            standing = case.standing
            if standing.over or (case.kept.person not in (None, account.id) and account.role == "centre"):
                continue
            last = case.logged[-1].move.at if case.logged else case.order.issued_at
            link = f"{address}/rectification/{case.kept.id}" if address else None
            events.append(ics.Event(case.kept.id, standing.due_on, last, len(case.logged), link))
    return ics.calendar(sorted(events, key=lambda each: (each.day, each.uid)), account.locale)


def _mine(actor: Actor, channel_id: str) -> Channel:
    found = channels.channel(channel_id) if is_id(channel_id) else None
    if found is None or found.account != actor.id:
        raise Refused("not_found")
    return found


def _tested(channel: str, found: str | None, code: str | None, host: str | None, **details: Any) -> Json:
    works = {"zh": "可用。", "en": "Works."}
    given = {"host": host or "", **details}
    return {
        "channel": channel, "id": found, "works": code is None, "code": code, "host": host,
        "message": in_words(PROBLEMS[code], given) if code else works,
    }  # fmt: skip


def _subscription(each: Subscription) -> Json:
    return {
        "id": each.id, "host": _host(each), "device": each.device, "made_at": clock.wire(each.made_at),
        "problem": each.problem, "current_key": each.vapid == ringing.current_key().public,
        "mark": hashlib.sha256(each.endpoint.encode()).hexdigest()[:16],
    }  # fmt: skip


def _channel(each: Channel) -> Json:
    return {
        "id": each.id, "kind": each.scheme, "name": each.name, "masked": bells.masked(each.url), "on": each.is_on,
        "unit": each.unit, "problem": each.problem,
        "last_ok_at": clock.wire(each.last_ok_at) if each.last_ok_at else None,
    }  # fmt: skip


def _host(each: Subscription) -> str:
    return each.endpoint.split("/")[2]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
