"""Accounts of one's area: see, add, give a new password."""

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint, Text
from mingcha.api.session import UserSchema
from mingcha.core.access import ROLES
from mingcha.flows import accounts as flow
from mingcha.flows import devices
from mingcha.store.accounts import Account

blp = Blueprint("accounts", __name__, url_prefix="/api/v1", description="Accounts")


class AccountSchema(UserSchema):
    """`factors`: the kinds of second factor they have. `must_change`: their password was somebody else's choice."""

    disabled_at = fields.DateTime(required=True, allow_none=True)
    must_change = fields.Boolean(required=True)
    factors = fields.List(fields.String(), required=True)
    seen_at = fields.DateTime(required=True, allow_none=True)


class AccountsSchema(Schema):
    accounts = fields.List(fields.Nested(AccountSchema), required=True)


class SearchSchema(Schema):
    q = Text(load_default="", validate=validate.Length(0, 80))


class NewAccountSchema(Schema):
    username = Text(required=True)
    name = Text(required=True, validate=validate.Length(1, 80))
    role = Text(required=True, validate=validate.OneOf(ROLES))
    scope = Text(required=True)
    password = Text(required=True)
    locale = Text(load_default="zh", validate=validate.OneOf(("zh", "en")))


class NewPasswordSchema(Schema):
    password = Text(required=True)
    current = Text(load_default=None, metadata={"description": "one's own account: the password until now"})


@blp.route("/accounts", methods=["GET"])
@deed("account.list")
@blp.arguments(SearchSchema, location="query")
@blp.response(200, AccountsSchema)
def list_accounts(asked: dict[str, str]) -> dict[str, Any]:
    rows = devices.listed(actor(), asked["q"])
    return {
        "accounts": [
            {**asdict(each.account), "disabled_at": each.disabled_at, "must_change": each.must_change,
             "factors": each.factors, "seen_at": each.seen_at}
            for each in rows
        ]
    }  # fmt: skip


@blp.route("/accounts", methods=["POST"])
@deed("account.add", limit_bytes=4096)
@blp.arguments(NewAccountSchema)
@blp.response(201, UserSchema)
def add_account(new: dict[str, Any]) -> Account:
    return flow.add(actor(), must_change=True, **new)


@blp.route("/accounts/<id:account_id>/password", methods=["POST"])
@deed("account.password", limit_bytes=4096)
@blp.arguments(NewPasswordSchema)
@blp.alt_response(204, description="Done; every session of the account has ended")
def set_password(new: dict[str, Any], account_id: str) -> Response:
    flow.set_password(actor(), account_id, new["password"], current=new["current"])
    return Response(status=204)
