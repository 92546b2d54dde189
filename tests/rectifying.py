"""What stories of rectification begin with: an approved visit with three findings, a clock to move, and both sides."""

import base64
import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from mingcha import clock
from mingcha.core.rectification.working_days import CHINA
from mingcha.jobs import worker
from tests.cast import LIN, SHI, ZHOU, Person
from tests.stories.phone import Phone
from tests.visits import photo_bytes


def new_id() -> str:
    return str(uuid.uuid4())


class Hands:
    """The clock of the whole server, moved by hand, in Beijing's time."""

    def __init__(self, patch: pytest.MonkeyPatch, began: datetime) -> None:
        self.at = began
        patch.setattr(clock, "now", lambda: self.at)

    def set(self, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        self.at = datetime(2026, month, day, hour, minute, tzinfo=CHINA).astimezone(UTC)

    def forward(self, **span: int) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Monday, 21 September 2026, half past nine: the holidays of October lie ahead."""
    return Hands(monkeypatch, datetime(2026, 9, 21, 9, 30, tzinfo=CHINA).astimezone(UTC))


class Side:
    """One of the two sides, who signs in again whenever a session has run out."""

    def __init__(self, person: Person, client_of: Callable[[Person], Any]) -> None:
        self._person, self._client_of = person, client_of
        self.client = client_of(person)
        self.cursor: str | None = None
        self.orders: dict[str, dict[str, Any]] = {}

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, **more)
        if answer.status_code == 401:
            self.client = self._client_of(self._person)
            answer = self.client.open(f"/api/v1{path}", method=method, json=body, **more)
        return answer

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    def post(self, path: str, **body: Any) -> Any:
        """A deed of the desk, which works."""
        answer = self.ask("POST", path, body)
        assert answer.status_code in (200, 201), answer.get_json()
        return answer.get_json()

    def move(self, item: str, kind: str, move_id: str | None = None, **content: Any) -> dict[str, Any]:
        """One move from a centre's phone, and its outcome."""
        said = {"id": move_id or new_id(), "item": item, "kind": kind, "said_at": clock.wire(clock.now())}
        found: dict[str, Any] = self.send([{**said, "content": content}])["results"][0]
        return found

    def send(self, moves: list[Any]) -> Any:
        reply = self.post("/rectification/moves", cursor=self.cursor, moves=moves)
        self.take_in(reply)
        return reply

    def pull(self) -> None:
        query = f"?cursor={self.cursor}" if self.cursor else ""
        self.take_in(self.get(f"/rectification/changes{query}"))

    def take_in(self, reply: dict[str, Any]) -> None:
        self.orders |= {order["id"]: order for order in reply["orders"]}
        self.cursor = reply["cursor"]

    def inbox(self) -> list[str]:
        return [entry["kind"] for entry in self.get("/inbox")["entries"]]

    def item(self, item: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/rectification/items/{item}")
        return found


@pytest.fixture
def desk(hands: Hands, client_of: Callable[[Person], Any]) -> Side:
    return Side(ZHOU, client_of)


@pytest.fixture
def centre(hands: Hands, client_of: Callable[[Person], Any]) -> Side:
    return Side(SHI, client_of)


@pytest.fixture
def approve_visit(hands: Hands, client_of: Callable[[Person], Any], new_visit: Callable[..., str]) -> Callable[..., str]:
    """Three findings at a hall, one with a photo, submitted by 林 and approved by 周."""

    def visit(region: str = "990123101", faults: tuple[str, ...] = ("1", "2", "3")) -> str:
        inspection = new_visit(region=region, visit_on="2026-09-18")
        lin = Phone(client_of(LIN), inspection, f"phone-of-lin-{inspection[:8]}")
        zhou = Phone(client_of(ZHOU), inspection, f"phone-of-zhou-{inspection[:8]}")
        for number in ("1", "2", "3", "4"):
            lin.say(number, "not_met" if number in faults else "met")
        for number in faults:
            lin.write(f"finding/{number}:a", {"indicator": number, "clause": "a", "item": None, "case": None}, "add")
        data, shot = photo_bytes(), photo_bytes(2)
        scene = lin.announce(data, "4")
        fault = lin.announce(shot, faults[0], finding=f"{faults[0]}:a") if faults else None
        badge = lin.announce(photo_bytes(3), faults[0], kind="badge", finding=f"{faults[0]}:a") if faults else None
        lin.write("visit/submitted", {"at": "2026-09-18T03:00:00.000Z"})
        lin.sync()
        for photo, bytes_ in ((scene, data), (fault, shot), (badge, photo_bytes(3))):
            if photo:
                assert lin.upload(photo, bytes_).status_code == 201
        address = f"/api/v1/inspections/{inspection}"
        answer = zhou.client.post(f"{address}/approval", json={"seen": zhou.client.get(address).get_json()["seq"]})
        assert answer.status_code == 200, answer.get_json()
        return inspection

    return visit


@pytest.fixture
def approved(approve_visit: Callable[..., str]) -> str:
    return approve_visit()


def wanted(indicator: str, kind: str = "deadline", **change: Any) -> dict[str, Any]:
    return {
        "finding": f"{indicator}:a", "indicator": indicator, "clause": "a", "kind": kind, "severity": "minor",
        "text": "大厅标牌缺失", "proof": {"photos": False, "why": ""}, **change,
    }  # fmt: skip


@pytest.fixture
def issue(desk: Side) -> Callable[..., dict[str, Any]]:
    """Issues the order of an inspection; the answer."""

    def run(inspection: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        chosen = list(items) or [wanted("1", days=8)]
        found: dict[str, Any] = desk.post(f"/inspections/{inspection}/rectification", items=chosen, **more)
        return found

    return run


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    """What a worker does until nothing is due."""

    def run() -> None:
        with app.app_context():
            while worker.empty_outboxes():
                pass

    return run


def upload(side: Side, item: str, photo: str, data: bytes, inspection: str, **more: str) -> Any:
    """An after-photo of an item; the answer."""
    pairs = {"photo": photo, "inspection": inspection, "sha256": hashlib.sha256(data).hexdigest(), "item": item, **more}
    described = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    return side.client.post(
        "/api/v1/uploads", data=data,
        headers={
            "Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": described,
            "Content-Type": "application/offset+octet-stream",
        },
    )  # fmt: skip
