"""What others carry: the key that seals it, rescue files, invitations, and a supervisor's word to those."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from mingcha.api import sync as body
from mingcha.api.deed import actor, deed, demand_same_person, visitor
from mingcha.api.reading import Blueprint, Text
from mingcha.clock import wire
from mingcha.flows import joins
from mingcha.flows import rescue as flow
from mingcha.flows.joins import Invitation

blp = Blueprint("rescue", __name__, url_prefix="/api/v1", description="What a colleague carries; joining a team")

_DEVICE = validate.Regexp("^[0-9a-z-]{8,64}$")


class DeviceSchema(Schema):
    device = Text(required=True, validate=_DEVICE)


class KeySchema(Schema):
    key = fields.String(required=True, metadata={"description": "64 hex digits, for HMAC-SHA-256"})


class BundleSchema(Schema):
    """`ops`: at most 200 of `{op, seal}`; the seal is HMAC-SHA-256 over the op's canonical JSON. A visit begun on the phone
    comes as `{visit: {id, site, checklist, begun_at, team, author, device}, seal}`, sealed over `mingcha visit 1`, a line
    break and its canonical JSON.
    """

    device = fields.String(required=True)
    ops = fields.List(fields.Raw(), required=True)


class BroughtSchema(Schema):
    results = fields.List(fields.Nested(body.OutcomeSchema), required=True)


class InvitationSchema(Schema):
    inspection = Text(required=True, validate=validate.Length(equal=36))
    checklist = Text(required=True, validate=validate.Length(max=64))
    inviter = Text(required=True, validate=validate.Length(equal=36))
    device = Text(required=True, validate=_DEVICE)
    at = Text(required=True, validate=validate.Length(max=40))
    seal = Text(required=True, validate=validate.Length(max=64))


class StandingSchema(Schema):
    standing = fields.String(required=True, metadata={"description": "member | waiting | refused"})


class JoinsSchema(Schema):
    joins = fields.List(fields.Dict(), required=True)


class AdmissionSchema(Schema):
    admit = fields.Boolean(required=True)


@blp.route("/seal", methods=["GET"])
@deed("seal.read")
@blp.arguments(DeviceSchema, location="query")
@blp.response(200, KeySchema)
def read_key(asked: dict[str, Any]) -> dict[str, str]:
    return {"key": joins.seal_key(actor(), asked["device"])}


@blp.route("/rescue", methods=["POST"])
@deed("rescue.import", limit_bytes=body.LIMIT_BYTES)
@blp.doc(requestBody={"required": True, "content": {"application/json": {"schema": BundleSchema}}})
@blp.response(200, BroughtSchema)
def bring() -> dict[str, Any]:
    demand_same_person()
    asked = body.asked_of(body.body_of_request(), {"device": str, "ops": list})
    who = visitor()
    revoked = who is not None and who.revoked
    return {"results": flow.bring(actor(), device=asked["device"], ops=asked["ops"], revoked=revoked)}


@blp.route("/joins", methods=["POST"])
@deed("inspection.join", limit_bytes=4096)
@blp.arguments(InvitationSchema)
@blp.response(200, StandingSchema)
def ask(invitation: dict[str, str]) -> dict[str, str]:
    return {"standing": joins.ask(actor(), Invitation(**invitation))}


@blp.route("/joins", methods=["GET"])
@deed("team.admit")
@blp.response(200, JoinsSchema)
def list_joins() -> dict[str, Any]:
    return {"joins": [{**each, "asked_at": wire(each["asked_at"])} for each in joins.waiting(actor())]}


@blp.route("/joins/<id:inspection_id>/<id:account_id>", methods=["POST"])
@deed("team.admit", limit_bytes=4096)
@blp.arguments(AdmissionSchema)
@blp.alt_response(204, description="Decided")
def decide(asked: dict[str, Any], inspection_id: str, account_id: str) -> Response:
    joins.decide(actor(), inspection_id, account_id, admit=asked["admit"])
    return Response(status=204)
