"""The judge itself: what it must see, planted one at a time into a run without fault."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fleet.checker import KINDS, judge, standing

ELEMENT = "finding/3.8:a"


def op(op_id: str, kind: str, target: str, value: Any, *over: str) -> dict[str, Any]:
    return {"id": op_id, "inspection": "v", "device": op_id[0], "seq": 1, "kind": kind, "target": target, "value": value,
            "over": list(over)}  # fmt: skip


#: Lin adds, counts and notes; Zhao, who has not seen the count, takes the finding away: it stays, with the count.
LIN = [op("l1", "add", ELEMENT, {}), op("l2", "set", f"{ELEMENT}/count", 2), op("l3", "set", "visit/note", "a")]
ZHAO = [op("z1", "remove", ELEMENT, None, "l1"), op("z2", "set", "visit/note", "b", "l3")]


@dataclass
class Phone:
    device: str
    saved: dict[str, dict[str, Any]]
    known: dict[str, dict[str, Any]]
    outbox: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    pulled_again: int = 0


@dataclass
class Run:
    log: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(LIN + ZHAO))

    def __post_init__(self) -> None:
        known = {each["id"]: each for each in deepcopy(self.log)}
        self.phones = [
            Phone(name, {each["id"]: each for each in ops}, dict(known), acknowledged={each["id"] for each in ops})
            for name, ops in (("lin", LIN), ("zhao", ZHAO))
        ]
        self.there = standing(self.log)

    def faults(self) -> set[str]:
        verdict = judge(self.phones, self.log, self.there)
        return {kind for kind in KINDS if getattr(verdict, kind)}


def test_a_run_without_fault_has_none():
    run = Run()
    assert run.faults() == set()
    assert run.there.live == {ELEMENT: True}
    assert run.there.heads == {f"{ELEMENT}/count": {"l2"}, "visit/note": {"z2"}}


def taken_away(run: Run) -> None:
    """The remove took the count that its author had never seen."""
    run.there.live[ELEMENT] = False


def overwritten(run: Run) -> None:
    run.there.heads[f"{ELEMENT}/count"] = set()


def risen(run: Run) -> None:
    run.there.heads["visit/note"] = {"l3", "z2"}


def lost(run: Run) -> None:
    run.log = [each for each in run.log if each["id"] != "z2"]


def lost_before_it_was_acknowledged(run: Run) -> None:
    lost(run)
    run.phones[1].acknowledged.discard("z2")


def another_content_on_one_phone(run: Run) -> None:
    run.phones[0].known["z2"] = {**run.phones[0].known["z2"], "value": "c"}


def told_twice(run: Run) -> None:
    run.phones[0].pulled_again = 1


def doubled(run: Run) -> None:
    run.log.append(run.log[0])


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (taken_away, {"overwritten"}),
        (overwritten, {"overwritten"}),
        (risen, {"risen"}),
        (lost, {"lost", "unkept", "differing"}),
        (lost_before_it_was_acknowledged, {"lost", "differing"}),
        (another_content_on_one_phone, {"differing"}),
        (told_twice, {"again"}),
        (doubled, {"doubled"}),
    ],
)
def test_each_fault_is_seen_for_what_it_is(plant, seen):
    run = Run()
    plant(run)
    assert run.faults() == seen
