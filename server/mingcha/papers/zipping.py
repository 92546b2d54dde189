"""A zip that is written a piece at a time and never read back: entries stored as they are, since photos do not shrink.

The library's zip keeps its table of contents in one writer's memory to the end; here each entry gives its two records, so
that any worker can go on where another stopped, and no archive is ever whole in memory.
"""

import struct
import zlib
from dataclasses import dataclass

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_UTF8 = 0x0800
_FULL32, _FULL16 = 0xFFFFFFFF, 0xFFFF
#: 1 January 2026, midnight: the same facts make the same bytes.
_DATE, _TIME = (2026 - 1980) << 9 | 1 << 5 | 1, 0


@dataclass(frozen=True)
class Entry:
    """`head` stands before the bytes; `listed` goes into the table of contents."""

    head: bytes
    listed: bytes


def entry(name: str, data: bytes, offset: int) -> Entry:
    """The records of a file that begins at `offset` of the archive. A file is below 4 GiB, an archive need not be."""
    said = name.encode()
    crc, size = zlib.crc32(data), len(data)
    far = offset >= _FULL32
    extra = struct.pack("<HHQ", 1, 8, offset) if far else b""
    version = 45 if far else 20
    head = _LOCAL.pack(b"PK\3\4", 20, _UTF8, 0, _TIME, _DATE, crc, size, size, len(said), 0) + said
    listed = _CENTRAL.pack(
        b"PK\1\2", version, version, _UTF8, 0, _TIME, _DATE, crc, size, size, len(said), len(extra), 0, 0, 0, 0,
        _FULL32 if far else offset,
    )  # fmt: skip
    return Entry(head, listed + said + extra)


def end(count: int, size: int, offset: int) -> bytes:
    """What closes an archive whose table of contents has `count` records in `size` bytes from `offset`."""
    closing = b""
    if count >= _FULL16 or size >= _FULL32 or offset >= _FULL32:
        closing += _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
        closing += _LOCATOR64.pack(b"PK\6\7", 0, offset + size, 1)
    return closing + _END.pack(
        b"PK\5\6", 0, 0, min(count, _FULL16), min(count, _FULL16), min(size, _FULL32), min(offset, _FULL32), 0
    )
