"""Looking at a picture in another process, with an end to it: `read(data)` is `pictures.read` that cannot stall or kill
whoever calls it.

At most `MOST` such processes serve a node, each for one picture at a time; they come when one is wanted and go when
nobody wants them. What a picture did to its process is said as its `why`; only what was no fault of the picture raises
anything but Unreadable.
"""

import contextlib
import json
import queue
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from mingcha.media.decoder import HEAD, REQUEST
from mingcha.media.pictures import LARGEST_BYTES, Picture, Unreadable, Why

MOST = 2
#: Processor time ends a picture far earlier; this is for one that sleeps, or a machine that does.
DEADLINE_SECONDS = 90.0
#: How long somebody waits for a process to be free.
PATIENCE_SECONDS = 60.0

_SERVER = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from mingcha.media.decoder import main; main()"
_BY_SIGNAL: dict[int, Why] = {
    signal.SIGPROF: "time", signal.SIGSEGV: "damaged", signal.SIGBUS: "damaged", signal.SIGABRT: "damaged",
    signal.SIGFPE: "damaged", signal.SIGILL: "damaged",
}  # fmt: skip


class TooBusy(Exception):
    """Every process was at work all the while."""


class _Gone(Exception):
    """The process ended by itself between two pictures."""


def read(data: bytes) -> Picture:
    """Raises Unreadable for anything that is no picture here, TooBusy when nobody had time for it."""
    if not data:
        raise Unreadable("empty")
    if len(data) > LARGEST_BYTES:
        raise Unreadable("bytes")
    try:
        decoder = _free.get(timeout=PATIENCE_SECONDS)
    except queue.Empty:
        raise TooBusy from None
    try:
        return decoder.look(data)
    finally:
        _free.put(decoder)


class Decoder:
    """One place for a process, with or without one in it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def look(self, data: bytes) -> Picture:
        for last in (False, True):
            try:
                return self._ask(self._running(), data)
            except _Gone:
                self.end()
                if last:
                    raise RuntimeError("the decoder does not start") from None
        raise AssertionError

    def end(self) -> None:
        """No process is left in this place."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
                [sys.executable, "-c", _START, _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _ask(self, process: "subprocess.Popen[bytes]", data: bytes) -> Picture:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        until = time.monotonic() + DEADLINE_SECONDS
        begun = False
        try:
            process.stdin.write(REQUEST.pack(len(data)))
            process.stdin.write(data)
            process.stdin.flush()
            begun = True
            head: dict[str, Any] = json.loads(self._exactly(HEAD.unpack(self._exactly(HEAD.size, until))[0], until))
            if "why" in head:
                raise Unreadable(head["why"])
            derivatives = {size: self._exactly(length, until) for size, length in head["derivatives"]}
        except (BrokenPipeError, EOFError):
            raise self._how_it_ended(process, begun) from None
        except TimeoutError:
            self.end()
            raise Unreadable("time") from None
        return Picture(
            head["format"], head["width"], head["height"], head["phash"], derivatives, tuple(head["signs"]),
            head["file_date"],
        )

    def _how_it_ended(self, process: "subprocess.Popen[bytes]", begun: bool) -> Exception:
        code = process.wait()
        self.end()
        if code < 0 and -code in _BY_SIGNAL:
            return Unreadable(_BY_SIGNAL[-code])
        if code == 0 or not begun:
            return _Gone()
        return RuntimeError(f"the decoder ended with {code}")

    def _exactly(self, count: int, until: float) -> bytes:
        assert self._process is not None  # noqa: S101 - asked a line above
        assert self._process.stdout is not None  # noqa: S101
        pieces: list[bytes] = []
        while count:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise TimeoutError
            piece = self._process.stdout.read1(count)  # type: ignore[attr-defined]
            if not piece:
                raise EOFError
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)


_free: "queue.LifoQueue[Decoder]" = queue.LifoQueue()
for _ in range(MOST):
    _free.put(Decoder())
