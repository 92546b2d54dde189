"""tus 1.0 as rules: what a request may ask of an upload, and what the answer must say.

Knows headers, offsets and times, as values; knows no bytes, no database and no HTTP library. The quoted clauses are
those of https://tus.io/protocols/resumable-upload (1.0.0), each beside the line that obeys it; `tests/contracts/
test_tus.py` has a test for each. Refusals are `Refused("upload.…")` with the status of `problems/`.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from mingcha.core.problems import Refused

#: Tus-Version: "MUST be a comma-separated list … sorted by Server's preference": there is one.
VERSION = "1.0.0"
#: "If the Server supports this extension, it MUST add … to the Tus-Extension header"; "if the Server does not offer the
#: Creation extension, it MUST NOT offer the Creation With Upload extension either".
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "expiration", "termination")
#: "The Server MUST support at least the SHA1 checksum algorithm"; "names … MUST only consist of ASCII characters with
#: the modification that uppercase characters are excluded".
ALGORITHMS = ("sha1", "sha256")
#: What a HEAD and a PATCH of an upload need to be told apart from any other method.
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
CONTENT_TYPE = "application/offset+octet-stream"
LARGEST_PHOTO_BYTES = 32 * 1024 * 1024
#: The largest piece that is kept at once, and the largest photo that is proved in memory: longer bodies are kept
#: piece by piece, so that eight phones with large pictures do not swell a node.
PIECE_BYTES = 1024 * 1024
#: How long an unfinished upload is kept after its last byte.
LIFETIME = timedelta(days=7)

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_KEY = re.compile(r"[!-+\--~]+")


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
    """tus: "X-HTTP-Method-Override … MUST be interpreted as the request's method by the Server, if the header is
    presented. The actual method of the request MUST be ignored." What is no method at all is left to be refused.
    """
    meant = headers.get("X-HTTP-Method-Override")
    return method if meant is None else meant.upper() if meant.upper() in METHODS else "UNKNOWN"


def announced(headers: Headers) -> Announced:
    """Read a creation. Lengths are fixed at once: the announcing op already knows the size, so nothing is deferred."""
    if headers.get("Upload-Defer-Length") is not None:
        # Not offered: "If the Server supports deferring length, it MUST add creation-defer-length".
        raise Refused("upload.malformed", why="Upload-Defer-Length")
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
    """tus: "MUST consist of one or more comma-separated key-value pairs. The key and value MUST be separated by a
    space. The key MUST NOT contain spaces and commas and MUST NOT be empty. The key SHOULD be ASCII encoded and the
    value MUST be Base64 encoded. All keys MUST be unique. The value MAY be empty." Values are bytes to the protocol;
    here they are text, and no control character of a key or header travels on.
    """
    pairs: dict[str, str] = {}
    if len(header) > 4096:
        raise Refused("upload.malformed", why="Upload-Metadata > 4096")
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in pairs or " " in value:
            raise Refused("upload.malformed", why="Upload-Metadata")
        try:
            pairs[key] = base64.b64decode(value, validate=True).decode()
        except ValueError as fault:
            raise Refused("upload.malformed", why=f"Upload-Metadata {key[:32]}") from fault
    return pairs


def offset_claimed(headers: Headers) -> int:
    """tus: "All PATCH requests MUST use Content-Type: application/offset+octet-stream, otherwise the server SHOULD
    return 415".
    """
    if headers.get("Content-Type") != CONTENT_TYPE:
        raise Refused("upload.content_type", wanted=CONTENT_TYPE)
    return _whole_number(headers.get("Upload-Offset"), "Upload-Offset")


def carries_bytes(headers: Headers, length: int | None) -> bool:
    """Whether a creation brings first bytes along. tus: "similar rules as for the PATCH request … apply. The Client
    MUST include the Content-Type: application/offset+octet-stream header." `length` is the body's, None if unsaid.
    """
    if headers.get("Content-Type") == CONTENT_TYPE:
        return True
    if length:
        raise Refused("upload.content_type", wanted=CONTENT_TYPE)
    return False


def require_offset(claimed: int, received: int) -> None:
    """tus: "The Upload-Offset header's value MUST be equal to the current offset of the resource. … If the offsets do
    not match, the Server MUST respond with the 409 Conflict status without modifying the upload resource."
    """
    if claimed != received:
        raise Refused("upload.offset", offset=received)


def require_room(received: int, coming: int | None, length: int) -> None:
    """A body may not run past the announced length."""
    if coming is not None and received + coming > length:
        raise Refused("upload.longer_than_announced", length=length)


def checksum(headers: Headers) -> Checksum | None:
    """tus: "MUST consist of the name of the used checksum algorithm and the Base64 encoded checksum separated by a
    space"; "400 Bad Request if the checksum algorithm is not supported", and then as with a mismatch "the uploaded
    chunk MUST be discarded": it is not even read.
    """
    given = headers.get("Upload-Checksum")
    if given is None:
        return None
    algorithm, _, encoded = given.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refused("upload.checksum_algorithm", supported=", ".join(ALGORITHMS))
    try:
        return Checksum(algorithm, base64.b64decode(encoded, validate=True))
    except ValueError as fault:
        raise Refused("upload.malformed", why="Upload-Checksum") from fault


def require_match(wanted: Checksum | None, found: bytes) -> None:
    """tus: "Once the entire request has been received, the Server MUST verify the uploaded chunk against the provided
    checksum … 460 Checksum Mismatch … the uploaded chunk MUST be discarded, and the upload and its offset MUST NOT be
    updated."
    """
    if wanted is not None and wanted.digest != found:
        raise Refused("upload.checksum")


def require_alive(expires_at: datetime, now: datetime) -> None:
    """tus: "SHOULD respond with the 404 Not Found or 410 Gone status. The latter one SHOULD be used if the Server is
    keeping track of expired uploads": so it is until the hourly sweep has forgotten them.
    """
    if now >= expires_at:
        raise Refused("upload.gone")


def expiry(now: datetime) -> datetime:
    """When an upload that got bytes `now` is forgotten."""
    return now + LIFETIME


def http_date(moment: datetime) -> str:
    """tus: "The value of the Upload-Expires header MUST be in RFC 7231 datetime format": its one form to send. `moment`
    in UTC; free of the machine's locale.
    """
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {moment.day:02d} {months[moment.month - 1]} {moment.year:04d} {moment:%H:%M:%S} GMT"


def _whole_number(given: str | None, name: str) -> int:
    """tus, of Upload-Offset and Upload-Length: "The value MUST be a non-negative integer"."""
    if given is None or not _NUMBER.fullmatch(given):
        raise Refused("upload.malformed", why=name)
    return int(given)
