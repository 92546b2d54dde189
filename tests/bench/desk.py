"""The desk: a queue of 5,000 inspections, and one inspection with 200 photos; the server's own time for each.

The county is written as pushes would have written it. Three in four visits are submitted, one in ten of them disagrees
with itself. What stands in the queue is measured beforehand by the worker, as it is while nobody looks; the first page after
a push of fifty visits is a row of its own.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import HOUSE, Config
from mingcha.core.canonical import canonical
from mingcha.core.checklist.model import Checklist
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, demo, passwords, queue
from mingcha.store import inspections, revisions, sites
from mingcha.store.assignments import AssignmentRow
from mingcha.store.checklists import newest
from mingcha.store.db import db, new_id, table_of, transaction
from mingcha.store.inspections import InspectionRow
from mingcha.store.oplog import OpRow
from mingcha.store.photos import PhotoRow
from tests.bench.measure import Row
from tests.cast import LIN, ZHAO, ZHOU
from tests.visits import small_checklist

INSPECTIONS = 5000
PHOTOS = 200
RUNS = 15
PASSWORD = "a password for the bench"
GOAL = "≤ 200"


def rows(options: Any) -> Iterator[Row]:
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data=Path(folder), database=f"sqlite:///{folder}/bench.db"))
        with app.app_context():
            revisions.upgrade(HOUSE / "migrations")
            demo.build_county()
            people = {
                person.username: account_flow.add(
                    None, username=person.username, name=person.name, role=person.role, scope=person.scope, password=PASSWORD
                ).id
                for person in (LIN, ZHAO, ZHOU)
            }
            county = _County(people)
            ids = [county.visit(number) for number in range(INSPECTIONS)]
            county.write()
            many = _with_photos(county)
            began, measured = time.process_time(), 0
            while done := queue.measure_some():
                measured += done
            yield Row(f"worker: measuring one of {measured:,}, CPU", [(time.process_time() - began) * 1000 / measured], "ms")
            db.session.remove()
        client = app.test_client()
        client.environ_base["HTTP_X_MINGCHA"] = "1"
        client.post("/api/v1/session", json={"username": ZHOU.username, "password": PASSWORD})
        yield from _asked(client, f"queue of {INSPECTIONS:,}: first page, what waits", "/inspections?state=submitted")
        yield from _asked(client, f"queue of {INSPECTIONS:,}: first page, every state", "/inspections")
        after = client.get("/api/v1/inspections").get_json()["next"]
        for _ in range(20):
            after = client.get(f"/api/v1/inspections?after={after}").get_json()["next"]
        yield from _asked(client, f"queue of {INSPECTIONS:,}: page 22", f"/inspections?after={after}")
        yield from _asked(client, f"queue of {INSPECTIONS:,}: one town, one inspector, a word",
                          f"/inspections?town={demo.TOWNS[0][0]}&inspector={people['lin']}&q=季度")  # fmt: skip
        yield from _asked(client, f"queue of {INSPECTIONS:,}: what one can filter by", "/inspections/choices")
        with app.app_context():
            county.touch(ids[:50])
        yield from _asked(client, f"queue of {INSPECTIONS:,}: first page after 50 changed", "/inspections?state=submitted", 1)
        yield from _asked(client, f"an inspection with {PHOTOS} photos", f"/inspections/{many}")


def _asked(client: Any, what: str, path: str, runs: int = RUNS) -> Iterator[Row]:
    if runs > 1:
        client.get(f"/api/v1{path}")
    walls, cpus = [], []
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        answer = client.get(f"/api/v1{path}")
        walls.append((time.perf_counter() - began) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
        assert answer.status_code == 200, answer.get_json()
    yield Row(what, walls, "ms", GOAL)
    yield Row(f"{what}: CPU", cpus, "ms")


class _County:
    """Visits of a small checklist over the towns of the county, in bulk."""

    def __init__(self, people: dict[str, str]) -> None:
        content = small_checklist()
        checklists.keep(content, Checklist.parse(content))
        pinned = newest(content["slug"])
        assert pinned is not None
        self.digest = pinned.digest
        self.people, self.now = people, clock.now()
        self.sites = [site for code, *_ in demo.TOWNS if (site := sites.by_id(demo.site_id(code)))]
        self.visits: list[dict[str, Any]] = []
        self.ops: list[dict[str, Any]] = []

    def visit(self, number: int) -> str:
        id, site = new_id(), self.sites[number % len(self.sites)]
        day = (self.now - timedelta(days=number % 365)).date().isoformat()
        begin = len(self.ops)
        for row in ("1", "2", "3", "4"):
            self._op(id, site.tenant, number, len(self.ops) - begin + 1, "lin", f"answer/{row}/verdict", "met")
        if number % 10 == 0:
            self._op(id, site.tenant, number, len(self.ops) - begin + 1, "zhao", "answer/2/verdict", "not_met")
        if number % 4:
            said = {"at": "2026-11-22T03:00:00.000Z"}
            self._op(id, site.tenant, number, len(self.ops) - begin + 1, "lin", "visit/submitted", said)
        self.visits.append({
            "id": id, "tenant": site.tenant, "region": site.region, "site": site.id, "checklist": self.digest,
            "campaign_title": f"第{number % 4 + 1}季度", "visit_on": day, "seq": len(self.ops) - begin, "created_at": self.now,
        })  # fmt: skip
        return id

    def write(self) -> None:
        seats = [
            {"inspection": visit["id"], "account": self.people[name], "tenant": visit["tenant"], "assigned_at": self.now}
            for visit in self.visits for name in ("lin", "zhao")
        ]  # fmt: skip
        with transaction():
            for table, found in ((InspectionRow, self.visits), (AssignmentRow, seats), (OpRow, self.ops)):
                for start in range(0, len(found), 2000):
                    db.session.execute(insert(table_of(table)), found[start : start + 2000])
        self.visits, self.ops = [], []

    def touch(self, ids: list[str]) -> None:
        """One more note in each, as a push would leave it."""
        with transaction():
            locked = inspections.lock(ids)
            for id in ids:
                self._op(id, locked[id].tenant, 0, locked[id].seq + 1, "zhao", "visit/note", "后门锁着")
                inspections.advance(id, locked[id].seq + 1)
            db.session.execute(insert(table_of(OpRow)), self.ops)
        self.ops = []

    def _op(self, visit: str, tenant: str, number: int, seq: int, who: str, target: str, value: Any, kind: str = "set") -> None:
        op = {"id": new_id(), "inspection": visit, "device": f"phone-of-{who}", "seq": seq, "kind": kind, "target": target}
        op |= {"at": "2026-11-22T01:30:00.000Z", "value": value, "over": [], "author": self.people[who]}
        body = canonical(op).decode()
        self.ops.append({
            "id": op["id"], "tenant": tenant, "inspection": visit, "seq": seq, "target": target, "body": body,
            "digest": hashlib.sha256(body.encode()).hexdigest(), "received_at": self.now, "skew_seconds": 0,
        })  # fmt: skip


def _with_photos(county: _County) -> str:
    """A submitted visit with photos whose bytes were proved and looked at."""
    id = county.visit(1)
    (visit,) = county.visits
    found = []
    for number in range(PHOTOS):
        photo, sha256 = new_id(), hashlib.sha256(str(number).encode()).hexdigest()
        said = {
            "sha256": sha256, "size": 300_000, "kind": "scene", "taken_at": "2026-11-22T01:31:00.000Z", "offset_min": 480,
            "position": None, "indicator": str(number % 4 + 1), "finding": None, "source": "camera", "width": 2048,
            "height": 1536, "name": None,
        }  # fmt: skip
        visit["seq"] += 1
        county._op(id, visit["tenant"], 1, visit["seq"], "lin", f"photo/{photo}", said, "add")
        visit["seq"] += 1
        found.append({
            "id": photo, "sha256": sha256, "tenant": visit["tenant"], "inspection": id, "seq": visit["seq"],
            "size_bytes": 300_000, "verified_at": county.now, "account": county.people["lin"], "looked": "picture",
            "phash": f"{number * 2654435761 % 2**64:016x}", "width": 2048, "height": 1536, "signs": "",
        })  # fmt: skip
    county.write()
    with transaction():
        db.session.execute(insert(table_of(PhotoRow)), found)
    return id


