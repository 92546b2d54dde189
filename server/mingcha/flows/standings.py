"""How each inspection of a queue stands, in figures: what a supervisor looks at before opening one.

Folding a log and scoring it takes milliseconds, and a queue has hundreds. Whatever happens in an inspection takes its
next number, so a standing is true for as long as the number is the same: it is kept in this process under the
database's epoch, the inspection's id and that number, and forgotten when others need the room. What is not known yet is
read for many inspections at once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any

from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import Op, State, conflicts, contradictions, fold
from mingcha.core.review import grave, unproved_photos, wanting
from mingcha.core.scoring import Apart, facts_of_state, ground_of, unplaced
from mingcha.store import campaigns, oplog, photos
from mingcha.store import settings as instance
from mingcha.store.inspections import Inspection

Key = tuple[str, str, int]


@dataclass(frozen=True)
class Standing:
    """`summary` without places; `apart` where places change it."""

    summary: dict[str, Any]
    apart: Apart | None

    def at(self, places: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
        if self.apart is None or not places:
            return self.summary
        low, high = self.apart.at(places)
        return {**self.summary, "low": low, "high": high}


#: So many are kept; the longest queue has 500.
MOST_KEPT = 4000
#: So many logs are in memory at once.
AT_ONCE = 50


class Kept:
    """The newest standings, the longest unasked forgotten first. Safe for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Key, Standing] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Standing | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Key, found: Standing) -> None:
        with self._lock:
            self._known[key] = found
            while len(self._known) > self._most:
                self._known.popitem(last=False)


_kept = Kept(MOST_KEPT)


def of(wanted: Sequence[Inspection], checklist_of: Callable[[str], Checklist]) -> dict[str, Standing]:
    """Each inspection's standing, by its id."""
    epoch = instance.epoch()
    keys: dict[str, Key] = {each.id: (epoch, each.id, each.seq) for each in wanted}
    found = {inspection_id: known for inspection_id, key in keys.items() if (known := _kept.get(key)) is not None}
    terms = campaigns.terms({each.campaign for each in wanted if each.campaign and each.id not in found})
    for some in _chunks(each for each in wanted if each.id not in found):
        logs = oplog.ops_of_several(each.id for each in some)
        here = photos.hashes_of(each.id for each in some)
        for each in some:
            chosen = terms[each.campaign].settings if each.campaign in terms else None
            found[each.id] = summary(checklist_of(each.checklist), logs[each.id], here[each.id], chosen)
            _kept.put(keys[each.id], found[each.id])
    return found


def summary(
    checklist: Checklist, ops: Iterable[Op], here: dict[str, set[str]], settings: Mapping[str, str] | None = None
) -> Standing:
    """One standing, under the settings of its campaign. `here`: photo id → hashes of durable bytes."""
    return told(checklist, fold(ops), here, settings)


def told(
    checklist: Checklist, state: State, here: dict[str, set[str]], settings: Mapping[str, str] | None = None
) -> Standing:
    """The same of a folded log. `needs` counts what a person must clear before an approval."""
    waiting = unplaced(ground_of(checklist, settings), facts_of_state(state, checklist))
    result = waiting.at({})
    unproved = unproved_photos(state, here)
    live = sum(target.startswith("photo/") and each["live"] for target, each in state["elements"].items())
    counts = {
        "open": len(result["open"]),
        "conflicts": len(conflicts(state)),
        "contradictions": len(grave(contradictions(state, checklist))),
        "missing": len(wanting(state, result, unproved)),
    }
    found = {
        "low": result["low"],
        "high": result["high"],
        "full": result["full"],
        **counts,
        "photos": {"have": live, "proved": live - len(unproved)},
        "needs": sum(counts.values()),
    }
    return Standing(found, waiting.apart())


def _chunks(wanted: Iterable[Inspection]) -> Iterator[list[Inspection]]:
    rest = iter(wanted)
    while some := list(islice(rest, AT_ONCE)):
        yield some
