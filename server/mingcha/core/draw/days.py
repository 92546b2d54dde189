"""Which drawn visit is on which day: in the drawn order, each on the day on which its team has least to do.

Written so that it can be repeated by hand: of the days, in their order, the first on which the busiest of the team has
the fewest visits, and of these the one with the fewest visits in all.
"""

from collections import Counter
from collections.abc import Sequence

from mingcha.core.draw.draw import Visits


def dates(visits: Visits, days: Sequence[str]) -> list[str]:
    """The day of each visit, in the drawn order. `days` are dates in order, at least one."""
    busy: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    found = []
    for _, team in visits:
        day = min(days, key=lambda each: (max(busy[one, each] for one in team), total[each], each))
        for one in team:
            busy[one, day] += 1
        total[day] += 1
        found.append(day)
    return found
