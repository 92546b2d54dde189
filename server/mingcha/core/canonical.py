"""One byte sequence per value: what digests and comparisons are made of.

Knows JSON without floats. Decimals travel as strings, so both languages write the same digits.
The twin is `pwa/src/core/canonical.ts`.
"""

import hashlib
import json
from typing import Any

#: The largest whole number that JavaScript holds exactly.
LARGEST_INT = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Keys sorted by code point, no spaces, UTF-8. Raises ValueError on floats, huge ints and lone surrogates."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > LARGEST_INT:
                raise ValueError("an integer beyond 2^53 - 1")
        case list() | tuple():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise ValueError("a key that is not text")
                _check(item)
        case _:
            raise ValueError(f"no canonical form for {type(value).__name__}")
