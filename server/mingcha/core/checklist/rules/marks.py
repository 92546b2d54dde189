"""Marks that add up, clauses that can bite, ranks that reward the better place, grades without gaps."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mingcha.core.checklist.faults import Fault, fault
from mingcha.core.checklist.rules import walk

#: What each kind takes at one stroke.
_STROKE = {
    "each": "per",
    "missing": "per",
    "sample": "per",
    "shortfall": "per",
    "judge": "max",
    "rank": "first",
    "all_or_nothing": "points",
    "award": "points",
}
#: Kinds that begin at nothing and have to be earned, and the field that says how much.
_EARNED = {"judge": "max", "award": "points", "rank": "first"}
_NEVER_ZERO = ("full_marks", "cap", "per", "step", "points", "max", "target", "first")


def marks_faults(content: dict[str, Any]) -> Iterator[Fault]:
    if content.get("scheme") != "points":
        return
    declared = walk.number(content, "full_marks")
    total = sum(
        (walk.number(indicator, "full_marks") or Decimal(0) for _, indicator in walk.indicators(content)), Decimal(0)
    )
    if declared is not None and total != declared:
        yield fault("$.full_marks", "marks.sum", sum=total, declared=declared)
    for path, indicator in walk.indicators(content):
        yield from _zero(path, indicator)
        full = walk.number(indicator, "full_marks")
        if full is not None:
            yield from _unearnable(path, indicator, full)
        for at, clause in walk.each(path, indicator, "clauses"):
            yield from _zero(at, clause)
            if full is not None:
                yield from _unreachable(at, clause, full)
            yield from _shortfall(at, clause, indicator)
            yield from _rank(at, clause)
    yield from _grades(content.get("grades"))


def _zero(path: str, holder: dict[str, Any]) -> Iterator[Fault]:
    for field in _NEVER_ZERO:
        if walk.number(holder, field) == 0:
            yield fault(f"{path}.{field}", "marks.zero", field=field)


def _unearnable(path: str, indicator: dict[str, Any], full: Decimal) -> Iterator[Fault]:
    """Only where every clause has to be earned: with none that deducts, the sum of them is the most one can get."""
    clauses = [clause for _, clause in walk.each(path, indicator, "clauses")]
    earned = [walk.number(clause, _EARNED[kind]) for clause in clauses if (kind := str(clause.get("kind"))) in _EARNED]
    amounts = [amount for amount in earned if amount is not None]
    if len(amounts) == len(clauses) > 0 and sum(amounts, Decimal(0)) < full:
        yield fault(f"{path}.clauses", "marks.unearnable", sum=sum(amounts, Decimal(0)), full=full)
    if sum(amounts, Decimal(0)) > full:
        why = f"{sum(amounts, Decimal(0))} > {full}"
        yield fault(
            f"{path}.clauses", "clause.unreachable", why_zh=f"可得分合计 {why}", why=f"together they award {why}"
        )


def _unreachable(path: str, clause: dict[str, Any], full: Decimal) -> Iterator[Fault]:
    field = _STROKE.get(str(clause.get("kind")), "")
    stroke, cap = walk.number(clause, field), walk.number(clause, "cap")
    if stroke is not None and stroke > full:
        yield fault(
            f"{path}.{field}",
            "clause.unreachable",
            why_zh=f"{stroke} 超过满分 {full}",
            why=f"{stroke} is above the full marks, {full}",
        )
    if cap is not None and cap > full:
        yield fault(
            f"{path}.cap",
            "clause.unreachable",
            why_zh=f"上限 {cap} 超过满分 {full}",
            why=f"its cap of {cap} is above the full marks, {full}",
        )
    if cap is not None and stroke is not None and cap < stroke:
        yield fault(
            f"{path}.cap",
            "clause.unreachable",
            why_zh=f"上限 {cap} 低于一次扣分 {stroke}",
            why=f"its cap of {cap} is below one deduction of {stroke}",
        )


def _shortfall(path: str, clause: dict[str, Any], indicator: dict[str, Any]) -> Iterator[Fault]:
    target = walk.number(clause, "target")
    if clause.get("kind") != "shortfall" or target is None:
        return
    for _, measure in walk.each("", indicator, "measures"):
        if measure.get("id") != clause.get("measure"):
            continue
        least, most = walk.number(measure, "min"), walk.number(measure, "max")
        if most is not None and target > most:
            yield fault(
                f"{path}.target",
                "clause.unreachable",
                why_zh=f"目标 {target} 超过指标值上限 {most}",
                why=f"the target of {target} is above the measure's greatest value, {most}",
            )
        if least is not None and target <= least:
            yield fault(
                f"{path}.target",
                "clause.unreachable",
                why_zh=f"指标值不会低于目标 {target}",
                why=f"the measure never falls below {target}",
            )


def _rank(path: str, clause: dict[str, Any]) -> Iterator[Fault]:
    first, step, rest = (walk.number(clause, name) for name in ("first", "step", "rest"))
    from_ = walk.whole(clause, "from")
    if (
        clause.get("kind") == "rank"
        and first is not None
        and step is not None
        and rest is not None
        and from_ is not None
        and first - step * (from_ - 2) < rest
    ):
        yield fault(f"{path}.rest", "rank.rises")


def _grades(grades: Any) -> Iterator[Fault]:
    expected = 1
    for path, band in walk.each("$.grades", grades, "bands"):
        first, last = walk.whole(band, "from"), walk.whole(band, "to")
        if first is None or last is None:
            return
        if first != expected or last < first:
            yield fault(path, "grades.bands")
        expected = last + 1
