"""What a photo proves, and what about it deserves a second look.

Knows the announcing op's words, what reception found in the bytes, and the visit. Flags inform; they never block,
and never take a photo away. Reads no pixels itself: `media` does.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from mingcha.core.lookalikes import NEAR_BITS, distance
from mingcha.core.problems import Refused

#: A photo's way: announced by an op, bytes here and proved equal, or bytes here that nobody announced yet.
PhotoState = Literal["announced", "verified", "unannounced", "mismatch"]

FAR_METRES = 500
VISIT_MARGIN = timedelta(minutes=30)
CLOCK_MARGIN = timedelta(minutes=5)
#: Between the camera's date in a file and the announced one, time zones alone can make a day.
FILE_DATE_MARGIN = timedelta(days=2)
SHORTEST_REASON, LONGEST_REASON = 2, 200
_EARTH_METRES = 6_371_000
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

#: Why a whole file is no picture here, in words to end a sentence with.
UNREADABLE: dict[str, tuple[str, str]] = {
    "format": ("不是支持的图片格式", "not a kind of picture that is opened here"),
    "heic": ("HEIC 格式，本服务器没有安装相应组件", "HEIC, for which this server lacks the extra “heic”"),
    "empty": ("文件是空的", "the file is empty"),
    "bytes": ("文件太大", "the file is too large"),
    "pixels": ("像素太多", "it claims too many pixels"),
    "memory": ("解开后太大", "it needs too much memory"),
    "time": ("解开太费时", "it takes too long to open"),
    "damaged": ("图片已损坏", "the picture is damaged"),
}
#: A file's own name may say what it is. What it rests on is said with it.
_NAMED_SCREENSHOT = re.compile(r"screen[ _-]?shot|screen[ _-]?capture|截屏|截图|屏幕快照", re.IGNORECASE)
_NAMED_CHAT = re.compile(r"^mmexport\d|^wx_camera_|^微信图片|^wechat ?image|^qq图片", re.IGNORECASE)


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
    #: Why it could not be opened, a key of `UNREADABLE`.
    why: str = "damaged"
    #: What the file says of itself: `media.signs`.
    signs: tuple[str, ...] = ()
    #: The camera's own date in the file, `YYYY-MM-DD`.
    file_date: str | None = None


@dataclass(frozen=True)
class Twins:
    """How many other inspections, of those that the reader may see, hold the same bytes and only a lookalike; and under
    which rows the same visit has the same bytes again, or a lookalike under another row than its own.
    """

    same: int = 0
    near: int = 0
    again: tuple[str | None, ...] = ()
    again_near: tuple[str | None, ...] = ()


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
    op_value: Mapping[str, Any], received: Received | None, visit: Visit, twins: Twins = Twins()
) -> list[Flag]:
    """Everything worth a look about one photo, gravest first."""
    found: list[Flag] = []
    if received is not None:
        found += _of_bytes(op_value, received)
    found += _of_twins(twins)
    if op_value.get("source") == "import":
        found.append(
            Flag("photo.imported", "从相册导入，不是现场拍摄。", "Imported, not taken with the in-app camera.")
        )
    found += _of_origin(op_value, received)
    away = metres_between(op_value.get("position"), {"lat": visit.lat, "lon": visit.lon})
    if away is not None and away > FAR_METRES + _accuracy(op_value.get("position")):
        found.append(Flag("photo.far", f"拍摄位置距点位约 {away} 米。", f"Taken about {away} m from the site."))
    found += _of_time(op_value, received, visit)
    return found


def reason(text: str | None) -> str:
    """Why somebody looks at what is private, as it is written down. Raises where it says nothing."""
    plain = " ".join(_CONTROL.sub(" ", text or "").split())
    if not SHORTEST_REASON <= len(plain) <= LONGEST_REASON:
        raise Refused("photo.reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    return plain


def unreadable(why: str) -> Refused:
    """The refusal to show such a file as a picture, in words."""
    zh, en = UNREADABLE.get(why, UNREADABLE["damaged"])
    return Refused("photo.unreadable", why={"zh": zh, "en": en}, cause=why)


def _of_bytes(op_value: Mapping[str, Any], received: Received) -> list[Flag]:
    found = []
    if received.sha256 != op_value.get("sha256") or received.size_bytes != op_value.get("size"):
        found.append(
            Flag("photo.hash", "收到的文件与拍摄时登记的不一致。", "The bytes received differ from those announced.")
        )
    if not received.decoded:
        zh, en = UNREADABLE.get(received.why, UNREADABLE["damaged"])
        found.append(
            Flag(
                "photo.unreadable",
                f"文件完整，但无法作为图片打开：{zh}。",
                f"Whole, but cannot be opened as a picture: {en}.",
            )
        )
    if "animated" in received.signs:
        found.append(Flag("photo.animated", "这是动图，只显示第一帧。", "An animation; only its first frame is shown."))
    return found


def _of_twins(twins: Twins) -> list[Flag]:
    found = []
    if twins.same:
        found.append(
            Flag(
                "photo.twin",
                f"与另外 {twins.same} 次检查中的照片是同一个文件。",
                f"The very same file as in {twins.same} other inspection(s).",
            )
        )
    if twins.near:
        found.append(
            Flag(
                "photo.lookalike",
                f"与另外 {twins.near} 次检查中的照片几乎相同，请对比查看。",
                f"Nearly the same as a picture in {twins.near} other inspection(s). Compare them.",
            )
        )
    if twins.again:
        zh, en = _rows(twins.again)
        found.append(
            Flag(
                "photo.again",
                f"与本次检查的另外 {len(twins.again)} 张照片是同一个文件（{zh}）。",
                f"The very same file as {len(twins.again)} other photo(s) of this visit ({en}).",
            )
        )
    if twins.again_near:
        zh, en = _rows(twins.again_near)
        found.append(
            Flag(
                "photo.again_near",
                f"与本次检查另一指标下的照片几乎相同（{zh}），请对比查看。",
                f"Nearly the same as a picture of this visit under another row ({en}). Compare them.",
            )
        )
    return found


def _rows(named: Iterable[str | None]) -> tuple[str, str]:
    """Which rows, each once, in words."""
    rows = sorted({each or "" for each in named})
    return (
        "、".join(f"指标 {row}" if row else "未归入指标" for row in rows),
        ", ".join(f"row {row}" if row else "under no row" for row in rows),
    )


def _of_origin(op_value: Mapping[str, Any], received: Received | None) -> list[Flag]:
    """Only what a name or the file itself says, with what it rests on; a picture taken in the app has no such name."""
    name = op_value.get("name")
    named = name if isinstance(name, str) and op_value.get("source") != "camera" else ""
    signs = received.signs if received else ()
    if "screenshot.said" in signs:
        return [Flag("photo.screenshot", "像是截屏（文件内写明）。", "Likely a screenshot (the file itself says so).")]
    if _NAMED_SCREENSHOT.search(named):
        return [
            Flag("photo.screenshot", "像是截屏（只凭文件名判断）。", "Likely a screenshot (by its file name alone).")
        ]
    if "screenshot.form" in signs and op_value.get("source") != "camera":
        return [
            Flag(
                "photo.screenshot",
                "可能是截屏（PNG 格式、手机屏幕的长宽比、没有相机信息）。",
                "Perhaps a screenshot (a PNG in a phone screen's shape, without a camera's name).",
            )
        ]
    if _NAMED_CHAT.search(named):
        return [
            Flag(
                "photo.from_chat",
                "像是从聊天软件保存的图片（只凭文件名判断）。",
                "Likely saved from a chat app (by its file name alone).",
            )
        ]
    return []


def _of_time(op_value: Mapping[str, Any], received: Received | None, visit: Visit) -> list[Flag]:
    found = []
    taken = moment(op_value.get("taken_at"))
    if taken is not None:
        taken -= visit.clock_skew
        if (visit.began and taken < visit.began - VISIT_MARGIN) or (visit.ended and taken > visit.ended + VISIT_MARGIN):
            found.append(Flag("photo.outside_visit", "拍摄时间不在到场期间。", "Taken outside the visit."))
        dated = moment(f"{received.file_date}T00:00:00+00:00") if received and received.file_date else None
        if dated is not None and abs(dated - taken) > FILE_DATE_MARGIN:
            found.append(
                Flag(
                    "photo.file_date",
                    f"文件内的相机日期是 {dated:%Y-%m-%d}，与登记的拍摄时间不符。",
                    f"The camera's date in the file is {dated:%Y-%m-%d}, which is not when it was said to be taken.",
                )
            )
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
    return distance(phash_a, phash_b) <= NEAR_BITS


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
        found = read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None
    # In the first and the last year of all some other zone's time cannot be said.
    return found if found and MINYEAR < found.year < MAXYEAR else None


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
