"""What every answer carries against misuse, how the session cookie travels, and where a request came from."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, request

from mingcha.core.problems import Refused
from mingcha.flows.factors import House

#: The phone app sends it with every unsafe request; another site's form cannot.
HEADER, HEADER_VALUE = "X-Mingcha", "1"
#: Deeds whose secret link is the whole permission: a mail program does them without our page and without a session.
BY_LINK_ALONE = frozenset({"channel.unsubscribe"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard(response: Response) -> Response:
    """Put the headers on. What the API says is nobody's to cache unless its route said so."""
    given = {name.title() for name, _ in response.headers}
    wanted = headers_for(request.path, is_secure=request.is_secure)
    response.headers.extend([(name, value) for name, value in wanted if name.title() not in given])
    return response


def headers_for(path: str, *, is_secure: bool) -> list[tuple[str, str]]:
    """What an answer at this path carries, unless its route says otherwise."""
    found = list(HEADERS.items())
    if path.startswith("/api/"):
        found.append(("Cache-Control", "no-store"))
    if is_secure:
        found.append(("Strict-Transport-Security", "max-age=31536000"))
    return found


def check_origin() -> None:
    """Refuse an unsafe request that was not made by this app's own page."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if request.headers.get(HEADER) != HEADER_VALUE or site not in (None, "same-origin", "none"):
        raise Refused("foreign_origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise Refused("foreign_origin")


def check_encrypted() -> None:
    """Refuse to take a password in clear from another machine, unless the operator chose to try it so."""
    here = (urlsplit(f"//{request.host}").hostname or "") in LOOPBACK_NAMES
    if not (request.is_secure or here or current_app.config["MINGCHA"].plain_http):
        raise Refused("session.plain_http")


def is_this_machine() -> bool:
    """Whether the request began on this machine: from loopback, and no proxy passed it on."""
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.remote_addr in ("127.0.0.1", "::1") and not passed_on


def read_token() -> str | None:
    return request.cookies.get(_cookie_name())


def give_token(response: Response, token: str, lifetime: timedelta) -> None:
    response.set_cookie(
        _cookie_name(), token, max_age=lifetime, path="/", secure=request.is_secure, httponly=True, samesite="Strict"
    )


def take_token(response: Response) -> None:
    response.delete_cookie(_cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Strict")


def cookie_name(*, is_secure: bool) -> str:
    return "__Host-mingcha" if is_secure else "mingcha"


def _cookie_name() -> str:
    return cookie_name(is_secure=request.is_secure)


def house() -> House:
    """Where a passkey of this app belongs."""
    return House(host=urlsplit(f"//{request.host}").hostname or "", origin=f"{request.scheme}://{request.host}")
