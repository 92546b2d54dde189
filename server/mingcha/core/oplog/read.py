"""Questions to a folded state: which values stand, whether they agree, where people must decide."""

import re
from typing import Any

from ..canonical import canonical
from .op import Conflict, Head, State

#: Fields where two values say the same thing though they differ: both phones noted the arrival, or pressed submit.
_SAYS_WHETHER = {"visit/arrived", "visit/submitted"}
#: Who looks at which part, in which order pictures lie, what was answered to a comment: no facts of the sheet. Two that
#: differ hold nothing up.
_ARRANGES = re.compile(r"split/.*|photo/[^/]*/order|answer/[^/]*/reply")


def heads(state: State, target: str) -> list[Head]:
    """The values that stand in a field (or the standing adds of an element), sorted by op id."""
    if target in state["elements"]:
        return state["elements"][target]["heads"]
    return state["fields"].get(target, [])


def value(state: State, target: str) -> Any:
    """The settled value; None when nothing was said or the heads disagree. Where they agree: the smallest op id's."""
    found = heads(state, target)
    return found[0]["value"] if found and agree(target, found) else None


def agree(target: str, found: list[Head]) -> bool:
    """Whether the heads say one thing, so that nobody needs to choose."""
    if len(found) < 2:
        return True
    if target in _SAYS_WHETHER:
        return len({head["value"] is None for head in found}) == 1
    first = canonical(found[0]["value"])
    return all(canonical(head["value"]) == first for head in found[1:])


def conflicts(state: State) -> list[Conflict]:
    """Fields and elements whose heads disagree, by target. What belongs to no known element waits for its add."""
    return [
        {"target": target, "heads": found}
        for target, found in sorted(
            [(target, found) for target, found in state["fields"].items() if len(found) > 1 and _shown(state, target)]
            + [
                (target, element["heads"])
                for target, element in state["elements"].items()
                if len(element["heads"]) > 1 and element["live"]
            ]
        )
        if not agree(target, found)
    ]


def _shown(state: State, target: str) -> bool:
    if _ARRANGES.fullmatch(target):
        return False
    kind, _, rest = target.partition("/")
    if kind not in ("finding", "photo"):
        return True
    return f"{kind}/{rest.partition('/')[0]}" in state["elements"]
