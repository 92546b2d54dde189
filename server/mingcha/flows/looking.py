"""Where somebody last looked at an inspection, what has happened there since, and the whole history of a field.

What one has done oneself is no news. Devices show what they have read; the newest number that a person saw is kept for
them, whatever device they sit at.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.oplog import Op, State, fold, heads
from mingcha.core.problems import Refused
from mingcha.core.review import NO_INDICATOR
from mingcha.flows import inspections as place_of
from mingcha.store import accounts, looks, oplog
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

MOST_NEWS = 200


def keep(actor: Actor, inspection_id: str, seq: int) -> None:
    """The actor has seen everything up to this number; no further than there is."""
    place = place_of.find(actor, inspection_id, "inspection.look").inspection
    with transaction():
        looks.keep(actor.id, place.id, min(seq, place.seq), tenant=place.tenant, at=clock.now())


def since(actor: Actor, inspection: Inspection, log: Sequence[tuple[int, Op]], state: State) -> dict[str, Any] | None:
    """`{at, seq, changes}` since the actor's last look, the latest change of each field, newest first; None at the first
    look.
    """
    last = looks.of(actor.id, [inspection.id]).get(inspection.id)
    if last is None:
        return None
    newest: dict[str, tuple[int, Op]] = {}
    for seq, op in log:
        if seq > last.seq and op.author != actor.id:
            newest[op.target] = (seq, op)
    found = sorted(newest.values(), key=lambda each: -each[0])[:MOST_NEWS]
    return {
        "at": clock.wire(last.at),
        "seq": last.seq,
        "changes": [
            {"target": op.target, "row": row_of(state, op.target), "kind": op.kind, "author": op.author, "at": op.at}
            for _, op in found
        ],
    }


def history(actor: Actor, inspection_id: str, *, target: str | None, row: str | None) -> dict[str, Any]:
    """Everything ever said at one target (a field, or an element with its fields), in one row, or (`-`) in none; oldest
    first. `stands`: nobody has replaced it.
    """
    place_of.find(actor, inspection_id, "inspection.trace")
    if (target is None) == (row is None):
        raise Refused("invalid", fields={"target": ["?"], "row": ["?"]})
    log = oplog.ops_of(inspection_id)
    state = fold(op for _, op in log)
    received = oplog.received_of(inspection_id)
    chosen = [
        (seq, op) for seq, op in log
        if (_is_of(op.target, target) if target is not None else (row_of(state, op.target) or NO_INDICATOR) == row)
    ]  # fmt: skip
    standing = _standing(state, (op for _, op in chosen))
    return {
        "history": [
            {
                "id": op.id, "seq": seq, "kind": op.kind, "target": op.target, "value": op.value, "author": op.author,
                "device": op.device, "at": op.at, "received_at": clock.wire(received[op.id]),
                "over": list(op.over), "stands": op.id in standing,
            }
            for seq, op in chosen
        ],
        "authors": accounts.names({op.author for _, op in chosen}),
    }  # fmt: skip


def row_of(state: State, target: str) -> str | None:
    """The row of the sheet that a target speaks of, where it speaks of one."""
    kind, _, rest = target.partition("/")
    parts = rest.split("/")
    if kind == "answer":
        return parts[0]
    if kind == "review":
        if parts[0] == "joined" and len(parts) > 1:
            return row_of(state, f"finding/{parts[1]}")
        return parts[1] if len(parts) > 1 else None
    element = state["elements"].get(f"{kind}/{parts[0]}")
    said = element["value"] if element else None
    if not isinstance(said, dict):
        return None
    moved = heads(state, f"{kind}/{parts[0]}/indicator")
    found: str | None = moved[0]["value"] if moved else said.get("indicator")
    if found is None and said.get("finding"):
        return row_of(state, f"finding/{said['finding']}")
    return found


def _is_of(target: str, wanted: str | None) -> bool:
    return target == wanted or (target.startswith(f"{wanted}/") and (wanted or "").count("/") == 1)


def _standing(state: State, chosen: Iterable[Op]) -> set[str]:
    return {op.id for op in chosen for head in _heads_of(state, op) if head == op.id}


def _heads_of(state: State, op: Op) -> Iterator[str]:
    element = state["elements"].get(op.target)
    if element is not None:
        yield from element["removes"] if op.kind == "remove" else (h["op"] for h in element["heads"] if element["live"])
        return
    yield from (head["op"] for head in heads(state, op.target))
