"""A calendar of deadlines as text (RFC 5545), for the calendar of a phone. Its words may stand on a lock screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SUMMARY = {"zh": "整改事项到期", "en": "Rectification due"}


@dataclass(frozen=True)
class Event:
    """One whole day. `sequence` grows when it moves."""

    uid: str
    day: date
    changed_at: datetime
    sequence: int
    link: str | None


def calendar(events: Iterable[Event], locale: str) -> str:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Mingcha//Rectification//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "X-WR-CALNAME:明察" if locale == "zh" else "X-WR-CALNAME:Mingcha",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
    ]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}@mingcha",
            f"DTSTAMP:{event.changed_at:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{event.sequence}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{SUMMARY.get(locale, SUMMARY['zh'])}",
            *([f"URL:{event.link}"] if event.link else []),
            "TRANSP:TRANSPARENT",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """No line has more than 75 bytes; the next begins with a blank."""
    pieces: list[str] = []
    piece = ""
    for each in line:
        if len((piece + each).encode()) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = ""
        piece += each
    return "\r\n ".join([*pieces, piece])
