"""The inbox, the channels, the calendar, and the link that switches a channel off."""

from typing import Any

from flask import Response
from markupsafe import escape
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.flows import reach as flow
from mingcha.flows import ringing, unsubscribing
from mingcha.notify.push import Phone
from mingcha.store.channels import Reach

blp = Blueprint("reach", __name__, url_prefix="/api/v1", description="Inbox and channels")

_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>明察</title>
<main><h1>{heading}</h1><p>{said}</p>{form}</main></html>"""


class InboxQuerySchema(Schema):
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**31 - 1))


class InboxSchema(Schema):
    entries = fields.List(fields.Dict(), required=True)
    unread = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    more = fields.Boolean(required=True)


class ReadSchema(Schema):
    ids = fields.List(Text(validate=validate.Length(max=36)), load_default=list, validate=validate.Length(max=500))
    upto = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 2**31 - 1))


class HoursSchema(Schema):
    zone = Text(required=True, validate=validate.Length(1, 40))
    quiet_from = Text(required=True, validate=validate.Regexp(r"^\d\d:\d\d$"))
    quiet_to = Text(required=True, validate=validate.Regexp(r"^\d\d:\d\d$"))
    rest_days = fields.Boolean(required=True)


class KeysSchema(Schema):
    p256dh = Text(required=True, validate=validate.Length(1, 200))
    auth = Text(required=True, validate=validate.Length(1, 100))


class SubscriptionSchema(Schema):
    class Meta:
        # Browsers add expirationTime and may add more.
        unknown = "exclude"

    endpoint = Text(required=True, validate=validate.Length(1, 4000))
    keys = fields.Nested(KeysSchema, required=True)
    device = Text(load_default="", validate=validate.Length(max=80))


class NewChannelSchema(Schema):
    name = Text(required=True, validate=validate.Length(1, 80))
    url = Text(required=True, validate=validate.Length(1, 1000))
    unit = Text(load_default=None, allow_none=True, validate=validate.Length(max=12))


class SwitchSchema(Schema):
    on = fields.Boolean(required=True)


@blp.route("/inbox", methods=["GET"])
@deed("inbox.read")
@blp.arguments(InboxQuerySchema, location="query")
@blp.response(200, InboxSchema)
def read_inbox(query: dict[str, Any]) -> dict[str, Any]:
    return flow.read_inbox(actor(), query["after"])


@blp.route("/inbox/read", methods=["POST"])
@deed("inbox.read")
@blp.arguments(ReadSchema)
@blp.response(200)
def mark_read(asked: dict[str, Any]) -> dict[str, Any]:
    return flow.mark_read(actor(), asked["ids"], asked["upto"])


@blp.route("/channels", methods=["GET"])
@deed("channel.manage")
@blp.response(200)
def list_channels() -> dict[str, Any]:
    return flow.channels_of(actor())


@blp.route("/channels/settings", methods=["PUT"])
@deed("channel.manage")
@blp.arguments(HoursSchema)
@blp.response(200)
def set_hours(asked: dict[str, Any]) -> dict[str, Any]:
    return flow.set_hours(actor(), Reach(**asked))


@blp.route("/push/key", methods=["GET"])
@deed("channel.manage")
@blp.response(200)
def push_key() -> dict[str, Any]:
    return {"key": ringing.current_key().public}


@blp.route("/push/subscriptions", methods=["POST"])
@deed("channel.manage", limit_bytes=8 * 1024)
@blp.arguments(SubscriptionSchema)
@blp.response(201)
def subscribe(asked: dict[str, Any]) -> dict[str, Any]:
    phone = Phone(asked["endpoint"], asked["keys"]["p256dh"], asked["keys"]["auth"])
    return {"id": flow.subscribe(actor(), phone, asked["device"])}


@blp.route("/push/subscriptions/<id:subscription_id>", methods=["DELETE"])
@deed("channel.manage")
@blp.response(204)
def unsubscribe(subscription_id: str) -> None:
    flow.unsubscribe(actor(), subscription_id)


@blp.route("/channels", methods=["POST"])
@deed("channel.manage", limit_bytes=8 * 1024)
@blp.arguments(NewChannelSchema)
@blp.response(201)
def add_channel(asked: dict[str, Any]) -> dict[str, Any]:
    return {"id": flow.add_channel(actor(), **asked)}


@blp.route("/channels/<id:channel_id>", methods=["PUT"])
@deed("channel.manage")
@blp.arguments(SwitchSchema)
@blp.response(204)
def switch_channel(asked: dict[str, Any], channel_id: str) -> None:
    flow.switch_channel(actor(), channel_id, asked["on"])


@blp.route("/channels/<id:channel_id>", methods=["DELETE"])
@deed("channel.manage")
@blp.response(204)
def remove_channel(channel_id: str) -> None:
    flow.remove_channel(actor(), channel_id)


@blp.route("/channels/test", methods=["POST"])
@deed("channel.manage")
@blp.response(200)
def try_channels() -> dict[str, Any]:
    return {"tested": flow.try_all(actor())}


@blp.route("/calendar", methods=["POST"])
@deed("channel.manage")
@blp.response(201)
def new_feed() -> dict[str, Any]:
    return {"url": f"/api/v1/calendar/{flow.new_feed(actor())}.ics"}


@blp.route("/calendar", methods=["DELETE"])
@deed("channel.manage")
@blp.response(204)
def end_feed() -> None:
    flow.end_feed(actor())


@blp.route("/calendar/<token>.ics", methods=["GET"])
@deed("calendar.read")
@blp.alt_response(200, description="iCalendar", content_type="text/calendar")
def feed(token: str) -> Response:
    response = Response(flow.feed(token), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blp.route("/unsubscribe/<token>", methods=["GET"])
@deed("channel.unsubscribe")
@blp.alt_response(200, description="A page that asks", content_type="text/html")
def ask_to_unsubscribe(token: str) -> Response:
    """Nothing happens yet: mail scanners open every link."""
    channel = unsubscribing.find(token)
    form = '<form method="post"><button>停止 · Stop</button></form>'
    said = f"停止“{escape(channel.name)}”的通知？应用内的收件箱不受影响。 · Stop messages to it? The inbox stays."
    return _page("停止通知 · Stop messages", said, form)


@blp.route("/unsubscribe/<token>", methods=["POST"])
@deed("channel.unsubscribe", limit_bytes=4096)
@blp.alt_response(200, description="Done", content_type="text/html")
def stop_channel(token: str) -> Response:
    channel = unsubscribing.switch_off(token)
    return _page("已停止 · Stopped", f"“{escape(channel.name)}”不再接收通知。 · No more messages go there.", "")


def _page(heading: str, said: str, form: str) -> Response:
    return Response(_PAGE.format(heading=heading, said=said, form=form), content_type="text/html; charset=utf-8")
