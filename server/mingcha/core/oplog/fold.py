"""What a set of ops amounts to: a pure function of the set, blind to order, grouping, repetition and clocks.

A field keeps every value that no op has replaced by name. An element stays while anything of it stands that no remove
has named. An op that names what it may not is held and has no effect. The twin is `pwa/src/core/oplog/fold.ts`.
"""

from collections.abc import Iterable

from ..canonical import canonical
from .cycles import in_a_circle
from .op import Element, Head, Op, State


def fold(ops: Iterable[Op]) -> State:
    """The state of one inspection. Linear in ops and the ids they name (and one sort by id)."""
    known = _once(ops)
    ordered = [known[id] for id in sorted(known)]
    held = _held(ordered, known)
    gone: set[str] = set()
    answered: set[str] = set()
    for op in ordered:
        if op.over and op.id not in held:
            (answered if op.kind == "add" else gone).update(op.over)

    fields: dict[str, list[Head]] = {}
    adds: dict[str, list[Op]] = {}
    removes: dict[str, list[str]] = {}
    for op in ordered:
        if op.id in held:
            continue
        if op.kind == "set":
            if op.id not in gone:
                if op.target in fields:
                    fields[op.target].append(_head(op))
                else:
                    fields[op.target] = [_head(op)]
        elif op.kind == "add":
            adds.setdefault(op.target, []).append(op)
        elif op.id not in answered:
            removes.setdefault(op.target, []).append(op.id)

    edited = {target.rpartition("/")[0] for target in fields}
    elements = {
        target: _element(added, removes.get(target, []), gone, target in edited) for target, added in adds.items()
    }
    return {"fields": fields, "elements": elements, "held": held}


def _once(ops: Iterable[Op]) -> dict[str, Op]:
    """Each id once. Two payloads under one id are the caller's alarm; here the choice is only the same everywhere."""
    known: dict[str, Op] = {}
    for op in ops:
        other = known.setdefault(op.id, op)
        if other is not op and canonical(op.as_json()) < canonical(other.as_json()):
            known[op.id] = op
    return known


def _held(ordered: list[Op], known: dict[str, Op]) -> dict[str, str]:
    """Ops that name what they may not. An id that is not known yet is judged when it arrives."""
    held: dict[str, str] = {}
    suspects: set[str] = set()
    for op in ordered:
        for id in op.over:
            other = known.get(id)
            if other is None:
                continue
            if not _may_name(op, other):
                held[op.id] = "op.over_foreign"
                break
            if id >= op.id and op.kind == "set":
                suspects.add(op.target)  # a clock behind, or a circle
    if suspects:
        names = {op.id: op.over for op in ordered if op.target in suspects and op.id not in held}
        held.update(dict.fromkeys(in_a_circle(names), "op.over_circle"))
    return held


def _may_name(op: Op, other: Op) -> bool:
    """A set names sets of its field; a remove anything of its element; an add the removes it answers."""
    if op.kind == "set":
        return op.target == other.target
    if op.kind == "remove":
        return op.target == other.target or other.target.startswith(f"{op.target}/")
    return op.target == other.target and other.kind == "remove"


def _element(added: list[Op], removes: list[str], gone: set[str], edited: bool) -> Element:
    standing = [op for op in added if op.id not in gone]
    live = edited or bool(standing)
    heads = [_head(op) for op in standing or added]
    return {
        "live": live, "kept": live and bool(removes), "value": heads[0]["value"],
        "adds": [op.id for op in added], "removes": removes, "heads": heads,
    }


def _head(op: Op) -> Head:
    return {"op": op.id, "value": op.value, "author": op.author, "device": op.device, "at": op.at}
