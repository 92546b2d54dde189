"""How long a sign-in must wait after failures: longer each time, never for good.

An account and an address are counted apart. Nobody can lock another person out: the wait has a ceiling, an attempt made
while waiting does not lengthen it, and a day of quiet clears it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

#: Failures that cost nothing, and the longest wait. An address may be a whole office behind one router.
#: A second factor is guessed only by who knows the password, and has few digits: its wait grows longer.
FREE = {"account": 4, "address": 20, "second": 5}
LONGEST_SECONDS = {"account": 30, "address": 300, "second": 900}
QUIET = timedelta(days=1)


@dataclass(frozen=True)
class Count:
    failures: int
    last_at: datetime


def wait_seconds(kind: str, count: Count, now: datetime) -> int:
    """Whole seconds until the next attempt is looked at; 0 for at once."""
    if now - count.last_at >= QUIET:
        return 0
    over = count.failures - FREE[kind]
    if over < 0:
        return 0
    delay = min(2 ** min(over, 16), LONGEST_SECONDS[kind])
    left = count.last_at + timedelta(seconds=delay) - now
    return max(0, ceil(left.total_seconds()))


def failed(count: Count, now: datetime) -> Count:
    """One attempt more."""
    before = 0 if now - count.last_at >= QUIET else count.failures
    return Count(failures=before + 1, last_at=now)
