"""The invariants I1–I4 as far as the merge alone can keep them: order, loss, repetition, a place for every op."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingcha.core.oplog import Op, State, fold, outcomes
from tests.vectors.oplog.histories import FIELDS, INNER, INSPECTION, history, text_of

TARGETS = ["answer/3.1/verdict", "visit/note", "finding/3.1:a", "finding/3.1:a/count", "finding/3.1:a/note", "photo/p"]


@st.composite
def tangles(draw: st.DrawFn, most: int = 12) -> list[Op]:
    """Ops that name each other any way at all: forward, backward, dangling, in circles, across fields; any clock."""
    ids = [f"op-{number:02}" for number in draw(st.permutations(range(most + 2)))]
    ops = []
    for number in range(draw(st.integers(0, most))):
        target = draw(st.sampled_from(TARGETS))
        field = target.count("/") > 1 or target == "visit/note"
        kind = "set" if field else draw(st.sampled_from(["add", "add", "remove"]))
        over = draw(st.lists(st.sampled_from(ids), max_size=4, unique=True))
        value = None if kind == "remove" else draw(st.sampled_from(["met", "not_met", 1, 2, None]))
        author = draw(st.sampled_from(["lin", "zhao", "zhou"]))
        at = f"{draw(st.integers(1970, 2199))}-01-01T00:00:00.000Z"
        device = f"phone-{author}"
        ops.append(Op(ids[number], INSPECTION, device, number + 1, at, kind, target, value, tuple(over), author))
    return ops


def histories(most: int) -> st.SearchStrategy[list[Op]]:
    return st.builds(lambda seed, length: history(Random(seed), length), st.integers(0, 10**9), st.integers(0, most))


anything = st.one_of(tangles(), histories(30))


@given(ops=anything, order=st.randoms(use_true_random=False))
def test_any_order_grouping_and_repetition_gives_the_same_bytes(ops, order):
    expected = text_of(fold(ops))
    shuffled = order.sample(ops, len(ops))
    groups = [shuffled[start::3] for start in range(3)]
    again = order.sample(ops, len(ops) // 2)

    assert text_of(fold(shuffled)) == expected
    assert text_of(fold([op for group in (groups[2], groups[0], again, groups[1]) for op in group])) == expected
    assert text_of(fold(copied(op) for op in [*ops, *shuffled])) == expected


@pytest.mark.parametrize("seed", range(12))
def test_every_interleaving_of_a_small_history_gives_the_same_bytes(seed):
    ops = history(Random(seed), 6, forged=0.2)

    assert len({text_of(fold(order)) for order in permutations(ops)}) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_large_history_gives_the_same_bytes_in_any_order(seed):
    random = Random(seed)
    ops = history(random, 600, phones=5)
    expected = text_of(fold(ops))

    for _ in range(5):
        assert text_of(fold(random.sample(ops, len(ops)) + random.choices(ops, k=100))) == expected


@given(ops=anything)
def test_a_value_leaves_only_through_an_op_that_names_it(ops):
    state = fold(ops)
    named = named_by_what_counts(ops, state)

    for op in ops:
        if op.kind == "set" and op.id not in state["held"]:
            stands = op.id in {head["op"] for head in state["fields"].get(op.target, [])}
            assert stands == (op.id not in named)


@given(ops=anything)
def test_what_is_named_is_of_the_same_field_or_element(ops):
    state, known = fold(ops), {op.id: op for op in ops}

    for op in ops:
        foreign = [
            id for id in op.over if id in known and not (
                known[id].target == op.target or (op.kind == "remove" and known[id].target.startswith(op.target + "/"))
            )
        ]
        if foreign:
            assert state["held"][op.id] == "op.over_foreign"


@given(ops=anything)
def test_every_op_has_its_place(ops):
    state = fold(ops)
    named = named_by_what_counts(ops, state)
    for op in ops:
        element = state["elements"].get(op.target)
        if op.id in state["held"]:
            assert not standing(state, op.id)
        elif op.kind == "set":
            assert op.id in named or standing(state, op.id)
        elif op.kind == "add":
            assert element is not None
            assert op.id in element["adds"]
        elif element is not None:
            assert op.id in element["removes"] or any(op.id in other.over for other in ops if other.kind == "add")


@given(ops=anything)
def test_a_held_op_has_no_effect(ops):
    state = fold(ops)
    innocent = [op for op in ops if op.id not in state["held"]]

    without = fold(innocent)

    assert (without["fields"], without["elements"]) == (state["fields"], state["elements"])


@given(ops=anything)
def test_an_element_is_live_while_anything_of_it_stands(ops):
    state = fold(ops)
    named = named_by_what_counts(ops, state)

    for target, element in state["elements"].items():
        inside = any(field.startswith(f"{target}/") for field in state["fields"])
        assert element["live"] == (inside or any(id not in named for id in element["adds"]))
        assert element["kept"] == (element["live"] and bool(element["removes"]))


@given(ops=anything, cut=st.integers(0, 30))
def test_sending_a_batch_again_changes_nothing_and_says_so(ops, cut):
    before, batch = ops[:cut], ops[cut:]
    told = outcomes(before, batch)

    again = outcomes([*before, *batch], batch)

    assert set(told) == {op.id for op in batch}
    assert set(again.values()) <= {"duplicate"}
    assert all(outcome in ("applied", "merged", "conflict", "op.over_foreign", "op.over_circle")
               for outcome in told.values())


@given(ops=histories(25), cut=st.integers(1, 25))
def test_an_id_used_twice_is_an_alarm_and_the_state_keeps_its_order_freedom(ops, cut):
    if not ops:
        return
    victim = ops[cut % len(ops)]
    other = copied(victim, value="另一个内容" if victim.value != "另一个内容" else "再一个")

    assert outcomes(ops, [other]) == {victim.id: "op.id_reused"}
    assert text_of(fold([*ops, other])) == text_of(fold([other, *ops]))


@settings(max_examples=30)
@given(seed=st.integers(0, 10**9))
def test_wrong_clocks_change_no_field_and_no_element_but_the_time_shown(seed):
    ops = history(Random(seed), 30)
    shifted = [copied(op, at=f"{1970 + index % 200}-06-01T00:00:00.000Z") for index, op in enumerate(ops)]

    assert blind(fold(ops)) == blind(fold(shifted))


@given(seed=st.integers(0, 10**9), missing=st.integers(0, 19))
def test_what_was_named_before_it_arrived_is_replaced_when_it_arrives(seed, missing):
    ops = history(Random(seed), 20, forged=0, circles=False)
    late = ops[missing]
    early = [op for op in ops if op is not late]

    assert text_of(fold([*early, late])) == text_of(fold(ops))
    if late.kind == "set" and any(late.id in op.over for op in early):
        assert not standing(fold(ops), late.id)


@given(seed=st.integers(0, 10**9))
def test_honest_phones_are_never_held(seed):
    assert fold(history(Random(seed), 40, forged=0, circles=False))["held"] == {}


def test_a_long_forged_chain_neither_recurses_nor_drags():
    ids = [f"op-{number:05}" for number in range(20_000)]
    chain = [
        Op(id, INSPECTION, "phone-qian", 1, "2026-09-21T10:00:00.000Z", "set", "visit/note", "x", (named,), "qian")
        for id, named in zip(ids, [*ids[1:], ids[0]], strict=True)
    ]

    assert set(fold(chain)["held"].values()) == {"op.over_circle"}
    assert len(fold(chain[:-1])["fields"]["visit/note"]) == 1


def test_the_histories_reach_every_corner():
    states = [fold(history(Random(seed), 60)) for seed in range(40)]

    assert {code for state in states for code in state["held"].values()} == {"op.over_foreign", "op.over_circle"}
    assert any(element["kept"] for state in states for element in state["elements"].values())
    assert any(not element["live"] for state in states for element in state["elements"].values())
    assert {target for state in states for target in state["fields"]} == {*FIELDS, *INNER}


def named_by_what_counts(ops: list[Op], state: State) -> set[str]:
    return {id for op in ops if op.kind != "add" and op.id not in state["held"] for id in op.over}


def standing(state: State, id: str) -> bool:
    return any(head["op"] == id for heads in state["fields"].values() for head in heads)


def blind(state: State) -> str:
    """The state without the times that people are shown."""
    for heads in (*state["fields"].values(), *(element["heads"] for element in state["elements"].values())):
        for head in heads:
            head["at"] = ""
    return text_of(state)


def copied(op: Op, **changes) -> Op:
    return Op(**{**op.as_json(), "over": op.over, **changes})
