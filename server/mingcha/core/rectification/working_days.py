"""Working days: counting them, by a calendar that is handed in and may not know every year.

`Knows` answers for one day: True it is worked (调休 Saturdays among them), False it is free, None nobody has said yet:
the State Council announces a year's holidays in the autumn before. Then Monday to Friday count, and what was counted
that way says so (`guessed`) wherever it is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

Knows = Callable[[date], bool | None]

#: One country, one clock: deadlines are days in Beijing.
CHINA = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)
#: No deadline is counted further than this.
MOST_DAYS = 400


@dataclass(frozen=True)
class Counted:
    """A day that was counted to, and whether a year on the way was not known."""

    day: date
    guessed: bool = False


def today(now: datetime) -> date:
    """The day in China."""
    return now.astimezone(CHINA).date()


def works(day: date, knows: Knows) -> tuple[bool, bool]:
    """Whether people work that day, and whether that is a guess."""
    known = knows(day)
    return (day.weekday() < 5, True) if known is None else (known, False)


def moved(start: date, days: int, knows: Knows) -> Counted:
    """The `days`-th working day after `start`, before it for a negative number; for 0 `start` itself, or the next
    working day if it is free.
    """
    if abs(days) > MOST_DAYS:
        raise ValueError(f"{days} working days")
    step = -ONE_DAY if days < 0 else ONE_DAY
    day, left, guessed = start, abs(days), False
    worked, guess = works(day, knows)
    if left == 0:
        while not worked:
            guessed |= guess
            day += ONE_DAY
            worked, guess = works(day, knows)
        return Counted(day, guessed or guess)
    while left:
        day += step
        worked, guess = works(day, knows)
        guessed |= guess
        left -= worked
    return Counted(day, guessed)


def between(first: date, last: date, knows: Knows) -> int:
    """Working days after `first` up to and with `last`; negative if `last` lies before."""
    if last < first:
        return -between(last, first, knows)
    # What lies further apart than this is counted by weeks: a lost clock must not cost a minute.
    far = max(0, ((last - first).days - MOST_DAYS * 3) // 7)
    near = first + timedelta(days=7 * far)
    return far * 5 + sum(works(near + timedelta(days=n), knows)[0] for n in range(1, (last - near).days + 1))
