"""When somebody may be disturbed: not in their quiet hours, and on free days only if they want it.

The inbox is silent and does not ask; channels that ring do. Hours are those of the recipient's own zone.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from mingcha.core.rectification.working_days import Knows, works

#: Nobody has ever a longer holiday; a mistaken calendar must not hold a message back for ever.
MOST_DAYS_HELD = 14


@dataclass(frozen=True)
class Quiet:
    """From `begins` to `ends`, over midnight where it begins later than it ends; the same time for both: never."""

    zone: tzinfo
    begins: time = time(20)
    ends: time = time(8)
    rest_days: bool = False


def next_moment(now: datetime, quiet: Quiet, knows: Knows) -> datetime:
    """`now`, or the first later moment at which this person may be disturbed."""
    at = now.astimezone(quiet.zone)
    for _ in range(MOST_DAYS_HELD):
        if not quiet.rest_days and not works(at.date(), knows)[0]:
            at = _begin_of_next_day(at)
            continue
        if not _is_quiet(at.time(), quiet):
            return max(now, at.astimezone(now.tzinfo))
        ends = datetime.combine(at.date(), quiet.ends, quiet.zone)
        at = ends if ends > at else _begin_of_next_day(at)
    return max(now, at.astimezone(now.tzinfo))


def _is_quiet(at: time, quiet: Quiet) -> bool:
    if quiet.begins == quiet.ends:
        return False
    if quiet.begins < quiet.ends:
        return quiet.begins <= at < quiet.ends
    return at >= quiet.begins or at < quiet.ends


def _begin_of_next_day(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(0), at.tzinfo)
