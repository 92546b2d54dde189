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
    acknowledged: set[str]
    pulled_again: int

    @property
    def known(self) -> Mapping[str, Any]: ...


@dataclass
class Standing:
    """What stands at the server: the ids of each field's heads, and of each element whether it lives."""

    heads: dict[str, set[str]]
    live: dict[str, bool]


@dataclass
class Verdict:
    """`unkept`: acknowledged, and not in the log. `overwritten`: no longer standing although nobody who had seen it took it
    away, values and elements alike. `risen`: standing although somebody had. `again`: phones that were told an op twice.
    """

    ops: int = 0
    lost: list[str] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    risen: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    concurrent_percent: float = 0.0

    @property
    def faults(self) -> int:
        return sum(len(getattr(self, kind)) for kind in KINDS)


KINDS = (
    "lost", "unkept", "changed", "overwritten", "risen", "doubled", "stuck", "held", "differing", "again",
)  # fmt: skip


def judge(phones: Sequence[Replica], log: list[dict[str, Any]], there: Standing) -> Verdict:
    """`log` is what a fresh reader pulls, `there` what the server says stands."""
    saved = {op_id: op for phone in phones for op_id, op in phone.saved.items()}
    verdict = Verdict(ops=len(saved))
    times = Counter(op["id"] for op in log)
    arrived = {op["id"]: op for op in log}
    verdict.lost = sorted(saved.keys() - arrived.keys())
    promised = {op_id for phone in phones for op_id in phone.acknowledged - phone.held.keys()}
    verdict.unkept = sorted(promised - arrived.keys())
    verdict.doubled = [op_id for op_id, count in times.items() if count > 1]
    verdict.changed = [
        op_id for op_id, op in saved.items() if op_id in arrived and _payload(arrived[op_id]) != _payload(op)
    ]
    verdict.stuck = [op_id for phone in phones for op_id in phone.outbox]
    verdict.held = [op_id for phone in phones for op_id in phone.held]
    payloads = {op_id: _payload(op) for op_id, op in arrived.items()}
    verdict.differing = [
        phone.device for phone in phones if {op_id: _payload(op) for op_id, op in phone.known.items()} != payloads
    ]
    verdict.again = [phone.device for phone in phones if phone.pulled_again]
    here = standing(list(saved.values()))
    verdict.overwritten = _beyond(here, there)
    verdict.risen = _beyond(there, here)
    verdict.concurrent_percent = _concurrent_percent(saved)
    return verdict


def standing(ops: Sequence[dict[str, Any]]) -> Standing:
    """By the protocol's words: a set takes away the values of its field that it names, a remove what it names of its
    element; an element lives while an add of it or a value in it stands.
    """
    by_id = {op["id"]: op for op in ops}
    gone = {over for op in ops for over in op["over"] if over in by_id and _takes_away(op, by_id[over])}
    heads: dict[str, set[str]] = defaultdict(set)
    adds: dict[str, set[str]] = defaultdict(set)
    for op in ops:
        if op["kind"] == "add":
            adds[op["target"]].add(op["id"])
        elif op["kind"] == "set" and op["id"] not in gone:
            heads[op["target"]].add(op["id"])
    edited = {target.rpartition("/")[0] for target in heads}
    live = {element: element in edited or bool(added - gone) for element, added in adds.items()}
    return Standing(dict(heads), live)


def _takes_away(op: dict[str, Any], other: dict[str, Any]) -> bool:
    if op["kind"] == "remove":
        return other["target"] == op["target"] or other["target"].startswith(op["target"] + "/")
    return op["kind"] == other["kind"] == "set" and op["target"] == other["target"]


def _beyond(one: Standing, other: Standing) -> list[str]:
    """What stands in the one and not in the other: ids of values, names of elements."""
    values = [each for target, ids in one.heads.items() for each in ids - other.heads.get(target, set())]
    return sorted(values + [element for element, lives in one.live.items() if lives and not other.live.get(element)])


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
