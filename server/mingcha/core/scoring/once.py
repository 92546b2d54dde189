"""One item that several lists of one row name is one fact, deducted once: under the list where it costs most.

As in a rule that is neither on the wall nor carried out (seed 002, row 1.4). A list with a cap of its own stands apart,
since what it counts may cost nothing there. The twin is `pwa/src/core/scoring/once.ts`.
"""

from collections.abc import Mapping
from decimal import Decimal

from ..checklist.model import Indicator, Missing
from .facts import Fault, Faults, remainders
from .figures import ZERO

#: By clause: how many items it counts, at least and at most.
Listed = Mapping[str, tuple[int, int]]


def listed(indicator: Indicator, faults: Faults) -> Listed:
    """Empty where no two lists name one item: then each counts alone."""
    if len(faults) < 2:
        return {}
    lists = [clause for clause in indicator.clauses.values() if isinstance(clause, Missing) and clause.cap is None]
    if len(lists) < 2:
        return {}
    ours = tuple(fault for fault in faults if any(fault.clause == clause.id for clause in lists))
    named = {(fault.clause, fault.item) for fault in ours if fault.item}
    if len({item for _, item in named}) == len(named):
        return {}
    ways = remainders(ours)
    sure = set.intersection(*({(fault.clause, fault.item) for fault in left} for left in ways))
    # Of lists at one price the one in which the item surely stands counts it, so that its figures stay together.
    items = {fault.item for fault in ours if fault.item}
    hosts = {item: _dearest_first(lists, {clause for clause, named in sure if named == item}) for item in items}
    most = _counts(lists, hosts, ours)
    fewest = min((_counts(lists, hosts, left) for left in ways), key=lambda counts: _cost(lists, counts))
    return {clause.id: (min(fewest[clause.id], most[clause.id]), most[clause.id]) for clause in lists}


def _dearest_first(lists: list[Missing], sure: set[str | None]) -> list[Missing]:
    return sorted(lists, key=lambda clause: (-clause.per, clause.id not in sure))


def _counts(lists: list[Missing], hosts: Mapping[str, list[Missing]], left: tuple[Fault, ...]) -> dict[str, int]:
    """A finding without an item is an item of its own."""
    named = {(fault.clause, fault.item) for fault in left if fault.item}
    counts = {clause.id: sum(fault.clause == clause.id and not fault.item for fault in left) for clause in lists}
    for item in {fault.item for fault in left if fault.item}:
        counts[next(clause.id for clause in hosts[item] if (clause.id, item) in named)] += 1
    return {clause.id: min(counts[clause.id], len(clause.items)) for clause in lists}


def _cost(lists: list[Missing], counts: Mapping[str, int]) -> Decimal:
    return sum((clause.per * counts[clause.id] for clause in lists), ZERO)
