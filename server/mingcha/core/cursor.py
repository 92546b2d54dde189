"""How far a phone has read: one number per inspection, under the epoch of the database that gave the numbers out.

Opaque to phones. Whatever cannot be read means "nothing yet": a phone then gets everything afresh, which is never
wrong.
"""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field

_MOST_TEXT = 64 * 1024
_MOST_INSPECTIONS = 10_000


@dataclass(frozen=True)
class Cursor:
    """`seen`: by inspection, the last number that was handed out."""

    epoch: str
    seen: dict[str, int] = field(default_factory=dict)


def write(cursor: Cursor) -> str:
    text = json.dumps([cursor.epoch, cursor.seen], separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 1)).rstrip(b"=").decode()


def read(text: str | None, epoch: str) -> Cursor:
    """The cursor, or an empty one if it is none of ours or was given out under another epoch."""
    afresh = Cursor(epoch)
    if not text or len(text) > _MOST_TEXT:
        return afresh
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        content = json.loads(zlib.decompressobj().decompress(packed, _MOST_TEXT * 16))
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        return afresh
    match content:
        case [str(given), dict(seen)] if given == epoch and len(seen) <= _MOST_INSPECTIONS:
            if all(type(number) is int and number >= 0 for number in seen.values()):
                return Cursor(epoch, seen)
    return afresh
