"""Whether the server is well, and what it counts."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from mingcha import clock, metrics
from mingcha.api.deed import deed
from mingcha.api.reading import Blueprint
from mingcha.core.problems import Refused
from mingcha.store.db import is_reachable

blp = Blueprint("health", __name__, description="Health and counters")


class HealthSchema(Schema):
    status = fields.String(required=True, metadata={"description": "ok"})
    server_time = fields.String(required=True)


@blp.route("/api/v1/health", methods=["GET"])
@deed("app.read")
@blp.response(200, HealthSchema)
def health() -> dict[str, Any]:
    if not is_reachable():
        raise Refused("busy")
    return {"status": "ok", "server_time": clock.wire(clock.now())}


@blp.route("/metrics", methods=["GET"])
@deed("metrics.read")
@blp.alt_response(200, description="Prometheus text format", content_type="text/plain")
def read_metrics() -> Response:
    return Response(metrics.page(), content_type="text/plain; version=0.0.4; charset=utf-8")
