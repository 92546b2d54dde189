"""Many due reminders, several worker processes, and death at random moments: each inbox has each reminder exactly once,
each phone is rung at least once for each delivery, and always under the same id.
"""

import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import HOUSE, Config
from mingcha.core.rectification.working_days import today
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo, ringing
from mingcha.flows import inspections as inspection_flow
from mingcha.store import accounts, channels, deliveries, orders, reminders, revisions
from mingcha.store import sites as site_store
from mingcha.store.channels import Reach
from mingcha.store.db import db, transaction
from mingcha.store.deliveries import DeliveryRow
from mingcha.store.inbox import InboxRow
from mingcha.store.orders import Kept, Order
from mingcha.store.reminders import ReminderRow
from tests.cast import COUNTY, SHIQIAO
from tests.once.crew import hire
from tests.push_service import PushService

PATIENCE_SECONDS = 900


@dataclass(frozen=True)
class Outcome:
    """What was counted at the end. All of `wanted`, `found`, `sent` agree where nothing is lost and nothing double."""

    database: str
    wanted: int
    found: int
    doubles: int
    missing: int
    kills: int
    deliveries: int
    rung: int
    rung_ids: int
    seconds: float

    def line(self) -> str:
        return (
            f"{self.database}: {self.wanted} reminders, {self.kills} kills, {self.seconds:.0f} s: {self.found} in the "
            f"inboxes, {self.doubles} double, {self.missing} missing; {self.deliveries} deliveries rang {self.rung} "
            f"times under {self.rung_ids} ids"
        )


def run(
    config: Config, *, count: int, workers: int, kills: int, people: int, seed: int, bare: bool = False
) -> Outcome:
    """`bare`: an empty database, to be made first; else one that has the county already."""
    service = PushService()
    config = replace(config, push_trial=service.origin)
    app = create_app(config)
    dice = random.Random(seed)
    began = time.monotonic()
    try:
        with app.app_context():
            if bare:
                revisions.upgrade(HOUSE / "migrations")
                demo.build_county()
            planned = plan(count, people, service)
            db.session.remove()
            left = _work(config, workers, kills, dice, reminders.waiting)
            with transaction():  # what rings waits for more to ring with, and nobody here has the time
                db.session.execute(update(DeliveryRow).values(due_at=clock.now()))
            left = _work(config, workers, left, dice, _unsent)
            db.session.rollback()
            return _count(config, planned, kills - left, service, time.monotonic() - began)
    finally:
        service.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def plan(count: int, people: int, service: PushService) -> Counter[tuple[str, str]]:
    """The reminders, each for one person; by person and reminder, how often it is wanted."""
    order, item = _order()
    given = [_person(number, service) for number in range(people)]
    planned: Counter[tuple[str, str]] = Counter()
    with transaction():
        for number in range(count):
            to = given[number % people]
            reminders.plan(
                f"once:{number}", tenant=COUNTY, region=SHIQIAO, what="closed", to=to, due_at=clock.now(),
                order=order.id, item=item.id,
            )  # fmt: skip
        for row in db.session.scalars(select(ReminderRow).where(ReminderRow.key.like("once:%"))):
            planned[row.to, f"{row.id}:closed"] += 1
    return planned


def _person(number: int, service: PushService) -> str:
    account = account_flow.add(
        None, username=f"once-{number}", name=f"人{number}", role="centre", scope=SHIQIAO, password="a phrase for once"
    )
    given = service.subscription(f"phone-{number}")
    with transaction():
        channels.set_reach(account.id, account.tenant, Reach("Asia/Shanghai", "00:00", "00:00", True))
        channels.subscribe(
            account.id, account.tenant, endpoint=given["endpoint"], endpoint_digest=f"{number:064d}",
            p256dh=given["keys"]["p256dh"], auth=given["keys"]["auth"], vapid=ringing.current_key().public, device="",
            now=clock.now(),
        )  # fmt: skip
    return account.id


def _order() -> tuple[Order, Kept]:
    """One order with one item, for the reminders to be about."""
    checklist_flow.publish_all(HOUSE / "checklists")
    team = []
    for name in ("once-a", "once-b"):
        account_flow.add(None, username=name, name=name, role="inspector", scope=COUNTY, password="a phrase for once")
        found = accounts.by_username(name)
        assert found is not None
        team.append(found.id)
    site = demo.site_id(SHIQIAO)
    inspection = inspection_flow.create(
        site_id=site, slug="county-grading", version=None, team=team, campaign_title="", visit_on="2026-09-18"
    )
    now, on = clock.now(), today(clock.now())
    place = site_store.by_id(site)
    assert place is not None
    order = Order(
        str(uuid.uuid4()), place.tenant, place.region, site, inspection, on.year, 1, "", team[0], now,
        on + timedelta(days=5), 1,
    )  # fmt: skip
    item = Kept(
        str(uuid.uuid4()), place.tenant, place.region, order.id, inspection, site, 1, "deadline", "minor",
        "county-grading", "1", None, None, {"zh": "字", "en": "word"}, None, "字", False, "", None, 5, on,
        on + timedelta(days=7), False,
    )  # fmt: skip
    with transaction():
        orders.add(order, [item])
    return order, item


def _work(config: Config, workers: int, kills: int, dice: random.Random, left: Any) -> int:
    """Workers until nothing is left, killing one now and then; how many kills were not used."""
    crew = [hire(config) for _ in range(workers)]
    give_up = time.monotonic() + PATIENCE_SECONDS
    total = max(1, left())
    share = kills if left == _unsent else (kills * 4 + 4) // 5
    used, strikes = 0, sorted(dice.uniform(0.02, 0.98) for _ in range(share))
    try:
        while True:
            db.session.rollback()
            waiting = left()
            db.session.rollback()
            if not waiting:
                return kills - used
            done = 1 - waiting / total
            while used < share and strikes[used] <= max(done, 0.01 if used == 0 else done):
                victim = dice.randrange(workers)
                crew[victim].kill()
                crew[victim].join()
                crew[victim] = hire(config)
                used += 1
            if time.monotonic() > give_up:
                raise TimeoutError(f"{waiting} left")
            time.sleep(dice.uniform(0.005, 0.05))
    finally:
        for each in crew:
            each.kill()
            each.join()


def _unsent() -> int:
    query = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state.in_(("open", "claimed")))
    # A lease that a dead worker left runs out after minutes: here it is given back at once.
    with transaction():
        stale = clock.now() - timedelta(seconds=3)
        claimed = update(DeliveryRow).where(DeliveryRow.state == "claimed", DeliveryRow.due_at > stale)
        if random.random() < 0.05:
            db.session.execute(claimed.values(due_at=stale).execution_options(synchronize_session=False))
    return db.session.scalar(query) or 0


def _count(
    config: Config, planned: Counter[tuple[str, str]], kills: int, service: PushService, seconds: float
) -> Outcome:
    found = Counter((row.account, row.key) for row in db.session.execute(select(InboxRow.account, InboxRow.key)))
    mine: Counter[tuple[str, str]] = Counter({pair: count for pair, count in found.items() if pair in planned})
    made = deliveries.counts()
    ids = [each.message["id"] for each in service.received if each.message]
    sent = set(db.session.scalars(select(DeliveryRow.id).where(DeliveryRow.state == "sent")))
    assert sent <= set(ids), "a delivery is called sent that no phone got"
    return Outcome(
        database=config.database.partition(":")[0].partition("+")[0], wanted=len(planned), found=len(mine),
        doubles=sum(count - 1 for count in found.values()), missing=len(planned) - len(mine), kills=kills,
        deliveries=made.get("sent", 0), rung=len(ids), rung_ids=len(set(ids)), seconds=seconds,
    )  # fmt: skip
