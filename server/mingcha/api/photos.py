"""Looking at photos: two derivatives for everybody who may see the inspection, the original for a few, the covered
picture for reports.

Received bytes never leave as anything a browser would open: they are an attachment of no type, in a sandbox. A badge
or an original asks for the header `Mingcha-Reason`: why one looks, percent-encoded UTF-8.
"""

from base64 import b64encode
from typing import Any
from urllib.parse import unquote

from flask import Response, request
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.packed import packed_json
from mingcha.api.reading import Blueprint
from mingcha.flows import evidence, viewing

blp = Blueprint("photos", __name__, url_prefix="/api/v1", description="Photos")

REASON = "Mingcha-Reason"
#: A derivative depends on nothing but the bytes and the boxes; whether one may see it is asked again after a minute.
_PRIVATE = "private, max-age=60"
_SANDBOX = "sandbox; default-src 'none'"
#: More than any screen shows at first.
_MOST_FIRST = 24


class GalleryQuerySchema(Schema):
    first = fields.Integer(
        load_default=0,
        validate=validate.Range(0, _MOST_FIRST),
        metadata={"description": "so many photos of the first screen bring their small picture along"},
    )


class GallerySchema(Schema):
    inspection = fields.Dict(required=True)
    rows = fields.List(fields.Dict(), required=True, metadata={"description": "{id, title {zh, en}}, in order"})
    photos = fields.List(
        fields.Dict(),
        required=True,
        metadata={
            "description": "`private` ones ask for a reason; `flags` in words, gravest first; `lookalikes` in other "
            "inspections that one may see; `covered` {boxes, by, at}; `erased` {at, why}; `picture`, of the first: the "
            "small one, a JPEG in base64"
        },
    )
    may = fields.Dict(required=True, metadata={"description": "{badge, original, redact, proof}"})


class BoxesSchema(Schema):
    boxes = fields.Raw(
        required=True,
        metadata={"description": "[{x, y, w, h, kind}] in ten-thousandths of the upright picture; face, number, other"},
    )


class CoveredSchema(Schema):
    boxes = fields.List(fields.Dict(), required=True)
    at = fields.String(required=True)


@blp.route("/inspections/<id:inspection_id>/photos", methods=["GET"])
@deed("photo.read")
@blp.arguments(GalleryQuerySchema, location="query")
@blp.response(200, GallerySchema)
def gallery(query: dict[str, Any], inspection_id: str) -> Response:
    found = evidence.gallery(actor(), inspection_id)
    for photo_id, picture in viewing.beginning(found, query["first"]).items():
        here = next(each for each in found["photos"] if each["id"] == photo_id)
        here["picture"] = b64encode(picture).decode()
    return packed_json(found)


@blp.route("/photos/<photo_id>/thumb", methods=["GET"])
@deed("photo.read")
@blp.alt_response(200, description="JPEG, long edge 320", content_type="image/jpeg")
def thumb(photo_id: str) -> Response:
    return _jpeg(viewing.view(actor(), photo_id, "thumb", reason()))


@blp.route("/photos/<photo_id>/large", methods=["GET"])
@deed("photo.read")
@blp.alt_response(200, description="JPEG, long edge 1600", content_type="image/jpeg")
def large(photo_id: str) -> Response:
    return _jpeg(viewing.view(actor(), photo_id, "large", reason()))


@blp.route("/photos/<photo_id>/report", methods=["GET"])
@deed("photo.read")
@blp.alt_response(200, description="JPEG as reports show it, faces and numbers covered", content_type="image/jpeg")
def report(photo_id: str) -> Response:
    return _jpeg(viewing.report(actor(), photo_id))


@blp.route("/photos/<photo_id>/original", methods=["GET"])
@deed("photo.original")
@blp.alt_response(200, description="The bytes as received", content_type="application/octet-stream")
def original(photo_id: str) -> Response:
    found = viewing.original(actor(), photo_id, reason())
    response = Response(found.data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


@blp.route("/photos/<photo_id>/redaction", methods=["PUT"])
@deed("photo.redact")
@blp.arguments(BoxesSchema)
@blp.response(200, CoveredSchema)
def redact(asked: dict[str, Any], photo_id: str) -> dict[str, Any]:
    return viewing.redact(actor(), photo_id, asked["boxes"])


def reason() -> str | None:
    """Why one looks, as the header says it; headers are ASCII, so it travels percent-encoded."""
    given = request.headers.get(REASON)
    return None if given is None else unquote(given, errors="replace")


def _jpeg(picture: viewing.Picture) -> Response:
    response = Response(picture.data, content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = _SANDBOX
    if picture.private:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = _PRIVATE
    response.set_etag(picture.tag)
    response.make_conditional(request)
    return response
