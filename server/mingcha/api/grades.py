"""Grades of a campaign, and the decisions that change them."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.flows import grades as flow

blp = Blueprint("grades", __name__, url_prefix="/api/v1", description="Grades and decisions about them")

KINDS = ("trigger", "lower", "withdraw", "tie", "bonus", "revoke")


class GradesQuerySchema(Schema):
    campaign = fields.String(required=True, validate=validate.Length(1, 200))
    awarded_on = fields.Date(load_default=None)


class GradesSchema(Schema):
    """`sites`, best first: {site {id, name}, inspection, low, high, full, place, places, grade}; a grade has the form
    of `core/scoring/grades.py`. `decisions`: oldest first, revoked ones too.
    """

    campaign = fields.String(required=True)
    sites = fields.List(fields.Dict(), required=True)
    decisions = fields.List(fields.Dict(), required=True)


class GradeDecisionSchema(Schema):
    """`trigger`: a happening that the checklist lists · `lower` by `steps` · `withdraw` · `tie`: `order` of site ids ·
    `bonus`: `points` instead of the grade's · `revoke`: the decision `of` no longer stands.
    """

    campaign = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    site = fields.String(required=True, validate=validate.Length(max=36))
    source = fields.String(required=True, validate=validate.Length(max=500))
    reason = fields.String(required=True, validate=validate.Length(max=4000))
    trigger = fields.String(validate=validate.Length(max=64))
    steps = fields.Integer(strict=True)
    order = fields.List(fields.String(validate=validate.Length(max=36)), validate=validate.Length(max=500))
    points = fields.String(validate=validate.Length(max=16))
    of = fields.String(validate=validate.Length(max=36))


class DecidedSchema(GradeDecisionSchema):
    id = fields.String(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.String(required=True)


@blp.route("/grades", methods=["GET"])
@deed("grade.read")
@blp.arguments(GradesQuerySchema, location="query")
@blp.response(200, GradesSchema)
def read_grades(query: dict[str, Any]) -> dict[str, Any]:
    who, day = actor(), query["awarded_on"]
    return flow.read(who, who.tenant, query["campaign"], day.isoformat() if day else None)


@blp.route("/grade-decisions", methods=["POST"])
@deed("grade.decide")
@blp.arguments(GradeDecisionSchema)
@blp.response(201, DecidedSchema)
def decide(asked: dict[str, Any]) -> dict[str, Any]:
    campaign = asked.pop("campaign")
    return flow.decide(actor(), campaign, asked)
