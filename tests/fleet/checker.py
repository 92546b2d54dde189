"""The judge: counts what was lost, silently overwritten, doubled or stuck, and how hard the run really was."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Replica(Protocol):
    """What the judge reads of a phone: all it ever showed as saved, what waits, what is held, what it now knows."""

    device: str
    saved: dict[str, dict[str, Any]]
    outbox: list[str]
    held: dict[str, str]

    @property
    def known(self) -> Mapping[str, Any]: ...


@dataclass
class Verdict:
    ops: int = 0
    lost: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    concurrent_percent: float = 0.0

    @property
    def faults(self) -> int:
        kinds = (self.lost, self.changed, self.overwritten, self.doubled, self.stuck, self.held, self.differing)
        return sum(map(len, kinds))


def judge(phones: Sequence[Replica], log: list[dict[str, Any]], heads_on_server: dict[str, set[str]]) -> Verdict:
    """`log` is what a fresh reader pulls; `heads_on_server` maps a field to the ids of the ops now standing there."""
    saved = {op_id: op for phone in phones for op_id, op in phone.saved.items()}
    verdict = Verdict(ops=len(saved))
    times = Counter(op["id"] for op in log)
    arrived = {op["id"]: op for op in log}
    verdict.lost = sorted(saved.keys() - arrived.keys())
    verdict.doubled = [op_id for op_id, count in times.items() if count > 1]
    verdict.changed = [
        op_id for op_id, op in saved.items() if op_id in arrived and _payload(arrived[op_id]) != _payload(op)
    ]
    verdict.stuck = [op_id for phone in phones for op_id in phone.outbox]
    verdict.held = [op_id for phone in phones for op_id in phone.held]
    verdict.differing = [phone.device for phone in phones if phone.known.keys() != arrived.keys()]
    verdict.overwritten = _overwritten(saved, heads_on_server)
    verdict.concurrent_percent = _concurrent_percent(saved)
    return verdict


def _overwritten(saved: dict[str, Any], heads_on_server: dict[str, set[str]]) -> list[str]:
    """Values that no longer stand although nobody who had seen them replaced them."""
    replaced = {over for op in saved.values() for over in op["over"]}
    return [
        op_id
        for op_id, op in saved.items()
        if op["kind"] == "set" and op_id not in replaced and op_id not in heads_on_server.get(op["target"], set())
    ]


def _concurrent_percent(saved: dict[str, Any]) -> float:
    """The share of writes to a field beside which another write stands that neither saw nor was seen by it."""
    fields: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for op in saved.values():
        if op["kind"] == "set":
            fields[op["target"]].append(op)
    writes = concurrent = 0
    for ops in fields.values():
        before = {op["id"]: _ancestors(op["id"], saved) for op in ops}
        for op in ops:
            writes += 1
            concurrent += any(
                other["id"] != op["id"] and other["id"] not in before[op["id"]] and op["id"] not in before[other["id"]]
                for other in ops
            )
    return 100 * concurrent / max(writes, 1)


def _ancestors(op_id: str, saved: dict[str, Any]) -> set[str]:
    seen: set[str] = set()
    todo = list(saved[op_id]["over"])
    while todo:
        parent = todo.pop()
        if parent not in seen and parent in saved:
            seen.add(parent)
            todo.extend(saved[parent]["over"])
    return seen


def _payload(op: dict[str, Any]) -> dict[str, Any]:
    return {key: op[key] for key in ("inspection", "device", "seq", "kind", "target", "value", "over")}
