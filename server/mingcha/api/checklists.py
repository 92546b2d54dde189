"""Checklist versions: which there are, two side by side, the exact bytes of one under its digest, one as a workbook."""

import re
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint
from mingcha.core.problems import Refused
from mingcha.flows import checklists as flow
from mingcha.store import checklists

_DIGEST = re.compile(r"[0-9a-f]{64}")

blp = Blueprint("checklists", __name__, url_prefix="/api/v1", description="Checklist versions")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class VersionSchema(Schema):
    version = fields.String(required=True)
    digest = fields.String(required=True)
    title = fields.Dict(required=True)
    published_at = fields.String(required=True)
    replaces = fields.String(required=True, allow_none=True)
    note = fields.Dict(required=True, allow_none=True)
    owner = fields.String(required=True, metadata={"description": "the region that owns it; 00 is the nation"})
    retired = fields.Boolean(required=True, metadata={"description": "another version here replaces it"})
    inspections = fields.Integer(required=True, metadata={"description": "how many in one's area are pinned to it"})


class DraftHeadSchema(Schema):
    id = fields.String(required=True)
    version = fields.String(required=True)
    changed_at = fields.String(required=True)
    by = fields.Dict(required=True)


class ChecklistSchema(Schema):
    slug = fields.String(required=True)
    title = fields.Dict(required=True, allow_none=True, metadata={"description": "null: there are only drafts"})
    scheme = fields.String(required=True, allow_none=True)
    versions = fields.List(fields.Nested(VersionSchema), required=True)
    drafts = fields.List(fields.Nested(DraftHeadSchema), required=True)


class ChecklistsSchema(Schema):
    checklists = fields.List(fields.Nested(ChecklistSchema), required=True)


class CompareQuerySchema(Schema):
    from_ = fields.String(required=True, data_key="from", validate=validate.Length(max=64))
    to = fields.String(required=True, validate=validate.Length(max=64))


class ComparisonSchema(Schema):
    """A change: {indicator, title, path, label {zh, en}, before, after}; `indicator` is null for the whole file."""

    from_ = fields.Dict(required=True, data_key="from", attribute="from")
    to = fields.Dict(required=True)
    same = fields.Boolean(required=True)
    added = fields.List(fields.Dict(), required=True)
    removed = fields.List(fields.Dict(), required=True)
    moved = fields.List(fields.Dict(), required=True)
    words = fields.List(fields.Dict(), required=True)
    scoring = fields.List(fields.Dict(), required=True)
    asking = fields.List(fields.Dict(), required=True)


class UsersSchema(Schema):
    inspections = fields.List(fields.Dict(), required=True)


@blp.route("/checklists", methods=["GET"])
@deed("checklist.list")
@blp.response(200, ChecklistsSchema)
def list_checklists() -> dict[str, Any]:
    return {"checklists": flow.listed(actor())}


@blp.route("/checklists/compare", methods=["GET"])
@deed("checklist.list")
@blp.arguments(CompareQuerySchema, location="query")
@blp.response(200, ComparisonSchema)
def compare(query: dict[str, Any]) -> dict[str, Any]:
    return flow.compared(actor(), query["from_"], query["to"])


@blp.route("/checklists/<digest>", methods=["GET"])
@deed("checklist.read")
@blp.alt_response(200, description="The canonical JSON whose SHA-256 is the digest", content_type="application/json")
def read_checklist(digest: str) -> Response:
    if not _DIGEST.fullmatch(digest):
        raise Refused("not_found")
    if request.if_none_match.contains(digest):
        return _for_ever(Response(status=304), digest)
    zipped = request.accept_encodings["gzip"] > 0
    body = checklists.body_gzip(digest) if zipped else checklists.body(digest)
    if body is None:
        raise Refused("not_found")
    response = Response(body, content_type="application/json")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return _for_ever(response, digest)


@blp.route("/checklists/<digest>/inspections", methods=["GET"])
@deed("inspection.list")
@blp.response(200, UsersSchema)
def list_users(digest: str) -> dict[str, Any]:
    return {"inspections": flow.users(actor(), digest)}


@blp.route("/checklists/<digest>/excel", methods=["GET"])
@deed("checklist.list")
@blp.alt_response(200, description="Our workbook; importing it gives the same digest", content_type=XLSX)
def read_excel(digest: str) -> Response:
    return workbook(flow.exported(actor(), digest))


def workbook(book: flow.Workbook) -> Response:
    """A workbook as a download."""
    response = Response(book.data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{book.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_ever(response: Response, digest: str) -> Response:
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(digest)
    return response
