"""Reminders per second through the outbox into inboxes, by one worker, and what a worker with nothing to do costs."""

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mingcha.app import create_app
from mingcha.config import HOUSE, Config
from mingcha.flows import demo, reminding
from mingcha.jobs import worker
from mingcha.store import revisions
from mingcha.store.db import db
from tests.bench.measure import Row
from tests.fleet.database import Postgres
from tests.once.run import plan
from tests.push_service import PushService

IDLE_ROUNDS = 300


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reminders", type=int, default=2000)


def rows(options: argparse.Namespace) -> Iterator[Row]:
    postgres = Postgres()
    try:
        for name in ("SQLite", "PostgreSQL"):
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{folder}/mingcha.db" if name == "SQLite" else postgres.fresh("bench_reminders")
                yield from _measured(name, Config(data=Path(folder), database=url), options.reminders)
    finally:
        postgres.close()


def _measured(name: str, config: Config, count: int) -> Iterator[Row]:
    service = PushService()
    app = create_app(config)
    with app.app_context():
        revisions.upgrade(HOUSE / "migrations")
        demo.build_county()
        planned: Counter[tuple[str, str]] = plan(count, 50, service)
        began, cpu = time.perf_counter(), time.process_time()
        done = 0
        while sent := reminding.deliver():
            done += sent
        seconds, busy = time.perf_counter() - began, time.process_time() - cpu
        assert done == len(planned) == count
        yield Row(f"{name}: reminders per second into inboxes, one worker", [count / seconds], "/s")
        yield Row(f"{name}: one reminder", [busy * 1000 / count], "CPU-ms")
        before = os.times()
        for _ in range(IDLE_ROUNDS):
            with app.app_context():
                worker.work_off()
                worker.empty_outboxes()
                db.session.remove()
        after = os.times()
        idle = (after.user + after.system - before.user - before.system) / IDLE_ROUNDS
        yield Row(f"{name}: an idle worker, share of one core", [100 * idle / worker.IDLE_SECONDS], "%")
        db.session.remove()
        db.engine.dispose()
    service.close()
