"""Open work of inspectors, and handing it over."""

from typing import Any

from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.flows import handing_over as flow

blp = Blueprint("handing_over", __name__, url_prefix="/api/v1", description="Handing open work over")


class InspectorSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True)
    enabled = fields.Boolean(required=True)
    open = fields.List(fields.String(), required=True, metadata={"description": "ids of the open visits they are on"})


class OpenVisitSchema(Schema):
    id = fields.String(required=True)
    site = fields.Dict(required=True)
    visit_on = fields.String(required=True)
    campaign_title = fields.String(required=True)
    state = fields.String(required=True)
    team = fields.List(fields.Dict(), required=True)
    obstacles = fields.Dict(required=True, metadata={"description": "account id to why they cannot take it"})


class OpenWorkSchema(Schema):
    people = fields.List(fields.Nested(InspectorSchema), required=True)
    work = fields.List(fields.Nested(OpenVisitSchema), required=True)


class HandOverSchema(Schema):
    giver = Text(required=True)
    taker = Text(required=True)
    visits = fields.List(Text(validate=validate.Length(36, 36)), required=True, validate=validate.Length(1, 200))
    reason = Text(required=True, validate=validate.Length(1, 500))


class HandedSchema(Schema):
    handed = fields.Integer(required=True)


@blp.route("/hand-over", methods=["GET"])
@deed("assignment.hand_over")
@blp.response(200, OpenWorkSchema)
def board() -> dict[str, Any]:
    people, work = flow.board(actor())
    return {
        "people": [
            {"id": each.account.id, "name": each.account.name, "username": each.account.username, "enabled": each.enabled,
             "open": each.open}
            for each in people
        ],
        "work": [
            {"id": each.inspection.id, "site": each.inspection.site.name, "visit_on": each.inspection.visit_on,
             "campaign_title": each.inspection.campaign_title, "state": each.state, "team": each.team,
             "obstacles": each.obstacles}
            for each in work
        ],
    }  # fmt: skip


@blp.route("/hand-over", methods=["POST"])
@deed("assignment.hand_over")
@blp.arguments(HandOverSchema)
@blp.response(200, HandedSchema)
def hand_over(given: dict[str, Any]) -> dict[str, int]:
    return {"handed": flow.hand_over(actor(), **given)}
