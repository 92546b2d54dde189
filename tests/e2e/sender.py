"""A phone without a screen: it signs in and sends a whole inspection, for tests whose subject comes after that."""

import http.client
import json
from typing import Any

from tests.cast import Person
from tests.e2e.house import House
from tests.stories.phone import Phone


class Answer:
    """What `tests.stories.phone` reads of an answer."""

    def __init__(self, status_code: int, body: bytes) -> None:
        self.status_code = status_code
        self._body = body

    def get_json(self) -> Any:
        return json.loads(self._body)


class Client:
    """One signed-in person's connection to a house."""

    def __init__(self, house: House, person: Person) -> None:
        self._port = house.port
        self._cookie = ""
        answer = self.post("/api/v1/session", json={"username": person.username, "password": house.password})
        assert answer.status_code == 200, answer.get_json()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: Any = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        return self._ask("POST", path, _text(json) if data is None else data, content_type, headers)

    def _ask(
        self, method: str, path: str, body: Any = None, content_type: str = "", more: dict[str, str] | None = None
    ) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"X-Mingcha": "1", "Cookie": self._cookie, **({"Content-Type": content_type} if body else {}), **(more or {})}
        line.request(method, path, body=body, headers=headers)
        reply = line.getresponse()
        answer = Answer(reply.status, reply.read())
        if fresh := reply.headers.get("Set-Cookie"):
            self._cookie = fresh.partition(";")[0]
        line.close()
        return answer


def sender(house: House, person: Person, checklist: str = "county-grading") -> tuple[Phone, list[dict[str, Any]]]:
    """A phone in this person's hand with their first inspection by that checklist open, and its indicators."""
    client = Client(house, person)
    phone = Phone(client, "", f"sender-of-{person.username}")
    phone.sync()
    visit = next(each for each in phone.known.values() if each["checklist"]["slug"] == checklist)
    phone.inspection = visit["id"]
    content = client.get(f"/api/v1/checklists/{visit['checklist']['digest']}").get_json()
    rows = [row for part in content["categories"] for group in part["groups"] for row in group["indicators"]]
    return phone, rows


def submit_all_met(house: House, person: Person) -> Phone:
    """Every row met and nothing photographed, every figure at its target, submitted."""
    phone, rows = sender(house, person)
    for row in rows:
        phone.say(row["id"], "met")
        for measure in row["measures"]:
            phone.write(f"answer/{row['id']}/measure/{measure['id']}", "100")
        for clause in row.get("clauses", ()):
            most = clause.get("max") if clause["kind"] == "judge" else clause.get("points")
            if clause["kind"] in ("judge", "award"):
                phone.write(f"answer/{row['id']}/award/{clause['id']}", most)
    phone.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    phone.sync()
    assert not phone.held, phone.held
    return phone


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
