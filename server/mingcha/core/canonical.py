"""One byte sequence per value: what digests and comparisons are made of.

Knows JSON without floats. Decimals travel as strings, so both languages write the same digits.
The twin is `pwa/src/core/canonical.ts`.
"""

import hashlib
import json
from typing import Any

#: The largest whole number that JavaScript holds exactly.
LARGEST_INT = 2**53 - 1

_DEEPEST = 200
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Keys sorted by code point, no spaces, UTF-8.

    Raises ValueError on floats, huge ints, lone surrogates and what is nested deeper than 200 levels.
    """
    _check(value)
    return _WRITER.encode(value).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST + 1):
        inner: list[Any] = []
        for item in level:
            match item:
                case None | bool() | str():
                    pass
                case int():
                    if abs(item) > LARGEST_INT:
                        raise ValueError("an integer beyond 2^53 - 1")
                case list() | tuple():
                    inner.extend(item)
                case dict():
                    if not all(isinstance(key, str) for key in item):
                        raise ValueError("a key that is not text")
                    inner.extend(item.values())
                case _:
                    raise ValueError(f"no canonical form for {type(item).__name__}")
        if not inner:
            return
        level = inner
    raise ValueError(f"nested deeper than {_DEEPEST} levels")
