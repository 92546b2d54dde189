"""Two versions side by side: what came, what went, which words changed, and what changes a score.

Compares by ids, so a changed order or a moved indicator does not look like a rewritten one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mingcha.core.checklist.model import Checklist

Json = Mapping[str, Any]
Sort = Literal["words", "scoring", "asking"]

#: Parts of a path that never touch a score; `asking` is what is wanted at the visit: evidence, method, where.
_WORDS = {"title", "text", "source_text", "rubric", "phrases", "notes", "note", "source", "words", "zh", "en"}
_ASKING = {"evidence", "method", "place", "aspect"}


@dataclass(frozen=True)
class Change:
    """`indicator` is None for the checklist as a whole. `path` names list members by id: `clauses[a].per`."""

    indicator: str | None
    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Comparison:
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[Change, ...]
    words: tuple[Change, ...]
    scoring: tuple[Change, ...]
    asking: tuple[Change, ...]

    @property
    def same(self) -> bool:
        return not (self.added or self.removed or self.moved or self.words or self.scoring or self.asking)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(before: Checklist, after: Checklist) -> Comparison:
    """From `before` to `after`. Their version numbers, and which replaces which, do not count."""
    old, new = _indicators(before.content), _indicators(after.content)
    found: dict[Sort, list[Change]] = {"words": [], "scoring": [], "asking": []}
    for sort, change in _changes(None, _head(before.content), _head(after.content)):
        found[sort].append(change)
    for id_ in (id_ for id_ in new if id_ in old):
        for sort, change in _changes(id_, old[id_][1], new[id_][1]):
            found[sort].append(change)
    return Comparison(
        added=tuple(id_ for id_ in new if id_ not in old),
        removed=tuple(id_ for id_ in old if id_ not in new),
        moved=tuple(
            Change(id_, "group", old[id_][0], place)
            for id_, (place, _) in new.items()
            if id_ in old and old[id_][0] != place
        ),
        words=tuple(found["words"]),
        scoring=tuple(found["scoring"]),
        asking=tuple(found["asking"]),
    )


def _indicators(content: Json) -> dict[str, tuple[str, Json]]:
    """Indicator id → (where it stands, the indicator)."""
    return {
        indicator["id"]: (f"{category['id']}/{group['id']}", indicator)
        for category in content["categories"]
        for group in category["groups"]
        for indicator in group["indicators"]
    }


def _head(content: Json) -> Json:
    titles = [
        {"id": part["id"], "title": part["title"]}
        for category in content["categories"]
        for part in (category, *category["groups"])
    ]
    kept = {key: value for key, value in content.items() if key not in ("version", "replaces", "categories")}
    return {**kept, "categories": titles}


def _changes(indicator: str | None, before: Json, after: Json) -> Iterator[tuple[Sort, Change]]:
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    for path in [*new, *(path for path in old if path not in new)]:
        if old.get(path) != new.get(path):
            yield _sort(path), Change(indicator, path, old.get(path), new.get(path))


def _sort(path: str) -> Sort:
    parts = {part.split("[")[0] for part in path.split(".")}
    if parts & _ASKING:
        return "asking"
    return "words" if parts & _WORDS else "scoring"


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every leaf with its path. Members of a list go by their id where they have one, else by their place."""
    match value:
        case dict():
            for key, inside in value.items():
                yield from _leaves(f"{path}.{key}" if path else key, inside)
        case list():
            for place, inside in enumerate(value):
                name = inside.get("id", place) if isinstance(inside, dict) else place
                yield from _leaves(f"{path}[{name}]", inside)
        case None:
            return
        case _:
            yield path, value
