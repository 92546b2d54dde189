"""The memory of exporting a campaign of many photos, by one worker on SQLite: of so many, and of a tenth of them.

Flat is what does not grow with the number. Photos are small and their bytes alike, but for every fiftieth, which is as
large as a paper's picture gets; each has its own hash, op and blob, so the work is that of true ones. Memory is taken
after the visits are made and again after the archive was made and fetched by HTTP; each size in a process of its own.
"""

import argparse
import hashlib
import resource
import secrets
import tempfile
import time
import zipfile
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import Op
from mingcha.core.uuid7 import uuid7
from mingcha.flows import accounts, checklists, demo, inspections
from mingcha.jobs import worker
from mingcha.store import blobs, oplog, photos, revisions
from mingcha.store import inspections as kept
from mingcha.store.db import transaction
from tests.bench.measure import Row
from tests.cast import LIN, SHIQIAO, ZHAO, ZHOU
from tests.visits import photo_bytes, small_checklist

PER_VISIT = 200
#: Of so many photos one is large.
LARGE_EVERY = 50
PASSWORD = "a-long-password"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--export-photos", type=int, default=10_000)


def rows(options: argparse.Namespace) -> Iterator[Row]:
    for count in (options.export_photos // 10, options.export_photos):
        with get_context("spawn").Pool(1) as process:
            found = process.apply(run, (count,))
        name = f"export of {count} photos, {found['archive_mb']:.0f} MB"
        yield Row(f"{name}: most memory beyond what was held before", [found["after_mb"] - found["before_mb"]], "MB")
        yield Row(f"{name}: one photo", [found["cpu_seconds"] * 1000 / count], "CPU-ms")


def run(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        app = create_app(Config(data=data, database=f"sqlite:///{data / 'mingcha.db'}"))
        with app.app_context():
            revisions.upgrade(app.config["MINGCHA"].migrations)
            demo.build_county()
            people = [_account(person) for person in (LIN, ZHAO, ZHOU)]
            content = small_checklist()
            checklists.keep(content, Checklist.parse(content))
            visits = [_visit(people[:2], min(PER_VISIT, count - done)) for done in range(0, count, PER_VISIT)]
            client = app.test_client()
            client.environ_base["HTTP_X_MINGCHA"] = "1"
            client.post("/api/v1/session", json={"username": ZHOU.username, "password": PASSWORD})
            before = _rss_mb()
            began, cpu = time.perf_counter(), time.process_time()
            made = client.post(f"/api/v1/campaigns/{visits[0]}/exports").get_json()["export"]
            while worker.work_off():
                pass
            size = 0
            answer = client.get(f"/api/v1/exports/{made['id']}/archive.zip", buffered=False)
            assert answer.status_code == 200, answer.get_json()
            with (data / "archive.zip").open("wb") as file:
                for piece in answer.iter_encoded():
                    size += file.write(piece)
            found = {
                "archive_mb": size / 1e6, "before_mb": before, "after_mb": _rss_mb(),
                "seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu,
            }  # fmt: skip
            with zipfile.ZipFile(data / "archive.zip") as archive:
                assert sum(name.endswith(".jpg") for name in archive.namelist()) == count
                assert archive.testzip() is None
        return found


def _account(person) -> str:  # type: ignore[no-untyped-def]
    return accounts.add(
        None,
        username=person.username,
        name=person.name,
        role=person.role,
        scope=person.scope,
        password=PASSWORD,
    ).id


def _visit(team: list[str], many: int) -> str:
    small, large = photo_bytes(1, 300, 200), photo_bytes(1, 2000, 1500)
    place = inspections.create(
        site_id=demo.site_id(SHIQIAO),
        slug="small",
        version="1",
        team=team,
        campaign_title="第四季度",
        visit_on="2026-11-22",
    )
    now = clock.now()
    with transaction():
        seq = kept.lock([place])[place].seq
        entries = []
        for number in range(many):
            seq += 1
            jpeg = small if number % LARGE_EVERY else large
            photo = uuid7(now, secrets.token_bytes(10))
            sha256 = hashlib.sha256(photo.encode()).hexdigest()
            said = {
                "sha256": sha256, "size": len(jpeg), "kind": "scene", "taken_at": clock.wire(now), "offset_min": 480,
                "position": None, "indicator": "1", "finding": None, "source": "camera", "width": 300, "height": 200,
                "name": None,
            }  # fmt: skip
            op = Op(uuid7(now, secrets.token_bytes(10)), place, "phone-of-bench", seq, clock.wire(now), "add",
                    f"photo/{photo}", said, (), team[0])  # fmt: skip
            body = oplog.text_of(op)
            entries.append(oplog.Entry(op, SHIQIAO[:6], seq, oplog.digest_of(body), body))
            photos.add(photo, sha256, inspection=place, tenant=SHIQIAO[:6], size_bytes=len(jpeg), account=team[0],
                       seq=seq, now=now)  # fmt: skip
            path = Path(blobs.here()._root) / blobs.derivative_key(sha256, "large")  # type: ignore[attr-defined]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jpeg)
        oplog.append(entries, received_at=now, skew_seconds=0)
        kept.advance(place, seq)
    return place


def _rss_mb() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
