"""One run under a seed: phones work and sync through bad lines while nodes are killed; then the judge counts."""

import json
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fleet.checker import KINDS, Standing, Verdict, judge
from tests.fleet.database import Postgres
from tests.fleet.faults import FaultProxy
from tests.fleet.phone import Phone
from tests.fleet.stack import Node, ask, sign_in

DRAIN_SECONDS = 60
PHONE_TIMEOUT = 2.0


@dataclass(frozen=True)
class Plan:
    """What to run. `kills` is how many times a node dies at least; with `postgres_dies` so does the database."""

    seed: int
    phones: int
    ops: int
    nodes: int
    kills: int = 2
    postgres_dies: bool = False


@dataclass
class Outcome:
    plan: Plan
    verdict: Verdict
    faults: Counter[str]
    drain_seconds: float
    errors: list[str] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether it was hard enough to say anything."""
        on_the_line = sum(number for fate, number in self.faults.items() if not fate.startswith(("pass", "kill")))
        killed = self.faults["kill_node"] >= self.plan.kills
        killed = killed and (not self.plan.postgres_dies or self.faults["kill_postgres"] > 0)
        return killed and on_the_line >= self.plan.phones and self.verdict.concurrent_percent >= 10

    @property
    def passed(self) -> bool:
        return self.counts and self.verdict.faults == 0 and self.drain_seconds <= DRAIN_SECONDS and not self.errors

    def line(self) -> str:
        v = self.verdict
        figures = " ".join(f"{name} {len(getattr(v, name))}" for name in KINDS)
        faults = " ".join(f"{fate} {number}" for fate, number in sorted(self.faults.items()))
        word = "passed" if self.passed else "FAILED" if self.counts else "FAILED (too tame to count)"
        return (
            f"seed {self.plan.seed}: {word}: {v.ops} ops, {figures}; concurrent {v.concurrent_percent:.0f} %, "
            f"drained in {self.drain_seconds:.1f} s; {faults}" + "".join(f"\n    {each}" for each in self.errors[:12])
        )


def run(plan: Plan, postgres: Postgres | None) -> Outcome:
    """On PostgreSQL if one is given, else on SQLite."""
    with tempfile.TemporaryDirectory(prefix="mingcha-fleet-") as folder, _stack(Path(folder), plan, postgres) as nodes:
        county = _county(nodes[0], plan.phones)
        for node in nodes:
            node.start(wait=False)
        for node in nodes:
            node.wait()
        proxy = FaultProxy([node.port for node in nodes], plan.seed)
        phones = [
            Phone(
                proxy.port, person, sign_in(nodes[0].port, person["username"], county["password"]),
                county["inspection"], plan.seed * 1000 + n,
            )
            for n, person in enumerate(county["people"])
        ]  # fmt: skip
        try:
            _chaos(plan, phones, nodes, postgres, proxy)
            drain_seconds = _drain(phones, nodes, proxy)
            verdict = _judged(phones, nodes[-1], county)
        finally:
            proxy.close()
        faults = Counter(proxy.counts)
        faults["kill_node"] = sum(node.kills for node in nodes)
        if plan.postgres_dies:
            faults["kill_postgres"] = 1
        return Outcome(plan, verdict, faults, drain_seconds, [line for node in nodes for line in node.errors()])


@contextmanager
def _stack(folder: Path, plan: Plan, postgres: Postgres | None) -> Iterator[list[Node]]:
    """The nodes, not yet started; none of them lives on afterwards."""
    name = f"fleet_{plan.seed}_{time.monotonic_ns()}"
    database = postgres.fresh(name) if postgres else f"sqlite:///{folder / 'mingcha.db'}"
    nodes = [Node(folder / f"node-{n}", database, folder / "blobs") for n in range(plan.nodes)]
    try:
        yield nodes
    finally:
        for node in nodes:
            node.stop(signal.SIGKILL)  # everything is judged; nobody waits for a graceful end


def _county(node: Node, inspectors: int) -> dict[str, Any]:
    return json.loads(node.run("tests.fleet.county", str(inspectors)))


def _chaos(plan: Plan, phones: list[Phone], nodes: list[Node], postgres: Postgres | None, proxy: FaultProxy) -> None:
    """Work and trouble, until every phone has done its ops and everything that was to die has died."""
    died = threading.Event()
    workers = [threading.Thread(target=_live, args=(phone, plan.ops, died)) for phone in phones]
    for worker in workers:
        worker.start()
    try:
        _kill_things(plan, nodes, postgres)
    finally:
        died.set()
        for worker in workers:
            worker.join()
        proxy.healthy = True


def _live(phone: Phone, ops: int, died: threading.Event) -> None:
    """An inspector's hour: some taps, now and then a sync that may fail, no matter what happens elsewhere."""
    while len(phone.saved) < ops or not died.is_set():
        for _ in range(phone.dice.randrange(1, 6)):
            if len(phone.saved) < ops:
                phone.work()
            time.sleep(phone.dice.uniform(0, 0.02))
        phone.sync(PHONE_TIMEOUT)


def _kill_things(plan: Plan, nodes: list[Node], postgres: Postgres | None) -> None:
    dice = random.Random(plan.seed)
    deaths = ["node"] * plan.kills + ["postgres"] * plan.postgres_dies
    dice.shuffle(deaths)
    for death in deaths:
        time.sleep(dice.uniform(0.3, 1.5))
        if death == "postgres" and postgres is not None:
            postgres.kill_and_restart()
            continue
        node = dice.choice(nodes)
        node.kill()
        time.sleep(dice.uniform(0, 0.5))
        node.start()


def _drain(phones: list[Phone], nodes: list[Node], proxy: FaultProxy) -> float:
    """Seconds from the end of all faults until every outbox is empty and every phone has heard everything."""
    for node in nodes:
        node.wait()
    began = time.monotonic()
    for _ in range(2):  # the second time nothing is sent any more, so what is pulled is the whole log
        threads = [threading.Thread(target=_until_even, args=(phone, began + DRAIN_SECONDS)) for phone in phones]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return time.monotonic() - began


def _until_even(phone: Phone, deadline: float) -> None:
    while time.monotonic() < deadline:
        if phone.sync(20) and not phone.outbox:
            return
        time.sleep(0.05)


def _judged(phones: list[Phone], node: Node, county: dict[str, Any]) -> Verdict:
    """What a new phone pulls from the beginning, and what the supervisor's screen says stands."""
    cookie = phones[0].cookie
    log: list[dict[str, Any]] = []
    cursor, more = None, True
    while more:
        body = {"device": "fleet-reader", "protocol": 1, "cursor": cursor, "ops": []}
        status, reply, _ = ask(node.port, "POST", "/api/v1/sync", body, cookie)
        assert status == 200, reply
        log += [change["op"] for change in reply["changes"] if change["kind"] == "op"]
        cursor, more = reply["cursor"], reply["more"]
    zhou = sign_in(node.port, county["supervisor"], county["password"])
    status, seen, _ = ask(node.port, "GET", f"/api/v1/inspections/{county['inspection']}", cookie=zhou)
    assert status == 200, seen
    heads = {target: {head["op"] for head in found} for target, found in seen["state"]["fields"].items()}
    live = {target: element["live"] for target, element in seen["state"]["elements"].items()}
    return judge(phones, log, Standing(heads, live))
