"""What one indicator may earn under each answer that still stands: a world has one verdict, one set of findings.

The bounds of every world are worked out apart, so that a range is exact: its ends are marks that some way of settling
the open questions really gives. The twin is `pwa/src/core/scoring/worlds.ts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ..checklist.model import AllOrNothing, Award, Indicator, Judge, Rank, Shortfall
from .clauses import Case, Place, Take, limit, take, whole_words
from .facts import Facts, Faults, may_be_gone
from .figures import ZERO, reading, shown
from .once import listed
from .result import ScoreProblem

#: Clauses that read a figure or an award; the others count findings.
_ASKS = (Shortfall, Rank, Judge, Award)
#: Clauses that no finding changes.
_DEAF = (Shortfall, Rank, Judge)


@dataclass(slots=True)
class World:
    """The marks of an indicator under one verdict, and why."""

    low: Decimal
    high: Decimal
    takes: list[Take] = field(default_factory=list)
    unknown: bool = False
    provisional: bool = False
    problem: str | None = None
    applies: bool = True
    zh: str = ""
    en: str = ""


def worlds_of(
    indicator: Indicator, facts: Facts, settings: Mapping[str, str], places: Mapping[str, Place], full: Decimal,
    problems: list[ScoreProblem],
) -> list[World]:
    """At least one. A supervisor's marks that cannot be are added to `problems`."""
    worlds: list[World] = []
    for adjustment in facts.adjustments:
        fixed = _adjusted(indicator, adjustment, full, problems)
        if fixed:
            worlds.append(fixed)
        else:
            worlds += [
                _world(indicator, facts, faults, verdict, settings, places, full)
                for verdict in facts.verdicts for faults in facts.faults
            ]
            if facts.met_removes and "met" in facts.verdicts and "not_met" not in facts.verdicts:
                # A finding beside "met": either goes, and without "met" figures and awards stand by themselves.
                worlds += [
                    _world(indicator, facts, faults, "not_met", settings, places, full)
                    for faults in facts.faults if not may_be_gone(_weighing(indicator, faults))
                ]
    return worlds


def _adjusted(
    indicator: Indicator, adjustment: dict[str, Any] | None, full: Decimal, problems: list[ScoreProblem]
) -> World | None:
    """A supervisor's marks in place of the computed ones; the reason is read aloud with them."""
    if adjustment is None:
        return None
    points = reading(adjustment.get("points"))
    if isinstance(points, str) or points > full:
        code = points if isinstance(points, str) else "sheet.adjustment_too_high"
        problems.append({"indicator": indicator.id, "measure": None, "code": code})
        return None
    reason = adjustment.get("reason") or ""
    zh, en = f"督查调整为{shown(points)}（{reason}）", f"adjusted by the supervisor to {shown(points)} ({reason})"
    return World(points, points, zh=zh, en=en)


def _world(
    indicator: Indicator, facts: Facts, faults: Faults, verdict: str | None,
    settings: Mapping[str, str], places: Mapping[str, Place], full: Decimal,
) -> World:
    if verdict == "not_applicable":
        points = full if settings.get("not_applicable", "full") == "full" else ZERO
        return World(points, points, applies=False, zh="不适用", en="does not apply")
    if verdict == "met" and facts.met_removes:
        faults = tuple(fault.gone() for fault in faults)
    weighing = _weighing(indicator, faults)
    empty = may_be_gone(weighing)
    if verdict is None and empty and _untouched(facts):
        return World(ZERO, full, _takes(indicator, facts, faults, None, places, full), unknown=True,
                     zh="尚未检查", en="not checked yet")
    world = _sum(indicator, facts, faults, verdict, places, full)
    if verdict is None and empty and _counting(indicator):
        _leave_open(world, indicator, full, "尚未检查", "not checked yet")
    if verdict == "not_met" and empty:
        _without_findings(world, indicator, facts, weighing, places, full)
    return world


def _weighing(indicator: Indicator, faults: Faults) -> Faults:
    """The findings that some clause counts, or that deny its award. One under no clause says nothing of marks yet."""
    if not faults or not indicator.clauses:
        return faults
    clauses = indicator.clauses
    return tuple(fault for fault in faults
                 if fault.clause in clauses and not isinstance(clauses[fault.clause], _DEAF))


def _untouched(facts: Facts) -> bool:
    """Whether it may be that nobody said anything about this indicator."""
    return all(None in each for each in (*facts.measures.values(), *facts.awards.values()))


def _takes(
    indicator: Indicator, facts: Facts, faults: Faults, verdict: str | None,
    places: Mapping[str, Place], full: Decimal,
) -> list[Take]:
    any_fault, shared = not may_be_gone(_weighing(indicator, faults)), listed(indicator, faults)
    return [
        take(clause, Case(indicator, facts, verdict,
                          tuple(fault for fault in faults if fault.clause == clause.id) if faults else faults,
                          any_fault, places, full, shared))
        for clause in indicator.clauses.values()
    ]


def _sum(
    indicator: Indicator, facts: Facts, faults: Faults, verdict: str | None,
    places: Mapping[str, Place], full: Decimal,
) -> World:
    takes = _takes(indicator, facts, faults, verdict, places, full)
    low, high = _total(takes, full)
    if not indicator.clauses and faults:
        low, high = ZERO, full if may_be_gone(faults) else ZERO
    unknown = any(each.unknown for each in takes)
    return World(low, high, takes, unknown, any(each.provisional for each in takes))


def _total(takes: list[Take], full: Decimal) -> tuple[Decimal, Decimal]:
    base, given_low, given_high, lost_low, lost_high = full, ZERO, ZERO, ZERO, ZERO
    for each in takes:
        if each.most is None:
            lost_low += each.low
            lost_high += each.high
        else:
            base -= each.most
            given_low += each.low
            given_high += each.high
    base = max(base, ZERO)
    low = max(min(base + given_low, full) - lost_high, ZERO)
    high = max(min(base + given_high, full) - lost_low, ZERO)
    return low, high


def _without_findings(
    world: World, indicator: Indicator, facts: Facts, faults: Faults,
    places: Mapping[str, Place], full: Decimal,
) -> None:
    """Verdict "not met" while no finding is sure: where a finding could only be one under an all-or-nothing clause,
    that takes its points; otherwise a figure or an award must explain the verdict, or the deduction is not yet known.
    """
    if not indicator.clauses:
        world.low = world.high = ZERO
        return
    hearing = [clause for clause in indicator.clauses.values() if not isinstance(clause, _DEAF)]
    # With a second clause the fault may be the smaller one, and noting it would raise the score.
    if len(hearing) == 1 and isinstance(hearing[0], AllOrNothing):
        bare = _takes(indicator, facts, (), "not_met", places, full)
        points = limit(hearing[0], full)
        position = list(indicator.clauses.values()).index(hearing[0])
        bare[position] = Take(points, points, *whole_words(hearing[0], shown(points)))
        low, high = _total(bare, full)
        if faults:
            alone = [_sum(indicator, facts, (fault.sure(),), "not_met", places, full).high for fault in faults]
            low, high = min(low, world.low), max(high, *alone)
            bare = [_united(a, b) for a, b in zip(bare, world.takes, strict=True)]
        world.low, world.high, world.takes = low, high, bare
        return
    explained_low, explained_high = _withheld(world.takes)
    if not _counting(indicator):
        if explained_high == 0:
            world.problem = "sheet.not_met_unexplained"
        return
    if explained_low > 0:
        return
    loss = sum((limit(clause, full) for clause in indicator.clauses.values() if not isinstance(clause, _ASKS)), ZERO)
    world.low, world.high = min(world.low, max(full - loss, ZERO)), full
    if explained_high == 0 and not faults:
        _leave_open(world, indicator, full, "未达标，尚未记录问题", "not met, no finding recorded yet")


def _withheld(takes: list[Take]) -> tuple[Decimal, Decimal]:
    """What figures and awards cost, at least and at most (findings counted out)."""
    low = high = ZERO
    for each in takes:
        if each.most is not None:
            low, high = low + each.most - each.high, high + each.most - each.low
        else:
            low, high = low + each.low, high + each.high
    return low, high


def _counting(indicator: Indicator) -> bool:
    """Whether findings decide here, at least in part."""
    return not indicator.clauses or any(not isinstance(clause, _ASKS) for clause in indicator.clauses.values())


def _leave_open(world: World, indicator: Indicator, full: Decimal, zh: str, en: str) -> None:
    """Clauses that count findings may still take all they can."""
    opened = [
        each if isinstance(clause, _ASKS) else replace(each, high=limit(clause, full))
        for clause, each in zip(indicator.clauses.values(), world.takes, strict=True)
    ]
    world.low = _total(opened, full)[0] if indicator.clauses else ZERO
    world.unknown, world.zh, world.en = True, zh, en


def _united(one: Take, other: Take) -> Take:
    return Take(min(one.low, other.low), max(one.high, other.high), other.zh, other.en, one.most,
                one.unknown or other.unknown, one.provisional, one.problem)
