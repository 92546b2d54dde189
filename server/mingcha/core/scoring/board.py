"""Adds up lines: per category and in all, with everything that is open, missing or wrong."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from .figures import ZERO, shown
from .ground import Ground
from .lines import Entry
from .result import ENGINE, CategoryLine, Result

Figures = tuple[Decimal, Decimal, Decimal]


def added_up(ground: Ground, categories: Mapping[str, Iterable[Entry]]) -> Result:
    """`categories`: the entries of each, in the order of the source."""
    checklist = ground.checklist
    result: Result = {
        "engine": ENGINE,
        "checklist": {"slug": checklist.slug, "version": checklist.version, "digest": checklist.digest},
        "scheme": checklist.scheme, "settings": dict(ground.settings), "complete": True, "low": "0", "high": "0",
        "full": "0", "open": [], "provisional": [], "missing_evidence": [], "lines": [], "categories": [],
        "tier": None, "problems": [],
    }
    total = (ZERO, ZERO, ZERO)
    for id, entries in categories.items():
        sums = (ZERO, ZERO, ZERO)
        for each in entries:
            sums = (sums[0] + each.low, sums[1] + each.high, sums[2] + each.full)
            _add(result, each)
        result["categories"].append(category_line(id, sums))
        total = (total[0] + sums[0], total[1] + sums[1], total[2] + sums[2])
    set_total(result, total)
    return result


def category_line(id: str, figures: Figures) -> CategoryLine:
    """`figures`: low, high and full."""
    low, high, full = figures
    return {"id": id, "low": shown(low), "high": shown(high), "full": shown(full)}


def set_total(result: Result, figures: Figures) -> None:
    low, high, full = figures
    result["low"], result["high"], result["full"] = shown(low), shown(high), shown(full)


def _add(result: Result, entry: Entry) -> None:
    line = entry.line
    result["lines"].append(line)
    if entry.unknown:
        result["open"].append(line["indicator"])
    if entry.unknown or line["state"] == "conflict":
        result["complete"] = False
    if entry.provisional:
        result["provisional"].append(line["indicator"])
    if line["missing"]:
        result["missing_evidence"] += [{"indicator": line["indicator"], **each} for each in line["missing"]]
    if entry.problems:
        result["problems"] += entry.problems
