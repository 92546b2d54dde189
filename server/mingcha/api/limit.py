"""How much a request may bring. Past the limit it is refused by name, never cut short in silence."""

import io
from typing import Any

from flask import g, request

from mingcha.core.problems import Refused


def hold_to(limit_bytes: int) -> None:
    """Refuse this request now if it says that it is larger, and while reading if it says nothing."""
    g.limit_bytes = limit_bytes
    if (request.content_length or 0) > limit_bytes:
        raise Refused("too_large", limit="request_body", limit_bytes=limit_bytes)
    if request.content_length is None and "wsgi.input_terminated" in request.environ:
        # Werkzeug's own limit ends such a body at the limit as if it were whole.
        request.environ["wsgi.input"] = io.BufferedReader(_Capped(request.environ["wsgi.input"], limit_bytes))


class _Capped(io.RawIOBase):
    """A stream that raises once more than `limit_bytes` have come."""

    def __init__(self, stream: Any, limit_bytes: int) -> None:
        self._stream, self._limit_bytes, self._left = stream, limit_bytes, limit_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(min(len(buffer), self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise Refused("too_large", limit="request_body", limit_bytes=self._limit_bytes)
        buffer[: len(piece)] = piece
        return len(piece)
