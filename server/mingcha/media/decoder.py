"""The process in which pictures are opened. `media.apart` starts it and speaks with it over its standard streams.

It keeps to a limit of memory for its life and of processor time for each picture; over either it dies, and only it.
Request: 8 bytes of length, the file. Answer: 4 bytes of length, a JSON head, then each derivative that the head counts.
"""

import json
import os
import resource
import select
import signal
import struct
import sys
from typing import Any, BinaryIO

from mingcha.media.pictures import Unreadable, read

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 10.0
#: Left alone for so long, it goes: a node that looks at no pictures keeps no memory for them.
IDLE_SECONDS = 20.0
#: After so many it is replaced, so that no heap grows for ever.
MOST_PICTURES = 200

REQUEST, HEAD = struct.Struct(">Q"), struct.Struct(">I")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # A library that prints must not print into an answer.
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for _ in range(MOST_PICTURES):
        if not select.select([asked], [], [], IDLE_SECONDS)[0]:
            return
        head = asked.read(REQUEST.size)
        if len(head) < REQUEST.size:
            return
        data = asked.read(REQUEST.unpack(head)[0])
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        answer, pieces = _look(data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _tell(told, answer, pieces)


def _look(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    try:
        picture = read(data)
    except Unreadable as fault:
        return {"why": fault.why}, []
    sizes = list(picture.derivatives)
    pieces = [picture.derivatives[size] for size in sizes]
    return {
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "phash": picture.phash,
        "signs": picture.signs,
        "file_date": picture.file_date,
        "derivatives": [[size, len(piece)] for size, piece in zip(sizes, pieces, strict=True)],
    }, pieces


def _tell(out: BinaryIO, answer: dict[str, Any], pieces: list[bytes]) -> None:
    head = json.dumps(answer).encode()
    out.write(HEAD.pack(len(head)) + head)
    for piece in pieces:
        out.write(piece)
    out.flush()


if __name__ == "__main__":
    main()
