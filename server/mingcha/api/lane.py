"""The poll that finds nothing new, answered before the framework is asked: phones ask it all day, every few seconds.

It says only "nothing new", and only where nothing is in doubt: plainly our own page, a living session that need not be
written down, no ops, the newest cursor. Every other request goes on untouched to the gate, which also says every no.
A new check in `gate.py` that could refuse a sync needs its line in `_plainly_ours` or `flows.session.whose`.
"""

import io
import json
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.http import parse_cookie

from mingcha.api import gate, security
from mingcha.clock import wire
from mingcha.flows import session
from mingcha.flows import sync as flow
from mingcha.store.db import is_passing_fault

PATH = "/api/v1/sync"
#: What a poll weighs at most: a cursor of four hundred visits.
MOST_BYTES = 16 * 1024
_NO_OPS = re.compile(rb'"ops"\s*:\s*\[\s*\]')

Environ = dict[str, Any]
Start = Callable[..., Any]
Inner = Callable[[Environ, Start], Iterable[bytes]]


def register(app: Flask) -> None:
    inner = app.wsgi_app

    def wsgi_app(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return inner(environ, start)
        began = time.perf_counter()
        try:
            with app.app_context():
                said = _nothing_new(environ)
        except Exception as fault:
            if not is_passing_fault(fault):
                raise
            said = None  # the framework says "busy" in the words of the catalogue
        if said is None:
            return inner(environ, start)
        text, account = said
        number = gate.number_of(environ.get("HTTP_X_REQUEST_ID", ""))
        gate.note(PATH, "POST", 200, "inspection.sync", account, number, time.perf_counter() - began)
        start("200 OK", [
            ("Content-Type", "application/json"), ("Content-Length", str(len(text))), ("X-Request-Id", number),
            *security.headers_for(PATH, is_secure=environ["wsgi.url_scheme"] == "https"),
        ])  # fmt: skip
        return [text]

    app.wsgi_app = wsgi_app  # type: ignore[method-assign,assignment]


def _nothing_new(environ: Environ) -> tuple[bytes, str] | None:
    """The answer and whose it is; None where the gate must decide."""
    token = _plainly_ours(environ)
    poll = _poll(environ) if token else None
    if token is None or poll is None:
        return None
    visitor = session.whose(token, renew=False)
    if visitor is None or environ.get("HTTP_X_MINGCHA_USER", visitor.account.id) != visitor.account.id:
        return None
    found = flow.nothing_new(visitor.account.actor, protocol=poll["protocol"], cursor=poll["cursor"])
    if found is None:
        return None
    epoch, now = found
    text = (
        f'{{"results":[],"gone":[],"cursor":"{poll["cursor"]}","more":false,"epoch":"{epoch}",'
        f'"server_time":"{wire(now)}","changes":[]}}'
    )
    return text.encode(), visitor.account.id


def _plainly_ours(environ: Environ) -> str | None:
    """The session's token, where nothing about the request could be refused."""
    scheme = environ["wsgi.url_scheme"]
    origin = environ.get("HTTP_ORIGIN")
    if (
        environ.get(f"HTTP_{security.HEADER.upper().replace('-', '_')}") != security.HEADER_VALUE
        or environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none")
        or (origin is not None and origin != f"{scheme}://{environ.get('HTTP_HOST')}")
        or environ.get("QUERY_STRING")
        or environ.get("HTTP_CONTENT_ENCODING")
    ):
        return None
    return parse_cookie(environ.get("HTTP_COOKIE")).get(security.cookie_name(is_secure=scheme == "https")) or None


def _poll(environ: Environ) -> dict[str, Any] | None:
    """What is asked, if it is a poll. The body is put back for whoever reads it next."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and int(length) <= MOST_BYTES):
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    if len(body) != int(length) or not _NO_OPS.search(body):
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
