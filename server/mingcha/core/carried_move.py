"""A centre's move from a phone that was revoked, in the place of an op of its last hearing.

Pure: knows whose it says it is. What the move itself must look like is `flows/moves.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingcha.core.canonical import canonical
from mingcha.core.oplog import DEVICE
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id

_MEMBERS = {"id", "item", "kind", "said_at", "content", "author", "device"}


@dataclass(frozen=True)
class CarriedMove:
    """`move`: `{id, item, kind, said_at, content}` as an open phone would have sent it."""

    id: str
    item: str
    author: str
    device: str
    move: Mapping[str, Any]


def is_move(raw: Any) -> bool:
    """Whether this stands where ops stand and is no op: `{"move": …}`."""
    return isinstance(raw, dict) and "move" in raw and "kind" not in raw


def parse_move(raw: Any) -> CarriedMove:
    """Raises Refused("op.malformed") with what does not fit."""
    told = raw.get("move") if isinstance(raw, dict) and len(raw) == 1 else None
    if not isinstance(told, dict) or told.keys() - _MEMBERS:
        raise Refused("op.malformed", why="move")
    for name in ("id", "item", "author"):
        if not (isinstance(told.get(name), str) and is_id(told[name])):
            raise Refused("op.malformed", why=name)
    device = told.get("device")
    if not (isinstance(device, str) and DEVICE.fullmatch(device)):
        raise Refused("op.malformed", why="device")
    try:
        canonical(told)
    except (ValueError, TypeError, RecursionError) as fault:
        raise Refused("op.malformed", why="content") from fault
    move = {name: told.get(name) for name in ("id", "item", "kind", "said_at", "content")}
    return CarriedMove(told["id"], told["item"], told["author"], device, move)
