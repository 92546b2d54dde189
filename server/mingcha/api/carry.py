"""Carrying an open inspection to a newer version of its checklist: what would move, and doing it."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.flows import carry as flow

blp = Blueprint("carry", __name__, url_prefix="/api/v1", description="Carrying an inspection to a newer version")


class CarrySchema(Schema):
    to = fields.String(required=True, validate=validate.Length(max=64), metadata={"description": "a version’s digest"})


class PreviewQuerySchema(Schema):
    to = fields.String(
        load_default=None,
        validate=validate.Length(max=64),
        metadata={"description": "a version’s digest; without it, the newest"},
    )


class CarriedSchema(Schema):
    inspection = fields.String(required=True, metadata={"description": "the new one; the original stays as it is"})
    carried = fields.Integer(required=True, metadata={"description": "how many facts it begins with"})
    left = fields.List(
        fields.Dict(), required=True, metadata={"description": "{target, indicator, values, reason, words {zh, en}}"}
    )
    rescored = fields.List(
        fields.String(), required=True, metadata={"description": "indicators that moved and score otherwise now"}
    )


class PreviewSchema(Schema):
    inspection = fields.Dict(required=True, metadata={"description": "the original, as the queue tells it"})
    newer = fields.List(
        fields.Dict(), required=True, metadata={"description": "{version, digest, note}, the newest first"}
    )
    to = fields.String(required=True, allow_none=True, metadata={"description": "null: there is no newer version"})
    moves = fields.List(
        fields.Dict(), required=True, metadata={"description": "{target, indicator, kind, value}; `indicator` may be null"}
    )
    left = fields.List(fields.Dict(), required=True)
    rescored = fields.List(fields.String(), required=True)
    made = fields.List(
        fields.Dict(), required=True, metadata={"description": "what it was carried to before, as the queue tells it"}
    )


@blp.route("/inspections/<inspection_id>/carry", methods=["GET"])
@deed("inspection.carry")
@blp.arguments(PreviewQuerySchema, location="query")
@blp.response(200, PreviewSchema)
def preview(query: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return flow.preview(actor(), inspection_id, query["to"])


@blp.route("/inspections/<inspection_id>/carry", methods=["POST"])
@deed("inspection.carry", limit_bytes=4096)
@blp.arguments(CarrySchema)
@blp.response(201, CarriedSchema)
def carry(asked: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return flow.forward(actor(), inspection_id, asked["to"])
