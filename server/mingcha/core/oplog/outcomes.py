"""What became of each op that a phone sent: the one word it gets back. Twin: `pwa/src/core/oplog/outcomes.ts`."""

from collections.abc import Iterable

from ..canonical import canonical
from .fold import fold
from .op import Op, State
from .read import conflicts


def outcomes(before: Iterable[Op], batch: list[Op]) -> dict[str, str]:
    """By op id, after the whole batch is in, whatever its order:

    `applied` it stands, or later work that knew it replaced it; `merged` it met others' work and there is nothing to
    choose; `conflict` it stands beside a value that disagrees; `duplicate` the log has it already; else the code under
    which it is held.
    """
    earlier = {op.id: op for op in before}
    if not earlier and _meet_nobody(batch):
        return dict.fromkeys([op.id for op in batch], "applied")
    state = fold([*earlier.values(), *(op for op in batch if op.id not in earlier)])
    disputed = {head["op"] for conflict in conflicts(state) for head in conflict["heads"]}
    replaced = {id for op in batch if op.id not in state["held"] for id in op.over}
    return {op.id: _outcome(op, earlier.get(op.id), state, disputed, replaced) for op in batch}


def _meet_nobody(batch: list[Op]) -> bool:
    """Each at a place of its own, naming nothing: a phone's first word on every row of a sheet."""
    return len({op.target for op in batch}) == len(batch) and not any(op.over for op in batch)


def _outcome(op: Op, known: Op | None, state: State, disputed: set[str], replaced: set[str]) -> str:
    if known is not None:
        return "duplicate" if canonical(known.as_json()) == canonical(op.as_json()) else "op.id_reused"
    if op.id in state["held"]:
        return state["held"][op.id]
    if op.id in disputed:
        return "conflict"
    return "merged" if _met_others(op, state, replaced) else "applied"


def _met_others(op: Op, state: State, replaced: set[str]) -> bool:
    """Whether another's op, unseen by this one, touched the same thing."""
    if op.kind == "set":
        standing = [head["op"] for head in state["fields"].get(op.target, [])]
        if op.id not in standing:
            return op.id not in replaced
        element = state["elements"].get(op.target.rpartition("/")[0])
        return len(standing) > 1 or (element is not None and element["kept"])
    element = state["elements"].get(op.target)
    if element is None:
        return False
    if op.kind == "remove":
        return element["live"]
    if not element["live"]:
        return op.id not in replaced
    return element["kept"] or len(element["heads"]) > 1
