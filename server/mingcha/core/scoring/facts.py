"""What an inspection says about each indicator: for every question the answers that still stand.

A settled answer stands alone; a conflict leaves several, an open contradiction leaves a finding that may or may not
stay. Schemes read facts and know neither sheets nor states. The twin is `pwa/src/core/scoring/facts.ts`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from ..canonical import canonical

#: Beyond this many ways to settle a clump of look-alike findings only its smallest is counted as sure: the range then
#: still holds every outcome, and may be wider than the outcomes are.
MOST_WAYS = 4096


@dataclass(slots=True)
class Fault:
    """One finding. `fewest`, `most`: what it may count. `removable`: it may be gone altogether. `near`: findings under
    the same clause that look like the same fault; of two such, one may be taken away, never both."""

    id: str
    clause: str | None = None
    item: str | None = None
    case: int | None = None
    fewest: int = 1
    most: int = 1
    removable: bool = False
    near: frozenset[str] = frozenset()

    def gone(self) -> "Fault":
        return replace(self, removable=True)

    def sure(self) -> "Fault":
        """Kept after all, with its smallest count."""
        return replace(self, removable=False, near=frozenset(), most=self.fewest)


#: The values that still stand for one question, each once.
Said = tuple[str | None, ...]
Faults = tuple[Fault, ...]

#: Most indicators say nothing under most heads, and a campaign has tens of thousands of them: they share this.
_NONE: Mapping[str, Any] = MappingProxyType({})

Head = Literal["measures", "awards", "requirements"]


@dataclass(slots=True)
class Facts:
    """Of one indicator. An absent key means: never answered."""

    verdicts: Said = (None,)
    measures: Mapping[str, Said] = field(default_factory=lambda: _NONE)
    awards: Mapping[str, Said] = field(default_factory=lambda: _NONE)
    requirements: Mapping[str, Said] = field(default_factory=lambda: _NONE)
    #: The findings, once per way in which conflicts about what a finding *is* may be settled; nearly always one.
    faults: tuple[Faults, ...] = ((),)
    adjustments: tuple[dict[str, Any] | None, ...] = (None,)
    photos: Sequence[str] = ()
    photo_kinds: Mapping[str, int] = field(default_factory=lambda: _NONE)
    contested: bool = False
    #: Nobody has settled this yet: whoever chooses the verdict "met" beside findings takes the findings away.
    met_removes: bool = False

    def say(self, head: Head, id: str, values: Said) -> None:
        said = getattr(self, head)
        if said is _NONE:
            setattr(self, head, {id: values})
        else:
            said[id] = values


NOTHING = Facts()


def facts_at(found: dict[str, Facts], indicator: str) -> Facts:
    if indicator not in found:
        found[indicator] = Facts()
    return found[indicator]


def attach(found: dict[str, Facts], photos: Iterable[tuple[str, str, str | None]]) -> None:
    """Photos with their indicator and kind, each id once."""
    at: dict[str, list[str]] = {}
    kinds: dict[str, dict[str, int]] = {}
    for indicator, photo, kind in photos:
        at.setdefault(indicator, []).append(photo)
        counts = kinds.setdefault(indicator, {})
        if kind:
            counts[kind] = counts.get(kind, 0) + 1
    for indicator, each in at.items():
        facts = facts_at(found, indicator)
        facts.photos, facts.photo_kinds = each, kinds[indicator]


def remainders(faults: Faults) -> list[Faults]:
    """The smallest sets of findings that may be left of these when every open question about them is settled."""
    if not any(fault.near for fault in faults):
        return [tuple(fault for fault in faults if not fault.removable)]
    here = {fault.id: fault for fault in faults}
    alone = tuple(fault for fault in faults if not fault.removable and here.keys().isdisjoint(fault.near))
    clump = [fault for fault in faults if not here.keys().isdisjoint(fault.near)]
    ways = _independent(clump)
    if ways is None:
        ways = [[min(clump, key=lambda fault: (fault.fewest, fault.id))]]
    return [alone + tuple(fault for fault in way if not fault.removable) for way in ways]


def may_be_gone(faults: Faults) -> bool:
    return not faults or any(not left for left in remainders(faults))


def _independent(clump: list[Fault]) -> list[list[Fault]] | None:
    """Every set that holds no two look-alikes and lacks none that it could hold; None if there are too many."""
    found: list[list[Fault]] = []
    stack: list[tuple[list[Fault], list[Fault], list[Fault]]] = [([], clump, [])]
    steps = 0
    while stack:
        steps += 1
        if steps > MOST_WAYS:
            return None
        chosen, open_, left_out = stack.pop()
        if not open_:
            if all(any(out.id in one.near for one in chosen) for out in left_out):
                found.append(chosen)
            continue
        first, rest = open_[0], open_[1:]
        stack.append((
            [*chosen, first],
            [fault for fault in rest if fault.id not in first.near],
            [*left_out, *(fault for fault in rest if fault.id in first.near)],
        ))
        if first.near:
            stack.append((chosen, rest, [*left_out, first]))
    return found


def distinct(values: Sequence[Any]) -> tuple[Any, ...]:
    """Each value once, None first, then by canonical text: the same order in both languages."""
    if len(values) == 1:
        return tuple(values)
    seen = {canonical(value): value for value in values}
    return tuple(seen[text] for text in sorted(seen, key=lambda text: (seen[text] is not None, text)))
