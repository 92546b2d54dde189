"""The cursor: what it remembers, and that nothing else is ever believed."""

import uuid

import pytest

from mingcha.core import cursor
from mingcha.core.cursor import Cursor

A, B = "0198f000-0000-7000-8000-00000000000a", "0198f000-0000-7000-8000-00000000000b"


def test_a_cursor_is_read_as_it_was_written():
    for seen in ({}, {A: 7, B: 0}, {B: 2**31 - 1}):
        assert cursor.read(cursor.write(Cursor("epoch", seen)), "epoch") == Cursor("epoch", seen)


def test_the_same_content_always_has_the_same_text():
    assert cursor.write(Cursor("epoch", {A: 7, B: 0})) == cursor.write(Cursor("epoch", {B: 0, A: 7}))
    assert cursor.write(Cursor("epoch", {A: 7})) != cursor.write(Cursor("epoch", {A: 8}))


def test_a_cursor_of_another_epoch_is_none():
    assert cursor.read(cursor.write(Cursor("old", {A: 7})), "new") == Cursor("new")


def test_a_cursor_that_was_tampered_with_is_none():
    text = cursor.write(Cursor("epoch", {A: 7, B: 9}))
    for place in range(0, len(text), 7):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert cursor.read(changed, "epoch") == Cursor("epoch")
    assert cursor.read(text[:-4], "epoch") == Cursor("epoch")


def test_ten_years_of_inspections_fit_into_a_request():
    seen = {str(uuid.UUID(int=number)): number for number in range(5000)}
    text = cursor.write(Cursor("epoch", seen))
    assert len(text) < 160 * 1024
    assert cursor.read(text, "epoch").seen == seen


@pytest.mark.parametrize("text", [None, "", "x", "%%%", "é", "A" * 400_000])
def test_what_is_no_cursor_means_afresh(text):
    assert cursor.read(text, "epoch") == Cursor("epoch")
