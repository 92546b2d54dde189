"""How far the rectification after each of many visits is: as much of it as may be told outside."""

from collections.abc import Iterable
from dataclasses import dataclass

from mingcha import clock
from mingcha.core.rectification import moves as rules
from mingcha.core.rectification.working_days import today
from mingcha.store import orders


@dataclass(frozen=True)
class Rectified:
    """`appeals`: undecided ones. `disputed`: the result may still change, by an appeal that is open or may yet come."""

    items: int = 0
    closed: int = 0
    overdue: int = 0
    appeals: int = 0
    disputed: bool = False


def of(inspections: Iterable[str]) -> dict[str, Rectified]:
    """By inspection; those without an order have nothing to rectify."""
    wanted = list(inspections)
    issued = orders.of_inspections(wanted)
    items = orders.items_of(each.id for each in issued.values())
    moves = orders.moves_of(kept.id for each in items.values() for kept in each)
    on = today(clock.now())
    found = dict.fromkeys(wanted, Rectified())
    for inspection, order in issued.items():
        standing = [
            rules.fold(kept.rules(order), [each.move for each in moves[kept.id]]) for kept in items[order.id]
        ]
        appeals = sum(each.appeal is not None and each.appeal.open for each in standing)
        found[inspection] = Rectified(
            len(standing), sum(each.over for each in standing), sum(each.is_overdue(on) for each in standing), appeals,
            appeals > 0 or order.appeal_until >= on,
        )
    return found
