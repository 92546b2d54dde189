"""Sign in, ask who is signed in, sign out."""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate

from mingcha.api import security
from mingcha.api.deed import deed, visitor
from mingcha.api.reading import Blueprint, Text
from mingcha.core.problems import Refused
from mingcha.flows import factors
from mingcha.flows import session as flow
from mingcha.store.accounts import Account

blp = Blueprint("session", __name__, url_prefix="/api/v1", description="Signing in and out")


class CredentialsSchema(Schema):
    username = Text(required=True, validate=validate.Length(1, 80))
    password = Text(required=True, validate=validate.Length(1, 400))


class UserSchema(Schema):
    id = fields.String(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    scope = fields.String(required=True)
    tenant = fields.String(required=True)
    locale = fields.String(required=True)


class SessionSchema(Schema):
    """With a `step` the session is half open: `code` (a second factor, by one of `ways`), `password` (choose one's own)
    or `enrol` (add a second factor). Before a code is shown it is not told whose it is.
    """

    user = fields.Nested(UserSchema, required=True, allow_none=True)
    csrf = fields.String(
        required=True, metadata={"description": f"what unsafe requests send in the header {security.HEADER}"}
    )
    step = fields.String(required=True, allow_none=True)
    ways = fields.List(fields.String(), required=True)


class PlaceSchema(Schema):
    """`agent` and `address` are what the browser said when it signed in; `here`: this request came with it."""

    id = fields.String(required=True)
    agent = fields.String(required=True)
    address = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    seen_at = fields.DateTime(required=True)
    here = fields.Boolean(required=True)


class PlacesSchema(Schema):
    sessions = fields.List(fields.Nested(PlaceSchema), required=True)


@blp.route("/session", methods=["POST"])
@deed("session.open", limit_bytes=4096)
@blp.arguments(CredentialsSchema)
@blp.alt_response(200, schema=SessionSchema)
def open_session(credentials: dict[str, Any]) -> Response:
    security.check_encrypted()
    return opened(flow.sign_in(credentials["username"], credentials["password"], **whence()))


@blp.route("/session", methods=["GET"])
@deed("session.read")
@blp.response(200, SessionSchema)
def read_session() -> dict[str, Any]:
    who = signed_in()
    return said(who.account, who.step)


@blp.route("/session", methods=["DELETE"])
@deed("session.close")
@blp.alt_response(204, description="Signed out, also when nobody was signed in")
def close_session() -> Response:
    who = visitor()
    if who is not None:
        flow.sign_out(who)
    response = Response(status=204)
    security.take_token(response)
    return response


@blp.route("/sessions", methods=["GET"])
@deed("session.list")
@blp.response(200, PlacesSchema)
def list_sessions() -> dict[str, Any]:
    who = signed_in()
    return {"sessions": [{**asdict(each), "here": each.id == who.session} for each in flow.places(who)]}


@blp.route("/sessions/<id:session_id>", methods=["DELETE"])
@deed("session.end")
@blp.alt_response(204, description="That device is signed out")
def end_session(session_id: str) -> Response:
    flow.end_one(signed_in(), session_id)
    return Response(status=204)


def signed_in() -> flow.Visitor:
    who = visitor()
    if who is None:
        raise Refused("sign_in")
    return who


def whence() -> dict[str, str]:
    """Where a sign-in comes from."""
    return {"address": request.remote_addr or "", "agent": request.headers.get("User-Agent", "")}


def opened(new: flow.Opened, **more: Any) -> Response:
    """The answer that carries a new session's cookie."""
    response = jsonify({**said(new.account, new.step), **more})
    security.give_token(response, new.token, new.lifetime)
    return response


def said(account: Account, step: str | None) -> dict[str, Any]:
    return {
        "user": None if step == "code" else UserSchema().dump(account), "csrf": security.HEADER_VALUE, "step": step,
        "ways": factors.ways(account.id) if step == "code" else [],
    }  # fmt: skip
