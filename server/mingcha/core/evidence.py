"""What a photo proves, and what about it deserves a second look.

Knows the announcing op's words, what reception found in the bytes, and the visit. Flags inform; they never block,
and never take a photo away. Reads no pixels itself: `media` does.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

#: A photo's way: announced by an op, bytes here and proved equal, or bytes here that nobody announced yet.
PhotoState = Literal["announced", "verified", "unannounced", "mismatch"]

FAR_METRES = 500
NEAR_BITS = 6
VISIT_MARGIN = timedelta(minutes=30)
CLOCK_MARGIN = timedelta(minutes=5)
_EARTH_METRES = 6_371_000


@dataclass(frozen=True)
class Flag:
    """Something a person should look at, in words that accuse nobody."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Received:
    """What reception found: the bytes' own hash and size, and the picture if it could be decoded (`phash` as 16 hex
    digits).
    """

    sha256: str
    size_bytes: int
    decoded: bool
    phash: str | None


@dataclass(frozen=True)
class Visit:
    """The time and place a photo is held against; what is unknown is None."""

    began: datetime | None
    ended: datetime | None
    lat: str | None = None
    lon: str | None = None
    clock_skew: timedelta = timedelta(0)


def photo_state(op_value: Mapping[str, Any] | None, verified_sha256: str | None) -> PhotoState:
    """Where a photo stands, from its op (None: not seen yet) and the hash of durable bytes (None: not here yet)."""
    if op_value is None:
        return "unannounced"
    if verified_sha256 is None:
        return "announced"
    return "verified" if verified_sha256 == op_value.get("sha256") else "mismatch"


def flags(
    op_value: Mapping[str, Any], received: Received | None, visit: Visit, twins: Iterable[str] = ()
) -> list[Flag]:
    """Everything worth a look about one photo, gravest first. `twins` names other inspections holding the same or
    nearly the same picture.
    """
    found: list[Flag] = []
    if received is not None:
        if received.sha256 != op_value.get("sha256") or received.size_bytes != op_value.get("size"):
            found.append(
                Flag(
                    "photo.hash", "收到的文件与拍摄时登记的不一致。", "The bytes received differ from those announced."
                )
            )
        if not received.decoded:
            found.append(
                Flag("photo.unreadable", "文件完整，但无法作为图片打开。", "Whole, but cannot be opened as a picture.")
            )
    others = sorted(set(twins))
    if others:
        found.append(
            Flag(
                "photo.twin",
                f"与另外 {len(others)} 次检查中的照片相同或几乎相同。",
                f"Same or nearly the same as a picture in {len(others)} other inspection(s).",
            )
        )
    if op_value.get("source") == "import":
        found.append(
            Flag("photo.imported", "从相册导入，不是现场拍摄。", "Imported, not taken with the in-app camera.")
        )
    away = metres_between(op_value.get("position"), {"lat": visit.lat, "lon": visit.lon})
    if away is not None and away > FAR_METRES + _accuracy(op_value.get("position")):
        found.append(Flag("photo.far", f"拍摄位置距点位约 {away} 米。", f"Taken about {away} m from the site."))
    taken = moment(op_value.get("taken_at"))
    if taken is not None:
        taken -= visit.clock_skew
        if (visit.began and taken < visit.began - VISIT_MARGIN) or (visit.ended and taken > visit.ended + VISIT_MARGIN):
            found.append(Flag("photo.outside_visit", "拍摄时间不在到场期间。", "Taken outside the visit."))
    if abs(visit.clock_skew) > CLOCK_MARGIN:
        minutes = round(abs(visit.clock_skew) / timedelta(minutes=1))
        found.append(
            Flag(
                "photo.clock",
                f"手机时钟偏差约 {minutes} 分钟。",
                f"The phone's clock is off by about {minutes} minutes.",
            )
        )
    return found


def nearly_same(phash_a: str, phash_b: str) -> bool:
    """Whether two 64-bit fingerprints (16 hex digits) differ by so few bits that one picture was likely made from
    the other.
    """
    return (int(phash_a, 16) ^ int(phash_b, 16)).bit_count() <= NEAR_BITS


def metres_between(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> int | None:
    """Distance over the ground between two `{lat, lon}` of decimal strings; None where either is unknown or no place
    on earth.
    """
    here, there = _degrees(a), _degrees(b)
    if here is None or there is None:
        return None
    (lat_a, lon_a), (lat_b, lon_b) = here, there
    arc = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return round(2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(arc))))


def moment(text: Any) -> datetime | None:
    """A phone's timestamp, or None if it is not one."""
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else None


def _degrees(place: Mapping[str, Any] | None) -> tuple[float, float] | None:
    if not isinstance(place, Mapping):
        return None
    try:
        lat, lon = Decimal(str(place.get("lat"))), Decimal(str(place.get("lon")))
    except InvalidOperation:
        return None
    if not (lat.is_finite() and lon.is_finite() and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return math.radians(lat), math.radians(lon)


def _accuracy(place: Any) -> int:
    metres = place.get("accuracy_m") if isinstance(place, Mapping) else None
    return metres if isinstance(metres, int) and 0 <= metres < 100_000 else 0
