"""Signing on through the unit's own house: there and back again, by the browser's address bar."""

from typing import Any
from urllib.parse import quote

from flask import Response, current_app, redirect, request
from marshmallow import Schema, fields

from mingcha.api import security
from mingcha.api.deed import deed
from mingcha.api.reading import Blueprint
from mingcha.api.session import whence
from mingcha.core.problems import Refused
from mingcha.flows import sign_on as flow
from mingcha.notify.provider import Provider

blp = Blueprint("sign_on", __name__, url_prefix="/api/v1/sign-on", description="Signing on by OpenID Connect")

#: Binds a journey to the browser that began it. Lax: it must come along when the other house sends the browser back.
COOKIE = "mingcha-journey"


class SignOnSchema(Schema):
    name = fields.String(required=True, allow_none=True, metadata={"description": "of the house, where there is one"})


@blp.route("", methods=["GET"])
@deed("app.read")
@blp.response(200, SignOnSchema)
def offered() -> dict[str, str | None]:
    provider = _provider()
    return {"name": provider.name if provider else None}


@blp.route("/departure", methods=["GET"])
@deed("session.open")
@blp.alt_response(302, description="To the other house")
def depart() -> Response:
    provider = _provider()
    if provider is None:
        raise Refused("sign_on.off")
    security.check_encrypted()
    try:
        address, state = flow.leave(provider, _back())
    except Refused as refused:
        return _to_sign_in(f"problem={refused.code}")
    response = _to(address)
    response.set_cookie(
        COOKIE, state, max_age=flow.AWAY, path="/api/v1/sign-on", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


@blp.route("/return", methods=["GET"])
@deed("session.open")
@blp.alt_response(302, description="Back to the app, signed in or told why not")
def come_back() -> Response:
    provider = _provider()
    if provider is None:
        raise Refused("sign_on.off")
    try:
        new = flow.come_back(
            provider, back=_back(), code=request.args.get("code", ""), state=request.args.get("state", ""),
            kept=request.cookies.get(COOKIE, ""), **whence(),
        )
    except Refused as refused:
        response = _to_sign_in(f"problem={quote(refused.code)}")
    else:
        response = _to_sign_in("back=1")
        security.give_token(response, new.token, new.lifetime)
    response.delete_cookie(COOKIE, path="/api/v1/sign-on", secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _provider() -> Provider | None:
    found: dict[str, Any] = current_app.extensions.setdefault("mingcha", {})
    config = current_app.config["MINGCHA"]
    if config.oidc_issuer is None or config.oidc_client is None:
        return None
    if "provider" not in found:
        found["provider"] = Provider(
            config.oidc_issuer, config.oidc_client, config.oidc_secret, config.oidc_name, config.oidc_claim
        )
    provider: Provider = found["provider"]
    return provider


def _back() -> str:
    house = current_app.config["MINGCHA"].address or f"{request.scheme}://{request.host}"
    return f"{house}/api/v1/sign-on/return"


def _to_sign_in(query: str) -> Response:
    return _to(f"/sign-in?{query}")


def _to(address: str) -> Response:
    response: Response = redirect(address)  # type: ignore[assignment]
    return response
