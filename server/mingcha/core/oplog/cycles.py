"""Ops that replace each other in a circle: nobody can have seen both first, so somebody forged an id.

Each would erase the other and no value would be left; they are held instead. Twin: `pwa/src/core/oplog/cycles.ts`.
"""

from collections.abc import Iterator, Mapping, Sequence


def in_a_circle(names: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids that reach themselves through what they name (Tarjan, with its own stack: forgers write long chains)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_ids: list[str] = []
    is_open: set[str] = set()
    circles: list[str] = []
    for root in names:
        if root in index:
            continue
        path: list[tuple[str, Iterator[str]]] = []

        def enter(id: str, path: list[tuple[str, Iterator[str]]] = path) -> None:
            index[id] = low[id] = len(index)
            open_ids.append(id)
            is_open.add(id)
            path.append((id, iter(names[id])))

        enter(root)
        while path:
            id, rest = path[-1]
            for other in rest:
                if other not in names:
                    continue
                if other not in index:
                    enter(other)
                    break
                if other in is_open:
                    low[id] = min(low[id], index[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[id])
                if low[id] == index[id]:
                    circles += _close(id, open_ids, is_open, names)
    return circles


def _close(id: str, open_ids: list[str], is_open: set[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    """Take the finished component off the stack; alone and not naming itself, it is no circle."""
    at = open_ids.index(id) if open_ids[-1] != id else len(open_ids) - 1
    component = open_ids[at:]
    del open_ids[at:]
    is_open.difference_update(component)
    return component if len(component) > 1 or id in names[id] else []
