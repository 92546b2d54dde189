"""Visits that an inspector begins: outside a campaign, or by setting out on a drawn one."""

from typing import Any

from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed, demand_same_person
from mingcha.api.reading import Blueprint, Text
from mingcha.api.rectification import _uuid
from mingcha.flows import adhoc, opening

blp = Blueprint("visits", __name__, url_prefix="/api/v1", description="Visits that inspectors begin")


class AdhocSchema(Schema):
    id = Text(required=True, validate=_uuid, metadata={"description": "made by the phone; repeating it is harmless"})
    site = Text(required=True, validate=validate.Length(max=36))
    checklist = Text(required=True, validate=validate.Length(max=64), metadata={"description": "a version’s digest"})
    title = Text(load_default="", validate=validate.Length(max=120))
    begun_at = Text(required=True, validate=validate.Length(max=40))
    team = fields.List(Text(validate=validate.Length(max=36)), load_default=list, validate=validate.Length(max=5))


class JoinSchema(Schema):
    account = Text(required=True, validate=validate.Length(max=36))


@blp.route("/visits", methods=["POST"])
@deed("visit.adhoc", limit_bytes=8192)
@blp.arguments(AdhocSchema)
@blp.response(201)
def begin(told: dict[str, Any]) -> dict[str, Any]:
    demand_same_person()
    found = adhoc.begin(
        actor(), told["id"], site_id=told["site"], checklist=told["checklist"], title=told["title"],
        begun_at=told["begun_at"], team=told["team"],
    )  # fmt: skip
    return {"inspection": found}


@blp.route("/visits/<id:inspection_id>/team", methods=["POST"])
@deed("visit.team", limit_bytes=4096)
@blp.arguments(JoinSchema)
@blp.response(200)
def join(told: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return {"inspection": adhoc.join(actor(), inspection_id, told["account"])}


@blp.route("/departure", methods=["POST"])
@deed("assignment.depart", limit_bytes=4096)
@blp.response(200)
def depart() -> dict[str, Any]:
    return {"opened": opening.depart(actor())}
