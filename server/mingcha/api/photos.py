"""Looking at photos: two derivatives for everybody who may see the inspection, the original for a few."""

from flask import Response
from flask_smorest import Blueprint

from mingcha.api.deed import actor, deed
from mingcha.flows import evidence as flow

blp = Blueprint("photos", __name__, url_prefix="/api/v1", description="Photos")

#: A derivative depends on nothing but the bytes; whether one may see it is asked again after a minute.
_PRIVATE = "private, max-age=60"


@blp.route("/photos/<photo_id>/thumb", methods=["GET"])
@deed("photo.read")
@blp.alt_response(200, description="JPEG, long edge 320", content_type="image/jpeg")
def thumb(photo_id: str) -> Response:
    return _jpeg(flow.view(actor(), photo_id, "thumb"))


@blp.route("/photos/<photo_id>/large", methods=["GET"])
@deed("photo.read")
@blp.alt_response(200, description="JPEG, long edge 1600", content_type="image/jpeg")
def large(photo_id: str) -> Response:
    return _jpeg(flow.view(actor(), photo_id, "large"))


@blp.route("/photos/<photo_id>/original", methods=["GET"])
@deed("photo.original")
@blp.alt_response(200, description="The bytes as received", content_type="application/octet-stream")
def original(photo_id: str) -> Response:
    found = flow.original(actor(), photo_id)
    response = Response(found.data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _jpeg(data: bytes) -> Response:
    response = Response(data, content_type="image/jpeg")
    response.headers["Cache-Control"] = _PRIVATE
    return response
