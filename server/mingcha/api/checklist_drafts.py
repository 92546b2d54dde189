"""Drafts of checklist versions: begun from a version or a file, edited with the lint beside them, published.

Faults and what a file could not bring are lists of {path, code, severity, message {zh, en}}; those of a workbook name
{sheet, row, column} too.
"""

from pathlib import Path
from typing import Any

from flask import Response, current_app, request
from marshmallow import Schema, fields, validate

from mingcha.api.checklists import workbook
from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.flows import checklist_drafts as flow

blp = Blueprint("checklist drafts", __name__, url_prefix="/api/v1", description="Checklist versions in the making")

#: A workbook of our largest checklist has 60 KB.
MOST_FILE_BYTES = 4 * 1024 * 1024
MOST_CONTENT_BYTES = 2 * 1024 * 1024

#: What the body is, by its media type; anything else is looked at.
KINDS = {"application/yaml": "yaml", "application/x-yaml": "yaml", "text/yaml": "yaml"}


class NewDraftSchema(Schema):
    from_ = Text(required=True, data_key="from", validate=validate.Length(max=64))
    version = Text(required=True, validate=validate.Regexp(r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$"))


class ImportQuerySchema(Schema):
    format = fields.String(load_default=None, validate=validate.OneOf(("template", "xlsform", "yaml")))


class ContentSchema(Schema):
    content = fields.Raw(required=True)
    seq = fields.Integer(required=True, strict=True, metadata={"description": "the save that this one follows"})


class NoteSchema(Schema):
    zh = Text(required=True, validate=validate.Length(1, 4000))
    en = Text(required=True, validate=validate.Length(1, 4000))


class PublishSchema(Schema):
    note = fields.Nested(NoteSchema, required=True)


class PublishedSchema(Schema):
    digest = fields.String(required=True)
    slug = fields.String(required=True)
    version = fields.String(required=True)


class DraftSchema(Schema):
    id = fields.String(required=True)
    slug = fields.String(required=True)
    version = fields.String(required=True)
    base = fields.String(required=True, allow_none=True)
    seq = fields.Integer(required=True)
    changed_at = fields.String(required=True)
    by = fields.Dict(required=True)
    content = fields.Dict(required=True)
    faults = fields.List(fields.Dict(), required=True)
    report = fields.List(fields.Dict(), required=True)


@blp.route("/checklist-drafts", methods=["POST"])
@deed("checklist.draft", limit_bytes=MOST_FILE_BYTES)
@blp.arguments(ImportQuerySchema, location="query")
@blp.response(201, DraftSchema)
def begin_draft(query: dict[str, Any]) -> dict[str, Any]:
    """JSON {from: digest, version} begins one from a published version; any other body is a file to bring in."""
    if request.is_json:
        new = Blueprint.ARGUMENTS_PARSER.parse(NewDraftSchema(), request, location="json")
        return flow.begin(actor(), _root(), new["from_"], new["version"])
    return flow.bring_in(actor(), _root(), request.get_data(), query["format"] or KINDS.get(request.mimetype, "any"))


@blp.route("/checklist-drafts/<id:draft_id>", methods=["GET"])
@deed("checklist.draft")
@blp.response(200, DraftSchema)
def read_draft(draft_id: str) -> dict[str, Any]:
    return flow.read(actor(), _root(), draft_id)


@blp.route("/checklist-drafts/<id:draft_id>", methods=["PUT"])
@deed("checklist.draft", limit_bytes=MOST_CONTENT_BYTES)
@blp.arguments(ContentSchema)
@blp.response(200, DraftSchema)
def save_draft(asked: dict[str, Any], draft_id: str) -> dict[str, Any]:
    return flow.save(actor(), _root(), draft_id, asked["content"], asked["seq"])


@blp.route("/checklist-drafts/<id:draft_id>", methods=["DELETE"])
@deed("checklist.draft")
@blp.response(204)
def drop_draft(draft_id: str) -> None:
    flow.drop(actor(), draft_id)


@blp.route("/checklist-drafts/<id:draft_id>/publish", methods=["POST"])
@deed("checklist.publish", limit_bytes=32 * 1024)
@blp.arguments(PublishSchema)
@blp.response(200, PublishedSchema)
def publish_draft(asked: dict[str, Any], draft_id: str) -> Any:
    return flow.publish(actor(), _root(), draft_id, asked["note"])


@blp.route("/checklist-drafts/<id:draft_id>/excel", methods=["GET"])
@deed("checklist.draft")
def read_draft_excel(draft_id: str) -> Response:
    return workbook(flow.exported(actor(), _root(), draft_id))


def _root() -> Path:
    """Where the shape of checklists is kept."""
    root: Path = current_app.config["MINGCHA"].checklists
    return root
