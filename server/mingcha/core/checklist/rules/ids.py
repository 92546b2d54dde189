"""Ids: one owner each, for ever; and every reference names something that exists."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from mingcha.core.checklist.faults import RULES, Fault, fault
from mingcha.core.checklist.rules import walk

#: Two texts less alike than this are two questions, not one question in better words.
LEAST_ALIKE = 0.4


def id_faults(content: dict[str, Any]) -> Iterator[Fault]:
    yield from _doubled(walk.each("$", content, "categories"))
    yield from _doubled(walk.groups(content))
    yield from _doubled(walk.indicators(content))
    for key in ("settings", "tiers"):
        yield from _doubled(walk.each("$", content, key))
    for key in ("bands", "downgrades"):
        yield from _doubled(walk.each("$.grades", content.get("grades"), key))
    for path, indicator in walk.indicators(content):
        for key in ("measures", "clauses", "requirements"):
            yield from _doubled(walk.each(path, indicator, key))
        for clause_path, clause in walk.each(path, indicator, "clauses"):
            yield from _doubled(walk.each(clause_path, clause, "items"))
    yield from _references(content)


def reuse_faults(content: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    """An id that once meant something else, or that a version had dropped. `earlier` oldest first."""
    for path, indicator in walk.indicators(content):
        id_ = walk.text(indicator, "id")
        before = [(version, _find(version, id_)) for version in earlier]
        for place, (version, old) in enumerate(before):
            dropped = old is not None and any(later is None for _, later in before[place + 1 :])
            if old is not None and (dropped or not alike(old, indicator)):
                yield fault(f"{path}.id", "id.reused", id=id_, version=version.get("version"))
                break


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two indicators ask the same thing: the same short name, or words that are mostly the same."""
    if walk.text(one.get("title"), "zh") == walk.text(other.get("title"), "zh"):
        return True
    old, new = (walk.text(side.get("text"), "zh") or "" for side in (one, other))
    return SequenceMatcher(a=old, b=new, autojunk=False).ratio() >= LEAST_ALIKE


def _find(version: dict[str, Any], id_: str | None) -> dict[str, Any] | None:
    return next((each for _, each in walk.indicators(version) if walk.text(each, "id") == id_), None)


def _doubled(found: walk.Found) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, item in found:
        id_ = walk.text(item, "id")
        if id_ is not None and id_ in seen:
            yield fault(f"{path}.id", "id.duplicate", id=id_)
        seen.add(id_ or "")


def _references(content: dict[str, Any]) -> Iterator[Fault]:
    known = {walk.text(indicator, "id") for _, indicator in walk.indicators(content)}
    for path, note in walk.each("$", content, "notes"):
        at = walk.text(note, "at")
        if at is not None and at not in known:
            yield fault(f"{path}.at", "id.unknown", id=at)
        yield from _rule_code(path, note)
    for path, setting in walk.each("$", content, "settings"):
        at = walk.text(setting, "at")
        if at is not None and at not in known:
            yield fault(f"{path}.at", "id.unknown", id=at)
    tiers = {walk.text(tier, "id") for _, tier in walk.each("$", content, "tiers")}
    for path, indicator in walk.indicators(content):
        for note_path, note in walk.each(path, indicator, "notes"):
            yield from _rule_code(note_path, note)
        yield from _inside(path, indicator, tiers)


def _rule_code(path: str, note: dict[str, Any]) -> Iterator[Fault]:
    code = walk.text(note, "code")
    if code is not None and not (code in RULES and RULES[code].doubt):
        yield fault(f"{path}.code", "id.unknown", id=code)


def _inside(path: str, indicator: dict[str, Any], tiers: set[str | None]) -> Iterator[Fault]:
    measures = {walk.text(measure, "id") for _, measure in walk.each(path, indicator, "measures")}
    requirements = {walk.text(each, "id") for _, each in walk.each(path, indicator, "requirements")}
    wanted: list[tuple[str, str | None, set[str | None]]] = []
    for at, clause in walk.each(path, indicator, "clauses"):
        if walk.text(clause, "kind") in ("shortfall", "rank"):
            wanted.append((f"{at}.measure", walk.text(clause, "measure"), measures))
    demands = indicator.get("tiers")
    for tier, demand in demands.items() if isinstance(demands, dict) else ():
        wanted.append((f"{path}.tiers.{tier}", str(tier), tiers))
        for at, threshold in walk.each(f"{path}.tiers.{tier}", demand, "thresholds"):
            wanted.append((f"{at}.measure", walk.text(threshold, "measure"), measures))
    for at, requirement in walk.each(path, indicator, "requirements"):
        wanted += [(f"{at}.tiers", tier, tiers) for tier in walk.texts(requirement, "tiers")]
        wanted += [(f"{at}.implies", other, requirements) for other in walk.texts(requirement, "implies")]
        wanted.append((f"{at}.threshold.measure", walk.text(requirement.get("threshold"), "measure"), measures))
    for at, id_, known in wanted:
        if id_ is not None and id_ not in known:
            yield fault(at, "id.unknown", id=id_)
