"""A campaign: rank clauses over its units, totals over its sites, grades over the places.

Everything stays a range until it is settled: a figure not filled in may be any, so places and grades that depend on it
are bounds. Grades themselves are the affair of `grades.py`.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypedDict

from ..checklist.model import Checklist, Rank
from .engine import Memo, result_under
from .facts import Facts
from .figures import reading
from .grades import Decision, Grade, Ranked, grades
from .places import Bounds, places
from .result import Result
from .sheet import Sheet, facts_of


class SiteStanding(TypedDict):
    """One site in the campaign, best place first. `place`: best and worst; `places`: of the rank clauses."""

    site: str
    place: list[int]
    places: dict[str, list[int]]
    grade: Grade | None
    result: Result


def campaign(
    checklist: Checklist,
    sheets: Mapping[str, Sheet],
    settings: Mapping[str, str] | None = None,
    decisions: Sequence[Decision] = (),
    listed: Mapping[str, Mapping[str, str]] | None = None,
    awarded_on: str | None = None,
) -> list[SiteStanding]:
    """The standings of settled sheets by site. `listed`: figures of units that are ranked but not inspected (police
    stations), by "<indicator>/<clause>" and unit; they count under the setting `rank_units` = "listed"."""
    facts = {site: facts_of(sheet) for site, sheet in sheets.items()}
    return standings(checklist, facts, settings, decisions, listed, awarded_on)


def standings(
    checklist: Checklist,
    facts: Mapping[str, dict[str, Facts]],
    settings: Mapping[str, str] | None = None,
    decisions: Sequence[Decision] = (),
    listed: Mapping[str, Mapping[str, str]] | None = None,
    awarded_on: str | None = None,
) -> list[SiteStanding]:
    """The same from facts, in which conflicts may still be open."""
    read, chosen = checklist.under(settings), checklist.readings(settings)
    ranked = _clause_places(read, facts, chosen, listed or {})
    memo: Memo = {}
    results = {site: result_under(read, chosen, said, ranked[site], memo) for site, said in facts.items()}
    total = {site: _total(result) for site, result in results.items()}
    place = places(total, "shared")
    graded: dict[str, Grade] = {}
    if read.grades:
        rows = [Ranked(site, place[site], results[site], total[site][0] == total[site][1]) for site in sorted(facts)]
        graded = grades(read.grades, rows, chosen, decisions, awarded_on)
    return [
        {"site": site, "place": list(graded[site]["place"] if site in graded else place[site]),
         "places": {clause: list(each) for clause, each in ranked[site].items()},
         "grade": graded.get(site), "result": results[site]}
        for site in sorted(facts, key=lambda site: (place[site], site))
    ]


def _total(result: Result) -> Bounds:
    """As a share of the full marks, which differ where something does not apply and is taken out."""
    full = Fraction(result["full"])
    if not full:
        return Fraction(0), Fraction(0)
    return Fraction(result["low"]) / full, Fraction(result["high"]) / full


def _clause_places(
    checklist: Checklist, facts: Mapping[str, dict[str, Facts]], settings: Mapping[str, str],
    listed: Mapping[str, Mapping[str, str]],
) -> dict[str, dict[str, tuple[int, int]]]:
    found: dict[str, dict[str, tuple[int, int]]] = {site: {} for site in facts}
    for indicator in checklist.indicators.values():
        for clause in indicator.clauses.values():
            if not isinstance(clause, Rank):
                continue
            key = f"{indicator.id}/{clause.id}"
            figures: dict[str, Bounds | None] = {}
            for site, said in facts.items():
                here = said.get(indicator.id) or Facts()
                if here.verdicts == ["not_applicable"]:
                    continue
                figures[f"site:{site}"] = _bounds(here.measures.get(clause.measure), indicator.measures[clause.measure])
            if settings.get("rank_units") == "listed":
                for unit, text in listed.get(key, {}).items():
                    figures[f"unit:{unit}"] = _bounds([text], indicator.measures[clause.measure])
            for name, place in places(figures, settings.get("rank_ties", "shared")).items():
                if name.startswith("site:"):
                    found[name.removeprefix("site:")][key] = place
    return found


def _bounds(texts: Sequence[str | None] | None, measure: Any) -> Bounds | None:
    figures = [None if text is None else reading(text, measure) for text in texts or [None]]
    read = [figure for figure in figures if figure is not None and not isinstance(figure, str)]
    return (min(read), max(read)) if len(read) == len(figures) else None
