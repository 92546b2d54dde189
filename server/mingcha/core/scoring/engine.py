"""From facts to a result: the same lines for every scheme, added up per category and in all.

`score` reads a settled sheet, `standing` a folded state with its conflicts; both come to the same arithmetic.
The twin is `pwa/src/core/scoring/engine.ts`.
"""

from collections.abc import Mapping
from decimal import Decimal

from ..checklist.model import Checklist
from ..oplog import State
from . import conformity, matrix, tiers
from .board import added_up, category_line, set_total
from .clauses import Place
from .facts import NOTHING, Facts
from .figures import ZERO
from .ground import Ground, Row, ground_of
from .lines import Entry, entry, points_entry
from .result import Result, ScoreProblem
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
    checklist: Checklist, state: State, settings: Settings | None = None, places: Places | None = None,
    *, closed: bool = True,
) -> Result:
    """What an inspection may earn: [low, high] over every way to settle what is in conflict. Until the campaign is
    `closed`, every row with a place is provisional."""
    ground = ground_of(checklist, settings)
    result = result_on(ground, facts_of_state(state, checklist), places or {})
    if not closed:
        out = {line["indicator"] for line in result["lines"] if line["state"] == "not_applicable"}
        result["provisional"] = [
            row.indicator.id for rows in ground.rows.values() for row in rows
            if row.ranks and row.indicator.id not in out
        ]
    return result


def result_of(
    checklist: Checklist, facts: Mapping[str, Facts], settings: Settings | None = None, places: Places | None = None
) -> Result:
    return result_on(ground_of(checklist, settings), facts, places or {})


def result_on(ground: Ground, facts: Mapping[str, Facts], places: Places) -> Result:
    match ground.checklist.scheme:
        case "points":
            result = _points(ground, facts, places)
        case "conformity":
            result = _conformity(ground, facts)
        case "tiers":
            result = _tiers(ground, facts)
        case "matrix":
            result = _matrix(ground, facts)
    result["problems"] = strangers(ground, facts) + result["problems"]
    return result


def strangers(ground: Ground, facts: Mapping[str, Facts]) -> list[ScoreProblem]:
    """What was said of indicators that this version does not have."""
    return [
        {"indicator": id, "measure": None, "code": "sheet.unknown_indicator"}
        for id in sorted(facts.keys() - ground.checklist.indicators.keys())
    ]


def _points(ground: Ground, facts: Mapping[str, Facts], places: Places) -> Result:
    return added_up(ground, {
        category: [points_entry(row, facts.get(row.indicator.id, NOTHING), places) for row in rows]
        for category, rows in ground.rows.items()
    })


def _conformity(ground: Ground, facts: Mapping[str, Facts]) -> Result:
    duties: dict[str, list[conformity.Duty]] = {category: [] for category in ground.rows}

    def line(category: str, row: Row) -> Entry:
        said = facts.get(row.indicator.id, NOTHING)
        duty = conformity.duty(said)
        duties[category].append(duty)
        low, high = Decimal(duty.worst == 2), Decimal(duty.best == 2)
        figures = (low, high, ZERO if duty.state == "not_applicable" else Decimal(1))
        return entry(row.indicator, said, duty.state, conformity.words(row.indicator, duty), figures,
                     unknown=duty.unknown, problems=[])

    result = added_up(ground, {id: [line(id, row) for row in rows] for id, rows in ground.rows.items()})
    result["categories"] = [category_line(id, conformity.rate(each)) for id, each in duties.items()]
    set_total(result, conformity.rate([duty for each in duties.values() for duty in each]))
    return result


def _tiers(ground: Ground, facts: Mapping[str, Facts]) -> Result:
    standings: list[tiers.Standing] = []

    def line(row: Row) -> Entry:
        said = facts.get(row.indicator.id, NOTHING)
        one = tiers.standing(ground.checklist, row.indicator, said)
        standings.append(one)
        applies = one.state != "not_applicable"
        figures = (Decimal(one.counts[0]), Decimal(one.counts[1]), Decimal(applies))
        found = entry(row.indicator, said, one.state, tiers.words(one, said), figures,
                      unknown=one.unknown and one.state != "conflict", problems=one.problems)
        found.line["tiers"] = {tier: tiers.certainty(bounds) for tier, bounds in one.allows.items()}
        return found

    result = added_up(ground, {id: [line(row) for row in rows] for id, rows in ground.rows.items()})
    result["tier"] = tiers.overall(ground.checklist, standings, facts)
    return result


def _matrix(ground: Ground, facts: Mapping[str, Facts]) -> Result:
    checklist = ground.checklist
    found: list[matrix.Row] = []

    def line(row: Row) -> Entry:
        said = facts.get(row.indicator.id, NOTHING)
        one = matrix.row(checklist, row.indicator, said)
        found.append(one)
        top = Decimal(len(checklist.tiers) if one.applies else 0)
        figures = (Decimal(one.counts[0]), Decimal(one.counts[1]), top)
        made = entry(row.indicator, said, one.state, matrix.words(one, checklist, said), figures,
                     unknown=one.unknown and one.state != "conflict", problems=one.problems)
        made.line["tiers"] = {
            tier.id: tiers.certainty((one.low >= level, one.high >= level))
            for level, tier in enumerate(checklist.tiers, 1)
        }
        return made

    result = added_up(ground, {id: [line(row) for row in rows] for id, rows in ground.rows.items()})
    result["tier"] = matrix.overall(checklist, found, ground.settings, facts)
    return result
