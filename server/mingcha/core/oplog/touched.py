"""Which part of a log decides what becomes of a batch: so much is loaded for a push, however long the log is.

An op meets only what stands at its own field, or anywhere at its own element. Beyond that, what those ops name in
`over` says whether one of them is held. Everything else of the log can be left out: `outcomes` says the same.
"""

from collections.abc import Iterable

from .op import Op
from .targets import TARGETS

#: By kind of element: what follows its id in the fields that it has.
_FIELDS: dict[str, tuple[str, ...]] = {
    str(root.path[0]): tuple(
        f"/{field.path[2]}" for field in TARGETS if not field.element and field.path[0] == root.path[0]
    )
    for root in TARGETS
    if root.element
}


def touched(batch: Iterable[Op]) -> set[str]:
    """Every target whose ops have a say in the outcome of these."""
    found: set[str] = set()
    for op in batch:
        if op.target in found:
            continue
        kind = op.target.partition("/")[0]
        if kind in _FIELDS:
            element = "/".join(op.target.split("/", 2)[:2])
            found.add(element)
            found.update([element + field for field in _FIELDS[kind]])
        else:
            found.add(op.target)
    return found


def unknown(ops: Iterable[Op]) -> set[str]:
    """The ids that these ops name in `over` and that are not among them."""
    known = {op.id: op.over for op in ops}
    return {id for over in known.values() for id in over if id not in known}
