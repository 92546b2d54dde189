"""One run: phones upload through the bad line while nodes die; what is visible is watched all the time; then it is
counted.
"""

import hashlib
import http.client
import json
import logging
import random
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer
from PIL import Image

from mingcha.store.blobs import Blobs, open_blobs
from tests.fleet.database import Postgres
from tests.fleet.stack import Node, ask, sign_in
from tests.uploading.line import Line

HERE = Path(__file__).parent
TWELVE_MEGAPIXELS = (4032, 3024)


@dataclass(frozen=True)
class Plan:
    """`photos` in all, dealt to `phones`; `kills`: how many times a node dies."""

    photos: int
    phones: int = 4
    kills: int = 2
    seed: int = 1
    #: `postgresql`: two nodes and moto's S3. `sqlite`: one node and a folder.
    database: str = "postgresql"


@dataclass
class Outcome:
    plan: Plan
    size_bytes: int = 0
    sent_bytes: int = 0
    cuts: int = 0
    kills: int = 0
    lives: int = 0
    verified: int = 0
    seconds: float = 0.0
    #: How often the page was looked at while not every photo was on it.
    looks: int = 0
    #: What must stay empty: hashes that differ, things seen too early, what the nodes logged as their own failure.
    faults: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return self.sent_bytes / self.size_bytes

    @property
    def passed(self) -> bool:
        whole = self.verified == self.plan.photos and not self.faults
        tried = self.cuts > 0 and self.kills >= self.plan.kills and self.looks > 0
        return whole and tried and self.ratio <= 1.3

    def line(self) -> str:
        return (
            f"{self.plan.database}, seed {self.plan.seed}: {'passed' if self.passed else 'FAILED'}: "
            f"{self.verified} of {self.plan.photos} photos verified, {self.size_bytes / 1e6:.0f} MB, bytes sent "
            f"{self.ratio:.3f} × size; {self.cuts} cuts, {self.kills} kills, {self.lives} lives of the client, "
            f"looked at {self.looks} times meanwhile, {self.seconds:.0f} s" + "".join(f"\n    {fault}" for fault in self.faults[:8])
        )


def run(plan: Plan, postgres: Postgres | None = None) -> Outcome:
    outcome = Outcome(plan)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mingcha-uploads-")))
        nodes, store = stack.enter_context(_nodes(plan, folder, postgres))
        county = json.loads(nodes[0].run("tests.fleet.county", str(plan.phones)))
        for node in nodes:
            node.start(wait=False)
        for node in nodes:
            node.wait()
        photos = _photos(folder, plan, county["inspection"])
        outcome.size_bytes = sum(photo["size"] for photo in photos)
        hands = _announced(nodes[0].port, county, photos, plan)
        line = Line([node.port for node in nodes], plan.seed)
        stack.callback(line.close)
        watch = Watch(nodes, store, county, photos)
        began = time.monotonic()
        said = _chaos(plan, nodes, line, hands, outcome)
        outcome.seconds = time.monotonic() - began
        outcome.faults += watch.stop()
        outcome.looks = watch.looks
        outcome.sent_bytes, outcome.cuts = line.sent_bytes, line.cuts
        outcome.kills = sum(node.kills for node in nodes)
        outcome.lives = sum(each["lives"] for each in said)
        _judge(outcome, photos, said, store, nodes, county)
        outcome.faults += [line for node in nodes for line in node.errors()]
    return outcome


@contextmanager
def _nodes(plan: Plan, folder: Path, postgres: Postgres | None) -> Iterator[tuple[list[Node], Blobs]]:
    """The nodes, not yet started, and the store that they share."""
    moto = None
    if plan.database == "postgresql":
        assert postgres is not None
        database = postgres.fresh(f"uploads_{plan.seed}_{time.monotonic_ns()}")
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        place = _bucket(f"http://127.0.0.1:{moto._server.server_port}")
    else:
        database, place = f"sqlite:///{folder / 'mingcha.db'}", str(folder / "blobs")
    count = 2 if moto else 1
    nodes = [Node(folder / f"node-{number}", database, place) for number in range(count)]
    try:
        yield nodes, open_blobs(place)
    finally:
        for node in nodes:
            node.stop(9)
        if moto:
            moto.stop()


def _bucket(endpoint: str) -> str:
    who = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **who).create_bucket(Bucket="evidence")
    return f"s3://evidence/county?endpoint={endpoint}&access_key_id=any&secret_access_key=any"


def _photos(folder: Path, plan: Plan, inspection: str) -> list[dict[str, Any]]:
    """JPEGs of 12 megapixels, no two alike: one picture, each with a comment of its own."""
    drawn = folder / "drawn.jpg"
    noise = Image.effect_noise((TWELVE_MEGAPIXELS[0] // 4, TWELVE_MEGAPIXELS[1] // 4), 40).resize(TWELVE_MEGAPIXELS)
    noise.convert("RGB").save(drawn, "JPEG", quality=88)
    picture = drawn.read_bytes()
    found = []
    for number in range(plan.photos):
        comment = f"{plan.seed}-{number}".encode()
        data = picture[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + picture[2:]
        path = folder / f"photo-{number}.jpg"
        path.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        found.append(
            {"path": str(path), "photo": _new_id(), "inspection": inspection, "sha256": sha256, "size": len(data)}
        )
    return found


def _announced(port: int, county: dict[str, Any], photos: list[dict[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    """Each phone with its share of the photos, whose ops the server has."""
    hands = []
    for number, person in enumerate(county["people"]):
        share = photos[number :: plan.phones]
        cookie = sign_in(port, person["username"], county["password"])
        ops = [_op(person["id"], f"phone-{number:04}", seq, photo) for seq, photo in enumerate(share, start=1)]
        body = {"device": f"phone-{number:04}", "protocol": 1, "cursor": None, "ops": ops}
        status, reply, _ = ask(port, "POST", "/api/v1/sync", body, cookie)
        assert status == 200, reply
        assert {result["outcome"] for result in reply["results"]} <= {"applied", "merged"}, reply["results"]
        hands.append({"cookie": cookie, "photos": share})
    return hands


def _op(author: str, device: str, seq: int, photo: dict[str, Any]) -> dict[str, Any]:
    at = "2026-09-14T01:30:00.000Z"
    value = {"sha256": photo["sha256"], "size": photo["size"], "kind": "scene", "taken_at": at, "offset_min": 480,
             "position": None, "indicator": None, "finding": None, "source": "camera", "width": TWELVE_MEGAPIXELS[0],
             "height": TWELVE_MEGAPIXELS[1], "name": None}  # fmt: skip
    return {"id": _new_id(), "inspection": photo["inspection"], "device": device, "seq": seq, "at": at, "kind": "add",
            "target": f"photo/{photo['photo']}", "value": value, "over": [], "author": author}  # fmt: skip


def _chaos(
    plan: Plan, nodes: list[Node], line: Line, hands: list[dict[str, Any]], outcome: Outcome
) -> list[dict[str, Any]]:
    """Uploads until every photo is through, the deaths spread over them; what the client said."""
    asked = {"endpoint": f"http://127.0.0.1:{line.port}/api/v1/uploads", "phones": hands}
    client = subprocess.Popen(
        ["node", str(HERE / "client.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    heard: list[tuple[str, str]] = []
    listener = threading.Thread(target=lambda: heard.append(client.communicate(json.dumps(asked))))
    listener.start()
    dice = random.Random(plan.seed)
    while listener.is_alive():
        died = sum(node.kills for node in nodes)
        if died < plan.kills and line.sent_bytes > outcome.size_bytes * (died + 0.5) / plan.kills:
            node = dice.choice(nodes)
            time.sleep(dice.uniform(0, 0.3))
            node.kill()
            time.sleep(dice.uniform(0, 0.3))
            node.start()
        listener.join(0.05)
    out, errors = heard[0]
    if client.returncode:
        outcome.faults.append(f"the client gave up: {errors[-400:]}")
    return [json.loads(each) for each in out.splitlines()]


def _judge(
    outcome: Outcome, photos: list[dict[str, Any]], said: list[dict[str, Any]], store: Blobs, nodes: list[Node],
    county: dict[str, Any],
) -> None:  # fmt: skip
    """Every photo is proved to the client, called verified on the page, and lies in the store, byte by byte."""
    proved = {each["photo"]: each["verified"] for each in said}
    shown = _verified(nodes[-1].port, county, sign_in(nodes[-1].port, county["supervisor"], county["password"]))
    for photo in photos:
        key = f"photos/{photo['sha256'][:2]}/{photo['sha256']}"
        kept = hashlib.sha256(store.get(key)).hexdigest() if store.has(key) else "nothing"
        found = {proved.get(photo["photo"]), shown.get(photo["photo"]), kept}
        if found == {photo["sha256"]}:
            outcome.verified += 1
        else:
            outcome.faults.append(f"{photo['photo']}: {photo['sha256'][:8]}, but {found}")


class Watch:
    """Looks all the time: whatever is visible anywhere must be whole."""

    def __init__(self, nodes: list[Node], store: Blobs, county: dict[str, Any], photos: list[dict[str, Any]]) -> None:
        self._nodes, self._store, self._county, self._photos = nodes, store, county, photos
        self._cookie = sign_in(nodes[-1].port, county["supervisor"], county["password"])
        self._faults: list[str] = []
        self.looks = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._thread.start()

    def stop(self) -> list[str]:
        self._stop.set()
        self._thread.join()
        return self._faults

    def _look_on(self) -> None:
        try:
            seen: set[str] = set()
            dice = random.Random(7)
            while not self._stop.wait(0.3):
                self._look(dice, seen)
        except Exception as fault:  # whoever watches must not fall silent
            self._faults.append(f"nobody watched any more: {fault!r}")

    def _look(self, dice: random.Random, seen: set[str]) -> None:
        try:
            port = dice.choice(self._nodes).port
            unseen = dice.choice(self._photos)
            status = ask(port, "HEAD", f"/api/v1/photos/{unseen['photo']}/thumb", cookie=self._cookie)[0]
            shown = _verified(port, self._county, self._cookie)
        except (OSError, ValueError, AssertionError, http.client.HTTPException):
            return  # that node is just dead
        self.looks += len(shown) < len(self._photos)
        if status == 200 and unseen["photo"] not in shown:
            self._faults.append(f"{unseen['photo']} was shown before it was there")
        for sha256 in set(shown.values()) - seen:
            seen.add(sha256)
            try:
                kept = self._store.get(f"photos/{sha256[:2]}/{sha256}")
            except KeyError:
                self._faults.append(f"{sha256[:8]} was visible, and its bytes were nowhere")
                continue
            if hashlib.sha256(kept).hexdigest() != sha256:
                self._faults.append(f"{sha256[:8]} was visible before it was whole")


def _verified(port: int, county: dict[str, Any], cookie: str) -> dict[str, str]:
    """The photos that the supervisor's page calls verified, with their hashes."""
    status, seen, _ = ask(port, "GET", f"/api/v1/inspections/{county['inspection']}", cookie=cookie)
    assert status == 200, seen
    return {each["id"]: each["sha256"] for each in seen["photos"] if each["state"] == "verified"}


def _new_id() -> str:
    """A UUID of version 7."""
    number = uuid.uuid4().int & ~(0xFFFF_FFFF_FFFF << 80) | (int(time.time() * 1000) << 80)
    return str(uuid.UUID(int=number & ~(0xF << 76) | (7 << 76)))
