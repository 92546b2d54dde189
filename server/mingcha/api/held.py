"""What the server holds for a person to decide: seeing it, letting it in after all, setting it aside."""

import json
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.clock import wire
from mingcha.core.problems import PROBLEMS, words
from mingcha.flows import held as flow

blp = Blueprint("held", __name__, url_prefix="/api/v1", description="What is held for a person to decide")

MOST_REASON = 2000


class HeldQuerySchema(Schema):
    settled = fields.Boolean(load_default=False, metadata={"description": "those settled lately instead"})


class SettledSchema(Schema):
    how = fields.String(required=True, metadata={"description": "taken_in | set_aside | sent_again"})
    at = fields.String(required=True)
    by = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    op_id = fields.String(required=True, allow_none=True, metadata={"description": "the op of the log that carries it"})


class HeldSchema(Schema):
    id = fields.String(required=True)
    op_id = fields.String(required=True, allow_none=True)
    inspection = fields.String(required=True, allow_none=True)
    site = fields.Dict(required=True, allow_none=True)
    account = fields.String(required=True)
    sender = fields.String(required=True)
    author = fields.String(required=True, allow_none=True)
    device = fields.String(required=True)
    received_at = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.Dict(required=True)
    details = fields.Dict(required=True)
    op = fields.Raw(required=True, allow_none=True)
    may = fields.List(fields.String(), required=True, metadata={"description": "deeds that the asker may do to it"})
    settled = fields.Nested(SettledSchema, required=True, allow_none=True)


class HeldListSchema(Schema):
    held = fields.List(fields.Nested(HeldSchema), required=True)


class TakingInSchema(Schema):
    reason = Text(load_default="", validate=validate.Length(0, MOST_REASON))


class SettingAsideSchema(Schema):
    reason = Text(required=True, validate=validate.Length(1, MOST_REASON))


class TakenInSchema(Schema):
    op_id = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"description": "applied | merged | conflict | duplicate"})


@blp.route("/held", methods=["GET"])
@deed("held.read")
@blp.arguments(HeldQuerySchema, location="query")
@blp.response(200, HeldListSchema)
def read_held(query: dict[str, Any]) -> dict[str, Any]:
    return {"held": [_told(each) for each in flow.waiting(actor(), settled=query["settled"])]}


@blp.route("/held/<id:held>/taking-in", methods=["POST"])
@deed("held.take_in", limit_bytes=16 * 1024)
@blp.arguments(TakingInSchema)
@blp.response(200, TakenInSchema)
def take_in(content: dict[str, Any], held: str) -> dict[str, str]:
    op_id, outcome = flow.take_in(actor(), held, content["reason"])
    return {"op_id": op_id, "outcome": outcome}


@blp.route("/held/<id:held>/setting-aside", methods=["POST"])
@deed("held.set_aside", limit_bytes=16 * 1024)
@blp.arguments(SettingAsideSchema)
@blp.alt_response(204, description="Settled; it stays readable")
def set_aside(content: dict[str, Any], held: str) -> Response:
    flow.set_aside(actor(), held, content["reason"])
    return Response(status=204)


def _told(waiting: flow.Waiting) -> dict[str, Any]:
    each = waiting.held
    settled = each.settled and {
        "how": each.settled.how,
        "at": wire(each.settled.at),
        "by": waiting.names.get(each.settled.by, ""),
        "reason": each.settled.reason,
        "op_id": each.settled.op_id,
    }
    return {
        "id": each.id,
        "op_id": each.op_id,
        "inspection": each.inspection,
        "site": waiting.site,
        "account": each.account,
        "sender": waiting.names.get(each.account, ""),
        "author": waiting.names.get(waiting.author or ""),
        "device": each.device,
        "received_at": wire(each.received_at),
        "code": each.code,
        "message": words(PROBLEMS[each.code], each.details),
        "details": each.details,
        "op": readable(each.raw),
        "may": waiting.may,
        "settled": settled,
    }


def readable(raw: str) -> Any:
    """What was received as it can be shown: itself if any JSON reader takes it, else its text."""
    if "\\ud" in raw or "NaN" in raw or "Infinity" in raw:
        return raw
    return json.loads(raw)
