"""Sync on the real stack: gunicorn, both databases, clients over loopback. CPU is of the server and the database."""

import argparse
import http.client
import json
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from tests.bench.measure import Row, cpu_ms, resident_mb, together_mb, yardstick_ms
from tests.fleet.database import Postgres
from tests.fleet.stack import Node

#: Clients at once, and how many phones share the work (each sends its ten visits one after the other).
PUSHES = {1: 20, 8: 24, 32: 32}
VISITS = 10
#: Phones that come home together with ten visits each: a thousand inspections in eight lines.
QUEUED_PHONES, QUEUED_LINES = 100, 8
IDLE_SYNCS = {1: 600, 8: 1600, 32: 1600}
ROUNDS = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--history", type=int, default=0, help="ops that the county already has")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")


def rows(options: argparse.Namespace) -> Iterator[Row]:
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        with _running(database) as stack:
            yield from _measured(stack, options.history)


@dataclass
class Stack:
    """One node and its database, and what they have used so far."""

    name: str
    node: Node
    postgres: Postgres | None

    def cpu_ms(self) -> float:
        return cpu_ms(self.node.pid) + (cpu_ms(self.postgres.pid) if self.postgres else 0)


@dataclass
class Phone:
    """Its connection stays open, as a browser's does."""

    port: int
    id: str
    cookie: str
    inspections: list[str]
    cursor: str | None = None
    counter: int = 0
    _line: http.client.HTTPConnection | None = field(default=None, repr=False)

    def sync(self, ops: list[dict[str, Any]]) -> tuple[float, dict[str, Any]]:
        """Milliseconds until the whole answer was here, and the answer."""
        body = {"device": f"bench-{self.id[:8]}", "protocol": 1, "cursor": self.cursor, "ops": ops}
        sent = json.dumps(body).encode()
        began = time.perf_counter()
        try:
            text = self._exchanged(sent)
        except ConnectionError:  # the server hung up on a line that was idle for too long
            self._line = None
            text = self._exchanged(sent)
        took = (time.perf_counter() - began) * 1000
        reply = json.loads(text)
        assert all(result["outcome"] in ("applied", "merged", "conflict") for result in reply["results"])
        self.cursor = reply["cursor"]
        return took, reply

    def _exchanged(self, sent: bytes) -> bytes:
        self._line = self._line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", "X-Mingcha": "1", "Cookie": self.cookie}
        self._line.request("POST", "/api/v1/sync", sent, headers)
        response = self._line.getresponse()
        text = response.read()
        assert response.status == 200, text
        return text

    def visit(self, inspection: str, answers: int = 58, findings: int = 12) -> list[dict[str, Any]]:
        """A whole inspection as ops."""
        targets = [(f"answer/{row}/verdict", "set", "met") for row in range(1, answers + 1)]
        for row in range(1, findings + 1):
            value = {"indicator": str(row), "clause": None, "item": None, "case": None}
            targets.append((f"finding/{uuid.uuid4()}", "add", value))
        return [self._op(inspection, *target) for target in targets]

    def _op(self, inspection: str, target: str, kind: str, value: Any) -> dict[str, Any]:
        self.counter += 1
        number = uuid.uuid4().int & ~(0xFFFF_FFFF_FFFF << 80) | (int(time.time() * 1000) << 80)
        op_id = str(uuid.UUID(int=number & ~(0xF << 76) | (7 << 76)))
        op = {"id": op_id, "inspection": inspection, "device": f"bench-{self.id[:8]}", "seq": self.counter}
        op |= {"at": "2026-09-14T01:30:00.000Z", "kind": kind, "target": target, "value": value, "over": []}
        return {**op, "author": self.id}


def _measured(stack: Stack, history: int) -> Iterator[Row]:
    pairs = [VISITS] * (sum(PUSHES.values()) + QUEUED_PHONES) + [1, 10]
    made = json.loads(stack.node.run("tests.bench.county", json.dumps(pairs), str(history)))
    stack.node.start()
    phones = [Phone(stack.node.port, **phone) for phone in made["phones"]]
    first, second = phones[0::2], phones[1::2]
    for phone in first[:-2]:
        phone.sync([])
    what = f"{stack.name}, {history:,} ops before" if history else stack.name
    pushing = iter(first[:-2])
    for clients, count in PUSHES.items():
        yield from _pushes(stack, f"{what}: one inspection of 70 ops", clients, [next(pushing) for _ in range(count)])
    queue = [next(pushing) for _ in range(QUEUED_PHONES)]
    yield from _pushes(stack, f"{what}: {QUEUED_PHONES * VISITS:,} queued inspections", QUEUED_LINES, queue)
    for clients, count in IDLE_SYNCS.items():
        yield from _idle(stack, f"{what}: sync with nothing new", clients, first[:clients], count)
    yield from _pulls(stack, what, first[-2:], second[-2:])
    yield Row(f"{what}: memory of a node's largest process", [resident_mb(stack.node.pid)], "MB", "≤ 120")
    yield Row(f"{what}: memory of all its processes together", [together_mb(stack.node.pid)], "MB", "≤ 120")


def _pushes(stack: Stack, what: str, clients: int, phones: list[Phone]) -> Iterator[Row]:
    """Each phone sends its visits, one batch each; the phones are dealt to the clients."""
    batches = [[(phone, phone.visit(visit)) for visit in phone.inspections] for phone in phones]
    hands = [[batch for some in batches[client::clients] for batch in some] for client in range(clients)]
    jobs = [[lambda p=phone, o=ops: p.sync(o)[0] for phone, ops in hand] for hand in hands]
    yield from _load(stack, f"{what}, {clients} phones", jobs, {"p99": "≤ 30", "cpu": "≤ 3"})


def _idle(stack: Stack, what: str, clients: int, phones: list[Phone], count: int) -> Iterator[Row]:
    for phone in phones:
        while phone.sync([])[1]["changes"]:
            continue
    jobs = [[lambda p=phone: p.sync([])[0]] * (count // clients) for phone in phones]
    yield from _load(stack, f"{what}, {clients} phones", jobs, {"rate": "≥ 1600", "cpu": "≤ 0.6"})


def _pulls(stack: Stack, what: str, writers: list[Phone], readers: list[Phone]) -> Iterator[Row]:
    for writer, reader, goal in zip(writers, readers, ("≤ 0.24", ""), strict=True):
        for visit in writer.inspections:
            ops = writer.visit(visit, 990, 9)
            for batch in range(0, len(ops), 200):
                writer.sync(ops[batch : batch + 200])
        seconds, spent = [], []
        for _ in range(5):
            reader.cursor, more, changes = None, True, 0
            began, before = time.perf_counter(), stack.cpu_ms()
            while more:
                reply = reader.sync([])[1]
                more, changes = reply["more"], changes + len(reply["changes"])
            seconds.append(time.perf_counter() - began)
            spent.append(stack.cpu_ms() - before)
        yield Row(f"{what}: pull of {changes:,} changes", seconds, "s", goal)
        yield Row(f"{what}: pull of {changes:,} changes, CPU", spent, "ms")


def _load(stack: Stack, what: str, jobs: list[list[Callable[[], float]]], goals: dict[str, str]) -> Iterator[Row]:
    """Each client's jobs in a thread of its own, a third of them in each of three rounds; beside them what the machine
    took for work that is always the same. How long they took is said of all rounds together, and never more than the
    slowest request took.
    """
    rounds = [_round(stack, [mine[part::ROUNDS] for mine in jobs]) for part in range(ROUNDS)]
    took = list(chain.from_iterable(each.took for each in rounds))
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    yield Row(f"{what}", [each.rate for each in rounds], "/s", goals.get("rate", ""))
    for part in (50, 95, 99):
        yield Row(f"{what}, p{part} of {len(took):,}", [cuts[part - 1]], "ms", goals.get(f"p{part}", ""))
    yield Row(f"{what}, CPU each", [each.cpu for each in rounds], "ms", goals.get("cpu", ""))
    yield Row(f"{what}, the yardstick meanwhile", [each.yardstick for each in rounds], "ms")


@dataclass(frozen=True)
class _Round:
    """`took`: milliseconds of each request; `rate` a second; `cpu` milliseconds a request."""

    took: list[float]
    rate: float
    cpu: float
    yardstick: float


def _round(stack: Stack, jobs: list[list[Callable[[], float]]]) -> _Round:
    took: list[float] = []

    def work(mine: list[Callable[[], float]]) -> None:
        for job in mine:
            took.append(job())

    threads = [threading.Thread(target=work, args=(mine,)) for mine in jobs]
    before, began = stack.cpu_ms(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, spent = time.perf_counter() - began, stack.cpu_ms() - before
    assert len(took) == sum(map(len, jobs)), "a client failed"
    return _Round(took, len(took) / seconds, spent / len(took), yardstick_ms())


@contextmanager
def _running(database: str) -> Iterator[Stack]:
    postgres = Postgres() if database == "postgresql" else None
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder:
        url = postgres.fresh("bench") if postgres else f"sqlite:///{folder}/mingcha.db"
        node = Node(Path(folder, "node"), url, Path(folder, "blobs"))
        try:
            yield Stack("PostgreSQL" if postgres else "SQLite", node, postgres)
        finally:
            node.stop()
            if postgres:
                postgres.close()
