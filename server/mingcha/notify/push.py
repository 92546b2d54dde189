"""Web Push: our keys, which endpoints are let in, and one message out with what its answer means.

Endpoints come from phones, so from anybody: their hosts are on a list, and the way there is guarded. The payload is
encrypted for the phone alone; what the push service sees is that there is a message.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from requests import RequestException, Session

from mingcha.core.problems import Refused
from mingcha.notify import guarded

#: What push services take at least is 4,096 bytes encrypted, which adds 103 to what we write.
MOST_ENCRYPTED_BYTES = 3900
MOST_PLAIN_BYTES = MOST_ENCRYPTED_BYTES - 103
MOST_ENDPOINT = 2000
TTL = {"due": timedelta(hours=12), "news": timedelta(days=3), "test": timedelta(minutes=5)}
TOKEN_LIFE = timedelta(hours=12)


@dataclass(frozen=True)
class Key:
    """One of our key pairs: base64url without padding, as browsers take the public one."""

    private: str
    public: str


@dataclass(frozen=True)
class Phone:
    """A subscription as the browser gave it."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Went:
    """How sending went. `code` None: accepted. `gone`: the subscription is no more. `after`: not before then."""

    code: str | None = None
    gone: bool = False
    after: timedelta | None = None
    status: int | None = None

    @property
    def ok(self) -> bool:
        return self.code is None


def new_key() -> Key:
    made = ec.generate_private_key(ec.SECP256R1())
    number = made.private_numbers().private_value
    point = made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return Key(_text(number.to_bytes(32, "big")), _text(point))


def check(phone: Phone, hosts: Sequence[str], trial: str | None) -> str:
    """The endpoint's host, if phone and endpoint can be used at all. Raises Refused."""
    host = check_endpoint(phone.endpoint, hosts, trial)
    try:
        point, secret = _bytes(phone.p256dh), _bytes(phone.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        raise Refused("push.keys") from None
    if len(point) != 65 or len(secret) != 16:
        raise Refused("push.keys")
    return host


def check_endpoint(endpoint: str, hosts: Sequence[str], trial: str | None) -> str:
    """https to a push service on the list, on its usual port; nothing else, however it is spelled."""
    if len(endpoint) > MOST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable() or "\\" in endpoint:
        raise Refused("push.endpoint", why="form")
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise Refused("push.endpoint", why="form") from None
    if trial is not None and f"{parts.scheme}://{parts.netloc}" == trial:
        return parts.hostname or ""
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None or parts.password is not None:
        raise Refused("push.endpoint", why="https")
    if not any(_is_of(host, allowed) for allowed in hosts):
        raise Refused("push.endpoint", why="host")
    return host


def payload(message: Mapping[str, Any]) -> bytes:
    """A message as it travels. Raises Refused where it would not fit."""
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if len(data) > MOST_PLAIN_BYTES:
        raise Refused("push.too_large")
    return data


def send(
    phone: Phone, data: bytes, key: Key, *, tag: str, contact: str, now: datetime, session: Session
) -> Went:
    """One message to one phone. A newer one of the same tag takes an older one's place while it waits there."""
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    origin = urlsplit(phone.endpoint)
    claims: dict[str, str | int] = {
        "sub": contact, "aud": f"{origin.scheme}://{origin.netloc}", "exp": int((now + TOKEN_LIFE).timestamp()),
    }  # fmt: skip
    headers: dict[str, str | int | float] = {"Topic": f"mingcha-{tag}", "Urgency": "high" if tag == "due" else "normal"}
    try:
        webpush(
            {"endpoint": phone.endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}},
            data, Vapid02.from_raw(key.private.encode()), claims, ttl=int(TTL[tag].total_seconds()), headers=headers,
            requests_session=session,
        )  # fmt: skip
    except guarded.Forbidden:
        return Went("push.endpoint", gone=True)
    except WebPushException as fault:
        if fault.response is None:
            return Went("push.keys", gone=True)
        return meaning(fault.response.status_code, fault.response.headers.get("Retry-After"), now)
    except RequestException:
        return Went("push.unreachable")
    return Went()


def meaning(status: int, retry_after: str | None, now: datetime) -> Went:
    """What a push service's answer asks of us."""
    if status in (200, 201, 202, 204):
        return Went(status=status)
    if status in (404, 410):
        return Went("push.gone", gone=True, status=status)
    if status == 413:
        return Went("push.too_large", status=status)
    if status == 429:
        return Went("push.slow_down", after=_wait(retry_after, now) or timedelta(minutes=5), status=status)
    if status in (401, 403):
        # Our token or key: another phone's subscription fails in the same way, so this one is not to blame.
        return Went("push.our_key", status=status)
    if status >= 500:
        return Went("push.down", after=_wait(retry_after, now), status=status)
    return Went("push.refused", gone=True, status=status)


def _wait(header: str | None, now: datetime) -> timedelta | None:
    """Retry-After in either of its forms, at most a day."""
    if not header:
        return None
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), 86400))
    try:
        return max(timedelta(0), min(parsedate_to_datetime(header) - now, timedelta(days=1)))
    except (ValueError, TypeError):
        return None


def _is_of(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) and host != allowed[2:] if allowed.startswith("*.") else host == allowed


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    if not text.isascii():
        raise ValueError(text)
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
