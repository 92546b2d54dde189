"""Reading what a phone sends: text that is no op, and text made to exhaust the reader."""

import time

import pytest

from mingcha.core.canonical import canonical
from mingcha.core.oplog import parse_op, read_json
from mingcha.core.problems import PROBLEMS, Refused


@pytest.mark.parametrize(("text", "code"), [
    ("", "op.bad_json"),
    ('{"id":', "op.bad_json"),
    ("{'id': 1}", "op.bad_json"),
    (b"\xff\xfe", "op.bad_json"),
    ("NaN", "op.not_a_number"),
    ("-Infinity", "op.not_a_number"),
    ("1e400", "op.not_a_number"),
    ("1.0", "op.float"),
    ("1e2", "op.float"),
    ("9" * 18, "op.number_range"),
    ("9" * 100_000, "op.number_range"),
    ('{"a":1,"a":2}', "op.repeated_key"),
    ("[" * 10_000, "op.too_deep"),
    ('{"a":' * 10_000 + "1" + "}" * 10_000, "op.too_deep"),
    ("[" * 17 + "]" * 17, "op.too_deep"),
])
def test_text_that_is_no_op_says_why(text, code):
    with pytest.raises(Refused) as refused:
        read_json(text)

    assert refused.value.code == code
    assert code in PROBLEMS


def test_brackets_inside_a_text_are_no_depth():
    assert read_json('["' + "[" * 1000 + '\\"[[[["]') == ["[" * 1000 + '"[[[[']


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), b"x", {1: 2}, {1, 2}, object()])
def test_what_json_cannot_say_is_refused_too(odd):
    with pytest.raises(Refused) as refused:
        parse_op({**BASE, "value": odd})

    assert refused.value.code in ("op.not_a_number", "op.malformed")


@pytest.mark.parametrize("text", [
    "[" * 2_000_000,
    '"' + "\\" * 2_000_000,
    '"' + '\\"' * 1_000_000,
    '"' + "a" * 2_000_000,
    '{"a":' * 400_000,
])
def test_two_megabytes_of_malice_are_refused_within_seconds_of_work(text):
    begun = time.process_time()

    with pytest.raises(Refused):
        read_json(text)

    assert time.process_time() - begun < 5  # a tenth of a second each; trying again from every quote takes hours


def test_a_deep_value_has_no_canonical_form_and_no_recursion_error():
    deep: list = []
    for _ in range(10_000):
        deep = [deep]

    with pytest.raises(ValueError, match="deeper"):
        canonical(deep)


@pytest.mark.parametrize("bad", [1.5, float("nan"), 2**53, "\ud83d", {"\ud83d": 1}, {1: 2}, b"x", {1}])
def test_what_has_no_canonical_form_is_an_error(bad):
    with pytest.raises(ValueError):  # noqa: PT011 (UnicodeEncodeError is one)
        canonical(bad)


def test_canonical_text_sorts_by_code_point_and_escapes_only_what_json_must():
    assert canonical({"𠮷": 1, "\ufb01": 2, "b": [True, None, -0], "a": "é\u2028\x1f\"\\/"}).decode() == (
        '{"a":"é\u2028\\u001f\\"\\\\/","b":[true,null,0],"\ufb01":2,"𠮷":1}'
    )


BASE = {
    "id": "018f0000-0000-7000-8000-000000000001", "inspection": "018f0000-0000-7000-8000-0000000000aa",
    "device": "phone-lin", "seq": 1, "at": "2026-09-21T10:00:00.000Z", "kind": "set", "target": "visit/note",
    "value": "", "over": [], "author": "018f0000-0000-7000-8000-00000000a001",
}
