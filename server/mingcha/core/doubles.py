"""Findings that two people may have noted of one fault: likely pairs, and what joining two of them writes.

Likely: the same indicator, clause, item and case, noted by different people, and either of one drawn case, close in
time or in similar words. A finding that all phones count together (its id spells the clause) is one already. Two people who stand by both
findings end the question: whoever adds both says that they know of both. Knows folded states as values.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from mingcha.core.oplog import State, value
from mingcha.core.oplog.contradictions import CLOSE
from mingcha.core.problems import Refused

#: Share of two-character pieces that two notes have in common, from which they say the same.
ALIKE = 0.5
JOINED = "review/joined/"


@dataclass(frozen=True)
class Pair:
    """Two findings by their ids, the earlier first; `why`: of `time`, `case` and `words` those that hold. `apart_minutes` by the phones' clocks."""

    one: str
    other: str
    why: tuple[str, ...]
    apart_minutes: int


def likely(state: State) -> list[Pair]:
    """In the order of their ids."""
    by_place: dict[tuple[Any, ...], list[str]] = {}
    for target, element in sorted(state["elements"].items()):
        if target.startswith("finding/") and element["live"]:
            said = element["value"]
            by_place.setdefault((said["indicator"], said["clause"]), []).append(target)
    found = [
        pair
        for targets in by_place.values()
        for one, other in combinations(targets, 2)
        if _by_different_people(state, one, other) and _of_one_thing(state, one, other)
        for pair in _pair(state, one, other)
    ]
    return sorted(found, key=lambda pair: (pair.one, pair.other))


def similar(one: str, other: str) -> float:
    """How much two notes have in common, 0 to 1 (Dice, by pairs of neighbouring characters; blanks do not count)."""
    left, right = _pieces(one), _pieces(other)
    total = sum(left.values()) + sum(right.values())
    return 2 * sum((left & right).values()) / total if total else 0.0


@dataclass(frozen=True)
class Joining:
    """What joining writes: `photos` go over to the finding that stays, whose note becomes `note` unless that is None."""

    photos: tuple[str, ...]
    note: str | None


def joining(state: State, keep: str, gone: str) -> Joining:
    """How `gone` goes over into `keep`, both ids. Raises where they are not two live findings of one indicator and
    clause.
    """
    first, second = (state["elements"].get(f"finding/{each}") for each in (keep, gone))
    if keep == gone or first is None or second is None or not (first["live"] and second["live"]):
        raise Refused("review.not_two_findings")
    if any(first["value"][name] != second["value"][name] for name in ("indicator", "clause")):
        raise Refused("review.not_two_findings")
    notes = [value(state, f"finding/{each}/note") or "" for each in (keep, gone)]
    united = "；".join(each for each in notes if each) if notes[1] and notes[1] not in notes[0] else None
    return Joining(tuple(photos_of(state, gone)), united)


def photos_of(state: State, finding: str) -> list[str]:
    """Ids of the live photos that show a finding, in order."""
    return [
        target.partition("/")[2]
        for target, element in sorted(state["elements"].items())
        if target.startswith("photo/") and element["live"] and _cited(state, target, element) == finding
    ]


def joined(state: State) -> list[dict[str, Any]]:
    """Every finding that stands joined into another: `{finding, into, photos}`."""
    return [
        {"finding": target.removeprefix(JOINED), **said}
        for target in sorted(state["fields"])
        if target.startswith(JOINED) and (said := value(state, target)) is not None
    ]


def _cited(state: State, target: str, element: Any) -> Any:
    place = f"{target}/finding"
    return value(state, place) if place in state["fields"] else element["value"].get("finding")


def _by_different_people(state: State, one: str, other: str) -> bool:
    left, right = ({head["author"] for head in state["elements"][each]["heads"]} for each in (one, other))
    return not left & right


def _of_one_thing(state: State, one: str, other: str) -> bool:
    left, right = (state["elements"][each]["value"] for each in (one, other))
    return all(left[name] is None or right[name] is None or left[name] == right[name] for name in ("item", "case"))


def _pair(state: State, one: str, other: str) -> Iterator[Pair]:
    (first, one), (second, other) = sorted((_at(state, each), each) for each in (one, other))
    why = ["time"] if second - first <= CLOSE else []
    cases = {state["elements"][each]["value"]["case"] for each in (one, other)}
    if cases != {None} and len(cases) == 1:
        why.append("case")
    notes = [str(value(state, f"{each}/note") or "") for each in (one, other)]
    if all(notes) and similar(*notes) >= ALIKE:
        why.append("words")
    if why:
        minutes = int((second - first).total_seconds() // 60)
        yield Pair(one.partition("/")[2], other.partition("/")[2], tuple(why), minutes)


def _at(state: State, target: str) -> datetime:
    return datetime.fromisoformat(state["elements"][target]["heads"][0]["at"])


def _pieces(text: str) -> Counter[str]:
    plain = "".join(text.split()).lower()
    return Counter(plain[at : at + 2] for at in range(len(plain) - 1)) if len(plain) > 1 else Counter([plain] if plain else [])
