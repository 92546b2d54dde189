"""The audit trail in the database."""

import pytest
from sqlalchemy import text

from mingcha import clock
from mingcha.store import audit
from mingcha.store.db import db, transaction
from tests.cast import COUNTY, OTHER_COUNTY, SHIQIAO
from tests.store.test_db import together


@pytest.fixture
def trail(inside):
    """The cast's accounts were added, so both counties have a trail already; three events more."""
    for number in range(3):
        note(COUNTY, number=number)
    return audit.heads()[COUNTY]


def test_a_fresh_trail_is_whole_in_every_county(trail):
    assert set(audit.tenants()) == {COUNTY, OTHER_COUNTY}
    assert audit.breaks(COUNTY) == audit.breaks(OTHER_COUNTY) == []


def test_what_was_rolled_back_is_not_in_the_trail(trail):
    with pytest.raises(RuntimeError), transaction():
        note(COUNTY)
        raise RuntimeError
    assert audit.heads()[COUNTY] == trail
    assert audit.breaks(COUNTY) == []


@pytest.mark.parametrize(
    ("tampering", "why"),
    [
        ("UPDATE audit SET event = replace(event, 'session.open', 'session.shut') WHERE seq = {seq}", "words"),
        ("UPDATE audit SET digest = '{zeros}' WHERE seq = {seq}", "link"),
        ("DELETE FROM audit WHERE seq = {middle}", "missing"),
        ("DELETE FROM audit WHERE seq >= {middle}", "tail is cut"),
        ("DELETE FROM audit_head", "another end"),
    ],
)
def test_tampering_is_found(trail, tampering, why):
    statement = tampering.format(seq=trail.seq, middle=trail.seq - 1, zeros="0" * 64)
    with transaction():
        db.session.execute(text(f"{statement} {'AND' if 'WHERE' in statement else 'WHERE'} tenant = '{COUNTY}'"))
    assert any(why in each.why for each in audit.breaks(COUNTY))
    assert audit.breaks(OTHER_COUNTY) == []


def test_a_tail_cut_together_with_its_head_is_found_by_a_head_noted_elsewhere(trail):
    before = audit.link_at(COUNTY, trail.seq - 1)
    with transaction():
        db.session.execute(text(f"DELETE FROM audit WHERE tenant = '{COUNTY}' AND seq = {trail.seq}"))
        db.session.execute(text(f"UPDATE audit_head SET seq = seq - 1, link = '{before}' WHERE tenant = '{COUNTY}'"))
    assert audit.breaks(COUNTY) == []
    assert audit.link_at(COUNTY, trail.seq) != trail.link


def test_events_noted_at_once_are_all_in_one_chain(inside):
    first = audit.heads()[COUNTY].seq

    def note_five():
        for number in range(5):
            note(COUNTY, number=number)

    together(inside, [note_five] * 4)
    db.session.rollback()
    assert audit.heads()[COUNTY].seq == first + 20
    assert audit.breaks(COUNTY) == []


def test_events_are_read_newest_first_within_ones_scope(trail):
    with transaction():
        audit.note("session.open", tenant=COUNTY, region=SHIQIAO, actor=None, subject="s", at=clock.now())
    assert [event["region"] for event in audit.latest(COUNTY, SHIQIAO, limit=1)] == [SHIQIAO]
    assert audit.latest(COUNTY, "990123102", limit=10) == []
    assert [event["seq"] for event in audit.latest(COUNTY, COUNTY, limit=2)] == [trail.seq + 1, trail.seq]


def note(tenant, **details):
    with transaction():
        audit.note(
            "session.open", tenant=tenant, region=tenant, actor=None, subject="session/1", at=clock.now(), **details
        )
