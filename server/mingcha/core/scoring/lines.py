"""One line of a result with its figures; of scheme `points` each is worked out once for all sites that say the same.

What a settled indicator earns depends on its verdict, figures, awards, places and on what its findings are, never on
their names. That is the key under which a line is kept; its findings and photos are then its own. Whatever is open or
adjusted is worked out anew. Results share parts, so a result is never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from ..checklist.model import Indicator
from . import points
from .clauses import Place
from .evidence import missing
from .facts import Facts, Fault, Said
from .figures import shown
from .ground import Row
from .result import Line, LineState, ScoreProblem

#: A few kilobytes each; a county's campaign has about as many different ones.
MOST_KEPT = 4096

Answers = tuple[tuple[str, Said], ...]
#: Clause, item, case and count of a finding.
Finding = tuple[str | None, str | None, int | None, int]


@dataclass(slots=True)
class Entry:
    """A line as the board adds it up. `unknown`: an answer is wanted."""

    line: Line
    low: Decimal
    high: Decimal
    full: Decimal
    unknown: bool
    provisional: bool = False
    problems: list[ScoreProblem] = field(default_factory=list)


def entry(
    indicator: Indicator, facts: Facts, state: LineState, words: tuple[str, str],
    figures: tuple[Decimal, Decimal, Decimal], *, unknown: bool, problems: list[ScoreProblem],
) -> Entry:
    """`figures`: low, high and full."""
    low, high, full = figures
    line: Line = {
        "indicator": indicator.id, "state": state, "full": shown(full), "low": shown(low), "high": shown(high),
        "taken": shown(full - high), "working": {"zh": words[0], "en": words[1]}, "clauses": [], "tiers": None,
        "photos": list(facts.photos), "missing": missing(indicator, facts, state, high < full or any(facts.faults)),
    }
    return Entry(line, low, high, full, unknown, problems=problems)


def points_entry(row: Row, facts: Facts, places: Mapping[str, Place]) -> Entry:
    """From what is kept where another site said the same."""
    findings = _findings(facts)
    if findings is None:
        return _worked_out(row, facts, places)
    kept = _kept(
        row, facts.verdicts[0],
        tuple(facts.measures.items()) if facts.measures else (), tuple(facts.awards.items()) if facts.awards else (),
        tuple([places.get(key) for key in row.ranks]) if row.ranks else (), findings,
    )
    return _with_names(kept, row.indicator, facts) if findings or facts.photos else kept


def _findings(facts: Facts) -> tuple[Finding, ...] | None:
    """What the findings are; None where anything about the indicator is open or adjusted."""
    if len(facts.verdicts) != 1 or len(facts.faults) != 1 or facts.contested or facts.adjustments != (None,):
        return None
    if not facts.faults[0]:
        return ()
    found: list[Finding] = []
    for fault in facts.faults[0]:
        if facts.met_removes or fault.removable or fault.near or fault.fewest != fault.most:
            return None
        found.append((fault.clause, fault.item, fault.case, fault.most))
    return tuple(found)


@lru_cache(maxsize=MOST_KEPT)
def _kept(
    row: Row, verdict: str | None, measures: Answers, awards: Answers, places: tuple[Place | None, ...],
    findings: tuple[Finding, ...],
) -> Entry:
    """Made from its key alone; its findings have numbers for names and no photos."""
    faults = tuple(
        Fault(str(number), clause, item, case, count, count)
        for number, (clause, item, case, count) in enumerate(findings)
    )
    facts = Facts((verdict,), dict(measures), dict(awards), faults=(faults,))
    known = {key: place for key, place in zip(row.ranks, places, strict=True) if place is not None}
    return _worked_out(row, facts, known)


def _worked_out(row: Row, facts: Facts, places: Mapping[str, Place]) -> Entry:
    indicator = row.indicator
    marks = points.marks(indicator, facts, row.settings, places)
    found = entry(indicator, facts, marks.state, (marks.zh, marks.en), (marks.low, marks.high, marks.full),
                  unknown=marks.unknown, problems=marks.problems)
    found.line["clauses"], found.provisional = marks.clauses, marks.provisional
    return found


def _with_names(kept: Entry, indicator: Indicator, facts: Facts) -> Entry:
    line = kept.line.copy()
    if facts.faults[0] and line["clauses"]:
        under: dict[str | None, list[str]] = {}
        for fault in facts.faults[0]:
            under.setdefault(fault.clause, []).append(fault.id)
        line["clauses"] = [
            {**clause, "findings": sorted(under[clause["clause"]])} if clause["findings"] else clause
            for clause in line["clauses"]
        ]
    if facts.photos:
        line["photos"] = list(facts.photos)
        if line["missing"]:
            deducted = kept.high < kept.full or bool(facts.faults[0])
            line["missing"] = missing(indicator, facts, line["state"], deducted)
    return Entry(line, kept.low, kept.high, kept.full, kept.unknown, kept.provisional, kept.problems)
