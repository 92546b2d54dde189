"""What lies in one's area: its sites, and its audit trail."""

from typing import Any

from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint
from mingcha.flows import trail
from mingcha.store import regions, sites

blp = Blueprint("county", __name__, url_prefix="/api/v1", description="Sites and the audit trail")


class SiteSchema(Schema):
    id = fields.String(required=True)
    region = fields.String(required=True)
    name = fields.Dict(required=True, metadata={"description": "{zh, en}"})
    address = fields.String(required=True)
    lat = fields.String(required=True, allow_none=True)
    lon = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    windows = fields.Integer(required=True, allow_none=True)
    person = fields.String(required=True, metadata={"description": "who answers for it"})
    hours = fields.String(required=True)
    active = fields.Boolean(required=True)


class SitesSchema(Schema):
    sites = fields.List(fields.Nested(SiteSchema), required=True)
    regions = fields.Dict(required=True, metadata={"description": "names {zh, en} of the area’s regions, by code"})


class PageSchema(Schema):
    before = fields.Integer(load_default=None, validate=validate.Range(1))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class EventsSchema(Schema):
    events = fields.List(fields.Dict(), required=True, metadata={
        "description": "newest first; what would give a secret visit away has `{withheld: true}` for its details"})  # fmt: skip


@blp.route("/sites", methods=["GET"])
@deed("site.list")
@blp.response(200, SitesSchema)
def list_sites() -> dict[str, Any]:
    return {"sites": sites.in_area(actor().scope), "regions": regions.in_area(actor().scope)}


@blp.route("/audit", methods=["GET"])
@deed("audit.read")
@blp.arguments(PageSchema, location="query")
@blp.response(200, EventsSchema)
def read_audit(page: dict[str, Any]) -> dict[str, Any]:
    return {"events": trail.latest(actor(), **page)}
