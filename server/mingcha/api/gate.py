"""What every request passes before its handler (number, origin, size, person, deed) and every answer after."""

import re
import time
import uuid

from flask import Flask, Response, g, request

from mingcha import clock, metrics
from mingcha.api import limit, security
from mingcha.api.deed import actor, deed_of, limit_of
from mingcha.core.access import STRANGER, demand, may_ever
from mingcha.core.problems import Refused
from mingcha.core.second_step import is_open
from mingcha.flows import session
from mingcha.logs import note_request, request_number

#: Where `lane.py` leaves what it has met, in the environment of a request that it has tried.
FAULT = "mingcha.fault"
_REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")


def register(app: Flask) -> None:
    """A new check that could refuse a sync needs its line in `lane.py` too, which answers polls before all this."""
    app.before_request(_number)
    app.before_request(_pass)
    app.after_request(_renew_cookie)
    app.after_request(security.guard)
    app.after_request(_write_down)


def _number() -> None:
    g.request_id = number_of(request.headers.get("X-Request-Id", ""))
    g.began = time.perf_counter()


def number_of(given: str) -> str:
    """The request's number: a proxy's own, if it has the form of one. From now on every line of the log bears it."""
    number = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    request_number.set(number)
    return number


def _pass() -> None:
    if request.endpoint is None:
        return  # no such route or method: the error handler answers
    if request.method == "OPTIONS" and getattr(request.url_rule, "provide_automatic_options", False):
        return
    name = deed_of(request.endpoint, request.method)
    if name is None:
        raise LookupError(f"{request.method} {request.endpoint} has no deed")
    g.deed = name
    if name not in security.BY_LINK_ALONE:
        security.check_origin()
    limit.hold_to(limit_of(request.endpoint, request.method))
    token = security.read_token()
    g.visitor = _admitted(session.whose(token) if token else None, name)
    if not (may_ever(actor(), name) or (name == "metrics.read" and security.is_this_machine())):
        demand(actor(), name)
    if (fault := request.environ.get(FAULT)) is not None:
        raise fault


def _admitted(visitor: session.Visitor | None, deed: str) -> session.Visitor | None:
    """The visitor, if their session may do this deed. A half-open or revoked one is a stranger to everything else."""
    if visitor is None or is_open(deed, visitor.step, revoked=visitor.revoked):
        return visitor
    if visitor.step and not visitor.revoked and not may_ever(STRANGER, deed):
        raise Refused("session.half_open", step=visitor.step)
    return None


def _renew_cookie(response: Response) -> Response:
    visitor, token = g.get("visitor"), security.read_token()
    if visitor is not None and visitor.renewed and token and "Set-Cookie" not in response.headers:
        security.give_token(response, token, session.IDLE)
    return response


def _write_down(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "(none)"
    number = g.get("request_id", "")
    response.headers["X-Request-Id"] = number
    note(route, request.method, response.status_code, g.get("deed"), actor().id or None, number, seconds)
    return response


def note(
    route: str, method: str, status: int, deed: str | None, account: str | None, number: str, seconds: float
) -> None:
    """Count an answer and write its line."""
    metrics.REQUESTS.labels(route, method, status).inc()
    metrics.SECONDS.labels(route).observe(seconds)
    if deed is not None and status < 400:
        metrics.DEEDS.labels(deed).inc()
    note_request(
        clock.now(), request=number, method=method, route=route, status=status, deed=deed, account=account,
        ms=round(seconds * 1000, 1),
    )  # fmt: skip
