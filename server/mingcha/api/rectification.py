"""Rectification: the desk's orders and deeds, and the exchange with a centre's phone."""

from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate

from mingcha.api.deed import actor, deed, demand_same_person
from mingcha.api.reading import Blueprint, Text
from mingcha.core.rectification.items import APPEAL_DAYS, KINDS, SEVERITIES
from mingcha.core.uuid7 import is_id
from mingcha.flows import after_photos as photo_flow
from mingcha.flows import board as board_flow
from mingcha.flows import desk as desk_flow
from mingcha.flows import issuing
from mingcha.flows import moves as move_flow
from mingcha.flows import orders as flow

blp = Blueprint("rectification", __name__, url_prefix="/api/v1", description="Rectification to closing")

_WORDS = validate.Length(1, 4000)


def _uuid(value: str) -> None:
    if not is_id(value):
        raise ValidationError("Not a lower-case UUID.")


class ProofSchema(Schema):
    photos = fields.Boolean(load_default=False)
    why = Text(load_default="", validate=validate.Length(max=1000))


class WantedSchema(Schema):
    finding = Text(load_default=None, allow_none=True, validate=validate.Length(max=98))
    indicator = Text(required=True, validate=validate.Length(1, 32))
    clause = Text(load_default=None, allow_none=True, validate=validate.Length(max=32))
    kind = Text(required=True, validate=validate.OneOf(KINDS))
    severity = Text(required=True, validate=validate.OneOf(SEVERITIES))
    text = Text(required=True, validate=_WORDS)
    days = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(-1, 400))
    due_on = fields.Date(load_default=None, allow_none=True)
    proof = fields.Nested(ProofSchema, load_default=dict)
    person = Text(load_default=None, allow_none=True, validate=validate.Length(max=36))


class IssueSchema(Schema):
    id = Text(load_default=None, validate=_uuid, metadata={"description": "client-made; repeating it is harmless"})
    words = Text(load_default="", validate=validate.Length(max=4000))
    appeal_days = fields.Integer(load_default=APPEAL_DAYS, strict=True)
    items = fields.List(fields.Nested(WantedSchema), required=True)


class IssuedSchema(Schema):
    order = fields.Dict(required=True)
    warnings = fields.List(fields.Dict(), required=True)


class BoardQuerySchema(Schema):
    state = fields.String(load_default=None, validate=validate.Length(max=20))
    kind = fields.String(load_default=None, validate=validate.Length(max=20))
    overdue = fields.Boolean(load_default=False)
    waiting = fields.Boolean(load_default=False)
    q = Text(load_default=None, validate=validate.Length(max=80))


class BoardSchema(Schema):
    items = fields.List(fields.Dict(), required=True)
    counts = fields.Dict(required=True)


class SpanSchema(Schema):
    from_ = fields.Date(load_default=None, data_key="from")
    to = fields.Date(load_default=None)


class ReasonSchema(Schema):
    id = Text(required=True, validate=_uuid)
    reason = Text(required=True, validate=_WORDS)


class CloseSchema(Schema):
    id = Text(required=True, validate=_uuid)
    reason = Text(load_default="", validate=validate.Length(max=4000))


class ExtensionSchema(Schema):
    id = Text(required=True, validate=_uuid)
    granted = fields.Boolean(required=True)
    reason = Text(load_default="", validate=validate.Length(max=4000))
    days = fields.Integer(load_default=None, allow_none=True, strict=True)
    due_on = fields.Date(load_default=None, allow_none=True)


class DecisionSchema(Schema):
    id = Text(required=True, validate=_uuid)
    upheld = fields.Boolean(required=True)
    reason = Text(required=True, validate=_WORDS)
    points = Text(load_default=None, allow_none=True, validate=validate.Length(max=12))
    verdict = Text(load_default=None, allow_none=True, validate=validate.Length(max=20))
    measures = fields.Dict(
        keys=Text(validate=validate.Length(max=32)), values=Text(validate=validate.Length(max=32)), load_default=None,
        allow_none=True, validate=validate.Length(max=20), metadata={"description": "figures of the row as they should be"},
    )  # fmt: skip
    seen = fields.Integer(load_default=None, allow_none=True, strict=True)
    with_late = fields.Boolean(load_default=False)


class RecheckSchema(Schema):
    id = Text(required=True, validate=_uuid)
    team = fields.List(Text(), required=True, validate=validate.Length(0, 20))
    visit_on = fields.Date(required=True)


class DoneSchema(Schema):
    item = fields.Dict(required=True)
    snapshot = fields.String(allow_none=True)
    score = fields.Dict(allow_none=True)
    inspection = fields.String()


class ChangesQuerySchema(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=64 * 1024))


class MovesSchema(Schema):
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64 * 1024))
    moves = fields.List(fields.Raw(allow_none=True), required=True)


class ChangesSchema(Schema):
    results = fields.List(fields.Dict())
    orders = fields.List(fields.Dict(), required=True)
    gone = fields.List(fields.String(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    epoch = fields.String(required=True, metadata={"description": "another one: a backup was restored, offer all again"})
    server_time = fields.String(required=True)


@blp.route("/rectification/proposal/<id:inspection_id>", methods=["GET"])
@deed("rectification.issue")
@blp.response(200)
def propose(inspection_id: str) -> dict[str, Any]:
    return issuing.proposal(actor(), inspection_id)


@blp.route("/inspections/<id:inspection_id>/rectification", methods=["POST"])
@deed("rectification.issue", limit_bytes=512 * 1024)
@blp.arguments(IssueSchema)
@blp.response(201, IssuedSchema)
def issue(asked: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return issuing.issue(
        actor(), inspection_id, asked["items"], words=asked["words"], appeal_days=asked["appeal_days"],
        order_id=asked["id"],
    )  # fmt: skip


@blp.route("/rectification/orders/<id:order_id>", methods=["GET"])
@deed("rectification.read")
@blp.response(200)
def read_order(order_id: str) -> dict[str, Any]:
    return flow.read(actor(), order_id)


@blp.route("/rectification/items/<id:item_id>", methods=["GET"])
@deed("rectification.read")
@blp.response(200)
def read_item(item_id: str) -> dict[str, Any]:
    return flow.read_item(actor(), item_id)


@blp.route("/rectification/board", methods=["GET"])
@deed("rectification.figures")
@blp.arguments(BoardQuerySchema, location="query")
@blp.response(200, BoardSchema)
def board(query: dict[str, Any]) -> dict[str, Any]:
    words = query.pop("q")
    return board_flow.board(actor(), words=words, **query)


@blp.route("/rectification/ledger", methods=["GET"])
@deed("rectification.figures")
@blp.arguments(SpanSchema, location="query")
@blp.response(200)
def ledger(query: dict[str, Any]) -> dict[str, Any]:
    return board_flow.ledger(actor(), query["from_"], query["to"])


@blp.route("/rectification/figures", methods=["GET"])
@deed("rectification.figures")
@blp.arguments(SpanSchema, location="query")
@blp.response(200)
def figures(query: dict[str, Any]) -> dict[str, Any]:
    return board_flow.figures(actor(), query["from_"], query["to"])


@blp.route("/rectification/items/<id:item_id>/close", methods=["POST"])
@deed("rectification.close")
@blp.arguments(CloseSchema)
@blp.response(200, DoneSchema)
def close(asked: dict[str, Any], item_id: str) -> dict[str, Any]:
    return desk_flow.close(actor(), item_id, asked["id"], asked["reason"].strip())


@blp.route("/rectification/items/<id:item_id>/return", methods=["POST"])
@deed("rectification.return")
@blp.arguments(ReasonSchema)
@blp.response(200, DoneSchema)
def send_back(asked: dict[str, Any], item_id: str) -> dict[str, Any]:
    return desk_flow.send_back(actor(), item_id, asked["id"], asked["reason"])


@blp.route("/rectification/items/<id:item_id>/escalate", methods=["POST"])
@deed("rectification.escalate")
@blp.arguments(ReasonSchema)
@blp.response(200, DoneSchema)
def escalate(asked: dict[str, Any], item_id: str) -> dict[str, Any]:
    return desk_flow.escalate(actor(), item_id, asked["id"], asked["reason"])


@blp.route("/rectification/items/<id:item_id>/extension", methods=["POST"])
@deed("rectification.extend")
@blp.arguments(ExtensionSchema)
@blp.response(200, DoneSchema)
def answer_extension(asked: dict[str, Any], item_id: str) -> dict[str, Any]:
    return desk_flow.answer_extension(actor(), item_id, asked.pop("id"), **asked)


@blp.route("/rectification/items/<id:item_id>/appeal", methods=["POST"])
@deed("rectification.decide")
@blp.arguments(DecisionSchema)
@blp.response(200, DoneSchema)
def decide_appeal(asked: dict[str, Any], item_id: str) -> dict[str, Any]:
    return desk_flow.decide(actor(), item_id, asked.pop("id"), **asked)


@blp.route("/rectification/items/<id:item_id>/recheck", methods=["POST"])
@deed("rectification.recheck")
@blp.arguments(RecheckSchema)
@blp.response(200, DoneSchema)
def recheck(asked: dict[str, Any], item_id: str) -> dict[str, Any]:
    visit_on = asked["visit_on"].isoformat()
    return desk_flow.recheck(actor(), item_id, asked["id"], team=asked["team"], visit_on=visit_on)


@blp.route("/rectification/changes", methods=["GET"])
@deed("rectification.read")
@blp.arguments(ChangesQuerySchema, location="query")
@blp.response(200, ChangesSchema)
def read_changes(query: dict[str, Any]) -> dict[str, Any]:
    return move_flow.changes(actor(), query["cursor"])


@blp.route("/rectification/moves", methods=["POST"])
@deed("rectification.respond", limit_bytes=512 * 1024)
@blp.arguments(MovesSchema)
@blp.response(200, ChangesSchema)
def take_in(asked: dict[str, Any]) -> dict[str, Any]:
    demand_same_person()
    return move_flow.take_in(actor(), asked["moves"], asked["cursor"])


@blp.route("/rectification/items/<id:item_id>/photos/<id:photo_id>/thumb", methods=["GET"])
@deed("rectification.read")
@blp.alt_response(200, description="JPEG, long edge 320", content_type="image/jpeg")
def thumb(item_id: str, photo_id: str) -> Response:
    return _jpeg(photo_flow.view(actor(), item_id, photo_id, "thumb"))


@blp.route("/rectification/items/<id:item_id>/photos/<id:photo_id>/large", methods=["GET"])
@deed("rectification.read")
@blp.alt_response(200, description="JPEG, long edge 1600", content_type="image/jpeg")
def large(item_id: str, photo_id: str) -> Response:
    return _jpeg(photo_flow.view(actor(), item_id, photo_id, "large"))


def _jpeg(data: bytes) -> Response:
    response = Response(data, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=60"
    return response
