"""tus 1.0 over HTTP. The protocol's rules are `core/uploads.py`; here are its verbs and headers."""

from collections.abc import Iterator
from typing import Any

from flask import Response, g, request
from flask_smorest import Blueprint
from werkzeug.exceptions import ClientDisconnected

from mingcha.api.deed import actor, deed
from mingcha.core import uploads as rules
from mingcha.core.problems import Refused
from mingcha.flows import uploads as flow
from mingcha.flows.uploads import Body
from mingcha.store.uploads import Upload

blp = Blueprint("uploads", __name__, url_prefix="/api/v1", description="Photos' bytes, by tus 1.0")

_LIMIT = rules.LARGEST_PHOTO_BYTES


@blp.after_request
def _speak_tus(response: Response) -> Response:
    """tus: "The Tus-Resumable header MUST be included in every request and response except for OPTIONS requests"."""
    if request.method != "OPTIONS":
        response.headers["Tus-Resumable"] = rules.VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = rules.VERSION
    return response


@blp.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@deed("app.read")
@blp.alt_response(204, description="What this server speaks")
def ask() -> Response:
    return _abilities()


@blp.route("/uploads/<upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
@deed("app.read")
@blp.alt_response(204, description="What this server speaks")
def ask_one(upload_id: str) -> Response:
    return _abilities()


@blp.route("/uploads", methods=["POST"])
@deed("photo.upload", limit_bytes=_LIMIT)
@blp.alt_response(201, description="Created; Location says where to go on")
def create() -> Response:
    rules.require_version(request.headers)
    wanted = rules.announced(request.headers)
    rules.require_room(0, request.content_length, wanted.length)
    body = _body() if rules.carries_bytes(request.headers) else None
    upload = flow.create(actor(), wanted, body)
    response = _answer(upload, 201)
    response.headers["Location"] = f"/api/v1/uploads/{upload.id}"
    return response


@blp.route("/uploads/<upload_id>", methods=["POST"])
@deed("photo.upload", limit_bytes=_LIMIT)
@blp.alt_response(204, description="The method that X-HTTP-Method-Override names")
def overridden(upload_id: str) -> Response:
    meant = {"PATCH": append, "HEAD": head, "DELETE": terminate}.get(rules.method_meant("POST", request.headers))
    if meant is None:
        raise Refused("method_not_allowed", method="POST", allow="DELETE, HEAD, OPTIONS, PATCH")
    answer: Response = meant(upload_id)
    return answer


@blp.route("/uploads/<upload_id>", methods=["HEAD"])
@deed("photo.upload")
@blp.alt_response(200, description="How far it has come")
def head(upload_id: str) -> Response:
    rules.require_version(request.headers)
    upload = flow.find(actor(), upload_id)
    response = _answer(upload, 200)
    response.headers["Upload-Length"] = str(upload.length)
    # tus: "responses to HEAD requests MUST include the Upload-Metadata header and its value as specified".
    response.headers["Upload-Metadata"] = upload.described
    return response


@blp.route("/uploads/<upload_id>", methods=["PATCH"])
@deed("photo.upload", limit_bytes=_LIMIT)
@blp.alt_response(204, description="Counted")
def append(upload_id: str) -> Response:
    rules.require_version(request.headers)
    offset = rules.offset_claimed(request.headers)
    return _answer(flow.append(actor(), upload_id, offset, _body()), 204)


@blp.route("/uploads/<upload_id>", methods=["DELETE"])
@deed("photo.upload")
@blp.alt_response(204, description="Given up")
def terminate(upload_id: str) -> Response:
    rules.require_version(request.headers)
    flow.terminate(actor(), upload_id)
    return Response(status=204)


def _abilities() -> Response:
    """tus: "A successful response … MUST contain the Tus-Version header. It MAY include Tus-Extension and
    Tus-Max-Size".
    """
    response = Response(status=204)
    response.headers["Tus-Version"] = rules.VERSION
    response.headers["Tus-Extension"] = ",".join(rules.EXTENSIONS)
    response.headers["Tus-Max-Size"] = str(rules.LARGEST_PHOTO_BYTES)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(rules.ALGORITHMS)
    return response


def _answer(upload: Upload, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(upload.received)
    # tus: "The Server MUST prevent the client and/or proxies from caching the response".
    response.headers["Cache-Control"] = "no-store"
    if upload.verified:
        response.headers["Mingcha-Verified"] = upload.sha256
    else:
        # tus: "MUST be included in every PATCH response if the upload is going to expire", in RFC 9110's form.
        response.headers["Upload-Expires"] = rules.http_date(upload.expires_at)
    return response


def _body() -> Body:
    """The request's bytes a piece at a time. A line that breaks ends them early: what came is kept."""
    request.max_content_length = g.limit_bytes
    return Body(_pieces(request.stream), request.content_length, rules.checksum(request.headers))


def _pieces(stream: Any) -> Iterator[bytes]:
    waiting = bytearray()
    while True:
        try:
            chunk = stream.read(min(64 * 1024, rules.PIECE_BYTES - len(waiting)))
        except (OSError, ClientDisconnected):
            chunk = b""
        waiting += chunk
        if not chunk:
            break
        if len(waiting) >= rules.PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
