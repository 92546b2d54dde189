"""tus 1.0 as rules: what a request may ask of an upload, and what the answer must say.

Knows headers, offsets and times, as values; knows no bytes, no database and no HTTP library. The quoted clauses are
those of https://tus.io/protocols/resumable-upload (1.0.0). Refusals are `Refused("upload.…")` with the status of
`problems.py`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from mingcha.core.problems import Refused

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "expiration", "termination")
#: "The Server MUST support at least the SHA1 checksum algorithm".
ALGORITHMS = ("sha1", "sha256")
CONTENT_TYPE = "application/offset+octet-stream"
LARGEST_PHOTO_BYTES = 32 * 1024 * 1024
#: What a request may hold in memory: longer bodies are kept piece by piece.
PIECE_BYTES = 2 * 1024 * 1024
#: How long an unfinished upload is kept after its last byte.
LIFETIME = timedelta(days=7)

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,15}")


class Headers(Protocol):
    """What is needed of a request's headers."""

    def get(self, name: str, /) -> str | None: ...


@dataclass(frozen=True)
class Announced:
    """An upload as its creation announces it. `metadata` is the header verbatim, to be given back by HEAD."""

    photo: str
    inspection: str
    sha256: str
    length: int
    metadata: str


@dataclass(frozen=True)
class Checksum:
    """What a request says its own body hashes to."""

    algorithm: str
    digest: bytes


def require_version(headers: Headers) -> None:
    """tus: "If the version specified by the Client is not supported by the Server, it MUST respond with 412 … MUST
    include Tus-Version … MUST NOT process the request." OPTIONS is not asked."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Refused("upload.version", supported=VERSION)


def method_meant(method: str, headers: Headers) -> str:
    """tus: "The X-HTTP-Method-Override … header MUST be interpreted as the request's method by the Server, if
    present".
    """
    return (headers.get("X-HTTP-Method-Override") or method).upper()


def announced(headers: Headers) -> Announced:
    """Read a creation. Lengths are fixed at once: the announcing op already knows the size, so nothing is deferred."""
    length = _whole_number(headers.get("Upload-Length"), "Upload-Length")
    if length > LARGEST_PHOTO_BYTES:
        # "If the length of the upload exceeds the maximum … the Server MUST respond with 413".
        raise Refused("upload.too_large", limit_bytes=LARGEST_PHOTO_BYTES)
    raw = headers.get("Upload-Metadata") or ""
    given = metadata(raw)
    photo, inspection, sha256 = (given.get(key, "") for key in ("photo", "inspection", "sha256"))
    for key, value, form in (("photo", photo, _UUID), ("inspection", inspection, _UUID), ("sha256", sha256, _SHA256)):
        if not form.fullmatch(value):
            raise Refused("upload.malformed", why=f"Upload-Metadata {key}")
    return Announced(photo, inspection, sha256, length, raw)


def metadata(header: str) -> dict[str, str]:
    """tus: "One or more comma-separated key-value pairs … separated by a space. The key and value MUST NOT contain
    spaces and commas. The key SHOULD be ASCII encoded and the value MUST be Base64 encoded. All keys MUST be
    unique."
    """
    pairs: dict[str, str] = {}
    if len(header) > 4096:
        raise Refused("upload.malformed", why="Upload-Metadata > 4096")
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not key or key in pairs or " " in value:
            raise Refused("upload.malformed", why="Upload-Metadata")
        try:
            pairs[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as fault:
            raise Refused("upload.malformed", why=f"Upload-Metadata {key[:32]}") from fault
    return pairs


def offset_claimed(headers: Headers) -> int:
    """tus: "All PATCH requests MUST use Content-Type: application/offset+octet-stream, otherwise the server SHOULD
    return 415".
    """
    if headers.get("Content-Type") != CONTENT_TYPE:
        raise Refused("upload.content_type", wanted=CONTENT_TYPE)
    return _whole_number(headers.get("Upload-Offset"), "Upload-Offset")


def carries_bytes(headers: Headers) -> bool:
    """Whether a creation brings its first bytes along ("creation-with-upload": the Content-Type MUST say so)."""
    return headers.get("Content-Type") == CONTENT_TYPE


def require_offset(claimed: int, received: int) -> None:
    """tus: "If the offsets do not match, the Server MUST respond with 409 without modifying the upload resource"."""
    if claimed != received:
        raise Refused("upload.offset", offset=received)


def require_room(received: int, coming: int | None, length: int) -> None:
    """A body may not run past the announced length."""
    if coming is not None and received + coming > length:
        raise Refused("upload.longer_than_announced", length=length)


def checksum(headers: Headers) -> Checksum | None:
    """tus: "Upload-Checksum … MUST consist of the name of the algorithm and the Base64 encoded checksum separated by a
    space"; "The Server MAY respond with 400 if the checksum algorithm is not supported"."""
    given = headers.get("Upload-Checksum")
    if given is None:
        return None
    algorithm, _, encoded = given.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refused("upload.checksum_algorithm", supported=", ".join(ALGORITHMS))
    try:
        return Checksum(algorithm, base64.b64decode(encoded, validate=True))
    except binascii.Error as fault:
        raise Refused("upload.malformed", why="Upload-Checksum") from fault


def require_match(wanted: Checksum | None, found: bytes) -> None:
    """tus: "If the Client's checksum does not match … the Server MUST return 460 … the chunk MUST be discarded"."""
    if wanted is not None and wanted.digest != found:
        raise Refused("upload.checksum")


def require_alive(expires_at: datetime, now: datetime) -> None:
    """tus: "The Server SHOULD respond with 404 or 410 … to requests for expired uploads": 410, so that the phone begins
    again.
    """
    if now >= expires_at:
        raise Refused("upload.gone")


def expiry(now: datetime) -> datetime:
    """When an upload that got bytes `now` is forgotten."""
    return now + LIFETIME


def http_date(moment: datetime) -> str:
    """RFC 9110's only form to send, for Upload-Expires; `moment` in UTC. Free of the machine's locale."""
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {moment.day:02d} {months[moment.month - 1]} {moment.year:04d} {moment:%H:%M:%S} GMT"


def _whole_number(given: str | None, name: str) -> int:
    """tus: "The value MUST be a non-negative integer"."""
    if given is None or not _NUMBER.fullmatch(given):
        raise Refused("upload.malformed", why=name)
    return int(given)
