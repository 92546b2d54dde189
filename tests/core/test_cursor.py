"""The cursor: what it remembers, and that nothing else is ever believed."""

import pytest

from mingcha.core import cursor
from mingcha.core.cursor import Cursor


def test_a_cursor_is_read_as_it_was_written():
    written = Cursor("epoch", {"a": 7, "b": 0})
    assert cursor.read(cursor.write(written), "epoch") == written


def test_a_cursor_of_another_epoch_is_none():
    assert cursor.read(cursor.write(Cursor("old", {"a": 7})), "new") == Cursor("new")


@pytest.mark.parametrize("seen", [{"a": -1}, {"a": "7"}, {"a": True}, {"a": None}])
def test_a_number_that_was_never_given_out_is_not_believed(seen):
    assert cursor.read(cursor.write(Cursor("epoch", seen)), "epoch") == Cursor("epoch")


@pytest.mark.parametrize("text", [None, "", "x", "%%%", "é", "A" * 100_000])
def test_what_is_no_cursor_means_afresh(text):
    assert cursor.read(text, "epoch") == Cursor("epoch")
