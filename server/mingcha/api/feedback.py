"""投诉建议: send one's own, read the area's."""

from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.core.oplog.values import UUID, is_time
from mingcha.flows import feedback as flow

blp = Blueprint("feedback", __name__, url_prefix="/api/v1", description="Complaints and suggestions")


def _moment(text: str) -> None:
    if not is_time(text):
        raise ValidationError("Not a moment.")


class NewFeedbackSchema(Schema):
    id = Text(required=True, validate=validate.Regexp(f"^{UUID.pattern}$"))
    kind = Text(required=True, validate=validate.OneOf(flow.KINDS))
    text = Text(required=True, validate=validate.Length(1, flow.MOST_CHARACTERS))
    at = Text(required=True, validate=_moment, metadata={"description": "by the sender's clock, UTC with milliseconds"})


class FeedbackSchema(Schema):
    id = fields.String(required=True)
    account = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    at = fields.String(required=True)
    received_at = fields.DateTime(required=True)


class FeedbacksSchema(Schema):
    feedback = fields.List(fields.Nested(FeedbackSchema), required=True)


@blp.route("/feedback", methods=["POST"])
@deed("feedback.send", limit_bytes=16 * 1024)
@blp.arguments(NewFeedbackSchema)
@blp.alt_response(204, description="Kept; the same message sent again changes nothing")
def send(new: dict[str, Any]) -> Response:
    flow.send(actor(), **new)
    return Response(status=204)


@blp.route("/feedback", methods=["GET"])
@deed("feedback.read")
@blp.response(200, FeedbacksSchema)
def read() -> dict[str, Any]:
    return {"feedback": flow.read(actor())}
