"""Transactions and types, on both engines."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from mingcha.core.regions import tenant_of
from mingcha.store import regions, settings, sites, sqlite_rules
from mingcha.store.attempts import AttemptRow
from mingcha.store.db import db, insert_if_absent, transaction
from mingcha.store.regions import RegionRow
from mingcha.store.settings import SettingRow

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


class Stumbled(Exception):
    pass


def test_a_transaction_that_fails_leaves_nothing(inside):
    with pytest.raises(Stumbled), transaction():
        regions.put("990123999", "半路镇", "Halfway")
        raise Stumbled
    assert regions.name("990123999") is None


def test_a_transaction_within_another_is_part_of_it(inside):
    with pytest.raises(Stumbled), transaction():
        with transaction():
            regions.put("990123999", "半路镇", "Halfway")
        raise Stumbled
    assert regions.name("990123999") is None


def test_what_was_read_before_a_transaction_is_read_afresh_inside(inside):
    assert regions.name("990123101")["zh"] == "石桥镇"
    elsewhere(inside, lambda: regions.put("990123101", "新石桥镇", "New Shiqiao"))
    with transaction():
        assert regions.name("990123101")["zh"] == "新石桥镇"


def test_writing_outside_a_transaction_is_a_mistake_that_is_noticed(inside):
    db.session.add(RegionRow(code="990123999", tenant="990123", name_zh="半路镇", name_en="Halfway"))
    with pytest.raises(RuntimeError), transaction():
        pass


def test_twelve_writers_at_once_lose_nothing(inside):
    def count_one_up():
        for _ in range(5):
            with transaction():
                insert_if_absent(AttemptRow, kind="account", key="k", failures=0, last_at=NOON)
                row = db.session.query(AttemptRow).filter_by(kind="account", key="k").with_for_update().one()
                row.failures += 1

    together(inside, [count_one_up] * 12)
    assert db.session.query(AttemptRow).filter_by(key="k").one().failures == 60


def test_two_who_insert_the_same_row_at_once_leave_one(inside):
    inserted = []

    def insert():
        with transaction():
            inserted.append(insert_if_absent(AttemptRow, kind="account", key="twice", failures=0, last_at=NOON))

    together(inside, [insert] * 4)
    assert sorted(inserted) == [False, False, False, True]


def test_a_moment_comes_back_in_utc_to_the_microsecond(inside):
    beijing = timezone(timedelta(hours=8))
    moment = datetime(2026, 5, 6, 20, 0, 0, 123456, tzinfo=beijing)
    with transaction():
        insert_if_absent(AttemptRow, kind="account", key="m", failures=0, last_at=moment)
    kept = db.session.query(AttemptRow).filter_by(key="m").one().last_at
    assert kept == moment
    assert kept.isoformat() == "2026-05-06T12:00:00.123456+00:00"


def test_a_moment_without_a_zone_is_refused(inside):
    with pytest.raises(StatementError, match="without a zone"), transaction():
        insert_if_absent(AttemptRow, kind="account", key="m", failures=0, last_at=datetime(2026, 5, 6))  # noqa: DTZ001


def test_json_comes_back_as_it_was_and_lies_there_canonically(inside):
    value = {"b": [1, None, True, {"文": "明察\u0000 ½"}], "a": "x"}
    with transaction():
        insert_if_absent(SettingRow, name="j", value=value)
    assert db.session.get(SettingRow, "j").value == value
    raw = db.session.execute(text("SELECT value FROM setting WHERE name = 'j'")).scalar()
    assert raw == '{"a":"x","b":[1,null,true,{"文":"明察\\u0000 ½"}]}'


def test_the_epoch_and_the_secret_are_made_once_and_shared(inside):
    found = []
    together(inside, [lambda: found.append((settings.epoch(), settings.secret()))] * 3)
    assert len(set(found)) == 1
    assert len(found[0][1]) == 32
    assert settings.new_epoch() == settings.epoch() != found[0][0]


@pytest.mark.parametrize(("scope", "count"), [("99", 11), ("990123", 11), ("990123101", 1), ("990456", 0)])
def test_a_scope_finds_the_rows_whose_codes_it_begins(inside, scope, count):
    found = sites.in_area(scope)
    assert len(found) == count
    assert all(site.region.startswith(scope) and site.tenant == tenant_of(site.region) for site in found)


def test_a_scope_is_no_pattern(inside):
    assert sites.in_area("%") == sites.in_area("99012_") == sites.in_area("990123%") == []


def test_sqlite_is_durable_in_wal_with_no_mmap(inside):
    if db.engine.dialect.name == "sqlite":
        asked = {name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in
                 ("journal_mode", "synchronous", "mmap_size", "foreign_keys")}
        assert asked == {"journal_mode": "wal", "synchronous": 2, "mmap_size": 0, "foreign_keys": 1}
    else:
        assert db.session.execute(text("SHOW synchronous_commit")).scalar() == "on"


@pytest.mark.parametrize(
    ("version", "has_it"),
    [((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 45, 0), True), ((3, 50, 6), True),
     ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 52, 0), False)],
)  # fmt: skip
def test_the_wal_reset_bug_is_known_by_version(version, has_it):
    assert sqlite_rules.has_wal_reset_bug(version) is has_it


def elsewhere(app, write):
    """Do it in another thread's transaction, as another request would."""

    def run():
        with transaction():
            write()

    together(app, [run])


def together(app, runs):
    """Run them all at once, each in a context of its own; raise what any of them raised."""
    faults, start = [], threading.Barrier(len(runs))

    def inside_its_own(run):
        with app.app_context():
            try:
                start.wait(timeout=10)
                run()
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=inside_its_own, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    if faults:
        raise faults[0]
