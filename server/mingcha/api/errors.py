"""Every failure as one JSON form: `{"problem": {code, family, message: {zh, en}, details}}`."""

import uuid
from typing import Any

from flask import Flask, Response, g, jsonify, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from mingcha import metrics
from mingcha.api.deed import LIMIT_BYTES
from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.logs import log
from mingcha.store.db import is_full, is_passing_fault

RETRY_AFTER_SECONDS = 5

_BY_STATUS = {
    400: "malformed", 401: "sign_in", 403: "foreign_origin", 404: "no_such_path", 413: "too_large", 415: "not_json",
    422: "invalid", 429: "busy", 503: "busy",
}


class MessageSchema(Schema):
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ProblemSchema(Schema):
    code = fields.String(required=True)
    family = fields.String(required=True)
    message = fields.Nested(MessageSchema, required=True)
    details = fields.Dict(required=True)


class ProblemBodySchema(Schema):
    problem = fields.Nested(ProblemSchema, required=True)


def register(app: Flask) -> None:
    app.register_error_handler(Refused, _from_refused)
    app.register_error_handler(Exception, _from_anything)


def body(code: str, details: dict[str, Any]) -> dict[str, Any]:
    """A problem as it travels."""
    problem = PROBLEMS[code]
    return {
        "problem": {"code": code, "family": problem.family, "message": words(problem, details), "details": details}
    }


def _answer(code: str, details: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    metrics.PROBLEMS.labels(code).inc()
    response = jsonify(body(code, details))
    response.status_code = PROBLEMS[code].status
    response.headers.update(headers or {})
    return response


def _from_refused(refused: Refused) -> Response:
    headers, status = {}, PROBLEMS[refused.code].status
    if status in (429, 503, 507):
        headers["Retry-After"] = str(refused.details.get("seconds", RETRY_AFTER_SECONDS))
    if status == 413:
        # The rest of the body was not read: this connection cannot carry another request.
        headers["Connection"] = "close"
    return _answer(refused.code, refused.details, headers)


def from_http(error: HTTPException) -> Response:
    if isinstance(error, MethodNotAllowed):
        allow = ", ".join(sorted(error.valid_methods or ()))
        return _answer("method_not_allowed", {"method": request.method, "allow": allow}, {"Allow": allow})
    if isinstance(error, RequestEntityTooLarge):
        limit = g.get("limit_bytes", LIMIT_BYTES)
        return _answer("too_large", {"limit": "request_body", "limit_bytes": limit}, {"Connection": "close"})
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    fields_wrong = (getattr(error, "data", None) or {}).get("messages")
    code = _BY_STATUS.get(error.code or 500)
    if code is None:
        return _incident(error) if (error.code or 500) >= 500 else _answer("malformed", {})
    return _answer(code, {"fields": fields_wrong} if fields_wrong else {})


def _from_anything(error: Exception) -> Response:
    if is_full(error):
        log().error("database.full")
        return _answer("storage.full", {}, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    if is_passing_fault(error):
        log().warning("database.busy", error=type(error).__name__)
        return _answer("busy", {}, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    return _incident(error)


def _incident(error: Exception) -> Response:
    incident = g.get("request_id") or uuid.uuid4().hex
    log().error("incident", incident=incident, path=request.path, exc_info=error)
    return _answer("incident", {"incident": incident})
