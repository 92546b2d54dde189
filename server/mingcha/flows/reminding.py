"""Planning reminders and news in the deed's own transaction, and sending them, each once.

To send is one transaction: the waiting rows are held, the inboxes written, the rows marked. Nothing is sent by halves,
and whoever dies has sent nothing. What rings besides the inbox follows apart (`ringing`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from mingcha import clock
from mingcha.core.rectification.moves import Standing, fold
from mingcha.core.rectification.reminders import ahead, is_wanted
from mingcha.core.rectification.working_days import between, today
from mingcha.core.regions import covers
from mingcha.flows.hours import may_ring_at
from mingcha.flows.working_days import china
from mingcha.logs import log
from mingcha.notify import words
from mingcha.store import accounts, channels, deliveries, inbox, orders, reminders, sites
from mingcha.store.accounts import Account
from mingcha.store.db import is_passing_fault, transaction
from mingcha.store.orders import Kept, Order
from mingcha.store.reminders import Reminder

BATCH = 50
#: What rings waits so long for more to ring with.
TOGETHER = timedelta(seconds=20)


def plan(order: Order, kept: Kept, standing: Standing, now: datetime) -> None:
    """Write down the reminders that lie ahead of an item. What is planned already stays; what lost its reason is
    dropped when its time comes.
    """
    for rung in ahead(kept.rules(order), standing, now, china):
        reminders.plan(
            f"{kept.id}:{rung.name}", tenant=order.tenant, region=order.region, what=rung.name, to=rung.to,
            due_at=rung.at, order=order.id, item=kept.id,
        )  # fmt: skip


def tell(order: Order, kept: Kept | None, what: str, to: str, *, key: str, now: datetime, **content: Any) -> None:
    """Have somebody told what has just happened. `key` names the move: it is told once."""
    reminders.plan(
        f"{key}:{what}:{to}"[:120], tenant=order.tenant, region=order.region, what=what, to=to, due_at=now,
        order=order.id, item=kept.id if kept else None, content=content,
    )  # fmt: skip


def announce(people: Iterable[Account], what: str, *, key: str, link: str, now: datetime) -> None:
    """Tell these people at once, inside the caller's transaction; each once under `key`."""
    said = words.entry(what, {})
    _put([_Message(each, f"{key}:{what}"[:120], what, said, link, "news") for each in people], now)


def deliver(limit: int = BATCH) -> int:
    """Send what is due: how many rows were settled. Several workers share the work without meeting."""
    if not reminders.is_any_due(clock.now()):
        return 0
    try:
        return _deliver(limit)
    except Exception as fault:
        if is_passing_fault(fault):
            raise
        log().exception("reminders.batch_failed")
    return _deliver_singly(limit)


def _deliver(limit: int) -> int:
    with transaction():
        now = clock.now()
        claimed = reminders.claim(now, limit)
        _settle(claimed, now)
    return len(claimed)


def _deliver_singly(limit: int) -> int:
    """One by one, so that a row that cannot be sent holds nobody up. It is put off, never given up."""
    done = 0
    for _ in range(limit):
        held: list[Reminder] = []
        try:
            with transaction():
                now = clock.now()
                held = reminders.claim(now, 1)
                _settle(held, now)
        except Exception as fault:
            if not held or is_passing_fault(fault):
                raise
            log().exception("reminder.failed", what=held[0].what, tries=held[0].tries)
            with transaction():
                reminders.put_off(held[0].id, clock.now() + timedelta(minutes=min(2 ** held[0].tries, 240)))
        if not held:
            break
        done += 1
    return done


@dataclass(frozen=True)
class _Message:
    """What one person is told: the words, and the key under which they are told it once."""

    account: Account
    key: str
    kind: str
    words: dict[str, str]
    link: str
    tag: str


@dataclass
class _About:
    """What the messages of a batch need to know, read once."""

    orders: Mapping[str, Order]
    items: Mapping[str, Kept]
    standings: Mapping[str, Standing]
    _people: dict[str, list[Account]] = field(default_factory=dict)
    _above: dict[str, list[Account]] = field(default_factory=dict)
    _sites: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, claimed: Sequence[Reminder]) -> "_About":
        held = orders.load(each.order for each in claimed if each.order)
        items = orders.items(each.item for each in claimed if each.item)
        moves = orders.moves_of(items)
        standings = {
            kept.id: fold(kept.rules(held[kept.order]), (each.move for each in moves[kept.id]))
            for kept in items.values()
        }
        return cls(held, items, standings)

    def wants(self, item: str, rung: str) -> bool:
        """Whether a rung that was planned earlier still has its reason."""
        kept = self.items[item]
        return is_wanted(rung, kept.rules(self.orders[kept.order]), self.standings[item])

    def people(self, tenant: str) -> list[Account]:
        if tenant not in self._people:
            self._people[tenant] = accounts.in_area(tenant)
        return self._people[tenant]

    def above(self, tenant: str) -> list[Account]:
        """City and province, whose accounts lie in tenants of their own."""
        if tenant not in self._above:
            self._above[tenant] = accounts.above(tenant)
        return self._above[tenant]

    def site(self, site_id: str) -> dict[str, str]:
        if site_id not in self._sites:
            found = sites.by_id(site_id)
            self._sites[site_id] = found.name if found else {"zh": "", "en": ""}
        return self._sites[site_id]


def _settle(claimed: Sequence[Reminder], now: datetime) -> None:
    about = _About.of(claimed)
    overtaken = _overtaken(claimed, about, now)
    sent: list[str] = []
    dropped: list[str] = []
    messages: list[_Message] = []
    for each in claimed:
        found = [] if each.id in overtaken else _messages(each, about, now)
        (sent if found else dropped).append(each.id)
        messages += found
    _put(messages, now)
    for kept_id in sorted({each.item for each in claimed if each.item and _is_rung(each)}):
        kept = about.items[kept_id]
        plan(about.orders[kept.order], kept, about.standings[kept_id], now)
    reminders.settle(sent, "sent", now)
    reminders.settle(dropped, "dropped", now)


def _overtaken(claimed: Sequence[Reminder], about: _About, now: datetime) -> set[str]:
    """Those of which a later one of the same item for the same people is due as well: one of them is enough. One that
    has lost its reason overtakes none.
    """
    newest: dict[tuple[str, str], datetime] = {}
    for item, to, what, at in reminders.rungs_due(about.items, now):
        if about.wants(item, what):
            newest[item, to] = max(at, newest.get((item, to), at))
    return {each.id for each in claimed if _is_rung(each) and each.due_at < newest.get((each.item or "", each.to), each.due_at)}


def _messages(reminder: Reminder, about: _About, now: datetime) -> list[_Message]:
    """What a row comes to now; nothing if its reason is gone or nobody is there to be told."""
    order = about.orders.get(reminder.order or "")
    kept = about.items.get(reminder.item or "")
    if order is None:
        return []
    if _is_rung(reminder):
        if kept is None or not about.wants(kept.id, reminder.what):
            return []
        kind, details = _of_rung(reminder, about.standings[kept.id], today(now))
    else:
        kind, details = reminder.what, dict(reminder.content)
    details |= {"place": kept.place if kept else "", "site": about.site(order.site)}
    if kept is not None:
        details.setdefault("due_on", about.standings[kept.id].due_on.isoformat())
    link = f"/rectification/{kept.id}" if kept else f"/rectification/order/{order.id}"
    said = words.entry(kind, details)
    tag = "due" if _is_rung(reminder) else "news"
    return [
        _Message(account, f"{reminder.id}:{kind}"[:120], kind, said, link, tag)
        for account in _recipients(reminder, order, kept, about)
    ]


def _of_rung(reminder: Reminder, standing: Standing, on: date) -> tuple[str, dict[str, Any]]:
    """The words of a rung, by how things stand on the day it is sent."""
    ladder = reminder.what.partition(":")[0]
    left = between(on, standing.due_on, china)
    match ladder, reminder.to:
        case "desk", _:
            return "desk", {}
        case "acknowledge", "supervisor":
            return "acknowledge_desk", {}
        case "acknowledge", _:
            return "acknowledge", {}
        case _, "supervisor":
            return "overdue_desk", {"days": -left}
    if left > 0:
        return "deadline_ahead", {"days": left}
    return ("deadline_today", {}) if on <= standing.due_on else ("deadline_past", {"days": -left})


def _recipients(reminder: Reminder, order: Order, kept: Kept | None, about: _About) -> list[Account]:
    people = about.people(order.tenant)
    near = [each for each in people if covers(each.scope, order.region)]
    match reminder.to:
        case "centre":
            there = [each for each in near if each.role == "centre"]
            named = [each for each in there if kept and each.id == kept.person]
            return named or there
        case "supervisor":
            above = about.above(order.tenant)
            desk = [each for each in near if each.role == "supervisor"]
            wider = [each for each in above if each.role == "supervisor"]
            return [each for each in desk + wider if each.id == order.issued_by] or desk or wider
        case "viewer":
            return [each for each in near + about.above(order.tenant) if each.role == "viewer"]
    account = next((each for each in people if each.id == reminder.to), None) or accounts.active(reminder.to)
    return [account] if account else []


def _put(messages: Iterable[_Message], now: datetime) -> None:
    """Into the inboxes, which this transaction then holds in one order, and onto the bells of their owners."""
    wanted = list(messages)
    if not wanted:
        return
    people = {each.account.id: each.account for each in wanted}
    heads = inbox.lock((each.id, each.tenant) for each in people.values())
    bells = _Bells.of(people, now)
    for each in wanted:
        account = each.account
        seq = heads[account.id] + 1
        new = inbox.add(
            account.id, account.tenant, seq, key=each.key, kind=each.kind, words=each.words, link=each.link,
            tag=each.tag, at=now,
        )  # fmt: skip
        if new:
            heads[account.id] = seq
            bells.ring(account, each.tag, seq)
    for account_id, seq in heads.items():
        inbox.advance(account_id, seq)


@dataclass
class _Bells:
    """What rings for whom, and from when on it may."""

    now: datetime
    subscriptions: Mapping[str, list[channels.Subscription]]
    own: Mapping[str, list[channels.Channel]]
    reach: Mapping[str, channels.Reach]

    @classmethod
    def of(cls, people: Mapping[str, Account], now: datetime) -> "_Bells":
        return cls(
            now,
            channels.subscriptions_of(people),
            channels.ringing_for((each.id, each.scope) for each in people.values()),
            channels.reach_of(people),
        )

    def ring(self, account: Account, tag: str, seq: int) -> None:
        if not (self.subscriptions[account.id] or self.own[account.id]):
            return
        due_at = may_ring_at(self.reach[account.id], self.now + TOGETHER)
        for each in self.subscriptions[account.id]:
            self._one(account, each.id, "push", tag, seq, due_at)
        for channel in self.own[account.id]:
            # A unit's channel rings for its first person only: one room, one bell.
            if channel.unit is not None and self._first(channel.id) != account.id:
                continue
            self._one(account, channel.id, "channel", tag, seq, due_at)

    def _first(self, channel_id: str) -> str:
        return min(account for account, some in self.own.items() if any(each.id == channel_id for each in some))

    def _one(self, account: Account, channel: str, sort: str, tag: str, seq: int, due_at: datetime) -> None:
        deliveries.ring(account.id, account.tenant, channel, sort, tag=tag, seq=seq, now=self.now, due_at=due_at)


def _is_rung(reminder: Reminder) -> bool:
    return ":" in reminder.what
