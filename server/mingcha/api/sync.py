"""The exchange between phone and server.

The body is read by hand: ops are judged one by one by the core, so that one bad op never blocks the others.
"""

import json
import re
import zlib
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from mingcha.api.deed import actor, deed, demand_same_person, visitor
from mingcha.api.packed import packed
from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.flows import last_hearing
from mingcha.flows import sync as flow

blp = Blueprint("sync", __name__, url_prefix="/api/v1", description="Ops out, ops in")

#: What a body may weigh on the line, and once inflated. A phone halves its batch when told.
LIMIT_BYTES = 640 * 1024
INFLATED_BYTES = 4 * 1024 * 1024
OPS_BYTES = 512 * 1024
#: An op has nine at most; what comes near the reader's own limit (some 900) could be read and never be written again.
_MOST_LEVELS = 64
_DEVICE = re.compile(r"[\x20-\x7e]{8,64}")


class SyncSchema(Schema):
    """What a phone sends. Ops are described in `pwa/src/sync/README.md`."""

    device = fields.String(required=True)
    protocol = fields.Integer(required=True, strict=True)
    cursor = fields.String(allow_none=True, load_default=None)
    ops = fields.List(fields.Raw(), required=True)
    now = fields.String(allow_none=True, load_default=None)
    most = fields.Integer(strict=True, allow_none=True, metadata={"description": "changes in a page, on a thin line"})


class OutcomeSchema(Schema):
    id = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, metadata={"description": "applied | merged | conflict | duplicate | held"})
    code = fields.String(metadata={"description": "the problem, where it is held"})


class ReplySchema(Schema):
    results = fields.List(fields.Nested(OutcomeSchema), required=True)
    changes = fields.List(fields.Dict(), required=True)
    gone = fields.List(fields.String(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    epoch = fields.String(required=True)
    server_time = fields.String(required=True)
    revoked = fields.Boolean(metadata={"description": "true: hand everything in, then let go of it and of the session"})


@blp.route("/sync", methods=["POST"])
@deed("inspection.sync", limit_bytes=LIMIT_BYTES)
@blp.doc(requestBody={"required": True, "content": {"application/json": {"schema": SyncSchema}}})
@blp.alt_response(200, schema=ReplySchema)
def sync() -> Response:
    demand_same_person()
    body, who = body_of_request(), visitor()
    text = rescued(actor(), body) if who is not None and who.revoked else answer(actor(), body)
    text, headers = packed(text, request.headers.get("Accept-Encoding", ""))
    return Response(text, content_type="application/json", headers=headers)


_FORMS = {"device": str, "protocol": int, "ops": list}


def answer(actor: Actor, body: bytes) -> bytes:
    """What a phone is told to what it sent. Safe to repeat."""
    asked = asked_of(body, _FORMS)
    reply = flow.exchange(
        actor,
        device=asked["device"],
        protocol=asked["protocol"],
        cursor=asked.get("cursor"),
        ops=asked["ops"],
        device_time=asked.get("now"),
        most=asked.get("most"),
    )
    return _written(reply).encode()


def rescued(actor: Actor, body: bytes) -> bytes:
    """The same for a device that was revoked."""
    asked = asked_of(body, _FORMS)
    reply = last_hearing.hear(actor, device=asked["device"], cursor=asked.get("cursor"), ops=asked["ops"])
    return _written(reply).encode()


def body_of_request() -> bytes:
    """The bytes of the body, inflated if need be, never beyond the limits."""
    return unpacked(request.get_data(cache=False), request.headers.get("Content-Encoding", "identity"))


def unpacked(raw: bytes, encoding: str) -> bytes:
    """A body as it was before it was packed for the line. Raises Refused beyond the limits."""
    encoding = encoding.strip().lower()
    if encoding == "gzip":
        raw = _inflated(raw)
    elif encoding != "identity":
        raise Refused("malformed", why=f"Content-Encoding {encoding[:20]}")
    if len(raw) > OPS_BYTES:
        raise Refused("too_large", limit="ops", limit_bytes=OPS_BYTES)
    return raw


def _inflated(raw: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        found = inflater.decompress(raw, INFLATED_BYTES + 1)
    except zlib.error as fault:
        raise Refused("malformed", why="gzip") from fault
    if len(found) > INFLATED_BYTES:
        raise Refused("too_large", limit="inflated_body", limit_bytes=INFLATED_BYTES)
    if not inflater.eof or inflater.unused_data:
        raise Refused("malformed", why="gzip")
    return found


def asked_of(body: bytes, forms: dict[str, type]) -> dict[str, Any]:
    """The request's own members; the ops as they come. NaN and floats inside an op are that op's affair."""
    try:
        asked = json.loads(body)
    except RecursionError as fault:
        raise Refused("malformed", why="depth") from fault
    except ValueError as fault:
        raise Refused("malformed", why="JSON") from fault
    if not isinstance(asked, dict):
        raise Refused("malformed", why="object")
    wrong = [name for name, form in forms.items() if type(asked.get(name)) is not form]
    wrong += [name for name in ("cursor", "now") if not isinstance(asked.get(name), str | None)]
    wrong += ["most"] if type(asked.get("most")) not in (int, type(None)) else []
    if not wrong and not (_DEVICE.fullmatch(asked["device"]) and asked.get("protocol", 1) >= 1):
        wrong.append("device")
    if wrong:
        raise Refused("invalid", fields={name: ["?"] for name in wrong})
    if _is_deep(asked["ops"]):
        raise Refused("malformed", why="depth")
    return asked


def _is_deep(ops: list[Any]) -> bool:
    """Whether anything is nested deeper than whoever keeps it whole, and shows it later, could write down again."""
    level: list[Any] = ops
    for _ in range(_MOST_LEVELS):
        level = [
            inner
            for each in level
            if type(each) is dict or type(each) is list
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True


def _written(reply: flow.Reply) -> str:
    """The answer as text. Changes are texts already: nothing is read and written again on its way out."""
    rest = {
        "results": reply.results,
        "gone": reply.gone,
        "cursor": reply.cursor,
        "more": reply.more,
        "epoch": reply.epoch,
        "server_time": reply.server_time,
    }
    if reply.revoked:
        rest["revoked"] = True
    head = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    return f'{head[:-1]},"changes":[{",".join(reply.changes)}]}}'
