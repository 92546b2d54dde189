"""A campaign: rank clauses over its units, totals over its sites, grades over the places.

Everything stays a range until it is settled: a figure not filled in may be any, so places and grades that depend on it
are bounds. Grades themselves are the affair of `grades.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypedDict

from ..checklist.model import Checklist, Rank
from .facts import NOTHING, Facts
from .figures import reading
from .grades import Decision, Grade, Ranked, grades
from .ground import Ground, ground_of
from .places import Bounds, places
from .result import Result
from .sheet import Sheet, facts_of
from .unplaced import unplaced


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
    facts = ((site, facts_of(sheet)) for site, sheet in sheets.items())
    return _ranked(checklist, facts, settings, decisions, listed, awarded_on)


def standings(
    checklist: Checklist,
    facts: Mapping[str, Mapping[str, Facts]],
    settings: Mapping[str, str] | None = None,
    decisions: Sequence[Decision] = (),
    listed: Mapping[str, Mapping[str, str]] | None = None,
    awarded_on: str | None = None,
    fixed: Mapping[str, Mapping[str, tuple[int, int]]] | None = None,
) -> list[SiteStanding]:
    """The same from facts, in which conflicts may still be open. `fixed`: places of the rank clauses by site, as they
    were written down when the campaign closed."""
    return _ranked(checklist, facts.items(), settings, decisions, listed, awarded_on, fixed)


def _ranked(
    checklist: Checklist,
    sites: Iterable[tuple[str, Mapping[str, Facts]]],
    settings: Mapping[str, str] | None,
    decisions: Sequence[Decision],
    listed: Mapping[str, Mapping[str, str]] | None,
    awarded_on: str | None,
    fixed: Mapping[str, Mapping[str, tuple[int, int]]] | None = None,
) -> list[SiteStanding]:
    ground = ground_of(checklist, settings)
    read, chosen = ground.checklist, ground.settings
    waiting = {site: unplaced(ground, facts) for site, facts in sites}
    ranked = (
        clause_places(ground, {site: each.facts for site, each in waiting.items()}, listed or {})
        if fixed is None else {site: dict(fixed.get(site, {})) for site in waiting}
    )
    results = {site: each.at(ranked[site]) for site, each in waiting.items()}
    total = _totals(results)
    place = places(total, "shared")
    graded: dict[str, Grade] = {}
    if read.grades:
        rows = [Ranked(site, place[site], results[site], results[site]["low"] == results[site]["high"])
                for site in sorted(results)]
        graded = grades(read.grades, rows, chosen, decisions, awarded_on)
    return [
        {"site": site, "place": list(graded[site]["place"] if site in graded else place[site]),
         "places": {clause: list(each) for clause, each in ranked[site].items()},
         "grade": graded.get(site), "result": results[site]}
        for site in sorted(results, key=lambda site: (place[site], site))
    ]


def _totals(results: Mapping[str, Result]) -> dict[str, Bounds | None]:
    """Marks; as shares of the full marks where these differ, because something does not apply and is taken out."""
    if len({result["full"] for result in results.values()}) == 1:
        return {site: (Decimal(result["low"]), Decimal(result["high"])) for site, result in results.items()}
    return {
        site: (_share(result["low"], result["full"]), _share(result["high"], result["full"]))
        for site, result in results.items()
    }


def _share(marks: str, full: str) -> Fraction:
    return Fraction(marks) / Fraction(full) if Fraction(full) else Fraction(0)


def clause_places(
    ground: Ground, facts: Mapping[str, Mapping[str, Facts]], listed: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, tuple[int, int]]]:
    """By unit and "<indicator>/<clause>": its best and worst place. A unit to which the row does not apply has none."""
    settings = ground.settings
    found: dict[str, dict[str, tuple[int, int]]] = {site: {} for site in facts}
    for indicator in ground.checklist.indicators.values():
        for clause in indicator.clauses.values():
            if not isinstance(clause, Rank):
                continue
            key = f"{indicator.id}/{clause.id}"
            figures: dict[str, Bounds | None] = {}
            for site, said in facts.items():
                here = said.get(indicator.id, NOTHING)
                if here.verdicts == ("not_applicable",):
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
