"""From facts to a result: the same lines for every scheme, added up per category and in all.

`score` reads a settled sheet, `standing` a folded state with its conflicts; both come to the same arithmetic.
The twin is `pwa/src/core/scoring/engine.ts`.
"""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from decimal import Decimal

from ..checklist.model import Checklist, Indicator, Rank
from ..oplog import State
from . import conformity, matrix, points, tiers
from .clauses import Place
from .evidence import missing
from .facts import NOTHING, Facts
from .figures import ZERO, shown
from .result import ENGINE, CategoryLine, Certainty, ClauseLine, Line, Result, ScoreProblem, TierResult
from .sheet import Sheet, facts_of
from .state import facts_of_state

Settings = Mapping[str, str]
Places = Mapping[str, Place]


def score(
    checklist: Checklist, sheet: Sheet, settings: Settings | None = None, places: Places | None = None
) -> Result:
    """What a sheet earns. `places`: by "<indicator>/<clause>" the best and worst place in the campaign, if known."""
    return result_of(checklist, facts_of(sheet), settings, places)


def standing(
    checklist: Checklist, state: State, settings: Settings | None = None, places: Places | None = None
) -> Result:
    """What an inspection may earn: [low, high] over every way to settle what is in conflict."""
    return result_of(checklist, facts_of_state(state, checklist), settings, places)


def result_of(
    checklist: Checklist, facts: dict[str, Facts], settings: Settings | None = None, places: Places | None = None
) -> Result:
    return result_under(checklist.under(settings), checklist.readings(settings), facts, places or {})


#: Marks that many sites share, by what was said about the indicator.
Memo = dict[tuple[Hashable, ...], points.Marks]


def result_under(
    read: Checklist, chosen: Settings, facts: dict[str, Facts], places: Places, memo: Memo | None = None
) -> Result:
    """With the settings already written into the checklist. `memo` serves many sites of one checklist and settings;
    their results then share parts, as results are never changed."""
    problems: list[ScoreProblem] = [
        {"indicator": id, "measure": None, "code": "sheet.unknown_indicator"}
        for id in sorted(facts) if id not in read.indicators
    ]
    match read.scheme:
        case "points":
            board = _points(read, facts, chosen, places, {} if memo is None else memo)
        case "conformity":
            board = _conformity(read, facts)
        case "tiers":
            board = _tiers(read, facts)
        case "matrix":
            board = _matrix(read, facts, chosen)
    result = board.result
    result["checklist"]["digest"] = read.digest
    result["settings"] = dict(chosen)
    result["problems"] = problems + result["problems"]
    return result


class _Board:
    """Collects lines; `full`, `low` and `high` add up per category."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self.sums = {category.id: [ZERO, ZERO, ZERO] for category in checklist.categories}
        self.result: Result = {
            "engine": ENGINE, "checklist": {"slug": checklist.slug, "version": checklist.version, "digest": ""},
            "scheme": checklist.scheme, "settings": {}, "complete": True, "low": "0", "high": "0", "full": "0",
            "open": [], "provisional": [], "missing_evidence": [], "lines": [], "categories": [], "tier": None,
            "problems": [],
        }

    def add(self, line: Line, indicator: Indicator, figures: tuple[Decimal, Decimal, Decimal], unknown: bool,
            facts: Facts) -> None:
        """One line; `figures` low, high and full."""
        deducted = figures[1] < figures[2] or any(facts.faults)
        line["missing"] = missing(indicator, facts, line["state"], deducted)
        line["photos"] = list(facts.photos)
        result = self.result
        result["lines"].append(line)
        if unknown:
            result["open"].append(indicator.id)
        if unknown or line["state"] == "conflict":
            result["complete"] = False
        result["missing_evidence"] += [{"indicator": indicator.id, **each} for each in line["missing"]]
        total = self.sums[self.checklist.category_of[indicator.id]]
        for position in range(3):
            total[position] += figures[position]

    def close(self) -> None:
        result = self.result
        result["categories"] = [_category(id, *figures) for id, figures in self.sums.items()]
        low, high, full = (sum((each[n] for each in self.sums.values()), ZERO) for n in range(3))
        result["low"], result["high"], result["full"] = shown(low), shown(high), shown(full)


def _category(id: str, low: Decimal, high: Decimal, full: Decimal) -> CategoryLine:
    return {"id": id, "low": shown(low), "high": shown(high), "full": shown(full)}


def _points(
    checklist: Checklist, facts: dict[str, Facts], settings: Settings, places: Places, memo: Memo
) -> _Board:
    board = _Board(checklist)
    for indicator in checklist.indicators.values():
        said = facts.get(indicator.id, NOTHING)
        marks = _marks(indicator, said, settings, places, memo)
        line = _line(indicator, marks.zh, marks.en, marks.low, marks.high, marks.full)
        line["state"], line["clauses"] = marks.state, marks.clauses
        board.add(line, indicator, (marks.low, marks.high, marks.full), marks.unknown, said)
        if marks.provisional:
            board.result["provisional"].append(indicator.id)
        board.result["problems"] += marks.problems
    board.close()
    return board


def _marks(indicator: Indicator, facts: Facts, settings: Settings, places: Places, memo: Memo) -> points.Marks:
    """From the memo where another site said the same; only the names of its findings are then its own."""
    key = _said(indicator, facts)
    if key is None:
        return points.marks(indicator, facts, settings, places)
    if key not in memo:
        memo[key] = points.marks(indicator, facts, settings, places)
        return memo[key]
    known = memo[key]
    if not facts.faults[0]:
        return known
    under: dict[str | None, list[str]] = {}
    for fault in facts.faults[0]:
        under.setdefault(fault.clause, []).append(fault.id)
    lines: list[ClauseLine] = [
        {**line, "findings": sorted(under[line["clause"]])} if line["findings"] else line for line in known.clauses
    ]
    return replace(known, clauses=lines)


def _said(indicator: Indicator, facts: Facts) -> tuple[Hashable, ...] | None:
    """All that settled marks depend on; None where something is open or places count."""
    if len(facts.verdicts) != 1 or len(facts.faults) != 1 or facts.contested or facts.met_removes:
        return None
    if any(facts.adjustments) or any(isinstance(clause, Rank) for clause in indicator.clauses.values()):
        return None
    said: list[Hashable] = [indicator.id, facts.verdicts[0]]
    for answers in (facts.measures, facts.awards):
        said.append(tuple((name, *texts) for name, texts in answers.items()) if answers else None)
    for fault in facts.faults[0]:
        if fault.removable or fault.near or fault.fewest != fault.most:
            return None
        said.append((fault.clause, fault.item, fault.case, fault.most))
    return tuple(said)


def _conformity(checklist: Checklist, facts: dict[str, Facts]) -> _Board:
    board = _Board(checklist)
    duties: dict[str, list[conformity.Duty]] = {category.id: [] for category in checklist.categories}
    for indicator in checklist.indicators.values():
        said = facts.get(indicator.id, NOTHING)
        duty = conformity.duty(said)
        duties[checklist.category_of[indicator.id]].append(duty)
        low, high = Decimal(duty.worst == 2), Decimal(duty.best == 2)
        full = ZERO if duty.state == "not_applicable" else Decimal(1)
        line = _line(indicator, *conformity.words(indicator, duty, said), low, high, full)
        line["state"] = duty.state
        board.add(line, indicator, (low, high, full), duty.unknown, said)
    board.result["categories"] = [_category(id, *conformity.rate(each)) for id, each in duties.items()]
    low, high, full = conformity.rate([duty for each in duties.values() for duty in each])
    board.result["low"], board.result["high"], board.result["full"] = shown(low), shown(high), shown(full)
    return board


def _tiers(checklist: Checklist, facts: dict[str, Facts]) -> _Board:
    board = _Board(checklist)
    standings: list[tiers.Standing] = []
    for indicator in checklist.indicators.values():
        said = facts.get(indicator.id, NOTHING)
        one = tiers.standing(checklist, indicator, said)
        standings.append(one)
        applies = one.state != "not_applicable"
        low, high = (Decimal(bound and applies) for bound in one.whole)
        line = _line(indicator, *tiers.words(one, said), low, high, Decimal(applies))
        line["state"] = one.state
        line["tiers"] = {tier: tiers.certainty(bounds) for tier, bounds in one.allows.items()}
        board.add(line, indicator, (low, high, Decimal(applies)), one.unknown and one.state != "conflict", said)
        board.result["problems"] += one.problems
    board.close()
    board.result["tier"] = tiers.overall(checklist, standings, facts)
    return board


def _matrix(checklist: Checklist, facts: dict[str, Facts], settings: Settings) -> _Board:
    board = _Board(checklist)
    rows: list[matrix.Row] = []
    for indicator in checklist.indicators.values():
        said = facts.get(indicator.id, NOTHING)
        row = matrix.row(checklist, indicator, said)
        rows.append(row)
        top = Decimal(len(checklist.tiers) if row.applies else 0)
        low, high = min(Decimal(row.low), top), min(Decimal(row.high), top)
        line = _line(indicator, *matrix.words(row, checklist, said), low, high, top)
        line["state"] = row.state
        line["tiers"] = {
            tier.id: _reached(row, level) for level, tier in enumerate(checklist.tiers, 1)
        }
        board.add(line, indicator, (low, high, top), row.unknown and row.state != "conflict", said)
        board.result["problems"] += row.problems
    board.close()
    result: TierResult = matrix.overall(checklist, rows, settings, facts)
    board.result["tier"] = result
    return board


def _reached(row: matrix.Row, level: int) -> Certainty:
    return tiers.certainty((row.low >= level, row.high >= level))


def _line(indicator: Indicator, zh: str, en: str, low: Decimal, high: Decimal, full: Decimal) -> Line:
    return {
        "indicator": indicator.id, "state": "open", "full": shown(full), "low": shown(low), "high": shown(high),
        "taken": shown(full - high), "working": {"zh": zh, "en": en}, "clauses": [], "tiers": None, "photos": [],
        "missing": [],
    }
