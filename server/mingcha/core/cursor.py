"""How far a phone has read: one number per inspection, under the epoch of the database that gave the numbers out.

Opaque to phones. It begins with a digest of its epoch and content, so whatever was cut, mixed up or given out under
another epoch is no cursor, and means "nothing yet": a phone then gets everything afresh, which is never wrong. The same
content always has the same text, so a phone that has everything is known without reading its cursor.
"""

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

_MARK_BYTES = 12
#: An inspection's id and number.
_PLACE = struct.Struct(">16sI")
_MOST_INSPECTIONS = 10_000
_MOST_TEXT = (_MARK_BYTES + _MOST_INSPECTIONS * _PLACE.size) * 4 // 3 + 4


@dataclass(frozen=True)
class Cursor:
    """`seen`: by inspection, the last number that was handed out."""

    epoch: str
    seen: Mapping[str, int] = field(default_factory=dict)


def write(cursor: Cursor) -> str:
    seen = cursor.seen
    packed = b"".join([_PLACE.pack(bytes.fromhex(place.replace("-", "")), seen[place]) for place in sorted(seen)])
    return base64.urlsafe_b64encode(_mark(cursor.epoch, packed) + packed).rstrip(b"=").decode()


def read(text: str | None, epoch: str) -> Cursor:
    """The cursor, or an empty one if it is none of ours or was given out under another epoch."""
    afresh = Cursor(epoch)
    if not text or len(text) > _MOST_TEXT:
        return afresh
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return afresh
    mark, packed = content[:_MARK_BYTES], content[_MARK_BYTES:]
    if mark != _mark(epoch, packed) or len(packed) % _PLACE.size:
        return afresh
    return Cursor(epoch, {_id(place.hex()): number for place, number in _PLACE.iter_unpack(packed)})


def _id(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _mark(epoch: str, packed: bytes) -> bytes:
    return blake2b(packed, digest_size=_MARK_BYTES, key=epoch.encode()[:64]).digest()
