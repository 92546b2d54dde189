"""Logs: one JSON object per line on stderr. Never a password, a token, a body or the name of a site."""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import structlog

#: The number of the request that is being answered here; every line of it bears it.
request_number: ContextVar[str] = ContextVar("request_number", default="")
_stream: Any = sys.stderr


def configure(stream: Any = None) -> None:
    global _stream
    _stream = stream or sys.stderr
    structlog.configure(
        processors=[
            _with_request_number,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(_stream),
        cache_logger_on_first_use=False,
    )


def log() -> Any:
    return structlog.get_logger()


def note_request(at: datetime, **facts: Any) -> None:
    """The one line of every request, in the form of all others, written without a logger: it is on every answer's way.
    `at` in UTC.
    """
    timestamp = at.isoformat().replace("+00:00", "Z")
    line = {**facts, "event": "request", "level": "info", "timestamp": timestamp}
    print(json.dumps(line, ensure_ascii=False), file=_stream, flush=True)


def _with_request_number(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    number = request_number.get()
    if number:
        event["request"] = number
    return event
