"""Work that follows a deed, whoever dies on the way."""

import threading
import time
from datetime import timedelta

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from mingcha import clock
from mingcha.jobs import catalogue, worker
from mingcha.store import jobs
from mingcha.store.db import transaction


def order(subject: str) -> None:
    with transaction():
        jobs.order("photo.derive", subject, tenant="990123", due_at=clock.now())


@pytest.fixture
def worked(monkeypatch):
    done = []
    monkeypatch.setitem(catalogue.CATALOGUE, "photo.derive", done.append)
    return done


def test_a_job_is_done_once_and_forgotten(inside, worked):
    order("a")
    assert (worker.work_off(), worker.work_off(), worked, jobs.waiting()) == (1, 0, ["a"], 0)


def test_a_job_whose_worker_died_is_taken_up_when_its_lease_runs_out(inside, worked, monkeypatch):
    order("a")
    with transaction():
        assert len(jobs.claim(clock.now(), worker.LEASE, 10)) == 1
    assert worker.work_off() == 0
    later = clock.now() + worker.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (worker.work_off(), worked) == (1, ["a"])


def test_a_job_that_fails_waits_longer_each_time_and_holds_nobody_up(inside, worked, monkeypatch):
    order("bad")
    order("good")

    def work(subject):
        if subject == "bad":
            raise RuntimeError("disk full")
        worked.append(subject)

    monkeypatch.setitem(catalogue.CATALOGUE, "photo.derive", work)
    assert worker.work_off() == 2
    assert worked == ["good"]
    assert jobs.waiting() == 1
    assert worker.work_off() == 0


def test_the_thread_beside_the_server_works_by_itself(app, worked):
    with app.app_context():
        order("a")
    stop = worker.start(app.app_context)
    deadline = time.monotonic() + 20
    while not worked and time.monotonic() < deadline:
        time.sleep(0.05)
    stop()
    assert worked == ["a"]


def test_while_the_database_is_away_the_worker_says_so_in_a_line_and_asks_less_and_less(app, monkeypatch):
    """In the night it was off for an hour, the log filled with eighteen hundred traces."""
    said, pauses, rounds = [], [], 6

    class Impatient(threading.Event):
        def wait(self, timeout=None):
            pauses.append(timeout)
            if len(pauses) == rounds:
                self.set()
            return self.is_set()

    def away():
        if len(pauses) < rounds - 1:
            raise OperationalError(None, None, Exception("connection refused"))
        return 0

    def note(*each):
        said.append(each)
        raise structlog.DropEvent

    monkeypatch.setattr(worker, "work_off", away)
    monkeypatch.setattr(worker, "ROUTINES", ())
    monkeypatch.setattr(worker, "log", lambda: structlog.wrap_logger(None, processors=[note]))

    worker.run(app.app_context, Impatient())

    assert pauses == [4.0, 8.0, 16.0, 32.0, 60.0, worker.IDLE_SECONDS]
    assert [(name, event["event"], "exc_info" in event) for _, name, event in said] == [
        ("warning", "worker.waits", False)
    ] * 5
