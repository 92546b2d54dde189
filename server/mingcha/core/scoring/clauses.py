"""What one clause takes or gives, and the arithmetic as a sentence.

A clause knows nothing of its neighbours: the indicator adds up and cuts off (`points.py`). Bounds are exact: more
findings, higher counts and lower measures never take less, so the fewest and the most bound all that may stand.
The twin is `pwa/src/core/scoring/clauses.ts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..checklist.model import (
    AllOrNothing,
    Award,
    Clause,
    Each,
    Forfeit,
    Indicator,
    Judge,
    Measure,
    Missing,
    Rank,
    Sample,
    Shortfall,
)
from .facts import Facts, Faults, Said, may_be_gone, remainders
from .figures import ZERO, reading, rounded, shown, span
from .once import Listed

Place = tuple[int, int]

_UNSAID: Said = (None,)


@dataclass(slots=True)
class Take:
    """`low`, `high`: marks taken; given, where `most` (all that it can give) is set. `unknown`: an answer is wanted."""

    low: Decimal
    high: Decimal
    zh: str
    en: str
    most: Decimal | None = None
    unknown: bool = False
    provisional: bool = False
    problem: str | None = None


@dataclass(slots=True)
class Case:
    """The circumstances in which a clause is read: one verdict, the findings under this clause."""

    indicator: Indicator
    facts: Facts
    verdict: str | None
    faults: Faults
    #: Some finding stands somewhere under the indicator.
    any_fault: bool
    places: Mapping[str, Place]
    full: Decimal
    listed: Listed


def take(clause: Clause, case: Case) -> Take:
    match clause:
        case Each():
            return _counted(clause, clause.per, clause.unit.zh, clause.unit.en, *_occurrences(case.faults), case.full)
        case Sample():
            # Where the unit is the case, a case is at fault once.
            counts = _distinct(case.faults, "case", clause.cases) if clause.counts_cases else _occurrences(case.faults)
            return _counted(clause, clause.per, clause.unit.zh, clause.unit.en, *counts, case.full)
        case Missing():
            return _missing(clause, case)
        case Shortfall():
            return _shortfall(clause, case)
        case Rank():
            return _rank(clause, case)
        case Judge():
            return _judge(clause, case)
        case Award():
            return _award(clause, case)
        case AllOrNothing() | Forfeit():
            return _whole(clause, case)
        case unknown:
            raise TypeError(f"no arithmetic for a clause of kind {unknown.kind}")


def limit(clause: Clause, full: Decimal) -> Decimal:
    """The most that this clause alone can take."""
    most = min(clause.points, full) if isinstance(clause, AllOrNothing) else full
    return most if clause.cap is None else min(clause.cap, most)


def _occurrences(faults: Faults) -> tuple[int, int]:
    """How often, at least and at most."""
    if not faults:
        return 0, 0
    fewest = min(sum(fault.fewest for fault in left) for left in remainders(faults))
    return fewest, sum(fault.most for fault in faults)


def _missing(clause: Missing, case: Case) -> Take:
    alone = _distinct(case.faults, "item", len(clause.items))
    fewest, most = case.listed.get(clause.id, alone)
    taken = _counted(clause, clause.per, "项", "item", fewest, most, case.full)
    elsewhere = alone[1] - most
    if elsewhere and most:
        taken.zh += f"（另{elsewhere}项已在别款扣分）"
        taken.en += f" ({elsewhere} more under another clause)"
    elif elsewhere:
        taken.zh = f"{clause.text.zh}：{elsewhere}项已在别款扣分"
        taken.en = f"{clause.text.en}: {elsewhere} deducted under another clause"
    return taken


def _distinct(faults: Faults, what: Literal["item", "case"], limit: int) -> tuple[int, int]:
    """How many items are absent, or cases at fault, at least and at most. A finding that names none is one of its own."""
    if not faults:
        return 0, 0

    def count(left: Faults) -> int:
        return min(len({getattr(fault, what) or f"finding {fault.id}" for fault in left}), limit)

    return min(count(left) for left in remainders(faults)), count(faults)


def _counted(
    clause: Clause, per: Decimal, unit_zh: str, unit_en: str, fewest: int, most: int, full: Decimal
) -> Take:
    if most == 0:
        return Take(ZERO, ZERO, "未发现问题", "no fault found")
    low, high = per * fewest, per * most
    count, sum_ = _between(fewest, most), span(low, high)
    zh = f"{clause.text.zh}：{count}{unit_zh} × {shown(per)} = {sum_}"
    en = f"{clause.text.en}: {count} × {shown(per)} per {unit_en} = {sum_}"
    return _capped(clause, full, low, high, zh, en)


def _between(fewest: int, most: int) -> str:
    return str(most) if fewest == most else f"{fewest}–{most}"


def _capped(clause: Clause, full: Decimal, low: Decimal, high: Decimal, zh: str, en: str) -> Take:
    ceiling = limit(clause, full)
    if high > ceiling:
        zh, en = f"{zh}，至多扣{shown(ceiling)}", f"{en}, at most {shown(ceiling)}"
    return Take(min(low, ceiling), min(high, ceiling), zh, en)


def _whole(clause: Clause, case: Case) -> Take:
    """All that it can take as soon as there is one finding."""
    if not case.faults:
        return Take(ZERO, ZERO, "未发现问题", "no fault found")
    points = limit(clause, case.full)
    low = ZERO if may_be_gone(case.faults) else points
    return Take(low, points, *whole_words(clause, span(low, points)))


def whole_words(clause: Clause, lost: str) -> tuple[str, str]:
    return f"{clause.text.zh}：扣{lost}", f"{clause.text.en}: {lost} lost"


def _shortfall(clause: Shortfall, case: Case) -> Take:
    read = _read(case, clause.measure)
    if read.blank and case.verdict == "met" and not read.problem:
        blank = Take(ZERO, ZERO, "达标", "met")
    else:
        blank = Take(ZERO, limit(clause, case.full), "指标值未填写", "figure not filled in", unknown=True,
                     problem=read.problem)
    if not read.figures:
        return blank
    best, worst = max(read.figures), min(read.figures)
    low, high = _lost(clause, best), _lost(clause, worst)
    words = _shortfall_words(clause, case.indicator.measures.get(clause.measure), best, worst, span(low, high))
    taken = _capped(clause, case.full, low, high, *words)
    if read.blank or read.problem:
        taken.low, taken.high = min(taken.low, blank.low), max(taken.high, blank.high)
        taken.unknown, taken.problem = blank.unknown, read.problem
    return taken


def _lost(clause: Shortfall, figure: Decimal) -> Decimal:
    if clause.parts == "whole":
        return clause.per * _steps(clause, figure)
    return rounded(clause.per * max(clause.target - figure, ZERO) / clause.step, 4)


def _steps(clause: Shortfall, figure: Decimal) -> int:
    return int(max(clause.target - figure, ZERO) // clause.step)


def _shortfall_words(
    clause: Shortfall, measure: Measure | None, best: Decimal, worst: Decimal, lost: str
) -> tuple[str, str]:
    """As in “99.95%，差0.05个百分点，每差0.01个百分点扣0.2：5 × 0.2 = 1”."""
    rate = measure is not None and measure.type == "percent"
    unit = measure.unit.zh if measure else ""
    gap_unit = "个百分点" if rate else unit
    value, step, per = span(worst, best), shown(clause.step), shown(clause.per)
    gap = span(max(clause.target - best, ZERO), max(clause.target - worst, ZERO))
    if clause.parts == "whole":
        steps = _between(_steps(clause, best), _steps(clause, worst))
        sum_zh = sum_en = f"{steps} × {per} = {lost}"
    else:
        sum_zh, sum_en = f"按比例计{lost}", f"in proportion {lost}"
    return (
        f"{clause.text.zh}：{value}{unit}，差{gap}{gap_unit}，每差{step}{gap_unit}扣{per}：{sum_zh}",
        f"{clause.text.en}: {value}{'%' if rate else ''} is {gap}{' points' if rate else ''} short,"
        f" {per} for each {step}: {sum_en}",
    )


def _rank(clause: Rank, case: Case) -> Take:
    read = _read(case, clause.measure)
    unknown = bool(read.blank or read.problem)
    place = case.places.get(f"{case.indicator.id}/{clause.id}")
    if place is None:
        low, high = min(clause.rest, clause.first), clause.first
        marks = span(low, high)
        zh, en = f"名次待批次结束后确定，记{marks}", f"place open until the campaign closes: {marks}"
        return Take(low, high, zh, en, clause.first, unknown, provisional=True, problem=read.problem)
    high, low = marks_at(clause, place[0]), marks_at(clause, place[1])
    where, marks = _between(*place), span(low, high)
    zh, en = f"{clause.text.zh}：第{where}名，记{marks}", f"{clause.text.en}: place {where}, {marks}"
    return Take(low, high, zh, en, clause.first, unknown, place[0] != place[1], read.problem)


def marks_at(clause: Rank, place: int) -> Decimal:
    if place >= clause.from_:
        return clause.rest
    return max(clause.first - clause.step * (place - 1), ZERO)


def _judge(clause: Judge, case: Case) -> Take:
    given, blank, problem = _awards(case, clause.id, clause.max)
    if blank and case.verdict == "met" and not problem:
        given.append(clause.max)
        blank = False
    if blank or problem:
        return Take(ZERO, clause.max, "待评定", "not judged yet", clause.max, True, problem=problem)
    low, high = min(given), max(given)
    figures, most = span(low, high), shown(clause.max)
    of = "" if clause.max == case.full else f"（此款满分{most}）"
    zh, en = f"{clause.text.zh}：评定为{figures}{of}", f"{clause.text.en}: judged {figures} of {most}"
    return Take(low, high, zh, en, clause.max)


def _award(clause: Award, case: Case) -> Take:
    """Begins at zero: whoever answers and does not award, does not give. A finding under it denies it."""
    given, blank, problem = _awards(case, clause.id, clause.points)
    sure = not may_be_gone(case.faults)
    if case.faults:
        given = [ZERO] if sure else [*given, ZERO]
    if blank and not sure and not problem and (case.verdict is not None or case.any_fault):
        given.append(clause.points if case.verdict == "met" else ZERO)
        blank = False
    if not sure and (blank or problem):
        return Take(ZERO, clause.points, "待认定", "not decided yet", clause.points, True, problem=problem)
    low, high = min(given), max(given)
    zh = f"{clause.text.zh}：认定，记{span(low, high)}" if high else f"{clause.text.zh}：未认定"
    en = f"{clause.text.en}: awarded {span(low, high)}" if high else f"{clause.text.en}: not awarded"
    return Take(low, high, zh, en, clause.points)


def _awards(case: Case, clause: str, most: Decimal) -> tuple[list[Decimal], bool, str | None]:
    """The awards that stand, whether none may stand, and a problem if one is no award at all."""
    given: list[Decimal] = []
    blank, problem = False, None
    for text in case.facts.awards.get(clause) or _UNSAID:
        if text is None:
            blank = True
            continue
        figure = reading(text)
        if isinstance(figure, str):
            problem = figure
        elif figure > most:
            problem = "sheet.award_too_high"
        else:
            given.append(figure)
    return given, blank, problem


@dataclass(slots=True)
class _Read:
    figures: list[Decimal]
    blank: bool
    problem: str | None


def _read(case: Case, measure: str) -> _Read:
    read = _Read([], False, None)
    for text in case.facts.measures.get(measure) or _UNSAID:
        if text is None:
            read.blank = True
            continue
        figure = reading(text, case.indicator.measures.get(measure))
        if isinstance(figure, str):
            read.problem = figure
        else:
            read.figures.append(figure)
    return read
