"""The steps between a right password and an open session: a code, a passkey, a password of one's own."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from mingcha.api import security
from mingcha.api.deed import deed
from mingcha.api.reading import Blueprint, Text
from mingcha.api.session import SessionSchema, opened, signed_in
from mingcha.flows import factors as flow

blp = Blueprint("second_step", __name__, url_prefix="/api/v1/session", description="Second step of signing in")


class CodeSchema(Schema):
    code = Text(required=True, validate=validate.Length(1, 40), metadata={"description": "six digits, or a recovery code"})


class CredentialSchema(Schema):
    credential = fields.Dict(required=True, metadata={"description": "as the browser's WebAuthn gave it, in JSON form"})


class OptionsSchema(Schema):
    options = fields.Dict(required=True, metadata={"description": "for navigator.credentials, in WebAuthn's JSON form"})


class OwnPasswordSchema(Schema):
    password = Text(required=True)


@blp.route("/code", methods=["POST"])
@deed("session.second", limit_bytes=4096)
@blp.arguments(CodeSchema)
@blp.alt_response(200, schema=SessionSchema)
def show_code(shown: dict[str, Any]) -> Response:
    return opened(flow.show_code(signed_in(), shown["code"]))


@blp.route("/passkey/options", methods=["POST"])
@deed("session.second", limit_bytes=4096)
@blp.response(200, OptionsSchema)
def ask_passkey() -> dict[str, Any]:
    return {"options": flow.ask_passkey(signed_in(), security.house())}


@blp.route("/passkey", methods=["POST"])
@deed("session.second")
@blp.arguments(CredentialSchema)
@blp.alt_response(200, schema=SessionSchema)
def show_passkey(shown: dict[str, Any]) -> Response:
    return opened(flow.show_passkey(signed_in(), shown["credential"], security.house()))


@blp.route("/password", methods=["POST"])
@deed("session.password", limit_bytes=4096)
@blp.arguments(OwnPasswordSchema)
@blp.alt_response(200, schema=SessionSchema)
def choose_password(chosen: dict[str, Any]) -> Response:
    return opened(flow.choose_password(signed_in(), chosen["password"]))
