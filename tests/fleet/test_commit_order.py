"""Numbers follow commits, answers follow commits, and no clock has a say in either."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from mingcha import clock
from mingcha.flows import sync
from mingcha.store.db import db
from tests.cast import LIN, ZHAO

WAIT_SECONDS = 20


def test_a_reader_does_not_run_past_a_change_that_is_still_being_committed(phone_of, monkeypatch):
    slow, quick, reader = phone_of(LIN, "slow-phone"), phone_of(ZHAO, "quick-phone"), phone_of(ZHAO, "reader-one")
    reader.sync()
    late, prompt = slow.say("1", "met"), quick.say("2", "met")
    written, go_on = threading.Event(), threading.Event()
    append = sync.oplog.append

    def dawdle(entries, **how):
        append(entries, **how)
        if any(entry.op.device == slow.device for entry in entries):
            written.set()
            assert go_on.wait(WAIT_SECONDS)

    monkeypatch.setattr(sync.oplog, "append", dawdle)
    with ThreadPoolExecutor(2) as pool:
        slowly = pool.submit(slow.sync)
        assert written.wait(WAIT_SECONDS)
        quickly = pool.submit(quick.sync)
        threading.Event().wait(0.5)  # time enough for a server that does not make the quick one wait
        reader.sync()
        go_on.set()
        slowly.result(WAIT_SECONDS)
        quickly.result(WAIT_SECONDS)

    reader.sync()

    assert reader.replica == {late["id"], prompt["id"]}


def test_a_server_whose_clock_is_set_back_skips_nothing(lin, zhao, monkeypatch):
    lin.say("1", "met")
    lin.sync()
    zhao.sync()
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() - timedelta(minutes=5))
    lin.say("2", "met")
    lin.sync()

    zhao.sync()

    assert zhao.replica == lin.replica


def test_what_could_not_be_committed_is_not_called_taken(lin, zhao, app, monkeypatch):
    op = lin.say("1", "met")
    with app.app_context():
        session_class = type(db.session())
    commit = session_class.commit
    fails = [True]

    def fail_once(self):
        if fails and self.info.get("writing"):
            fails.clear()
            raise OperationalError("COMMIT", {}, Exception("the disk is full"))
        commit(self)

    monkeypatch.setattr(session_class, "commit", fail_once)

    answer = lin.push([op])

    assert answer.status_code == 503
    assert not fails
    assert lin.sync() == {op["id"]: "applied"}
    zhao.sync()
    assert zhao.replica == {op["id"]}
