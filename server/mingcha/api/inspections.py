"""What supervisors and readers see: the queue, one inspection, approving it, sending it back."""

from typing import Any

from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.flows import doubles, looking, queue, reopening
from mingcha.flows import earlier as earlier_flow
from mingcha.flows import review as flow

blp = Blueprint("inspections", __name__, url_prefix="/api/v1", description="The queue and the review")

MOST_REASON = 2000


class QueueQuerySchema(Schema):
    state = fields.String(load_default=None, validate=validate.Length(max=20))
    q = Text(load_default=None, validate=validate.Length(max=80))
    campaign = Text(load_default=None, validate=validate.Length(max=200))
    town = fields.String(load_default=None, validate=validate.Regexp(r"\d{1,12}\Z"))
    inspector = Text(load_default=None, validate=validate.Length(max=36))
    after = fields.String(load_default=None, validate=validate.Length(max=60))


class QueueSchema(Schema):
    """Each as phones know it, and how it stands: `low`, `high`, `full`, the numbers of `open` rows, `conflicts`,
    `contradictions` and pieces of `missing` evidence, their sum `needs`, `late` and `held` steps, likely `doubles`,
    photos with `flags`, `photos` {have, proved}, and whether there is something `fresh` since the asker last looked.
    """

    inspections = fields.List(fields.Dict(), required=True)
    next = fields.String(required=True, allow_none=True, metadata={"description": "`after` of the following page"})
    counts = fields.Dict(required=True, metadata={"description": "by state: {all, needs}, under the other filters"})


class ChoicesSchema(Schema):
    campaigns = fields.List(fields.Dict(), required=True)
    towns = fields.List(fields.Dict(), required=True)
    inspectors = fields.List(fields.Dict(), required=True)


class LookSchema(Schema):
    seq = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))


class TraceQuerySchema(Schema):
    target = Text(load_default=None, validate=validate.Length(1, 200))
    row = Text(load_default=None, validate=validate.Length(1, 32))


class TraceSchema(Schema):
    history = fields.List(fields.Dict(), required=True)
    authors = fields.Dict(required=True)


class DoublesSchema(Schema):
    how = fields.String(required=True, validate=validate.OneOf(("join", "part", "both")))
    keep = Text(required=True, validate=validate.Length(1, 98))
    other = Text(required=True, validate=validate.Length(1, 98))
    seen = fields.Integer(required=True, strict=True)


class ReopeningSchema(Schema):
    reason = Text(required=True, validate=validate.Length(1, MOST_REASON))


class LateSchema(Schema):
    how = fields.String(required=True, validate=validate.OneOf(("take_in", "set_aside")))
    seen = fields.Integer(required=True, strict=True)
    reason = Text(required=True, validate=validate.Length(1, MOST_REASON))


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
    late_steps = fields.List(fields.Dict(), required=True, metadata={"description": "the same, whole"})
    doubles = fields.List(
        fields.Dict(), required=True, metadata={"description": "likely double findings: {one, other, why, apart_minutes}"}
    )
    joined = fields.List(fields.Dict(), required=True, metadata={"description": "{finding, into, photos}"})
    outstanding = fields.List(
        fields.Dict(), required=True, metadata={"description": "devices not heard of since the submission"}
    )
    news = fields.Dict(
        required=True, allow_none=True, metadata={"description": "{at, seq, changes} since the asker last looked"}
    )
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
    comment = Text(required=True, validate=validate.Length(1, 4000))
    comments = fields.Dict(
        keys=Text(validate=validate.Length(1, 32)),
        values=Text(validate=validate.Length(1, 1000)),
        load_default=dict,
        validate=validate.Length(max=200),
        metadata={"description": "by indicator"},
    )


@blp.route("/inspections", methods=["GET"])
@deed("inspection.list")
@blp.arguments(QueueQuerySchema, location="query")
@blp.response(200, QueueSchema)
def list_inspections(query: dict[str, Any]) -> dict[str, Any]:
    words = query.pop("q")
    return queue.page(actor(), queue.Asked(**query, words=words))


@blp.route("/inspections/choices", methods=["GET"])
@deed("inspection.list")
@blp.response(200, ChoicesSchema)
def list_choices() -> dict[str, Any]:
    return queue.choices(actor())


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
    flow.send_back(actor(), inspection_id, asked["comment"], asked["comments"])


@blp.route("/inspections/<inspection_id>/look", methods=["PUT"])
@deed("inspection.look", limit_bytes=4096)
@blp.arguments(LookSchema)
@blp.response(204)
def look(asked: dict[str, Any], inspection_id: str) -> None:
    looking.keep(actor(), inspection_id, asked["seq"])


@blp.route("/inspections/<inspection_id>/trace", methods=["GET"])
@deed("inspection.trace")
@blp.arguments(TraceQuerySchema, location="query")
@blp.response(200, TraceSchema)
def trace(query: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return looking.history(actor(), inspection_id, target=query["target"], row=query["row"])


@blp.route("/inspections/<inspection_id>/doubles", methods=["POST"])
@deed("review.join", limit_bytes=4096)
@blp.arguments(DoublesSchema)
@blp.response(204)
def decide_doubles(asked: dict[str, Any], inspection_id: str) -> None:
    doubles.decide(
        actor(), inspection_id, asked["how"], keep=asked["keep"], other=asked["other"], seen=asked["seen"]
    )


@blp.route("/inspections/<inspection_id>/late", methods=["POST"])
@deed("review.late", limit_bytes=32 * 1024)
@blp.arguments(LateSchema)
@blp.response(200, ApprovedSchema)
def settle_late(asked: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    return reopening.settle_late(actor(), inspection_id, asked["how"], seen=asked["seen"], reason=asked["reason"])


@blp.route("/inspections/<inspection_id>/reopening", methods=["POST"])
@deed("review.reopen", limit_bytes=32 * 1024)
@blp.arguments(ReopeningSchema)
@blp.response(204)
def reopen(asked: dict[str, Any], inspection_id: str) -> None:
    reopening.reopen(actor(), inspection_id, asked["reason"])
