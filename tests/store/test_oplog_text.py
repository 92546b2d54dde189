"""An op's stored text is its canonical form, written faster."""

import pytest

from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op
from mingcha.store import oplog

ONE, TWO = "0190b0c0-0000-7000-8000-000000000001", "0190b0c0-0000-7000-8000-000000000002"


@pytest.mark.parametrize("value", [
    None, "met", "", '引号"和\\反斜杠\n\t\x01\x7f\u2028😀', 7, True, {"b": [1, "x"], "a": None}, [[1, 2], []],
])  # fmt: skip
@pytest.mark.parametrize("over", [(), (ONE,), (ONE, TWO)])
def test_the_text_of_an_op_is_its_canonical_form(value, over):
    op = Op(TWO, ONE, "phone-one", 3, "2026-11-22T01:30:00.000Z", "set", "visit/note", value, over, ONE)
    assert oplog.text_of(op).encode() == canonical(op.as_json())
    assert oplog.read(oplog.text_of(op)) == op
