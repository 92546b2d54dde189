"""What a value may look like: small checks that answer with the place of the first fault, or None.

The twin is `pwa/src/core/oplog/values.ts`; both name a fault by the same path ("position.lat").
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from ..canonical import LARGEST_INT

#: None when the value is well formed, else the path of what is not ("" = the value itself).
Check = Callable[[Any], str | None]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
IDENTIFIER = re.compile(r"[0-9A-Za-z._-]{1,32}")
TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z",
)


def is_time(value: Any) -> bool:
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def is_real_day(time: str) -> bool:
    """A day of the calendar between 1970 (an empty clock battery) and 2199, beyond which no clock errs."""
    return _is_real_day(time[:10])


@lru_cache(maxsize=64)
def _is_real_day(text: str) -> bool:
    year, month, day = (int(part) for part in text.split("-"))
    if not 1970 <= year <= 2199:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def nothing(value: Any) -> str | None:
    return None if value is None else ""


def text(value: Any) -> str | None:
    return None if isinstance(value, str) else ""


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else ""


def moment(value: Any) -> str | None:
    return None if is_time(value) and is_real_day(value) else ""


def short_text(most: int, least: int = 0) -> Check:
    """Text of `least` to `most` code points."""
    return lambda value: None if isinstance(value, str) and least <= len(value) <= most else ""


def whole(least: int, most: int = LARGEST_INT) -> Check:
    return lambda value: (
        None if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else ""
    )


def one_of(*words: str) -> Check:
    return lambda value: None if isinstance(value, str) and value in words else ""


def like(pattern: re.Pattern[str]) -> Check:
    return lambda value: None if isinstance(value, str) and pattern.fullmatch(value) else ""


def or_nothing(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def each(check: Check) -> Check:
    def check_all(value: Any) -> str | None:
        if not isinstance(value, list):
            return ""
        for position, item in enumerate(value):
            fault = check(item)
            if fault is not None:
                return _join(str(position), fault)
        return None

    return check_all


def record(members: Mapping[str, Check]) -> Check:
    """Exactly these members; the first fault in their order, then what is too much."""

    def check_members(value: Any) -> str | None:
        if not isinstance(value, dict):
            return ""
        for name, check in members.items():
            if name not in value:
                return name
            fault = check(value[name])
            if fault is not None:
                return _join(name, fault)
        return min((name for name in value if name not in members), default=None)

    return check_members


def _join(name: str, rest: str) -> str:
    return f"{name}.{rest}" if rest else name


def decimal(whole_digits: int, places: int, least: float, most: float) -> Check:
    """Plain decimal text in ASCII digits within bounds, such as a latitude."""
    pattern = re.compile(rf"-?[0-9]{{1,{whole_digits}}}(\.[0-9]{{1,{places}}})?")
    return lambda value: (
        None if isinstance(value, str) and pattern.fullmatch(value) and least <= float(value) <= most else ""
    )
