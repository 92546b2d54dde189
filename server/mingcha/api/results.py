"""What a campaign came to: for its desk and readers; and for a centre its own result once it is published."""

from typing import Any

from flask import Response

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint
from mingcha.flows import results as flow

blp = Blueprint("results", __name__, url_prefix="/api/v1", description="Results of campaigns")


@blp.route("/campaigns/<id:campaign_id>/results", methods=["GET"])
@deed("result.read")
@blp.response(200)
def read(campaign_id: str) -> dict[str, Any]:
    """`boards`: one for each checklist version, with rows (best first), figures, and the words they name."""
    return flow.read(actor(), campaign_id)


@blp.route("/results", methods=["GET"])
@deed("result.own")
@blp.response(200)
def list_own() -> dict[str, Any]:
    return {"results": flow.of_centre(actor())}


@blp.route("/results/<id:inspection_id>", methods=["GET"])
@deed("result.own")
@blp.response(200)
def read_own(inspection_id: str) -> dict[str, Any]:
    return flow.own(actor(), inspection_id)


@blp.route("/results/<id:inspection_id>/pictures/<id:photo_id>", methods=["GET"])
@deed("result.own")
@blp.alt_response(200, description="As reports show it: covered, never a badge", content_type="image/jpeg")
def picture(inspection_id: str, photo_id: str) -> Response:
    response = Response(flow.own_picture(actor(), inspection_id, photo_id), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    return response
