"""tus 1.0 over HTTP. The protocol's rules are `core/uploads.py`; here are its verbs and headers."""

from collections.abc import Iterator
from typing import Any

from flask import Response, g, request
from flask_smorest import Blueprint
from werkzeug.exceptions import ClientDisconnected

from mingcha.api.deed import actor, deed, demand_same_person
from mingcha.core import uploads as rules
from mingcha.flows import uploads as flow
from mingcha.flows.uploads import Body
from mingcha.store.uploads import Upload

blp = Blueprint("uploads", __name__, url_prefix="/api/v1", description="Photos' bytes, by tus 1.0")

_LIMIT = rules.LARGEST_PHOTO_BYTES
#: Read at once of a body: what a phone's line brings in a moment, and small beside a node's memory.
_CHUNK_BYTES = 128 * 1024


#: Everything below it speaks tus.
PREFIX = "/api/v1/uploads"


@blp.record_once
def _join(state: Any) -> None:
    """Be there before routing, and after every answer, also that of a method which no route takes."""
    state.app.wsgi_app = _Overriding(state.app.wsgi_app)
    state.app.after_request(_speak_tus)


def _speak_tus(response: Response) -> Response:
    """tus: "The Tus-Resumable header MUST be included in every request and response except for OPTIONS requests. The
    value MUST be the version of the protocol"; a refused version "MUST include the Tus-Version header".
    """
    if request.path == PREFIX or request.path.startswith(PREFIX + "/"):
        if request.method != "OPTIONS":
            response.headers["Tus-Resumable"] = rules.VERSION
        if response.status_code == 412:
            response.headers["Tus-Version"] = rules.VERSION
    return response


class _Overriding:
    """tus: "X-HTTP-Method-Override … MUST be interpreted as the request's method": before routing and before the gate,
    so that deed, limit and origin are judged for the method that is meant.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if "HTTP_X_HTTP_METHOD_OVERRIDE" in environ and environ.get("PATH_INFO", "").startswith(PREFIX):
            headers = {"X-HTTP-Method-Override": environ["HTTP_X_HTTP_METHOD_OVERRIDE"]}
            environ["REQUEST_METHOD"] = rules.method_meant(environ["REQUEST_METHOD"], headers)
        return self._application(environ, start_response)


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
    _speaks_for_itself()
    wanted = rules.announced(request.headers)
    body = _body() if rules.carries_bytes(request.headers, request.content_length) else None
    rules.require_room(0, request.content_length, wanted.length)
    upload = flow.create(actor(), wanted, body)
    # tus: "MUST acknowledge a successful upload creation with the 201 Created status … MUST set the Location header".
    response = _answer(upload, 201)
    response.headers["Location"] = f"/api/v1/uploads/{upload.id}"
    return response


@blp.route("/uploads/<upload_id>", methods=["HEAD"])
@deed("photo.upload")
@blp.alt_response(200, description="How far it has come")
def head(upload_id: str) -> Response:
    _speaks_for_itself()
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
    _speaks_for_itself()
    offset = rules.offset_claimed(request.headers)
    return _answer(flow.append(actor(), upload_id, offset, _body()), 204)


@blp.route("/uploads/<upload_id>", methods=["DELETE"])
@deed("photo.upload")
@blp.alt_response(204, description="Given up")
def terminate(upload_id: str) -> Response:
    _speaks_for_itself()
    flow.terminate(actor(), upload_id)
    return Response(status=204)


def _speaks_for_itself() -> None:
    """What every request but OPTIONS must say: our version, and nobody else's name."""
    rules.require_version(request.headers)
    demand_same_person()


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
    """The request's bytes a chunk at a time. A line that breaks ends them early: what came is kept."""
    request.max_content_length = g.limit_bytes
    return Body(_chunks(request.stream), request.content_length, rules.checksum(request.headers))


def _chunks(stream: Any) -> Iterator[bytes]:
    """tus: "The Server SHOULD always attempt to store as much of the received data as possible"."""
    while True:
        try:
            chunk = stream.read(_CHUNK_BYTES)
        except (OSError, ClientDisconnected):
            return
        if not chunk:
            return
        yield chunk
