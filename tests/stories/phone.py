"""A phone, as the sync protocol describes it: its own words, its own outbox, no line of the server's code.

It keeps every op it ever showed as saved until the server has answered for it, and whatever it pulls.
"""

import base64
import hashlib
import itertools
import json
import secrets
import time
from typing import Any

_ids = itertools.count()


def new_id() -> str:
    """A UUID version 7; later calls sort later."""
    stamp = int(time.time() * 1000)
    text = f"{stamp:012x}7{next(_ids) % 4096:03x}{0x8000 | secrets.randbits(14):04x}{secrets.randbits(48):012x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Phone:
    """`client` speaks HTTP as somebody; `inspection` is what is open on the screen."""

    def __init__(self, client: Any, inspection: str, name: str = "phone-one") -> None:
        self.client = client
        self.inspection = inspection
        self.device = name
        self.author = client.get("/api/v1/session").get_json()["user"]["id"]
        self.log: dict[str, dict[str, Any]] = {}
        self.outbox: list[str] = []
        self.held: dict[str, str] = {}
        self.known: dict[str, dict[str, Any]] = {}
        self.verified: set[str] = set()
        self.cursor: str | None = None
        self.counter = 0

    def heads(self, target: str) -> list[dict[str, Any]]:
        named = {other for op in self.log.values() for other in op["over"]}
        return [op for op in self.log.values() if op["target"] == target and op["id"] not in named]

    def write(self, target: str, value: Any, kind: str = "set", **change: Any) -> dict[str, Any]:
        """One tap: an op in the log and in the outbox."""
        self.counter += 1
        over = [op["id"] for op in self.heads(target)] if kind == "set" else []
        op = {
            "id": new_id(),
            "inspection": self.inspection,
            "device": self.device,
            "seq": self.counter,
            "at": "2026-11-22T01:30:00.000Z",
            "kind": kind,
            "target": target,
            "value": value,
            "over": over,
            "author": self.author,
            **change,
        }
        self.log[op["id"]] = op
        self.outbox.append(op["id"])
        return op

    def say(self, indicator: str, verdict: str) -> dict[str, Any]:
        return self.write(f"answer/{indicator}/verdict", verdict)

    def announce(self, data: bytes, indicator: str, kind: str = "scene", **change: Any) -> str:
        """A photo's op; its bytes travel apart."""
        photo = new_id()
        value = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "kind": kind,
            "taken_at": "2026-11-22T01:31:00.000Z",
            "offset_min": 480,
            "position": None,
            "indicator": indicator,
            "finding": None,
            "source": "camera",
            "width": 800,
            "height": 600,
            "name": None,
            **change,
        }
        self.write(f"photo/{photo}", value, "add")
        return photo

    def upload(self, photo: str, data: bytes, inspection: str | None = None, sha256: str | None = None) -> Any:
        """The whole photo in one request."""
        return self.client.post(
            "/api/v1/uploads",
            data=data,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(len(data)),
                "Upload-Metadata": described(photo, inspection or self.inspection, data, sha256),
                "Content-Type": "application/offset+octet-stream",
            },
        )

    def push(self, ops: list[Any], **change: Any) -> Any:
        """Send exactly this; the answer as it comes."""
        body = {"device": self.device, "protocol": 1, "cursor": self.cursor, "ops": ops, **change}
        return self.client.post("/api/v1/sync", data=json.dumps(body), content_type="application/json")

    def sync(self) -> dict[str, str]:
        """Send the outbox, take in everything that is new; what became of each op."""
        said: dict[str, str] = {}
        more = True
        while more or self.outbox:
            batch = self.outbox[:200]
            answer = self.push([self.log[op_id] for op_id in batch])
            assert answer.status_code == 200, answer.get_json()
            reply = answer.get_json()
            for result in reply["results"]:
                said[result["id"]] = result["outcome"]
                self.outbox.remove(result["id"])
                if result["outcome"] == "held":
                    self.held[result["id"]] = result["code"]
            self.take_in(reply)
            more = reply["more"]
        return said

    def take_in(self, reply: dict[str, Any]) -> None:
        for change in reply["changes"]:
            match change["kind"]:
                case "inspection":
                    self.known[change["inspection"]["id"]] = change["inspection"]
                case "op":
                    op = {name: value for name, value in change["op"].items() if name != "received_at"}
                    self.log[op["id"]] = op
                case "photo":
                    self.verified.add(change["id"])
        for inspection in reply["gone"]:
            self.known.pop(inspection, None)
        self.cursor = reply["cursor"]

    @property
    def replica(self) -> set[str]:
        """The ids of what is not held: equal on every phone once all have met the server."""
        return set(self.log) - set(self.held)


def described(photo: str, inspection: str, data: bytes, sha256: str | None = None) -> str:
    pairs = {"photo": photo, "inspection": inspection, "sha256": sha256 or hashlib.sha256(data).hexdigest()}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
