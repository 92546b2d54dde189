"""Tiers that rise: what the weaker asks, the stronger asks too; and figures that can be written down."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mingcha.core.checklist.faults import Fault, fault
from mingcha.core.checklist.rules import walk


def tier_faults(content: dict[str, Any]) -> Iterator[Fault]:
    order = [walk.text(tier, "id") or "" for _, tier in walk.each("$", content, "tiers")]
    for path, indicator in walk.indicators(content):
        if content.get("scheme") == "tiers":
            yield from _demands(path, indicator, order)
        if content.get("scheme") == "matrix":
            yield from _rising(path, _asked_by_requirements(path, indicator), order)
            yield from _cycles(path, indicator)
        yield from _measures(path, indicator, str(content.get("scheme")))


def _demands(path: str, indicator: dict[str, Any], order: list[str]) -> Iterator[Fault]:
    demands = indicator.get("tiers")
    if not isinstance(demands, dict):
        return
    for tier in order:
        if tier not in demands:
            yield fault(f"{path}.tiers", "tier.missing", id=tier)
    necessary = [isinstance(demands.get(tier), dict) and demands[tier].get("necessary") is True for tier in order]
    for weaker, stronger in zip(range(len(order)), range(1, len(order)), strict=False):
        if necessary[weaker] and not necessary[stronger]:
            yield fault(
                f"{path}.tiers.{order[stronger]}.necessary",
                "tier.necessary_order",
                weaker=order[weaker],
                stronger=order[stronger],
            )
    asked = [
        (f"{path}.tiers.{tier}", tier, threshold)
        for tier in order
        for _, threshold in walk.each("", demands.get(tier), "thresholds")
    ]
    yield from _rising(path, asked, order)


def _asked_by_requirements(path: str, indicator: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (f"{at}.threshold", tier, requirement["threshold"])
        for at, requirement in walk.each(path, indicator, "requirements")
        if isinstance(requirement.get("threshold"), dict)
        for tier in walk.texts(requirement, "tiers")
    ]


def _rising(path: str, asked: list[tuple[str, str, dict[str, Any]]], order: list[str]) -> Iterator[Fault]:
    """The highest figure that each tier asks of a measure must not sink towards the stronger tiers."""
    highest: dict[str, tuple[Decimal, str]] = {}
    for tier in order:
        for at, asking, threshold in asked:
            measure, figure = walk.text(threshold, "measure"), walk.number(threshold, "at_least")
            if asking != tier or measure is None or figure is None:
                continue
            before = highest.get(measure)
            if before and figure < before[0] and before[1] != tier:
                yield fault(at, "tier.order", measure=measure, weaker=before[0], stronger=figure)
            if before is None or figure > before[0]:
                highest[measure] = (figure, tier)


def _cycles(path: str, indicator: dict[str, Any]) -> Iterator[Fault]:
    implied = {
        walk.text(requirement, "id") or "": walk.texts(requirement, "implies")
        for _, requirement in walk.each(path, indicator, "requirements")
    }
    for at, requirement in walk.each(path, indicator, "requirements"):
        start = walk.text(requirement, "id") or ""
        seen: set[str] = set()
        ahead = list(implied.get(start, []))
        while ahead:
            here = ahead.pop()
            if here == start:
                yield fault(f"{at}.implies", "implies.cycle", id=start)
                break
            if here not in seen:
                seen.add(here)
                ahead += implied.get(here, [])


def _measures(path: str, indicator: dict[str, Any], scheme: str) -> Iterator[Fault]:
    used = {
        clause.get("measure") for _, clause in walk.each(path, indicator, "clauses") if walk.text(clause, "measure")
    }
    demands = indicator.get("tiers")
    for demand in demands.values() if isinstance(demands, dict) else ():
        used |= {walk.text(threshold, "measure") for _, threshold in walk.each("", demand, "thresholds")}
    for _, requirement in walk.each(path, indicator, "requirements"):
        used.add(walk.text(requirement.get("threshold"), "measure"))
    for at, measure in walk.each(path, indicator, "measures"):
        least, most = walk.number(measure, "min"), walk.number(measure, "max")
        if least is not None and most is not None and least > most:
            yield fault(f"{at}.min", "measure.bounds")
        if scheme != "conformity" and walk.text(measure, "id") not in used:
            yield fault(at, "measure.unused", id=measure.get("id"))
