"""How rectification goes, in figures: by kind and by indicator, and never by person."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from mingcha.core.rectification.items import Item
from mingcha.core.rectification.moves import Standing
from mingcha.core.rectification.working_days import Knows, between, today

Key = TypeVar("Key", bound=Hashable)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Case:
    """One item with where it stands."""

    item: Item
    standing: Standing
    slug: str
    indicator: str


def figures(cases: Iterable[Case], on: date, knows: Knows) -> dict[str, Any]:
    """`closed` splits into `on_time` and `late` by the day of the report that was accepted (of the closing, where
    nothing was reported); `overdue` are open ones past their day; days are working days from issue to report.
    """
    every = list(cases)
    closed = [each for each in every if each.standing.state == "closed"]
    on_time = [each for each in closed if _ended(each) <= each.standing.due_on]
    days = [Decimal(between(each.item.issued_on, _ended(each), knows)) for each in closed]
    return {
        "items": len(every),
        "open": sum(not each.standing.over for each in every),
        "overdue": sum(each.standing.is_overdue(on) for each in every),
        "closed": len(closed),
        "on_time": len(on_time),
        "late": len(closed) - len(on_time),
        "lifted": sum(each.standing.state == "lifted" for each in every),
        "on_time_percent": _shown(Decimal(100 * len(on_time)) / len(closed)) if closed else None,
        "average_days": _shown(sum(days, Decimal(0)) / len(days)) if days else None,
    }


def grouped(cases: Iterable[Case], key: Callable[[Case], Key], on: date, knows: Knows) -> dict[Key, dict[str, Any]]:
    """The same for each group, in the order in which the groups first appear."""
    groups: dict[Key, list[Case]] = {}
    for each in cases:
        groups.setdefault(key(each), []).append(each)
    return {name: figures(members, on, knows) for name, members in groups.items()}


def _ended(case: Case) -> date:
    at = case.standing.done_at or case.standing.closed_at
    return today(at) if at else case.standing.due_on


def _shown(figure: Decimal) -> str:
    return str(figure.quantize(_TENTH, ROUND_HALF_UP))
