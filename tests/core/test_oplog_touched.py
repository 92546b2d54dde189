"""A push reads a small part of a long log; what becomes of its ops is the same as if it had read all of it."""

import random

import pytest

from mingcha.core.oplog import Op, outcomes, touched, unknown

ROWS = ("1", "2")
FIELDS = [f"answer/{row}/{what}" for row in ROWS for what in ("verdict", "note")]
ELEMENTS = ["finding/1:a", "finding/2:a", "photo/0198f000-0000-4000-8000-000000000001"]
VISIT = "0198f000-0000-7000-8000-00000000000f"


def op_id(number: int) -> str:
    return f"0198f000-0000-7000-8000-{number:012d}"


def history(dice: random.Random, count: int) -> list[Op]:
    """Ops of all kinds whose ids are in no order, many naming what they have not seen, may not name, or does not exist."""
    ids = [op_id(number) for number in range(count)]
    dice.shuffle(ids)
    ops: list[Op] = []
    for number, id in enumerate(ids):
        kind = dice.choice(["set", "set", "set", "add", "remove"])
        fields = [*FIELDS, *(f"{element}/note" for element in ELEMENTS), "finding/1:a/count"]
        target = dice.choice(fields if kind == "set" else ELEMENTS)
        near = [other.id for other in ops if other.target.startswith(target) and dice.random() < 0.7]
        anybody = dice.sample(ids, 2) if dice.random() < 0.3 else []
        over = tuple(dict.fromkeys(named for named in [*near[-3:], *anybody] if named != id))
        author = dice.choice("ab")
        ops.append(
            Op(id, VISIT, f"phone-of-{author}", number + 1, "2026-11-22T01:30:00.000Z", kind, target,
               dice.choice(["x", "y"]) if kind == "set" else None, over, author)
        )  # fmt: skip
    return ops


@pytest.mark.parametrize("block", range(4))
def test_the_touched_part_of_a_log_decides_the_same_as_the_whole(block):
    left_out = 0
    for seed in range(block, 600, 4):
        dice = random.Random(seed)
        ops = history(dice, dice.randrange(2, 24))
        cut = dice.randrange(len(ops))
        log, batch = ops[:cut], ops[cut : cut + dice.randrange(1, 6)]
        targets = touched(batch)
        part = [op for op in log if op.target in targets]
        missing = unknown([*part, *batch])
        part += [op for op in log if op.id in missing]
        left_out += len(log) - len({op.id for op in part})

        assert outcomes(part, batch) == outcomes(log, batch), f"seed {seed}"
    assert left_out > 100


def test_an_element_is_touched_with_all_its_fields_and_a_field_alone():
    batch = [op for op in history(random.Random(1), 60) if op.target in ("finding/1:a/count", "answer/1/verdict")]
    assert touched(batch) == {"finding/1:a", "finding/1:a/count", "finding/1:a/note", "answer/1/verdict"}
