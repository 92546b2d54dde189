"""A sheet that waits for its places: everything is worked out but the rows with rank clauses.

Places are known only when every unit of the campaign is read. What is kept until then is small: the lines, most of
which sites share, and what was said about the few rows that are ranked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .board import added_up
from .engine import Places, result_on, strangers
from .facts import NOTHING, Facts
from .figures import ZERO, shown
from .ground import Ground
from .lines import Entry, points_entry
from .result import Result, ScoreProblem


@dataclass(frozen=True, slots=True)
class Unplaced:
    """`facts`: of the ranked rows alone, by indicator; their `entries` are None."""

    ground: Ground
    facts: Mapping[str, Facts]
    entries: dict[str, list[Entry | None]]
    problems: list[ScoreProblem]

    def at(self, places: Places) -> Result:
        """The result at these places, the same as if everything were worked out with them."""
        entries = {
            category: [
                entry or points_entry(row, self.facts[row.indicator.id], places)
                for row, entry in zip(self.ground.rows[category], each, strict=True)
            ]
            for category, each in self.entries.items()
        }
        result = added_up(self.ground, entries)
        result["problems"] = self.problems + result["problems"]
        return result


    def apart(self) -> "Apart":
        rest = [entry for each in self.entries.values() for entry in each if entry]
        return Apart(self.ground, self.facts, sum((each.low for each in rest), ZERO),
                     sum((each.high for each in rest), ZERO))


@dataclass(frozen=True, slots=True)
class Apart:
    """What a list of many inspections needs: `low`, `high` of the rows without a rank, and what was said of the others."""

    ground: Ground
    facts: Mapping[str, Facts]
    low: Decimal
    high: Decimal

    def at(self, places: Places) -> tuple[str, str]:
        """Low and high of the whole at these places."""
        low, high = self.low, self.high
        for rows in self.ground.rows.values():
            for row in rows:
                if row.ranks:
                    entry = points_entry(row, self.facts[row.indicator.id], places)
                    low, high = low + entry.low, high + entry.high
        return shown(low), shown(high)


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing of it depends on a place."""

    result: Result
    facts: Mapping[str, Facts]

    def at(self, places: Places) -> Result:
        return self.result

    def apart(self) -> None:
        return None


def unplaced(ground: Ground, facts: Mapping[str, Facts]) -> Unplaced | Settled:
    ranked = {
        row.indicator.id: facts.get(row.indicator.id, NOTHING)
        for rows in ground.rows.values() for row in rows if row.ranks
    }
    if not ranked:
        return Settled(result_on(ground, facts, {}), ranked)
    entries = {
        category: [None if row.ranks else points_entry(row, facts.get(row.indicator.id, NOTHING), {}) for row in rows]
        for category, rows in ground.rows.items()
    }
    return Unplaced(ground, ranked, entries, strangers(ground, facts))
