"""What an item is and asks for: one finding turned into work with a deadline. Never changed once issued: whatever
happens to it is a move.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import Counted, Knows, between, moved

SEVERITIES = ("minor", "serious", "grave")
#: By kind: the shortest, the usual and the longest deadline in working days.
DAYS = {"immediate": (0, 1, 3), "deadline": (1, 15, 60), "long": (10, 60, 250)}
KINDS = tuple(DAYS)
#: How long a centre may appeal, in working days, unless the order says otherwise.
APPEAL_DAYS = 5
MOST_APPEAL_DAYS = 30


@dataclass(frozen=True)
class Item:
    """`due_on` as issued; `photos_wanted` with `why` in words, since nobody takes photos for nothing."""

    id: str
    kind: str
    severity: str
    issued_on: date
    due_on: date
    appeal_until: date
    photos_wanted: bool = False
    why: str = ""


def deadline(kind: str, asked: Mapping[str, Any], issued_on: date, knows: Knows) -> tuple[int, Counted]:
    """Working days and the day itself, from `days`, from a chosen `due_on`, or as is usual for the kind.

    A chosen day that is free moves on to the next working day. Raises Refused for a day that has passed, and for more
    or fewer days than the kind allows.
    """
    shortest, usual, longest = DAYS[kind]
    chosen = asked.get("due_on")
    if chosen is not None:
        if chosen < issued_on:
            raise Refused("rectification.past_deadline", due_on=chosen.isoformat(), today=issued_on.isoformat())
        if (chosen - issued_on).days > longest * 3:
            raise Refused("rectification.days", kind=kind, least=shortest, most=longest)
        counted = moved(chosen, 0, knows)
        days = between(issued_on, counted.day, knows)
    else:
        days = usual if asked.get("days") is None else asked["days"]
        if days < 0:
            raise Refused("rectification.past_deadline", due_on=str(days), today=issued_on.isoformat())
        counted = moved(issued_on, min(days, longest), knows)
    if not shortest <= days <= longest:
        raise Refused("rectification.days", kind=kind, least=shortest, most=longest)
    return days, counted
