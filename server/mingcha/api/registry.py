"""The registry by sheet: templates, the look beforehand, the import, taking it back; and what is known, by column."""

from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.core.access import Subject, demand
from mingcha.core.problems import Refused
from mingcha.core.registry import KINDS
from mingcha.flows import registry as flow

blp = Blueprint("registry", __name__, url_prefix="/api/v1/registry", description="Regions, sites and inspectors by sheet")

MOST_FILE_BYTES = 8 * 1024 * 1024
_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


class SheetRowsSchema(Schema):
    rows = fields.List(fields.Dict(keys=Text()), required=True, validate=validate.Length(1, 5000))


class SeenSchema(Schema):
    seen = Text(required=True, validate=validate.Length(max=64), metadata={"description": "the preview’s digest"})


class FormSchema(Schema):
    form = fields.String(load_default="xlsx", validate=validate.OneOf(("xlsx", "csv")))


class SheetPreviewSchema(Schema):
    counts = fields.Dict(required=True, metadata={"description": "{rows, new, changed, same, faulty, errors}"})
    faults = fields.List(fields.Dict(), required=True, metadata={"description": "{row, column, code, severity, message}"})
    changes = fields.List(fields.Dict(), required=True, metadata={"description": "{row, id, name {zh, en}, new, fields}"})
    digest = fields.String(required=True)


class SheetImportSchema(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    at = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    by_name = fields.String(required=True, allow_none=True)
    counts = fields.Dict(required=True)
    undone_at = fields.String(required=True, allow_none=True)
    undoable = fields.Boolean()
    faults = fields.List(fields.Dict())


class ImportsSchema(Schema):
    imports = fields.List(fields.Nested(SheetImportSchema), required=True)


class RegistryListSchema(Schema):
    rows = fields.List(fields.Dict(), required=True)


@blp.route("/<kind>/template", methods=["GET"])
@deed("registry.read")
@blp.arguments(FormSchema, location="query")
@blp.alt_response(200, description="A sheet to fill in")
def template(query: dict[str, Any], kind: str) -> Response:
    return _file(flow.template(_kind(kind), query["form"]), kind, query["form"])


@blp.route("/regions", methods=["GET"])
@deed("registry.read")
@blp.response(200, RegistryListSchema)
def list_regions() -> dict[str, Any]:
    return {"rows": flow.listed(actor(), "regions")}


@blp.route("/sites", methods=["GET"])
@deed("registry.read")
@blp.response(200, RegistryListSchema)
def list_sites() -> dict[str, Any]:
    return {"rows": flow.listed(actor(), "sites")}


@blp.route("/people", methods=["GET"])
@deed("registry.people")
@blp.response(200, RegistryListSchema)
def list_people() -> dict[str, Any]:
    return {"rows": flow.listed(actor(), "people")}


@blp.route("/<kind>/sheet", methods=["GET"])
@deed("registry.people")
@blp.arguments(FormSchema, location="query")
@blp.alt_response(200, description="The registry as a sheet, in the form of the template")
def export(query: dict[str, Any], kind: str) -> Response:
    return _file(flow.exported(actor(), _kind(kind), query["form"]), kind, query["form"])


@blp.route("/<kind>/preview", methods=["POST"])
@deed("registry.import", limit_bytes=MOST_FILE_BYTES)
@blp.response(200, SheetPreviewSchema)
def preview(kind: str) -> dict[str, Any]:
    """JSON {rows: […]} by column, or a file: xlsx or csv."""
    _demand()
    return flow.preview(actor(), _kind(kind), _source())


@blp.route("/<kind>/import", methods=["POST"])
@deed("registry.import", limit_bytes=MOST_FILE_BYTES)
@blp.arguments(SeenSchema, location="query")
@blp.response(201, SheetImportSchema)
def take(query: dict[str, Any], kind: str) -> dict[str, Any]:
    """The same body again, and the digest of its preview."""
    _demand()
    return flow.take(actor(), _kind(kind), _source(), query["seen"])


@blp.route("/imports", methods=["GET"])
@deed("registry.read")
@blp.response(200, ImportsSchema)
def list_imports() -> dict[str, Any]:
    return {"imports": flow.imports(actor())}


@blp.route("/imports/<id:import_id>/undo", methods=["POST"])
@deed("registry.undo", limit_bytes=4096)
@blp.response(200, SheetImportSchema)
def undo(import_id: str) -> dict[str, Any]:
    return flow.undo(actor(), import_id)


def _demand() -> None:
    demand(actor(), "registry.import", Subject(actor().scope))


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Refused("not_found")
    return kind


def _source() -> Any:
    if request.is_json:
        return Blueprint.ARGUMENTS_PARSER.parse(SheetRowsSchema(), request, location="json")["rows"]
    return request.get_data()


def _file(data: bytes, kind: str, form: str) -> Response:
    response = Response(data, content_type=_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="mingcha-{kind}.{form}"'
    return response
