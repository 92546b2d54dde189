"""China's calendar of holidays and 调休, as the rules ask for it."""

from datetime import date
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
