"""Invitations: an administrator makes one; whoever holds its link chooses a user name and a password, once."""

from typing import Any

from flask import Response, current_app, request
from marshmallow import Schema, fields, validate

from mingcha.api import security
from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.api.session import SessionSchema, opened, whence
from mingcha.clock import now
from mingcha.core.access import ROLES
from mingcha.flows import invitations as flow
from mingcha.store import invitations

blp = Blueprint("invitations", __name__, url_prefix="/api/v1", description="Invitations")


class OpenInvitationSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    scope = fields.String(required=True)
    made_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)


class OpenInvitationsSchema(Schema):
    invitations = fields.List(fields.Nested(OpenInvitationSchema), required=True)


class NewInvitationSchema(Schema):
    name = Text(required=True, validate=validate.Length(1, 80))
    role = Text(required=True, validate=validate.OneOf(ROLES))
    scope = Text(required=True)
    locale = Text(load_default="zh", validate=validate.OneOf(("zh", "en")))
    days = fields.Integer(load_default=7, strict=True, validate=validate.Range(1, flow.MOST_DAYS))


class MadeSchema(OpenInvitationSchema):
    link = fields.String(required=True, metadata={"description": "told this once; what follows # is the secret"})


class TokenSchema(Schema):
    token = Text(required=True, validate=validate.Length(1, 200))


class AcceptSchema(TokenSchema):
    username = Text(required=True)
    password = Text(required=True)


class OfferSchema(Schema):
    name = fields.String(required=True)
    role = fields.String(required=True)
    scope = fields.String(required=True)
    region = fields.Dict(required=True, allow_none=True)
    locale = fields.String(required=True)
    expires_at = fields.DateTime(required=True)


@blp.route("/invitations", methods=["GET"])
@deed("account.invite")
@blp.response(200, OpenInvitationsSchema)
def list_invitations() -> dict[str, Any]:
    return {"invitations": invitations.open_in(actor().scope, now())}


@blp.route("/invitations", methods=["POST"])
@deed("account.invite", limit_bytes=4096)
@blp.arguments(NewInvitationSchema)
@blp.response(201, MadeSchema)
def invite(new: dict[str, Any]) -> dict[str, Any]:
    token, made = flow.invite(actor(), **new)
    house = current_app.config["MINGCHA"].address or f"{request.scheme}://{request.host}"
    return {**OpenInvitationSchema().dump(made), "link": f"{house}/invitation#{token}", **_moments(made)}


@blp.route("/invitations/<id:invitation_id>", methods=["DELETE"])
@deed("account.invite")
@blp.alt_response(204, description="It can no longer be accepted")
def withdraw(invitation_id: str) -> Response:
    flow.withdraw(actor(), invitation_id)
    return Response(status=204)


@blp.route("/invitation/offer", methods=["POST"])
@deed("account.accept", limit_bytes=4096)
@blp.arguments(TokenSchema)
@blp.response(200, OfferSchema)
def look(given: dict[str, Any]) -> dict[str, Any]:
    seen = flow.look(given["token"], address=whence()["address"])
    each = seen.invitation
    return {
        "name": each.name, "role": each.role, "scope": each.scope, "region": seen.region, "locale": each.locale,
        "expires_at": each.expires_at,
    }  # fmt: skip


@blp.route("/invitation/acceptance", methods=["POST"])
@deed("account.accept", limit_bytes=4096)
@blp.arguments(AcceptSchema)
@blp.alt_response(200, schema=SessionSchema)
def accept(given: dict[str, Any]) -> Response:
    security.check_encrypted()
    return opened(flow.accept(given["token"], username=given["username"], password=given["password"], **whence()))


def _moments(made: invitations.Invitation) -> dict[str, Any]:
    return {"made_at": made.made_at, "expires_at": made.expires_at}
