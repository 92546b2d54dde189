"""The merge rules both languages follow, as tables. The same files are run by `pwa/src/core/oplog/vectors.test.ts`."""

import json
from pathlib import Path
from typing import Any

import pytest

from mingcha.core.canonical import canonical
from mingcha.core.oplog import (
    Op,
    conflicts,
    contradictions,
    fold,
    heads,
    inspection_state,
    outcomes,
    parse_op,
    value,
)
from mingcha.core.problems import PROBLEMS, Refused
from tests.vectors.oplog import generate

VECTORS = Path(__file__).parent.parent / "vectors" / "oplog"


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return found


MERGE, OUTCOMES, PARSE, GENERATED = map(read, ("merge.json", "outcomes.json", "parse.json", "generated.json"))


def by_name(cases: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@by_name(MERGE["cases"])
def test_what_people_said_folds_to_what_the_table_says(case):
    expect = case["expect"]

    state = fold(ops(case["ops"], MERGE["defaults"]))

    assert {target: [head["op"] for head in heads(state, target)] for target in state["fields"]} == expect["fields"]
    assert {target: marks(element) for target, element in state["elements"].items()} == expect["elements"]
    assert state["held"] == expect["held"]
    assert [conflict["target"] for conflict in conflicts(state)] == expect["conflicts"]
    for target, settled in expect.get("value", {}).items():
        assert value(state, target) == settled
    if "contradictions" in expect:
        found = contradictions(state, generate.titled(MERGE["checklist"]))
        assert [[one["code"], *one["about"]] for one in found] == expect["contradictions"]
        if "words" in expect:
            assert found[0]["text"] == expect["words"]
    if "inspection_state" in expect:
        assert inspection_state(state) == expect["inspection_state"]
    if "inspection_state_published" in expect:
        assert inspection_state(state, published=True) == expect["inspection_state_published"]
    if "state" in expect:
        assert canonical(state).decode() == expect["state"]


@by_name(OUTCOMES["cases"])
def test_a_phone_is_told_what_became_of_each_step(case):
    before, batch = (ops(case[part], OUTCOMES["defaults"]) for part in ("before", "batch"))

    assert outcomes(before, batch) == case["outcomes"]
    assert outcomes(reversed(before), batch[::-1]) == case["outcomes"]


@by_name(PARSE["cases"])
def test_every_bad_step_has_its_own_problem(case):
    text, raw = as_sent(case)

    if case["code"] is None:
        op = parse_op(raw)
        assert parse_op(op.as_json()) == op
        assert parse_op(text) == op
        return
    for sent in (raw, text):
        with pytest.raises(Refused) as refused:
            parse_op(sent)
        assert refused.value.code == case["code"]
        assert refused.value.code in PROBLEMS
        if "why" in case:
            assert refused.value.details["why"] == case["why"]


@by_name(GENERATED["cases"])
def test_a_history_folds_to_the_recorded_text(case):
    history = [parse_op(raw) for raw in case["ops"]]

    state = fold(history)

    assert canonical(state).decode() == case["state"]
    assert [conflict["target"] for conflict in conflicts(state)] == case["conflicts"]
    assert contradictions(state, generate.titled(GENERATED["checklist"])) == case["contradictions"]
    assert inspection_state(state) == case["inspection_state"]
    assert outcomes(history[:case["batch_from"]], history[case["batch_from"]:]) == case["outcomes"]


def test_the_recorded_histories_are_what_the_generator_writes():
    assert generate.FILE.read_text(encoding="utf-8") == generate.text()


def ops(rows: list[dict[str, Any]], defaults: dict[str, Any]) -> list[Op]:
    return [Op(**{**defaults, **row, "over": tuple(row.get("over", ()))}) for row in rows]


def marks(element: Any) -> str:
    return "l" * element["live"] + "k" * element["kept"]


def as_sent(case: dict[str, Any]) -> tuple[str, Any]:
    """The case as text on the wire and as a JSON reader leaves it."""
    if "raw" in case:
        return json.dumps(case["raw"]), case["raw"]
    raw = {**PARSE["base"], **case.get("with", {})}
    for name in case.get("without", ()):
        del raw[name]
    fill = case.get("fill", {})
    if "nest" in fill:
        return with_member(raw, "value", "[" * fill["nest"] + "]" * fill["nest"]), {**raw, "value": nest(fill["nest"])}
    if "text" in fill:
        raw["value"] = fill["of"] * fill["text"]
    if "items" in fill:
        raw["value"] = [0] * fill["items"]
    if "over" in fill:
        raw["over"] = [f"018f0000-0000-7000-8000-{number:012x}" for number in range(256, 256 + fill["over"])]
    text = with_member(raw, *case["text_member"]) if "text_member" in case else json.dumps(raw, ensure_ascii=False)
    return text, json.loads(text)


def with_member(raw: dict[str, Any], name: str, text: str) -> str:
    rest = ",".join(f"{json.dumps(key)}:{json.dumps(item)}" for key, item in raw.items() if key != name)
    return f'{{{rest},"{name}":{text}}}'


def nest(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels - 1):
        inner = [inner]
    return inner
