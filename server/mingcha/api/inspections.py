"""What supervisors and readers see: the queue, one inspection, approving it, sending it back."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.flows import earlier as earlier_flow
from mingcha.flows import review as flow

blp = Blueprint("inspections", __name__, url_prefix="/api/v1", description="The queue and the review")


class QueueQuerySchema(Schema):
    state = fields.String(load_default=None, validate=validate.Length(max=20))
    q = fields.String(load_default=None, validate=validate.Length(max=80))


class QueueSchema(Schema):
    """Each as phones know it, and how it stands: `low`, `high`, `full`, the numbers of `open` rows, `conflicts`,
    `contradictions` and pieces of `missing` evidence, their sum `needs`, and `photos` {have, proved}.
    """

    inspections = fields.List(fields.Dict(), required=True)


class InspectionSchema(Schema):
    """Folded state, result, conflicts and contradictions have the forms of `core/oplog` and `core/scoring`."""

    inspection = fields.Dict(required=True)
    seq = fields.Integer(required=True, metadata={"description": "what an approval names as seen"})
    state = fields.Dict(required=True)
    result = fields.Dict(required=True)
    conflicts = fields.List(fields.Dict(), required=True)
    contradictions = fields.List(fields.Dict(), required=True)
    obstacles = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "what stands before an approval, each as its refusal would say it"},
    )
    photos = fields.List(fields.Dict(), required=True)
    authors = fields.Dict(required=True)
    held = fields.List(fields.Dict(), required=True)
    late = fields.List(fields.String(), required=True, metadata={"description": "ops that came after the approval"})
    snapshot = fields.Dict(required=True, allow_none=True)


class HistorySchema(Schema):
    visits = fields.List(
        fields.Dict(),
        required=True,
        metadata={
            "description": "newest first: {inspection, visit_on, rows: {indicator: {state, taken, findings, note}}}"
        },
    )


class ApprovalSchema(Schema):
    seen = fields.Integer(required=True, strict=True)


class ApprovedSchema(Schema):
    snapshot = fields.String(required=True)
    upto = fields.Integer(required=True)


class ReturnSchema(Schema):
    comment = fields.String(required=True, validate=validate.Length(1, 4000))


@blp.route("/inspections", methods=["GET"])
@deed("inspection.list")
@blp.arguments(QueueQuerySchema, location="query")
@blp.response(200, QueueSchema)
def list_inspections(query: dict[str, Any]) -> dict[str, Any]:
    return {"inspections": flow.queue(actor(), query["state"], query["q"])}


@blp.route("/inspections/<inspection_id>", methods=["GET"])
@deed("inspection.read")
@blp.response(200, InspectionSchema)
def read_inspection(inspection_id: str) -> dict[str, Any]:
    return flow.read(actor(), inspection_id)


@blp.route("/inspections/<inspection_id>/history", methods=["GET"])
@deed("inspection.history")
@blp.response(200, HistorySchema)
def read_history(inspection_id: str) -> dict[str, Any]:
    return {"visits": earlier_flow.visits(actor(), inspection_id)}


@blp.route("/inspections/<inspection_id>/approval", methods=["POST"])
@deed("review.approve", limit_bytes=4096)
@blp.arguments(ApprovalSchema)
@blp.response(200, ApprovedSchema)
def approve(asked: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return flow.approve(actor(), inspection_id, asked["seen"])


@blp.route("/inspections/<inspection_id>/return", methods=["POST"])
@deed("review.return", limit_bytes=32 * 1024)
@blp.arguments(ReturnSchema)
@blp.response(204)
def send_back(asked: dict[str, Any], inspection_id: str) -> None:
    flow.send_back(actor(), inspection_id, asked["comment"])
