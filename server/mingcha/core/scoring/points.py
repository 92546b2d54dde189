"""Scheme `points`: full marks, less what the clauses take, plus what they give; never below zero or above full.

For each verdict that still stands the bounds are computed apart and united, so a range is exact: its ends are scores
that some way of settling the open questions really gives. The twin is `pwa/src/core/scoring/points.ts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ..checklist.model import AllOrNothing, Award, Clause, Indicator, Judge, Rank, Sample, Shortfall
from .clauses import Case, Place, Take, limit, may_be_gone, take
from .facts import Facts, Fault
from .figures import ZERO, reading, shown, span
from .result import ClauseLine, LineState, ScoreProblem

#: Clauses that read a figure or an award; the others count findings.
_ASKS = (Shortfall, Rank, Judge, Award)


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


@dataclass(slots=True)
class Marks:
    """One line's figures, before they become text."""

    state: LineState
    full: Decimal
    low: Decimal
    high: Decimal
    zh: str
    en: str
    clauses: list[ClauseLine]
    unknown: bool
    provisional: bool
    problems: list[ScoreProblem]


def marks(indicator: Indicator, facts: Facts, settings: Mapping[str, str], places: Mapping[str, Place]) -> Marks:
    """What one indicator earns."""
    full = indicator.full_marks if indicator.full_marks is not None else ZERO
    problems: list[ScoreProblem] = []
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
    low, high = min(world.low for world in worlds), max(world.high for world in worlds)
    clauses = _clause_lines(indicator, facts, worlds)
    problems += _problems(indicator, facts, worlds)
    unknown = all(world.unknown for world in worlds)
    provisional = any(world.provisional for world in worlds)
    applies = any(world.applies for world in worlds)
    if not applies and settings.get("not_applicable") == "excluded":
        full = ZERO
    state: LineState = (
        "conflict" if facts.contested
        else "not_applicable" if not applies
        else "open" if low != high or unknown
        else "met" if high == full
        else "lost"
    )
    zh, en = _working(indicator, facts, worlds, full, low, high)
    return Marks(state, full, low, high, zh, en, clauses, unknown, provisional, problems)


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
    indicator: Indicator, facts: Facts, faults: list[Fault], verdict: str | None,
    settings: Mapping[str, str], places: Mapping[str, Place], full: Decimal,
) -> World:
    if verdict == "not_applicable":
        points = full if settings.get("not_applicable", "full") == "full" else ZERO
        return World(points, points, applies=False, zh="不适用", en="does not apply")
    if verdict == "met" and facts.met_removes:
        faults = [fault.gone() for fault in faults]
    empty = may_be_gone(faults)
    if verdict is None and empty and _untouched(facts):
        return World(ZERO, full, _takes(indicator, facts, faults, None, places, full), unknown=True,
                     zh="尚未检查", en="not checked yet")
    world = _sum(indicator, facts, faults, verdict, places, full)
    if verdict is None and empty and _counting(indicator):
        _leave_open(world, indicator, full, "尚未检查", "not checked yet")
    if verdict == "not_met" and empty:
        _without_findings(world, indicator, facts, faults, places, full)
    return world


def _untouched(facts: Facts) -> bool:
    """Whether it may be that nobody said anything about this indicator."""
    return all(None in each for each in (*facts.measures.values(), *facts.awards.values()))


def _takes(
    indicator: Indicator, facts: Facts, faults: list[Fault], verdict: str | None,
    places: Mapping[str, Place], full: Decimal,
) -> list[Take]:
    any_fault = not may_be_gone(faults)
    return [
        take(clause, Case(indicator, facts, verdict,
                          [fault for fault in faults if fault.clause == clause.id] if faults else faults,
                          any_fault, places, full))
        for clause in indicator.clauses.values()
    ]


def _sum(
    indicator: Indicator, facts: Facts, faults: list[Fault], verdict: str | None,
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
    world: World, indicator: Indicator, facts: Facts, faults: list[Fault],
    places: Mapping[str, Place], full: Decimal,
) -> None:
    """Verdict "not met" while no finding is sure: all-or-nothing clauses take their points; otherwise a figure or an
    award must explain the verdict, or the deduction is not yet known."""
    if not indicator.clauses:
        world.low = world.high = ZERO
        return
    whole = [clause for clause in indicator.clauses.values() if isinstance(clause, AllOrNothing)]
    if whole:
        bare = _takes(indicator, facts, [], "not_met", places, full)
        for position, clause in enumerate(indicator.clauses.values()):
            if isinstance(clause, AllOrNothing):
                points = min(clause.points, limit(clause, full))
                bare[position] = Take(points, points, f"{clause.text.zh}：扣{shown(points)}",
                                      f"{clause.text.en}: {shown(points)} lost")
        low, high = _total(bare, full)
        if faults:
            alone = [_sum(indicator, facts, [fault.sure()], "not_met", places, full).high for fault in faults]
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


def _clause_lines(indicator: Indicator, facts: Facts, worlds: list[World]) -> list[ClauseLine]:
    """Per clause the bounds over all worlds that weigh clauses; the words of the first of them."""
    weighed = [world.takes for world in worlds if world.takes]
    if not weighed:
        return []
    under: dict[str | None, set[str]] = {}
    for faults in facts.faults:
        for fault in faults:
            under.setdefault(fault.clause, set()).add(fault.id)
    return [
        {
            "clause": clause.id, "kind": clause.kind,
            "low": shown(min([one.low for one in each])), "high": shown(max([one.high for one in each])),
            "working": {"zh": each[0].zh, "en": each[0].en},
            "findings": sorted(under[clause.id]) if clause.id in under else [],
        }
        for clause, *each in zip(indicator.clauses.values(), *weighed, strict=True)
    ]


def _problems(indicator: Indicator, facts: Facts, worlds: list[World]) -> list[ScoreProblem]:
    found: list[ScoreProblem] = []

    def add(measure: str | None, code: str) -> None:
        problem: ScoreProblem = {"indicator": indicator.id, "measure": measure, "code": code}
        if problem not in found:
            found.append(problem)

    for world in worlds:
        if world.problem:
            add(None, world.problem)
        for clause, each in zip(indicator.clauses.values(), world.takes, strict=False):
            if each.problem:
                add(_asked(clause), each.problem)
    for faults in facts.faults:
        for fault in faults:
            clause_ = indicator.clauses.get(fault.clause) if fault.clause is not None else None
            if clause_ is None:
                if indicator.clauses:
                    add(fault.clause, "sheet.finding_without_clause")
            elif isinstance(clause_, Sample) and not 1 <= (fault.case or 0) <= clause_.cases:
                add(clause_.id, "sheet.case_out_of_range")
    return found


def _asked(clause: Clause) -> str:
    return clause.measure if isinstance(clause, Shortfall | Rank) else clause.id


def _working(
    indicator: Indicator, facts: Facts, worlds: list[World], full: Decimal, low: Decimal, high: Decimal
) -> tuple[str, str]:
    first = worlds[0]
    zh, en = [f"满分{shown(full)}"], [f"full {shown(full)}"]
    if first.zh:
        zh.append(first.zh)
        en.append(first.en)
    else:
        said = [each for each in first.takes if each.high > 0 or each.most is not None or each.unknown]
        zh += [each.zh for each in said] or ["达标" if high == full else "未达标"]
        en += [each.en for each in said] or ["met" if high == full else "not met"]
    if facts.contested:
        zh.append("有分歧待定")
        en.append("disagreement open")
    figures = span(low, high)
    return (f"{indicator.id} {indicator.title.zh}：{'；'.join(zh)}；得{figures}",
            f"{indicator.id} {indicator.title.en}: {'; '.join(en)}; scores {figures}")
