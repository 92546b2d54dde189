"""How long a photo's bytes are kept, by kind, and when they are due to be deleted. The proof of them is kept for ever.

A period counts from the approval, or from receipt where nothing was approved. While somebody still has to decide about
the inspection nothing of it is due.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mingcha.core.problems import Refused

KINDS = ("badge", "document", "equipment", "layout", "scene", "signage")
FEWEST_DAYS, MOST_DAYS = 30, 36_500
#: Stages in which a supervisor has yet to decide, or the team has been asked for more.
UNDECIDED = frozenset({"submitted", "returned"})


def periods(raw: Any) -> dict[str, int]:
    """Days by kind; a kind with None or absent is kept without end. Raises where a number is out of range."""
    if not isinstance(raw, Mapping) or not set(raw) <= set(KINDS):
        raise Refused("retention.days", fewest=FEWEST_DAYS, most=MOST_DAYS)
    found = {kind: days for kind, days in raw.items() if days is not None}
    for days in found.values():
        if not isinstance(days, int) or isinstance(days, bool) or not FEWEST_DAYS <= days <= MOST_DAYS:
            raise Refused("retention.days", fewest=FEWEST_DAYS, most=MOST_DAYS)
    return found


def is_due(
    kind: str | None,
    *,
    received_at: datetime,
    approved_at: datetime | None,
    stage: str,
    periods: Mapping[str, int],
    now: datetime,
) -> int | None:
    """The period that has ended, in days; None while it runs. A photo whose kind nobody said has the shortest one."""
    days = periods.get(kind) if kind in KINDS else min(periods.values(), default=None)
    if days is None or stage in UNDECIDED:
        return None
    since = max(received_at, approved_at) if approved_at else received_at
    return days if now - since >= timedelta(days=days) else None
