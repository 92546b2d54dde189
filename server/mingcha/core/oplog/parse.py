"""From anything at all to an op: every bad input has its own problem code, and no input can exhaust the reader.

Knows the form of an op, not whether its author may write it (`targets.who_may`) or whether it fits what others wrote
(`fold`). The twin is `pwa/src/core/oplog/parse.ts`.
"""

import json
import math
import re
from functools import lru_cache
from typing import Any

from ..canonical import LARGEST_INT, canonical
from ..problems import Refused
from .op import Op
from .targets import REMOVED, Target, target_of
from .values import TIME, UUID, is_real_day, is_time

MOST_OVER = 64
MOST_BYTES = 16 * 1024
MOST_DEPTH = 8
#: So many characters stay within `MOST_BYTES` however they are escaped.
_SURELY_SMALL = MOST_BYTES // 6 - 1
#: A verdict, a figure: what is said so often that it is remembered whether it may be said.
_SHORT = 16
#: An op around a value, and the list and body around an op.
_MOST_TEXT_DEPTH = MOST_DEPTH + 8

_MEMBERS = ("id", "inspection", "device", "seq", "at", "kind", "target", "value", "over", "author")
_EXACT = set(_MEMBERS)
#: What the server adds when it hands an op on; no part of the op.
_IGNORED = {"received_at"}
DEVICE = re.compile(r"[0-9a-z-]{8,64}")
#: Nothing in any of the five holds a space, so each can only stand in its own place.
_HEADING = re.compile(
    "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    f" {UUID.pattern} {UUID.pattern} {DEVICE.pattern} {TIME.pattern}"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_op(raw: Any) -> Op:
    """An op from JSON text or from what a JSON reader made of it. Raises Refused("op.…")."""
    if isinstance(raw, str | bytes | bytearray):
        raw = read_json(raw)
    if not _is_well_headed(raw):
        _check_heading(raw)
    kind, path, value = raw["kind"], raw["target"], raw["value"]
    if type(kind) is type(path) is str and _is_short(value) and _may_stand(kind, path, value):
        _check_over(raw["id"], kind, raw["over"])
    else:
        target = _target(kind, path)
        _check_over(raw["id"], kind, raw["over"])
        check_json(value)
        _check_value(target, kind, path, value)
    return Op(
        raw["id"], raw["inspection"], raw["device"], raw["seq"], raw["at"], kind, path, value, tuple(raw["over"]),
        raw["author"],
    )  # fmt: skip


def read_json(text: str | bytes | bytearray) -> Any:
    """JSON as a phone may send it: no floats, no NaN, no repeated keys, at most 16 levels. Raises Refused."""
    try:
        plain = text if isinstance(text, str) else bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("op.bad_json", why="utf-8") from None
    _check_text_depth(plain)
    try:
        return json.loads(
            plain, parse_constant=_no_constant, parse_float=_no_float, parse_int=_whole, object_pairs_hook=_once_each
        )
    except ValueError as fault:
        raise Refused("op.bad_json", why=str(fault)) from None


def check_json(value: Any) -> None:
    """A value in canonical JSON, within depth and size. Walks with its own stack: depth 10,000 costs nothing."""
    if value is None or (isinstance(value, str) and len(value) <= _SURELY_SMALL):
        _check_scalar(value)
        return
    stack: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    most_bytes = 0  # never less than its canonical form takes
    while stack:
        item, depth = stack.pop()
        seen += 1
        if seen > MOST_BYTES:
            raise Refused("op.too_large", most=MOST_BYTES)
        if isinstance(item, dict | list):
            if depth >= MOST_DEPTH:
                raise Refused("op.too_deep", most=MOST_DEPTH)
            if len(item) > MOST_BYTES:
                raise Refused("op.too_large", most=MOST_BYTES)
            if isinstance(item, dict):
                for key in item:
                    _check_key(key)
                    most_bytes += _most_bytes(key)
                item = list(item.values())
            stack.extend((inner, depth + 1) for inner in reversed(item))
        else:
            _check_scalar(item)
        most_bytes += _most_bytes(item)
    if most_bytes > MOST_BYTES and len(canonical(value)) > MOST_BYTES:
        raise Refused("op.too_large", most=MOST_BYTES)


def _most_bytes(item: Any) -> int:
    """A string whose every character is escaped, or a number, or brackets, with quotes and a mark behind."""
    return 6 * len(item) + 4 if isinstance(item, str) else 20


def _is_short(value: Any) -> bool:
    return value is None or (type(value) is str and len(value) <= _SHORT)


@lru_cache(maxsize=4096)
def _may_stand(kind: str, path: str, value: str | None) -> bool:
    """Whether this may be written there: the same few words are, on every sheet. False says nothing yet."""
    try:
        target = _target(kind, path)
        check_json(value)
        _check_value(target, kind, path, value)
    except Refused:
        return False
    return True


def _is_well_headed(raw: Any) -> bool:
    """All of `_check_heading` at one glance, for ops as phones write them. False says nothing yet."""
    if type(raw) is not dict or raw.keys() != _EXACT:
        return False
    seq, at = raw["seq"], raw["at"]
    heading = f"{raw['id']} {raw['inspection']} {raw['author']} {raw['device']} {at}"
    return (
        _HEADING.fullmatch(heading) is not None
        and type(raw["device"]) is str
        and type(seq) is int
        and 1 <= seq <= LARGEST_INT
        and is_real_day(at)
    )


def _check_heading(raw: Any) -> None:
    """Who did it when, and where: everything but what was written."""
    _check_members(raw)
    _check_id(raw["id"], "id")
    _check_uuid(raw["inspection"], "inspection")
    _check_uuid(raw["author"], "author")
    if not isinstance(raw["device"], str) or not DEVICE.fullmatch(raw["device"]):
        raise Refused("op.bad_device")
    seq = raw["seq"]
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= LARGEST_INT:
        raise Refused("op.bad_seq")
    _check_time(raw["at"])


def _check_members(raw: Any) -> None:
    if not isinstance(raw, dict):
        raise Refused("op.malformed", why="object")
    if raw.keys() == _EXACT:
        return
    if "__proto__" in raw:
        raise Refused("op.forbidden_key", key="__proto__")
    for name in _MEMBERS:
        if name not in raw:
            raise Refused("op.malformed", why=name)
    for name in raw:
        if name not in _MEMBERS and name not in _IGNORED:
            raise Refused("op.unknown_member", member=str(name)[:64])


def _check_uuid(value: Any, member: str) -> None:
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise Refused("op.bad_uuid", member=member)


def _check_id(value: Any, member: str) -> None:
    _check_uuid(value, member)
    if value[14] != "7" or value[19] not in "89ab":
        raise Refused("op.uuid_version", member=member)


def _check_time(value: Any) -> None:
    if not is_time(value):
        raise Refused("op.bad_time")
    if not is_real_day(value):
        raise Refused("op.absurd_time", at=value)


def _target(kind: Any, path: Any) -> Target:
    if kind not in ("set", "add", "remove"):
        raise Refused("op.unknown_kind")
    target = target_of(path) if isinstance(path, str) else None
    if target is None:
        raise Refused("op.unknown_target")
    if kind not in target.kinds:
        raise Refused("op.kind_target", kind=kind, target=path)
    return target


def _check_over(id: str, kind: str, over: Any) -> None:
    if not isinstance(over, list | tuple):
        raise Refused("op.malformed", why="over")
    if not over and kind != "remove":
        return
    if len(over) > MOST_OVER:
        raise Refused("op.over_too_many", most=MOST_OVER)
    for named in over:
        _check_id(named, "over")
    if id in over:
        raise Refused("op.over_itself")
    if len(set(over)) < len(over):
        raise Refused("op.over_repeated")
    if kind == "remove" and not over:
        raise Refused("op.remove_blind")


def _check_value(target: Target, kind: str, path: str, value: Any) -> None:
    fault = (REMOVED if kind == "remove" else target.check)(value)
    if fault is not None:
        raise Refused("op.bad_value", target=path, why=fault)
    if kind != "remove" and not target.fits(path.split("/"), value):
        raise Refused("op.element_id", target=path)


def _check_scalar(item: Any) -> None:
    if item is None or isinstance(item, bool):
        return
    if isinstance(item, str):
        _check_text(item)
    elif isinstance(item, int):
        if abs(item) > LARGEST_INT:
            raise Refused("op.number_range")
    elif isinstance(item, float):
        raise Refused("op.float" if math.isfinite(item) else "op.not_a_number")
    else:
        raise Refused("op.malformed", why="value")


def _check_key(key: Any) -> None:
    if not isinstance(key, str):
        raise Refused("op.malformed", why="value")
    if key == "__proto__":
        raise Refused("op.forbidden_key", key=key)
    _check_text(key)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Refused("op.nul")
    if not text.isascii() and _LONE_SURROGATE.search(text):
        raise Refused("op.lone_surrogate")


def _check_text_depth(text: str) -> None:
    """Brackets outside strings, counted before the reader recurses into them."""
    depth = 0
    # The closing quote is optional, so that an open string is passed over once and not tried again from every quote.
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.DOTALL):
        if mark[0] in ("[", "{"):
            depth += 1
            if depth > _MOST_TEXT_DEPTH:
                raise Refused("op.too_deep", most=MOST_DEPTH)
        elif mark[0] in ("]", "}"):
            depth -= 1


def _no_constant(_: str) -> Any:
    raise Refused("op.not_a_number")


def _no_float(digits: str) -> Any:
    raise Refused("op.float" if math.isfinite(float(digits)) else "op.not_a_number")


def _whole(digits: str) -> int:
    if len(digits) > 17:
        raise Refused("op.number_range")
    return int(digits)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("op.repeated_key")
    return found
