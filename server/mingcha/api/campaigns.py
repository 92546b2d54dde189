"""Campaigns: plan, seed, draw, swaps, opening, closing; and the board."""

from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.api.rectification import _uuid
from mingcha.flows import campaign_board, drawing, publishing
from mingcha.flows import campaigns as flow

blp = Blueprint("campaigns", __name__, url_prefix="/api/v1/campaigns", description="Campaigns and their draws")

_REASON = validate.Length(1, 1000)
_ID = validate.Length(max=36)


class ReleaseModeSchema(Schema):
    mode = Text(required=True, validate=validate.OneOf(("hour", "departure")))
    hour = Text(validate=validate.Length(max=5))


class PlanSchema(Schema):
    """What is planned; `core/campaign.py` says what each may be. What is left out has its default."""

    title = fields.Dict(required=True, metadata={"description": "{zh, en}"})
    checklist = Text(required=True, validate=validate.Length(max=64), metadata={"description": "a version’s digest"})
    region = Text(allow_none=True)
    from_on = Text(required=True)
    to_on = Text(required=True)
    days = fields.List(Text(), allow_none=True, validate=validate.Length(max=120))
    wanted = fields.Integer(strict=True, allow_none=True)
    team = fields.Integer(strict=True)
    rules = fields.List(Text(), validate=validate.Length(max=10))
    settings = fields.Dict(keys=Text(), values=Text())
    evidence_days = fields.Integer(strict=True)
    notice_days = fields.Integer(strict=True)
    release = fields.Nested(ReleaseModeSchema)
    regions = fields.List(Text(), allow_none=True, validate=validate.Length(max=2000))
    sites = fields.List(Text(), allow_none=True, validate=validate.Length(max=5000))
    inspectors = fields.List(Text(), allow_none=True, validate=validate.Length(max=2000))
    qualification = Text(allow_none=True, validate=validate.Length(max=60))


class NewSchema(PlanSchema):
    id = Text(load_default=None, validate=_uuid, metadata={"description": "client-made; repeating it is harmless"})


class ChangeSchema(PlanSchema):
    seq = fields.Integer(required=True, strict=True, metadata={"description": "the change that this one follows"})


class CommitSchema(Schema):
    source = Text(load_default=None, allow_none=True, validate=validate.Length(4, 300), metadata={
        "description": "the public number that will be the seed, by name; without it, 32 random bytes"})  # fmt: skip


class DrawSchema(Schema):
    number = Text(load_default=None, allow_none=True, validate=validate.Length(max=80))


class RedrawSchema(Schema):
    reason = Text(required=True, validate=_REASON)


class EndCampaignSchema(Schema):
    reason = Text(load_default="", validate=validate.Length(max=1000))


class CampaignPublicationSchema(Schema):
    appeal_days = fields.Integer(strict=True, load_default=publishing.APPEAL_DAYS, validate=validate.Range(1, 30), metadata={
        "description": "working days in which centres may appeal; the public page waits for their end"})  # fmt: skip
    public = fields.Boolean(load_default=False)


class CampaignPublicSchema(Schema):
    public = fields.Boolean(required=True)
    reason = Text(load_default="", validate=validate.Length(max=1000), metadata={"description": "needed to take it off"})


class WithdrawalSchema(Schema):
    reason = Text(required=True, validate=_REASON)


class SwapSchema(Schema):
    visit = Text(required=True, validate=_ID)
    out = Text(required=True, validate=_ID)
    into = Text(load_default=None, allow_none=True, validate=_ID)
    absent = fields.List(Text(validate=_ID), load_default=list, validate=validate.Length(max=200))
    reason = Text(required=True, validate=_REASON)


class VisitsSchema(Schema):
    visits = fields.List(Text(validate=_ID), required=True, validate=validate.Length(1, 2000))


@blp.route("", methods=["GET"])
@deed("campaign.read")
@blp.response(200)
def list_campaigns() -> dict[str, Any]:
    return {"campaigns": flow.listed(actor())}


@blp.route("", methods=["POST"])
@deed("campaign.plan", limit_bytes=256 * 1024)
@blp.arguments(NewSchema)
@blp.response(201)
def plan(told: dict[str, Any]) -> dict[str, Any]:
    return flow.plan(actor(), told, told.pop("id"))


@blp.route("/<id:campaign_id>", methods=["GET"])
@deed("campaign.read")
@blp.response(200)
def read(campaign_id: str) -> dict[str, Any]:
    return flow.read(actor(), campaign_id)


@blp.route("/<id:campaign_id>", methods=["PUT"])
@deed("campaign.plan", limit_bytes=256 * 1024)
@blp.arguments(ChangeSchema)
@blp.response(200)
def replan(told: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    seen = told.pop("seq")
    return flow.replan(actor(), campaign_id, told, seen)


@blp.route("/<id:campaign_id>", methods=["DELETE"])
@deed("campaign.plan")
@blp.response(204)
def drop(campaign_id: str) -> None:
    flow.drop(actor(), campaign_id)


@blp.route("/<id:campaign_id>/pool", methods=["GET"])
@deed("campaign.plan")
@blp.response(200)
def pool(campaign_id: str) -> dict[str, Any]:
    return drawing.pool_now(actor(), campaign_id)


@blp.route("/<id:campaign_id>/commitment", methods=["POST"])
@deed("draw.commit", limit_bytes=4096)
@blp.arguments(CommitSchema)
@blp.response(200)
def commit(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return drawing.commit(actor(), campaign_id, asked["source"])


@blp.route("/<id:campaign_id>/draw", methods=["POST"])
@deed("draw.run", limit_bytes=4096)
@blp.arguments(DrawSchema)
@blp.response(200)
def run(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return drawing.run(actor(), campaign_id, asked["number"])


@blp.route("/<id:campaign_id>/redraw", methods=["POST"])
@deed("draw.redraw", limit_bytes=8192)
@blp.arguments(RedrawSchema)
@blp.response(200)
def redraw(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return drawing.redraw(actor(), campaign_id, asked["reason"])


@blp.route("/<id:campaign_id>/swaps", methods=["POST"])
@deed("draw.swap", limit_bytes=32 * 1024)
@blp.arguments(SwapSchema)
@blp.response(200)
def swap(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    visit = asked.pop("visit")
    return drawing.swap(actor(), campaign_id, visit, **asked)


@blp.route("/<id:campaign_id>/visits", methods=["GET"])
@deed("draw.read")
@blp.response(200)
def visits(campaign_id: str) -> dict[str, Any]:
    return {"visits": drawing.visits(actor(), campaign_id)}


@blp.route("/<id:campaign_id>/draws", methods=["GET"])
@deed("draw.read")
@blp.response(200)
def draws(campaign_id: str) -> dict[str, Any]:
    return {"draws": drawing.history(actor(), campaign_id)}


@blp.route("/<id:campaign_id>/draws/<int:number>", methods=["GET"])
@deed("draw.read")
@blp.alt_response(200, description="A record that `mingcha draw replay` takes")
def record(campaign_id: str, number: int) -> Response:
    response = jsonify(drawing.record(actor(), campaign_id, number))
    response.headers["Content-Disposition"] = f'attachment; filename="mingcha-draw-{number}.json"'
    return response


@blp.route("/<id:campaign_id>/start", methods=["POST"])
@deed("campaign.start", limit_bytes=4096)
@blp.response(200)
def start(campaign_id: str) -> dict[str, Any]:
    return flow.start(actor(), campaign_id)


@blp.route("/<id:campaign_id>/release", methods=["POST"])
@deed("campaign.release", limit_bytes=128 * 1024)
@blp.arguments(VisitsSchema)
@blp.response(200)
def release(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return {"opened": flow.release(actor(), campaign_id, asked["visits"])}


@blp.route("/<id:campaign_id>/close", methods=["POST"])
@deed("campaign.close", limit_bytes=8192)
@blp.arguments(EndCampaignSchema)
@blp.response(200)
def close(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return flow.close(actor(), campaign_id, asked["reason"])


@blp.route("/<id:campaign_id>/publication", methods=["POST"])
@deed("campaign.publish", limit_bytes=4096)
@blp.arguments(CampaignPublicationSchema)
@blp.response(200)
def publish(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return publishing.publish(actor(), campaign_id, **asked)


@blp.route("/<id:campaign_id>/publication", methods=["PUT"])
@deed("campaign.public", limit_bytes=8192)
@blp.arguments(CampaignPublicSchema)
@blp.response(200)
def make_public(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return publishing.make_public(actor(), campaign_id, **asked)


@blp.route("/<id:campaign_id>/withdrawal", methods=["POST"])
@deed("campaign.withdraw", limit_bytes=8192)
@blp.arguments(WithdrawalSchema)
@blp.response(200)
def withdraw(asked: dict[str, Any], campaign_id: str) -> dict[str, Any]:
    return publishing.withdraw(actor(), campaign_id, asked["reason"])


@blp.route("/<id:campaign_id>/board", methods=["GET"])
@deed("campaign.read")
@blp.alt_response(200, description="Progress, what is stuck, coverage by town; 304 where the phone has it")
def board(campaign_id: str) -> Response:
    found = campaign_board.read(actor(), campaign_id)
    response = Response(status=304) if found["digest"] in request.if_none_match else jsonify(found)
    response.set_etag(found["digest"])
    response.headers["Cache-Control"] = "private, no-cache"
    return response
