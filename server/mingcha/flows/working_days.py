"""China's calendar of holidays and 调休, as the rules ask for it."""

from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=4096)
def china(day: date) -> bool | None:
    """Whether the day is worked; None for a year that the calendar's library does not know yet (or no more)."""
    # Here and not above: a server that counts no deadline starts without it.
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def exceptions(first: date, last: date) -> dict[str, list[str]]:
    """Free weekdays and worked weekend days of a span: with them a phone counts working days without a network."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    known = [(day, china(day)) for day in days]
    return {
        "rest": [day.isoformat() for day, works in known if works is False and day.weekday() < 5],
        "work": [day.isoformat() for day, works in known if works is True and day.weekday() > 4],
    }
