"""Every group of routes, in the order of the API document. A new group is one file and one line here."""

from typing import Any

from flask import Flask

from mingcha.api import (
    accounts,
    campaigns,
    carry,
    checklist_drafts,
    checklists,
    county,
    devices,
    evidence,
    factors,
    feedback,
    grades,
    handing_over,
    health,
    held,
    inspections,
    invitations,
    papers,
    photos,
    public,
    reach,
    rectification,
    registry,
    rescue,
    results,
    second_step,
    session,
    sign_on,
    sync,
    uploads,
    visits,
)
from mingcha.api.deed import deed
from mingcha.api.documented import MingchaApi
from mingcha.api.reading import IdConverter

GROUPS = (
    health, session, second_step, factors, sign_on, accounts, devices, invitations, handing_over, county, checklists,
    checklist_drafts, sync, held, uploads, inspections, carry, photos, rescue, evidence, rectification, reach, papers, grades,
    feedback, registry, campaigns, results, public, visits,
)  # fmt: skip

SPEC = {
    "API_TITLE": "Mingcha",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


def register(app: Flask) -> None:
    app.config.update(SPEC)
    app.url_map.converters["id"] = IdConverter
    api = MingchaApi(app)
    api.register_converter(IdConverter, lambda converter: {"type": "string", "format": "uuid"})
    for group in GROUPS:
        api.register_blueprint(group.blp)
    app.view_functions["api-docs.openapi_json"] = _public(app.view_functions["api-docs.openapi_json"])


def _public(view: Any) -> Any:
    """The library's own view, marked as the gate wants it."""

    @deed("app.read")
    def marked() -> Any:
        return view()

    return marked
