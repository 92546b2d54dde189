"""What an administrator sees of accounts and does when a phone is lost or somebody leaves."""

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.api.session import PlaceSchema
from mingcha.core.access import ROLES
from mingcha.flows import devices as flow

blp = Blueprint("devices", __name__, url_prefix="/api/v1", description="Devices, disabling, second factors of others")


class WhySchema(Schema):
    reason = Text(required=True, validate=validate.Length(1, 500))


class DeviceSchema(PlaceSchema):
    """`state`: open; revoked (it still has to hand in its work); let_go (it holds nothing any more)."""

    class Meta:
        exclude = ("here",)

    state = fields.String(required=True)


class DevicesSchema(Schema):
    devices = fields.List(fields.Nested(DeviceSchema), required=True)


class RulesSchema(Schema):
    second_factor = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)


class CountSchema(Schema):
    devices = fields.Integer(required=True)


@blp.route("/accounts/<id:account_id>/devices", methods=["GET"])
@deed("account.devices")
@blp.response(200, DevicesSchema)
def list_devices(account_id: str) -> dict[str, Any]:
    return {"devices": [{**asdict(each), "state": _state(each)} for each in flow.of(actor(), account_id)]}


@blp.route("/accounts/<id:account_id>/devices/<id:session_id>/revocation", methods=["POST"])
@deed("session.revoke", limit_bytes=4096)
@blp.arguments(WhySchema)
@blp.response(200, CountSchema)
def revoke_device(given: dict[str, Any], account_id: str, session_id: str) -> dict[str, int]:
    return {"devices": flow.revoke(actor(), account_id, session_id, given["reason"])}


@blp.route("/accounts/<id:account_id>/devices/revocation", methods=["POST"])
@deed("session.revoke", limit_bytes=4096)
@blp.arguments(WhySchema)
@blp.response(200, CountSchema)
def revoke_devices(given: dict[str, Any], account_id: str) -> dict[str, int]:
    return {"devices": flow.revoke(actor(), account_id, None, given["reason"])}


@blp.route("/accounts/<id:account_id>/disabling", methods=["POST"])
@deed("account.disable", limit_bytes=4096)
@blp.arguments(WhySchema)
@blp.alt_response(204, description="Disabled; its devices are revoked")
def disable(given: dict[str, Any], account_id: str) -> Response:
    flow.disable(actor(), account_id, given["reason"])
    return Response(status=204)


@blp.route("/accounts/<id:account_id>/enabling", methods=["POST"])
@deed("account.enable", limit_bytes=4096)
@blp.alt_response(204, description="Enabled")
def enable(account_id: str) -> Response:
    flow.enable(actor(), account_id)
    return Response(status=204)


@blp.route("/accounts/<id:account_id>/factors/removal", methods=["POST"])
@deed("account.factors", limit_bytes=4096)
@blp.arguments(WhySchema)
@blp.alt_response(204, description="The account has no second factor; its sessions have ended")
def take_factors(given: dict[str, Any], account_id: str) -> Response:
    flow.take_factors(actor(), account_id, given["reason"])
    return Response(status=204)


@blp.route("/account-rules", methods=["GET"])
@deed("account.rules")
@blp.response(200, RulesSchema)
def read_rules() -> dict[str, Any]:
    return {"second_factor": flow.asked(actor())}


@blp.route("/account-rules", methods=["PUT"])
@deed("account.rules", limit_bytes=4096)
@blp.arguments(RulesSchema)
@blp.response(200, RulesSchema)
def set_rules(given: dict[str, Any]) -> dict[str, Any]:
    return {"second_factor": flow.ask_roles(actor(), given["second_factor"])}


def _state(each: Any) -> str:
    if each.revoked_at is None:
        return "open"
    return "revoked" if each.ended_at is None else "let_go"
