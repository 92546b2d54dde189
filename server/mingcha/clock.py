"""The wall clock, and the only place that reads it. Always UTC, always aware."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def wire(moment: datetime) -> str:
    """The one form in which moments travel: `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
