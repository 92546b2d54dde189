"""Handing out checklist versions: the exact canonical bytes under their digest, to be kept for ever."""

import re

from flask import Response, request
from flask_smorest import Blueprint

from mingcha.api.deed import deed
from mingcha.core.problems import Refused
from mingcha.store import checklists

_DIGEST = re.compile(r"[0-9a-f]{64}")

blp = Blueprint("checklists", __name__, url_prefix="/api/v1", description="Checklist versions")


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


def _for_ever(response: Response, digest: str) -> Response:
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(digest)
    return response
