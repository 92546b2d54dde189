"""Photos on the real stack: how fast 300 KB are acknowledged (hash checked, durable), what that costs beside the bare
work, how fast derivatives follow, and what a node weighs while pictures of 12 megapixels come in.

The node runs without a worker beside it while receiving is measured, and a worker of its own then makes the
derivatives; memory is measured as everybody runs it, worker and all.
"""

import argparse
import base64
import hashlib
import http.client
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from mingcha.media import pictures
from mingcha.store.blobs import open_blobs, photo_key
from tests.bench.measure import Highest, Row, cpu_ms, resident_mb, together_mb
from tests.fleet.database import Postgres
from tests.fleet.stack import ROOT, Node

PHONES = 8
PHOTO_BYTES = 300_000
IN_A_SUBMISSION = 3
CHUNK_BYTES = 512 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--submissions", type=int, default=30, help="of each of the eight phones")
    parser.add_argument("--uploads-on", choices=("sqlite", "postgresql", "both"), default="both")


def rows(options: argparse.Namespace) -> Iterator[Row]:
    yield from _bare(_photo(0))
    for database in ("sqlite", "postgresql") if options.uploads_on == "both" else (options.uploads_on,):
        with _running(database, options.submissions, "0") as (node, postgres, phones):
            yield from _received(node, postgres, phones, options.submissions, database)
            yield from _derived(node, database)
    with _running("sqlite", 1, "1") as (node, _, phones):
        yield from _weighed(node, phones)


def _bare(photo: bytes) -> Iterator[Row]:
    """The work that nobody can leave out, in one thread: hash and durable write; decode and two thumbnails."""
    kept, spent = [], []
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder:
        store = open_blobs(folder)
        for number in range(60):
            data = _unlike(photo, number)
            began, before = time.perf_counter(), time.process_time()
            store.put(photo_key(hashlib.sha256(data).hexdigest()), [data])
            kept.append((time.perf_counter() - began) * 1000)
            spent.append((time.process_time() - before) * 1000)
    yield Row("bare: hash and durable write of 300 KB", kept, "ms")
    yield Row("bare: hash and durable write of 300 KB, CPU", spent, "ms")
    before = time.process_time()
    for _ in range(10):
        pictures.read(photo)
    yield Row(
        "bare: decode, two thumbnails and fingerprint of 300 KB, CPU", [(time.process_time() - before) * 100], "ms"
    )


def _received(
    node: Node, postgres: Postgres | None, phones: list["Phone"], submissions: int, what: str
) -> Iterator[Row]:
    def used() -> float:
        return cpu_ms(node.pid) + (cpu_ms(postgres.pid) if postgres else 0)

    photo = _photo(1)
    one = [[lambda p=phone: p.send_photo(_unlike(photo, uuid.uuid4().hex))] * submissions for phone in phones]
    seconds, spent, count = _load(one, used)
    yield Row(f"{what}: photos of 300 KB acknowledged, {PHONES} phones", [count / seconds], "/s")
    yield Row(f"{what}: a photo of 300 KB acknowledged, CPU", [spent / count], "ms")
    three = [[lambda p=phone: p.submit(photo)] * submissions for phone in phones]
    seconds, spent, count = _load(three, used)
    yield Row(f"{what}: three photos of 300 KB with their record, {PHONES} phones", [count / seconds], "/s", "≥ 130")
    yield Row(f"{what}: three photos with their record, CPU", [spent / count], "ms", "≤ 11")


def _derived(node: Node, what: str) -> Iterator[Row]:
    """A worker of its own, for some seconds."""
    place = Path(node.env["MINGCHA_BLOBS"])
    worker = subprocess.Popen([sys.executable, "-m", "mingcha.cli", "work"], env=node.env, cwd=ROOT,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not _made(place):
            assert time.monotonic() < deadline, "the worker makes nothing"
            time.sleep(0.05)
        began, first, before = time.perf_counter(), _made(place), cpu_ms(worker.pid)
        time.sleep(6)
        made, seconds = _made(place) - first, time.perf_counter() - began
        spent = cpu_ms(worker.pid) - before
    finally:
        worker.kill()
        worker.wait()
    yield Row(f"{what}: derivatives (two sizes) by one worker", [made / seconds], "photos/s")
    yield Row(f"{what}: derivatives of a photo of 300 KB, CPU", [spent / max(made, 1)], "ms")


def _made(place: Path) -> int:
    return sum(1 for _ in place.glob("derived/*/*.large.jpg"))


def _weighed(node: Node, phones: list["Phone"]) -> Iterator[Row]:
    """Two pictures of 12 megapixels from each phone, all phones at once, in chunks as the app sends them."""
    picture = _picture((4032, 3024), 88)
    large = [[lambda p=phone: p.send_photo(_unlike(picture, uuid.uuid4().hex))] * 2 for phone in phones]
    with Highest(lambda: together_mb(node.pid)) as together:
        seconds, _, count = _load(large, lambda: cpu_ms(node.pid))
    sent = f"{len(picture) / 1e6:.1f} MB"
    yield Row(f"pictures of 12 megapixels ({sent}) acknowledged, {PHONES} phones", [count / seconds], "/s")
    yield Row("memory of a node's largest process meanwhile, the worker in it", [resident_mb(node.pid)], "MB", "≤ 120")
    yield Row("memory of all its processes together, decoders too, at its highest", [together.value], "MB", "≤ 120")


class Phone:
    """Its connection stays open, as a browser's does."""

    def __init__(self, port: int, id: str, cookie: str, inspections: list[str]) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._id, self._cookie, self._inspections = id, cookie, inspections
        self._next = self._seq = 0

    def send_photo(self, data: bytes, photo: str = "", inspection: str = "") -> None:
        """As the app does: a photo of usual size with its creation, a larger one chunk by chunk."""
        sha256 = hashlib.sha256(data).hexdigest()
        inspection = inspection or self._inspections[0]
        named = {"photo": photo or str(uuid.uuid4()), "inspection": inspection, "sha256": sha256}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in named.items())
        headers = {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        first = data if len(data) <= CHUNK_BYTES else b""
        answer = self._ask("POST", "/api/v1/uploads", first, headers)
        url = answer.getheader("Location") or ""
        for at in range(len(first), len(data), CHUNK_BYTES):
            answer = self._ask("PATCH", url, data[at : at + CHUNK_BYTES], {"Upload-Offset": str(at)})
        assert answer.getheader("Mingcha-Verified") == sha256

    def submit(self, photo: bytes) -> None:
        """A small visit: its ops in one request, then its three photos."""
        inspection = self._inspections[self._next % len(self._inspections)]
        self._next += 1
        found = [(str(uuid.uuid4()), _unlike(photo, uuid.uuid4().hex)) for _ in range(IN_A_SUBMISSION)]
        ops = [self._op(inspection, f"answer/{row}/verdict", "set", "met") for row in range(1, 6)]
        ops += [self._op(inspection, f"photo/{each}", "add", _announced(data)) for each, data in found]
        body = {"device": f"bench-{self._id[:8]}", "protocol": 1, "cursor": None, "ops": ops}
        answer = self._ask("POST", "/api/v1/sync", json.dumps(body).encode(), {"Content-Type": "application/json"})
        assert answer.status == 200
        for each, data in found:
            self.send_photo(data, each, inspection)

    def _op(self, inspection: str, target: str, kind: str, value: Any) -> dict[str, Any]:
        self._seq += 1
        at = "2026-09-14T01:30:00.000Z"
        return {"id": _new_id(), "inspection": inspection, "device": f"bench-{self._id[:8]}", "seq": self._seq,
                "at": at, "kind": kind, "target": target, "value": value, "over": [], "author": self._id}  # fmt: skip

    def _ask(self, method: str, url: str, body: bytes, more: dict[str, str]) -> http.client.HTTPResponse:
        headers = {"X-Mingcha": "1", "Cookie": self._cookie, "Tus-Resumable": "1.0.0"}
        if body or method == "PATCH":
            headers["Content-Type"] = "application/offset+octet-stream"
        self._line.request(method, url, body, {**headers, **more})
        answer = self._line.getresponse()
        said = answer.read()
        assert answer.status < 300, said
        return answer


def _announced(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "kind": "scene",
            "taken_at": "2026-09-14T01:30:00.000Z", "offset_min": 480, "position": None, "indicator": None,
            "finding": None, "source": "camera", "width": 2048, "height": 1536, "name": None}  # fmt: skip


def _load(jobs: list[list[Callable[[], None]]], used: Callable[[], float]) -> tuple[float, float, int]:
    """Each phone's jobs in a thread of its own: seconds, CPU milliseconds used, and how many jobs."""
    done: list[int] = []

    def work(mine: list[Callable[[], None]]) -> None:
        for job in mine:
            job()
            done.append(1)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in jobs]
    before, began = used(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, spent = time.perf_counter() - began, used() - before
    assert len(done) == sum(map(len, jobs)), "a phone failed"
    return seconds, spent, len(done)


@contextmanager
def _running(database: str, visits: int, worker: str) -> Iterator[tuple[Node, Postgres | None, list[Phone]]]:
    postgres = Postgres() if database == "postgresql" else None
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder:
        url = postgres.fresh("bench_uploads") if postgres else f"sqlite:///{folder}/mingcha.db"
        node = Node(Path(folder, "node"), url, Path(folder, "blobs"))
        node.env["MINGCHA_WORKER"] = worker
        try:
            made = json.loads(node.run("tests.bench.county", json.dumps([visits] * PHONES), "0"))
            node.start()
            yield node, postgres, [Phone(node.port, **phone) for phone in made["phones"][0::2]]
        finally:
            node.stop()
            if postgres:
                postgres.close()


def _photo(seed: int) -> bytes:
    """A JPEG of 2048 × 1536 that weighs what a phone's compressed photo does."""
    for quality in range(90, 20, -4):
        data = _picture((2048, 1536), quality)
        if len(data) <= PHOTO_BYTES - 100:
            return data + bytes([seed]) * (PHOTO_BYTES - 64 - len(data))
    raise AssertionError("no quality makes it small enough")


def _picture(size: tuple[int, int], quality: int) -> bytes:
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _unlike(picture: bytes, mark: Any) -> bytes:
    """The same picture as other bytes."""
    comment = str(mark).encode()
    return picture[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + picture[2:]


def _new_id() -> str:
    number = int.from_bytes(os.urandom(16), "big") & ~(0xFFFF_FFFF_FFFF << 80) | (int(time.time() * 1000) << 80)
    return str(uuid.UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | (7 << 76) | (2 << 62)))
