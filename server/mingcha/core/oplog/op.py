"""The words of the merge: an op, and the state that a set of ops folds to.

State and its parts are plain JSON (typed dicts), so one canonical text serves the wire, the snapshot and the twin in
`pwa/src/core/oplog/op.ts`.
"""

from typing import Any, Literal, NamedTuple, TypedDict

Kind = Literal["set", "add", "remove"]


class Op(NamedTuple):
    """One thing a person did, for ever. `at` is the phone's clock and decides nothing; `over` is what it replaces.

    A tuple, because a push makes seventy: a frozen dataclass costs four times as much to make.
    """

    id: str
    inspection: str
    device: str
    seq: int
    at: str
    kind: Kind
    target: str
    value: Any
    over: tuple[str, ...]
    author: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "inspection": self.inspection, "device": self.device, "seq": self.seq, "at": self.at,
            "kind": self.kind, "target": self.target, "value": self.value, "over": list(self.over),
            "author": self.author,
        }


class Head(TypedDict):
    """A value that no known op has replaced, and who said it."""

    op: str
    value: Any
    author: str
    device: str
    at: str


class Element(TypedDict):
    """A finding, photo, sample or signature.

    `adds` every add's op id; `heads` the adds that still stand (all of them when none does), `value` the first head's.
    `removes` the removes that no later add has answered; `kept` = live although one of those is there.
    """

    live: bool
    kept: bool
    value: Any
    adds: list[str]
    removes: list[str]
    heads: list[Head]


class State(TypedDict):
    """`fields`: heads by target, sorted by op id, no empty lists. `held`: problem code by op id."""

    fields: dict[str, list[Head]]
    elements: dict[str, Element]
    held: dict[str, str]


class Conflict(TypedDict):
    target: str
    heads: list[Head]


class Words(TypedDict):
    zh: str
    en: str


class Contradiction(TypedDict):
    code: Literal["met_with_finding", "double_finding", "cited_photo_removed", "kept_element"]
    about: list[str]
    text: Words


def tally_id(indicator: str, clause: str) -> str:
    """The one finding in which all phones count a clause, so that two counts meet in one register."""
    return f"{indicator}:{clause}"


def item_id(indicator: str, clause: str, item: str) -> str:
    """The one finding that says a named item is missing."""
    return f"{indicator}:{clause}:{item}"


def case_id(indicator: str, clause: str, case: int) -> str:
    """The one finding in which all phones count the faults of a drawn case under a clause."""
    return f"{indicator}:{clause}:{case}"
