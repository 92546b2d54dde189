"""Deeds that share a commit: each as if it were alone, and the disk is waited for less often."""

import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from mingcha.store import regions
from mingcha.store.db import db
from mingcha.store.together import together


class Stumbled(Exception):
    pass


@pytest.fixture
def crowd(inside, monkeypatch):
    """Runs deeds of which the first holds the others up until all of them wait; what each returned or raised, and how many
    commits there were.
    """
    commits = []
    session_class = type(db.session())
    commit = session_class.commit
    monkeypatch.setattr(session_class, "commit", lambda self: (commits.append(1), commit(self)))

    def run(deeds):
        said, begun, go = {}, threading.Event(), threading.Event()

        def first():
            begun.set()
            assert go.wait(20)
            return "first"

        def do(name, deed):
            with inside.app_context():
                try:
                    said[name] = together(deed)
                except Exception as fault:
                    said[name] = type(fault)

        threads = [threading.Thread(target=do, args=("first", first))]
        threads[0].start()
        assert begun.wait(20)
        threads += [threading.Thread(target=do, args=pair) for pair in deeds.items()]
        for thread in threads[1:]:
            thread.start()
        time.sleep(0.2)
        go.set()
        for thread in threads:
            thread.join(30)
        return said, len(commits)

    return run


def named(code, name="半路镇"):
    def deed():
        regions.put(code, name, "Halfway")
        return code

    return deed


def stumbling(code):
    def deed():
        regions.put(code, "半路镇", "Halfway")
        raise Stumbled

    return deed


CODES = ("990123991", "990123992", "990123993")


def test_deeds_that_wait_for_the_disk_together_go_into_one_commit(crowd, on_sqlite):
    said, commits = crowd({code: named(code) for code in CODES})

    assert said == {"first": "first", **{code: code for code in CODES}}
    assert all(regions.name(code) for code in CODES)
    assert commits == (2 if on_sqlite else 4)


def test_a_deed_that_fails_takes_no_other_with_it(crowd):
    said, _ = crowd({CODES[0]: named(CODES[0]), "bad": stumbling(CODES[1]), CODES[2]: named(CODES[2])})

    assert said == {"first": "first", CODES[0]: CODES[0], "bad": Stumbled, CODES[2]: CODES[2]}
    assert regions.name(CODES[0])
    assert regions.name(CODES[2])
    assert regions.name(CODES[1]) is None


def test_nobody_is_told_of_a_commit_that_did_not_happen(inside, monkeypatch):
    def fail(self):
        raise OperationalError("COMMIT", {}, Exception("the disk is full"))

    monkeypatch.setattr(type(db.session()), "commit", fail)
    with pytest.raises(OperationalError):
        together(named(CODES[0]))
    monkeypatch.undo()
    assert regions.name(CODES[0]) is None


def test_within_a_transaction_a_deed_is_part_of_it(inside):
    def outer():
        together(named(CODES[0]))
        raise Stumbled

    with pytest.raises(Stumbled):
        together(outer)
    assert regions.name(CODES[0]) is None


@pytest.fixture
def on_sqlite(inside):
    return db.engine.dialect.name == "sqlite"
