"""Scheme `points`: full marks, less what the clauses take, plus what they give; never below zero or above full.

What an indicator earns is the union of its worlds (`worlds.py`): the lowest and the highest mark, the words of the
first, every problem once. The twin is `pwa/src/core/scoring/points.ts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..checklist.model import Clause, Indicator, Rank, Sample, Shortfall
from .clauses import Place
from .facts import Facts
from .figures import ZERO, shown, span
from .result import ClauseLine, LineState, ScoreProblem
from .worlds import World, worlds_of


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
    worlds = worlds_of(indicator, facts, settings, places, full, problems)
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
    zh, en = [f"满分{shown(full)}"], [f"full marks {shown(full)}"]
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
