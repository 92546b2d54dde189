"""One simulated phone: a durable replica and outbox, random work, a sync that trusts no reply it did not read whole."""

import http.client
import json
import random
import time
import uuid
from typing import Any

ROWS = [f"{category}.{row}" for category in range(1, 6) for row in range(1, 7)]
VERDICTS = ["met", "not_met", "not_applicable", None]

Op = dict[str, Any]


class Phone:
    """What survives a crash of this phone: `saved`, `outbox`, `known`, `cursor`, `next_seq`."""

    def __init__(self, port: int, person: dict[str, str], cookie: str, inspection: str, seed: int) -> None:
        self.port, self.person, self.cookie, self.inspection = port, person, cookie, inspection
        self.dice = random.Random(seed)
        self.device = f"fleet-{seed:08d}"
        self.saved: dict[str, Op] = {}
        self.outbox: list[str] = []
        self.known: dict[str, Op] = {}
        self.held: dict[str, str] = {}
        self.acknowledged: set[str] = set()
        self.pulled_again = 0
        self.cursor: str | None = None
        self.epoch: str | None = None
        self.next_seq = 1
        self.clock_off_seconds = self.dice.choice([0, 0, 0, -400 * 86400, 3 * 365 * 86400, 77])

    def work(self) -> None:
        """One tap: a verdict, a tally, a finding added or taken away."""
        row = self.dice.choice(ROWS)
        match self.dice.randrange(10):
            case 0 | 1 | 2 | 3 | 4:
                self._set(f"answer/{row}/verdict", self.dice.choice(VERDICTS))
            case 5 | 6:
                self._set(f"answer/{row}/note", f"{self.person['username']} {self.dice.randrange(1000)}")
            case 7:
                element = f"finding/{row}:a"
                if not any(op["target"] == element for op in self.known.values()):
                    self._save("add", element, {"indicator": row, "clause": "a", "item": None, "case": None}, [])
                self._set(f"{element}/count", self.dice.randrange(1, 6))
            case 8:
                element = f"finding/{uuid.UUID(int=self.dice.getrandbits(128), version=4)}"
                self._save("add", element, {"indicator": row, "clause": "a", "item": None, "case": None}, [])
            case 9:
                elements = sorted({op["target"] for op in self.known.values() if op["kind"] == "add"})
                if elements:
                    element = self.dice.choice(elements)
                    seen = [op["id"] for op in self.known.values() if op["target"] == element and op["kind"] == "add"]
                    seen += [op["id"] for op in self.heads(f"{element}/count")]
                    self._save("remove", element, None, seen)

    def heads(self, target: str) -> list[Op]:
        """The values that nobody this phone knows of has replaced, by the protocol's own words."""
        named = {over for op in self.known.values() if _touches(op, target) for over in op["over"]}
        return [
            op for op in self.known.values() if op["target"] == target and op["kind"] == "set" and op["id"] not in named
        ]

    def sync(self, timeout: float = 4.0) -> bool:
        """One exchange. True when a whole reply was read and kept."""
        batch = self.outbox[:200]
        body = json.dumps(
            {
                "device": self.device,
                "protocol": 1,
                "cursor": self.cursor,
                "ops": [self.saved[op] for op in batch],
                "now": self._now(),
            }
        ).encode()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            headers = {
                "Content-Type": "application/json",
                "X-Mingcha": "1",
                "Cookie": self.cookie,
                "Connection": "close",
            }
            connection.request("POST", "/api/v1/sync", body, headers)
            response = connection.getresponse()
            reply = json.loads(response.read())
            connection.close()
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if response.status != 200:
            return False
        self._keep(reply)
        return not reply["more"]

    def _keep(self, reply: dict[str, Any]) -> None:
        for result in reply["results"]:
            self.acknowledged.add(result["id"])
            if result["outcome"] == "held":
                self.held[result["id"]] = result.get("code", "")
            if result["id"] in self.outbox:
                self.outbox.remove(result["id"])
        for change in reply["changes"]:
            if change["kind"] == "op" and change["op"]["inspection"] == self.inspection:
                op = change["op"]
                known = self.known.get(op["id"])
                if known is not None and known.get("received_at"):
                    self.pulled_again += 1
                self.known[op["id"]] = op
        self.cursor, self.epoch = reply["cursor"], reply["epoch"]

    def _set(self, target: str, value: Any) -> None:
        self._save("set", target, value, [head["id"] for head in self.heads(target)])

    def _save(self, kind: str, target: str, value: Any, over: list[str]) -> None:
        op = {
            "id": _uuid7(self.dice),
            "inspection": self.inspection,
            "device": self.device,
            "seq": self.next_seq,
            "at": self._now(),
            "kind": kind,
            "target": target,
            "value": value,
            "over": over,
            "author": self.person["id"],
        }
        self.next_seq += 1
        self.saved[op["id"]] = op
        self.known[op["id"]] = op
        self.outbox.append(op["id"])

    def _now(self) -> str:
        moment = time.time() + self.clock_off_seconds
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"


def _touches(op: Op, target: str) -> bool:
    return op["target"] == target or (op["kind"] == "remove" and target.startswith(op["target"] + "/"))


def _uuid7(dice: random.Random) -> str:
    stamp = int(time.time() * 1000)
    number = (stamp << 80) | (7 << 76) | (dice.getrandbits(12) << 64) | (2 << 62) | dice.getrandbits(62)
    return str(uuid.UUID(int=number))
