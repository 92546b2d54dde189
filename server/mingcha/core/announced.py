"""A visit begun on a phone, as somebody else tells of it: a carrier's rescue file, or the last hearing of a revoked phone.

Pure: knows the form of an announcement and what its seal covers, not whether its author may begin such a visit.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from mingcha.core.canonical import canonical
from mingcha.core.oplog import DEVICE
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id

MOST_COMPANIONS = 5
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """`team`: who comes along, by account id. `begun_at` is the phone's clock. `checklist` is a version's digest."""

    id: str
    site: str
    checklist: str
    begun_at: str
    team: tuple[str, ...]
    author: str
    device: str


def is_announcement(raw: Any) -> bool:
    """Whether this stands where ops stand and is no op: `{"visit": …}`."""
    return isinstance(raw, dict) and "visit" in raw and "kind" not in raw


def parse_announcement(raw: Any) -> Announced:
    """Raises Refused("op.malformed") with the member that does not fit."""
    told = raw.get("visit") if isinstance(raw, dict) else None
    if not isinstance(told, dict) or len(raw) != 1:
        raise Refused("op.malformed", why="visit")
    wrong = [name for name, fits in _FORM.items() if not fits(told.get(name))]
    wrong += ["visit"] if told.keys() - _FORM.keys() else []
    if wrong:
        raise Refused("op.malformed", why=wrong[0])
    return Announced(**{**told, "team": tuple(told["team"])})


def visit_text(visit: Announced) -> str:
    """What the seal covers: all of it, under a name that no op's seal can bear."""
    return f"mingcha visit 1\n{canonical({**asdict(visit), 'team': list(visit.team)}).decode()}"


def _is_uuid(value: Any) -> bool:
    return isinstance(value, str) and is_id(value)


_FORM: dict[str, Callable[[Any], bool]] = {
    "id": _is_uuid,
    "site": _is_uuid,
    "checklist": lambda value: isinstance(value, str) and _DIGEST.fullmatch(value) is not None,
    "begun_at": lambda value: isinstance(value, str) and len(value) <= 40 and value.isascii() and value.isprintable(),
    "team": lambda value: isinstance(value, list) and len(value) <= MOST_COMPANIONS and all(map(_is_uuid, value)),
    "author": _is_uuid,
    "device": lambda value: isinstance(value, str) and DEVICE.fullmatch(value) is not None,
}
