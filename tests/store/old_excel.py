"""Workbooks of the old Excel, as small as they can be: text cells in BIFF8, within an OLE2 container of one stream.

Nothing that we use writes this format any more, and what the import reads should be a true file, not a made-up header.
"""

import struct

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(**sheets: list[list[str]]) -> bytes:
    """Sheets by name, each a list of rows of text."""
    return _container(_stream(sheets))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _stream(sheets: dict[str, list[list[str]]]) -> bytes:
    bodies = [
        _bof(0x0010)
        + b"".join(
            _record(0x0204, struct.pack("<HHH", row, column, 0) + _text(cell, "H"))
            for row, cells in enumerate(rows)
            for column, cell in enumerate(cells)
            if cell
        )
        + _record(0x000A)
        for rows in sheets.values()
    ]
    heads = [struct.pack("<BB", 0, 0) + _text(name, "B") for name in sheets]
    place = len(_bof(0x0005)) + sum(4 + 4 + len(head) for head in heads) + 4
    bound = b""
    for head, body in zip(heads, bodies, strict=True):
        bound += _record(0x0085, struct.pack("<I", place) + head)
        place += len(body)
    return _bof(0x0005) + bound + _record(0x000A) + b"".join(bodies)


def _container(stream: bytes) -> bytes:
    """One FAT sector, one directory sector, then the stream, which must not be small enough for the mini stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    fat = [_FAT, _END, *range(3, 2 + sectors), _END]
    assert len(fat) <= SECTOR // 4, "too large for one FAT sector"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0) + _entry("Workbook", 2, start=2, size=len(stream))
    fats = b"".join(struct.pack("<I", each) for each in fat).ljust(SECTOR, b"\xff")
    return header + fats + directory.ljust(SECTOR, b"\0") + stream


def _entry(name: str, kind: int, *, start: int, size: int, child: int = _FREE) -> bytes:
    named = (name + "\0").encode("utf-16-le")
    head = named.ljust(64, b"\0") + struct.pack("<HBB", len(named), kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, child) + bytes(16 + 4 + 8 + 8) + struct.pack("<IQ", start, size)
