"""Several phones and a server in one process, under a seed: the merge core without network, disk or threads.

The phones draft and fold with the product's core; what is right is judged by `tests.fleet.checker`, which shares no
code with it. Requests and replies are lost, doubled and late; phones die between two steps and their clocks are off.
"""

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op, fold, heads, outcomes, parse_op
from mingcha.core.oplog.op import State
from tests.fleet.checker import Standing, Verdict, judge

INSPECTION = "0198f000-0000-7000-8000-000000000001"
ROWS = ("1.1", "3.1", "3.10")
FATES = ("fine", "fine", "request lost", "reply lost", "twice")


class Simulated(NamedTuple):
    """`replicas`: the canonical state of each at the end, the server's first. `fates`: how many exchanges had which."""

    verdict: Verdict
    replicas: list[bytes]
    fates: Counter[str]


@dataclass
class Server:
    """The log in its order. `receive` answers as the real one does: outcomes, then everything past the cursor."""

    log: list[Op] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)

    def receive(self, raw: list[dict[str, Any]], cursor: int) -> tuple[dict[str, str], list[Op], int]:
        batch = [parse_op(op) for op in raw]
        told = outcomes(self.log, batch)
        self.log.extend(op for op in batch if told[op.id] != "duplicate" and not told[op.id].startswith("op."))
        return told, self.log[cursor:], len(self.log)


@dataclass
class Device:
    """What a phone keeps. `saved` and `known` are plain JSON, as the checker wants them."""

    device: str
    author: str
    dice: random.Random
    hours_off: int
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    ops: dict[str, Op] = field(default_factory=dict)
    outbox: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    pulled_again: int = 0
    cursor: int = 0

    @property
    def known(self) -> dict[str, dict[str, Any]]:
        return {op_id: op.as_json() for op_id, op in self.ops.items()}

    def state(self) -> State:
        return fold(self.ops.values())

    def tap(self, minute: int) -> None:
        row, state = self.dice.choice(ROWS), self.state()
        match self.dice.randrange(8):
            case 0 | 1 | 2:
                self._set(state, f"answer/{row}/verdict", self.dice.choice(["met", "not_met", None]), minute)
            case 3 | 4:
                if f"finding/{row}:a" not in state["elements"]:
                    self._save("add", f"finding/{row}:a", self._finding(row), [], minute)
                self._set(state, f"finding/{row}:a/count", self.dice.randrange(1, 5), minute)
            case 5:
                self._save("add", f"finding/{self._uuid(4, 0)}", self._finding(row), [], minute)
            case 6:
                self._set(state, f"answer/{row}/note", f"{self.author[:4]} {minute}", minute)
            case 7:
                live = [target for target, element in state["elements"].items() if element["live"]]
                if live:
                    target = self.dice.choice(live)
                    seen = [*state["elements"][target]["adds"], *(h["op"] for h in heads(state, f"{target}/count"))]
                    self._save("remove", target, None, seen, minute)

    def _finding(self, row: str) -> dict[str, Any]:
        return {"indicator": row, "clause": "a", "item": None, "case": None}

    def _set(self, state: State, target: str, value: Any, minute: int) -> None:
        self._save("set", target, value, [head["op"] for head in heads(state, target)], minute)

    def _save(self, kind: str, target: str, value: Any, over: list[str], minute: int) -> None:
        hour, past = divmod(minute, 60)
        year = 2026 + self.hours_off // 8760
        raw = {
            "id": self._uuid(7, minute + self.hours_off * 60),
            "inspection": INSPECTION,
            "device": self.device,
            "seq": len(self.saved) + 1,
            "at": f"{year}-09-14T{hour % 24:02d}:{past:02d}:00.000Z",
            "kind": kind,
            "target": target,
            "value": value,
            "over": over,
            "author": self.author,
        }
        self.saved[raw["id"]] = raw
        self.ops[raw["id"]] = parse_op(raw)
        self.outbox.append(raw["id"])

    def _uuid(self, version: int, minute: int) -> str:
        stamp = (1_789_000_000_000 + minute * 60_000) & (2**48 - 1)
        tail = (version << 76) | (self.dice.getrandbits(12) << 64) | (2 << 62) | self.dice.getrandbits(62)
        return str(uuid.UUID(int=(stamp << 80) | tail))


def exchange(device: Device, server: Server, dice: random.Random, faults: bool = True) -> None:
    """One sync in which the request, the reply, or nothing gets lost; a request may also arrive twice."""
    some = device.outbox[: dice.randrange(1, 9)] if faults else list(device.outbox)
    raw = [device.saved[op] for op in some]
    fate = dice.choice(FATES) if faults else "fine"
    server.fates[fate] += 1
    if fate == "request lost":
        return
    reply = server.receive(raw, device.cursor)
    if fate == "twice":
        reply = server.receive(raw, device.cursor)
    if fate == "reply lost":
        return
    told, changes, device.cursor = reply
    for op_id, outcome in told.items():
        if outcome.startswith("op."):
            device.held[op_id] = outcome
    device.outbox = [op for op in device.outbox if op not in told]
    device.acknowledged.update(told)
    device.pulled_again += sum(op.id in device.heard for op in changes)
    device.heard.update(op.id for op in changes)
    device.ops.update({op.id: op for op in changes})


def simulate(seed: int, taps: int = 40) -> Simulated:
    """One seed."""
    dice = random.Random(seed)
    server = Server()
    devices = []
    for n in range(dice.randrange(3, 7)):
        hours_off = dice.choice([0, 0, -9000, 30000])
        devices.append(Device(f"phone-{n:02d}", str(uuid.UUID(int=n + 1)), random.Random(dice.random()), hours_off))
    for minute in range(taps):
        for device in devices:
            device.tap(minute)
            if dice.random() < 0.2:
                exchange(device, server, dice)
    for _ in range(2):
        for device in devices:
            exchange(device, server, dice, faults=False)
    replicas = [canonical(fold(server.log)), *(canonical(device.state()) for device in devices)]
    return Simulated(_judged(devices, server), replicas, server.fates)


def _judged(devices: list[Device], server: Server) -> Verdict:
    state = fold(server.log)
    heads_there = {target: {head["op"] for head in found} for target, found in state["fields"].items()}
    live = {target: element["live"] for target, element in state["elements"].items()}
    return judge(devices, [op.as_json() for op in server.log], Standing(heads_there, live))
