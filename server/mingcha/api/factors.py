"""One's own second factors: see, add, remove. `current` is the password, where it was not given a few minutes ago."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from mingcha.api import security
from mingcha.api.deed import deed
from mingcha.api.reading import Blueprint, Text
from mingcha.api.second_step import CredentialSchema, OptionsSchema
from mingcha.api.session import SessionSchema, opened, said, signed_in
from mingcha.flows import factors as flow
from mingcha.flows.session import Opened

blp = Blueprint("factors", __name__, url_prefix="/api/v1/factors", description="One's own second factors")


class FactorSchema(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    made_at = fields.DateTime(required=True)
    used_at = fields.DateTime(required=True, allow_none=True)


class FactorsSchema(Schema):
    factors = fields.List(fields.Nested(FactorSchema), required=True)
    recovery_left = fields.Integer(required=True)
    is_asked = fields.Boolean(required=True, metadata={"description": "one's role needs a second factor"})


class CurrentSchema(Schema):
    current = Text(load_default=None)


class SecretSchema(Schema):
    secret = fields.String(required=True)
    uri = fields.String(required=True)


class ConfirmedCodeSchema(Schema):
    code = Text(required=True, validate=validate.Length(1, 40))


class NamedCredentialSchema(CredentialSchema):
    name = Text(load_default="", validate=validate.Length(0, 80))


class AddedSchema(SessionSchema):
    """`recovery`: told this once, with the first factor. The session as it stands now."""

    recovery = fields.List(fields.String(), required=True)


class RecoverySchema(Schema):
    recovery = fields.List(fields.String(), required=True)


@blp.route("", methods=["GET"])
@deed("factor.manage")
@blp.response(200, FactorsSchema)
def read_factors() -> flow.Own:
    return flow.own(signed_in())


@blp.route("/totp", methods=["POST"])
@deed("factor.manage", limit_bytes=4096)
@blp.arguments(CurrentSchema)
@blp.response(200, SecretSchema)
def begin_totp(given: dict[str, Any]) -> dict[str, str]:
    secret, uri = flow.begin_totp(signed_in(), given["current"])
    return {"secret": secret, "uri": uri}


@blp.route("/totp/confirmation", methods=["POST"])
@deed("factor.manage", limit_bytes=4096)
@blp.arguments(ConfirmedCodeSchema)
@blp.alt_response(200, schema=AddedSchema)
def confirm_totp(given: dict[str, Any]) -> Response:
    return _added(*flow.confirm_totp(signed_in(), given["code"]))


@blp.route("/passkey", methods=["POST"])
@deed("factor.manage", limit_bytes=4096)
@blp.arguments(CurrentSchema)
@blp.response(200, OptionsSchema)
def begin_passkey(given: dict[str, Any]) -> dict[str, Any]:
    return {"options": flow.begin_passkey(signed_in(), given["current"], security.house())}


@blp.route("/passkey/confirmation", methods=["POST"])
@deed("factor.manage")
@blp.arguments(NamedCredentialSchema)
@blp.alt_response(200, schema=AddedSchema)
def confirm_passkey(given: dict[str, Any]) -> Response:
    return _added(*flow.confirm_passkey(signed_in(), given["credential"], given["name"], security.house()))


@blp.route("/recovery", methods=["POST"])
@deed("factor.manage", limit_bytes=4096)
@blp.arguments(CurrentSchema)
@blp.response(200, RecoverySchema)
def renew_recovery(given: dict[str, Any]) -> dict[str, list[str]]:
    return {"recovery": flow.renew_recovery(signed_in(), given["current"])}


@blp.route("/<id:factor_id>", methods=["DELETE"])
@deed("factor.manage", limit_bytes=4096)
@blp.arguments(CurrentSchema)
@blp.alt_response(204, description="It counts no more")
def drop_factor(given: dict[str, Any], factor_id: str) -> Response:
    flow.drop(signed_in(), factor_id, given["current"])
    return Response(status=204)


def _added(recovery: list[str], new: Opened | None) -> Response:
    if new is not None:
        return opened(new, recovery=recovery)
    who = signed_in()
    return jsonify({**said(who.account, who.step), "recovery": recovery})
