"""The exchange of a phone in good standing, answered before the framework is asked: a poll that finds nothing new, all day,
every few seconds; and ops handed in.

It answers only where nothing is in doubt: plainly our own page, a living session that need not be written down, a body
of known length. Every other request goes on untouched to the gate. What was refused or went wrong here goes there too, to
be said and not to be tried again.
A new check in `gate.py` that could refuse a sync needs its line in `_plainly_ours`, `_visitor` or `flows.session.whose`.
"""

import io
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.http import parse_cookie

from mingcha.api import gate, security
from mingcha.api import sync as exchange
from mingcha.api.packed import packed
from mingcha.clock import wire
from mingcha.core.access import may_ever
from mingcha.flows import session
from mingcha.flows import sync as flow
from mingcha.store.quick import asking

PATH = "/api/v1/sync"
#: What a poll weighs at most: a cursor of four hundred visits.
MOST_BYTES = 16 * 1024
_NO_OPS = re.compile(rb'"ops"\s*:\s*\[\s*\]')

Environ = dict[str, Any]
Start = Callable[..., Any]
Inner = Callable[[Environ, Start], Iterable[bytes]]


@dataclass(frozen=True)
class Said:
    """An answer of 200, whose it is, and what its headers say besides the usual."""

    text: bytes
    account: str
    headers: tuple[tuple[str, str], ...] = ()


def register(app: Flask) -> None:
    inner = app.wsgi_app

    def wsgi_app(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return inner(environ, start)
        began = time.perf_counter()
        number = environ["HTTP_X_REQUEST_ID"] = gate.number_of(environ.get("HTTP_X_REQUEST_ID", ""))
        try:
            with app.app_context():
                said = _nothing_new(environ) or _exchanged(environ)
        except Exception as fault:
            said, environ[gate.FAULT] = None, fault  # the framework says it in the words of the catalogue
        if said is None:
            return inner(environ, start)
        gate.note(PATH, "POST", 200, "inspection.sync", said.account, number, time.perf_counter() - began)
        start("200 OK", [
            ("Content-Type", "application/json"), ("Content-Length", str(len(said.text))), ("X-Request-Id", number),
            *said.headers, *security.headers_for(PATH, is_secure=environ["wsgi.url_scheme"] == "https"),
        ])  # fmt: skip
        return [said.text]

    app.wsgi_app = wsgi_app  # type: ignore[method-assign,assignment]


def _nothing_new(environ: Environ) -> Said | None:
    """The answer to a poll; None where there may be more to say."""
    token = _plainly_ours(environ)
    poll = _poll(environ) if token and not environ.get("HTTP_CONTENT_ENCODING") else None
    if token is None or poll is None:
        return None
    with asking():
        visitor = _visitor(environ, token)
        found = visitor and flow.nothing_new(visitor.account.actor, protocol=poll["protocol"], cursor=poll["cursor"])
    if not visitor or not found:
        return None
    epoch, now = found
    text = (
        f'{{"results":[],"gone":[],"cursor":"{poll["cursor"]}","more":false,"epoch":"{epoch}",'
        f'"server_time":"{wire(now)}","changes":[]}}'
    )
    return Said(text.encode(), visitor.account.id)


def _exchanged(environ: Environ) -> Said | None:
    """The answer to somebody's ops and to a cursor that is behind. Raises Refused, and the database's faults."""
    token = _plainly_ours(environ)
    length = _length(environ)
    visitor = _visitor(environ, token) if token and length <= exchange.LIMIT_BYTES else None
    if visitor is None or not may_ever(visitor.account.actor, "inspection.sync"):
        return None
    body = _taken(environ, length)
    if len(body) != length:
        return None
    raw = exchange.unpacked(body, environ.get("HTTP_CONTENT_ENCODING", "identity"))
    text, headers = packed(exchange.answer(visitor.account.actor, raw), environ.get("HTTP_ACCEPT_ENCODING", ""))
    return Said(text, visitor.account.id, tuple(headers.items()))


def _visitor(environ: Environ, token: str) -> session.Visitor | None:
    """Whose session this is, unless the phone says that it speaks for somebody else."""
    visitor = session.whose(token, renew=False)
    if visitor is None or environ.get("HTTP_X_MINGCHA_USER", visitor.account.id) != visitor.account.id:
        return None
    return visitor


def _plainly_ours(environ: Environ) -> str | None:
    """The session's token, where nothing about the request could be refused."""
    scheme = environ["wsgi.url_scheme"]
    origin = environ.get("HTTP_ORIGIN")
    if (
        environ.get(f"HTTP_{security.HEADER.upper().replace('-', '_')}") != security.HEADER_VALUE
        or environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none")
        or (origin is not None and origin != f"{scheme}://{environ.get('HTTP_HOST')}")
        or environ.get("QUERY_STRING")
    ):
        return None
    return parse_cookie(environ.get("HTTP_COOKIE")).get(security.cookie_name(is_secure=scheme == "https")) or None


def _poll(environ: Environ) -> dict[str, Any] | None:
    """What is asked, if it is a poll. The body is put back for whoever reads it next."""
    length = _length(environ)
    if length > MOST_BYTES:
        return None
    body = _taken(environ, length)
    if len(body) != length or not _NO_OPS.search(body):
        return None
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict) or asked.get("ops") != [] or not isinstance(asked.get("now"), str | None):
        return None
    device, cursor = asked.get("device"), asked.get("cursor")
    if not (isinstance(device, str) and isinstance(cursor, str) and 8 <= len(device) <= 64 and device.isascii()):
        return None
    return asked if type(asked.get("protocol")) is int and asked["protocol"] >= 1 else None


def _length(environ: Environ) -> int:
    """What the body is said to weigh; more than is ever taken where that is not said plainly."""
    length = environ.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() and len(length) < 10 else 10**10


def _taken(environ: Environ, length: int) -> bytes:
    """The body, put back for whoever reads it next."""
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body
