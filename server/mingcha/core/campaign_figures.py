"""What a campaign came to, in figures: by town, category and indicator, the commonest faults, and against the last one.

Pure, decimal, and exact about what is not settled: a mean of ranges is a range. A share is a percentage of the full
marks, so that sites to which something does not apply stand beside the others. Nobody is counted but halls.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mingcha.core.checklist.model import Checklist
from mingcha.core.scoring import SiteStanding, shown

Json = dict[str, Any]
#: Low, high, full.
Marks = tuple[Decimal, Decimal, Decimal]
MOST_FAULTS = 20
_CENT, _TENTH = Decimal("0.01"), Decimal("0.1")


@dataclass(frozen=True)
class Fault:
    """One finding of a site, as often as people counted it."""

    indicator: str
    clause: str | None
    count: int


def figures(
    checklist: Checklist, rows: Sequence[SiteStanding], town_of: Mapping[str, str],
    faults: Mapping[str, Sequence[Fault]], before: Mapping[str, Mapping[str, Any]] | None = None,
) -> Json:  # fmt: skip
    """`town_of`, `faults`: by site. `before`: by site {low, high, full, place} of the last campaign, if there was one.

    Means are over the sites to which the thing applies; `share_low`, `share_high` in percent.
    """
    return {
        "all": _mean(_marks(row["result"]) for row in rows),
        "settled": all(row["result"]["low"] == row["result"]["high"] for row in rows),
        "towns": _towns(rows, town_of),
        "categories": _categories(checklist, rows),
        "indicators": _indicators(checklist, rows),
        "faults": _faults(checklist, faults),
        "tiers": _tiers(checklist, rows),
        "bands": _bands(checklist, rows),
        "compare": None if before is None else _compare(rows, before),
    }


def _towns(rows: Sequence[SiteStanding], town_of: Mapping[str, str]) -> list[Json]:
    by_town: dict[str, list[Marks]] = {}
    for row in rows:
        by_town.setdefault(town_of[row["site"]], []).append(_marks(row["result"]))
    return [{"town": town, **_mean(each)} for town, each in sorted(by_town.items())]


def _categories(checklist: Checklist, rows: Sequence[SiteStanding]) -> list[Json]:
    lines = [{each["id"]: each for each in row["result"]["categories"]} for row in rows]
    return [{"id": one.id, **_mean(_marks(each[one.id]) for each in lines if one.id in each)} for one in checklist.categories]


def _indicators(checklist: Checklist, rows: Sequence[SiteStanding]) -> list[Json]:
    """`rate`: of conformity, met among met and not met; None where neither is known."""
    lines: dict[str, list[Any]] = {id: [] for id in checklist.indicators}
    for row in rows:
        for line in row["result"]["lines"]:
            lines[line["indicator"]].append(line)
    found = []
    for id, each in lines.items():
        states = Counter(line["state"] for line in each)
        known = states["met"] + states["lost"]
        found.append(
            {
                "id": id, "met": states["met"], "lost": states["lost"], "not_applicable": states["not_applicable"],
                "open": states["open"] + states["conflict"],
                "taken": shown(sum((Decimal(line["taken"]) for line in each if line["state"] != "not_applicable"), Decimal(0))),
                "rate": _text(Decimal(100 * states["met"]) / known, _TENTH) if known else None,
                **_mean(_marks(line) for line in each if line["state"] != "not_applicable"),
            }
        )  # fmt: skip
    return found


def _faults(checklist: Checklist, faults: Mapping[str, Sequence[Fault]]) -> list[Json]:
    """What most sites have, then what was counted most often."""
    sites: Counter[tuple[str, str | None]] = Counter()
    count: Counter[tuple[str, str | None]] = Counter()
    for each in faults.values():
        sites.update({(one.indicator, one.clause) for one in each})
        for one in each:
            count[one.indicator, one.clause] += one.count
    order = {id: number for number, id in enumerate(checklist.indicators)}
    chosen = sorted(sites, key=lambda key: (-sites[key], -count[key], order.get(key[0], len(order)), key[1] or ""))
    return [
        {"indicator": indicator, "clause": clause, "sites": sites[indicator, clause], "count": count[indicator, clause]}
        for indicator, clause in chosen[:MOST_FAULTS]
    ]


def _tiers(checklist: Checklist, rows: Sequence[SiteStanding]) -> Json | None:
    """How many sites have surely reached which tier, the highest first, and what stands most often before the next."""
    told = [row["result"]["tier"] for row in rows if row["result"]["tier"]]
    if not told:
        return None
    reached = Counter(each["reached"] for each in told if each)
    between: Counter[tuple[str, str | None]] = Counter()
    for each in told:
        between.update({(one["indicator"], one["requirement"]) for one in (each or {}).get("standing_between", ())})
    order = {id: number for number, id in enumerate(checklist.indicators)}
    chosen = sorted(between, key=lambda key: (-between[key], order.get(key[0], len(order)), key[1] or ""))
    return {
        "reached": [{"tier": tier, "sites": reached[tier]} for tier in (*(each.id for each in reversed(checklist.tiers)), None)],
        "between": [
            {"indicator": indicator, "requirement": requirement, "sites": between[indicator, requirement]}
            for indicator, requirement in chosen[:MOST_FAULTS]
        ],
    }


def _bands(checklist: Checklist, rows: Sequence[SiteStanding]) -> list[Json] | None:
    """How many sites have which grade now, the highest first; those that are not settled stand apart as `open`."""
    if not checklist.grades:
        return None
    grades = [row["grade"] for row in rows if row["grade"]]
    count = Counter(each["now"] if each["settled"] else "open" for each in grades)
    names = [each.id for each in checklist.grades.bands]
    return [{"band": band, "sites": count[band]} for band in (*names, None, *(("open",) if count["open"] else ()))]


def _compare(rows: Sequence[SiteStanding], before: Mapping[str, Mapping[str, Any]]) -> Json:
    """Site by site: `change` in marks where the full marks are the same, else in points of their share; None while
    either is a range. Means over the sites that were in both.
    """
    sites, then, now = [], [], []
    for row in rows:
        past = before.get(row["site"])
        if past is None:
            continue
        here, there = _marks(row["result"]), _marks(past)
        then.append(there)
        now.append(here)
        sites.append(
            {
                "site": row["site"], "low": row["result"]["low"], "high": row["result"]["high"], "place": row["place"],
                "before": {name: past[name] for name in ("low", "high", "full", "place")}, **_change(there, here),
            }
        )  # fmt: skip
    both = {row["site"] for row in rows}
    return {
        "sites": sites, "then": _mean(then), "now": _mean(now),
        "new": sum(row["site"] not in before for row in rows), "gone": sum(site not in both for site in before),
    }  # fmt: skip


def _change(there: Marks, here: Marks) -> Json:
    if there[0] != there[1] or here[0] != here[1]:
        return {"change": None, "in": None}
    if there[2] == here[2]:
        return {"change": shown(here[1] - there[1]), "in": "marks"}
    if not (there[2] and here[2]):
        return {"change": None, "in": None}
    return {"change": _text(100 * here[1] / here[2] - 100 * there[1] / there[2], _TENTH), "in": "share"}


def _marks(told: Mapping[str, Any]) -> Marks:
    return Decimal(told["low"]), Decimal(told["high"]), Decimal(told["full"])


def _mean(every: Iterable[Marks]) -> Json:
    """Over those with full marks; half up to two places."""
    here = [each for each in every if each[2]]
    if not here:
        return {"sites": 0, "low": None, "high": None, "full": None, "share_low": None, "share_high": None}
    low, high, full = (sum((each[at] for each in here), Decimal(0)) for at in range(3))
    return {
        "sites": len(here), "low": _text(low / len(here), _CENT), "high": _text(high / len(here), _CENT),
        "full": _text(full / len(here), _CENT), "share_low": _text(100 * low / full, _TENTH),
        "share_high": _text(100 * high / full, _TENTH),
    }  # fmt: skip


def _text(figure: Decimal, step: Decimal) -> str:
    return shown(figure.quantize(step, ROUND_HALF_UP))
