"""The audit trail's chain of digests."""

from dataclasses import replace

import pytest

from mingcha.core.trail import START, Head, next_link, verify


@pytest.fixture
def trail():
    """Five events and the head after them."""
    links, head = [], Head(0, START)
    for number in range(1, 6):
        links.append(next_link(head, {"deed": "session.open", "number": number}))
        head = Head(links[-1].seq, links[-1].link)
    return links, head


def test_a_whole_trail_has_no_breaks(trail):
    links, head = trail
    assert verify(links, head) == []
    assert verify([], Head(0, START)) == []


def test_changed_words_are_named(trail):
    links, head = trail
    links[2] = replace(links[2], event={"deed": "session.open", "number": 33})
    assert [(each.seq, each.why) for each in verify(links, head)] == [(3, "the words were changed")]


def test_words_changed_together_with_their_digest_break_the_chain(trail):
    links, head = trail
    links[2] = replace(next_link(Head(2, links[1].link), {"deed": "session.open", "number": 33}), link=links[2].link)
    assert [each.seq for each in verify(links, head)] == [3]


def test_a_rewritten_link_breaks_the_one_after_it(trail):
    links, head = trail
    links[2] = next_link(Head(2, links[1].link), {"deed": "session.open", "number": 33})
    assert [each.seq for each in verify(links, head)] == [4]


def test_erased_words_leave_the_trail_whole(trail):
    links, head = trail
    links[2] = replace(links[2], event=None)
    assert verify(links, head) == []


def test_a_missing_event_is_named(trail):
    links, head = trail
    del links[1:3]
    assert verify(links, head)[0].why == "events 2 to 3 are missing"


def test_a_cut_tail_is_named(trail):
    links, head = trail
    [only] = verify(links[:3], head)
    assert (only.seq, only.why) == (4, "the tail is cut: events 4 to 5 are missing")


def test_a_head_that_names_another_end_is_a_break(trail):
    links, _ = trail
    assert [each.why for each in verify(links, Head(5, START))] == ["the kept head names another end"]
    assert [each.why for each in verify(links, Head(4, links[3].link))] == ["the kept head names another end"]
