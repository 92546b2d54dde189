"""What stays the same while many sheets of one checklist are scored: the checklist under its settings, ready to read.

Kept for the next sheet, and so are the lines that were worked out on it (`lines.py`). A ground is compared by
identity: nothing about it can change, as checklists never do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..checklist.model import Checklist, Indicator, Rank


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """An indicator of one ground. `ranks`: its rank clauses, as "3.1/a"."""

    indicator: Indicator
    settings: Mapping[str, str]
    ranks: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """`checklist` has the settings written into its figures. `rows`: by category, in the order of the source."""

    checklist: Checklist
    settings: Mapping[str, str]
    rows: dict[str, list[Row]]


def ground_of(checklist: Checklist, settings: Mapping[str, str] | None = None) -> Ground:
    return _ground(_Itself(checklist), tuple(checklist.readings(settings).items()))


class _Itself:
    """A checklist as a key: hashing its thousand fields would take longer than scoring."""

    __slots__ = ("checklist",)

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.checklist is self.checklist

    def __hash__(self) -> int:
        return id(self.checklist)


@lru_cache(maxsize=16)
def _ground(itself: _Itself, chosen: tuple[tuple[str, str], ...]) -> Ground:
    settings = dict(chosen)
    read = itself.checklist.under(settings)
    rows = {
        category.id: [Row(indicator, settings, _ranks(indicator)) for indicator in category.indicators]
        for category in read.categories
    }
    return Ground(read, settings, rows)


def _ranks(indicator: Indicator) -> tuple[str, ...]:
    return tuple(f"{indicator.id}/{clause.id}" for clause in indicator.clauses.values() if isinstance(clause, Rank))
