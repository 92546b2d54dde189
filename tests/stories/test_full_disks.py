"""The server runs out of room, at every step of an upload: nothing is acknowledged that is not durable, the answer says
what is the matter, and with room again it goes on.
"""

import errno
import hashlib
import os
import sqlite3
import subprocess
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from mingcha.api import uploads as upload_api
from mingcha.core import uploads as rules
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.store import blobs, photos
from mingcha.store.db import db, is_full, transaction
from tests.api.test_uploads import create, head, patch
from tests.conftest import problem_of
from tests.contracts.signed_store import SignedStore
from tests.stories.phone import new_id

PIECE, CHUNK = 64 * 1024, 32 * 1024
SMALL = os.urandom(PIECE - 1000)
LARGE = os.urandom(2 * PIECE + 12_345)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    """So that an upload has every sort of step, and not a hundred of each."""
    monkeypatch.setattr(rules, "PIECE_BYTES", PIECE)
    monkeypatch.setattr(upload_api, "_CHUNK_BYTES", CHUNK)


def sha(data):
    return hashlib.sha256(data).hexdigest()


class Counted:
    """A store in which the n-th step (writing a chunk, flushing, naming, removing) finds the disk full."""

    def __init__(self, inner, at):
        self.inner, self.left, self.fired = inner, at, False

    def _step(self):
        self.left -= 1
        if self.left == 0:
            self.fired = True
            raise Refused("storage.full") from OSError(errno.ENOSPC, "no room")

    def put(self, key, pieces):
        def watched():
            for piece in pieces:
                self._step()
                yield piece
            self._step()

        self.inner.put(key, watched())

    def delete(self, keys):
        self._step()
        self.inner.delete(keys)

    def __getattr__(self, name):
        return getattr(self.inner, name)


@contextmanager
def full_at(app, step):
    inner = blobs.here()
    counted = Counted(inner, step)
    app.extensions["mingcha_blobs"] = counted
    try:
        yield counted
    finally:
        app.extensions["mingcha_blobs"] = inner


@contextmanager
def database_full_at(monkeypatch, commit):
    """The n-th commit of the server finds no room, with SQLite's own error."""
    real, count, fired = db.session.session_factory.class_.commit, [0], []

    def fail(session):
        if session.info.get("writing"):
            count[0] += 1
            if count[0] == commit:
                fired.append(commit)
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise OperationalError("COMMIT", {}, error)
        real(session)

    with monkeypatch.context() as patched:
        patched.setattr(db.session.session_factory.class_, "commit", fail)
        yield fired


def bring(phone, photo, data):
    """The whole upload as a phone does it: created with its first bytes, then the rest; the last answer."""
    first = data if len(data) <= rules.PIECE_BYTES else data[:40_000]
    answer = create(phone, photo, data, body=first)
    if answer.status_code == 201 and "Mingcha-Verified" not in answer.headers:
        answer = patch(phone, answer.headers["Location"], len(first), data[len(first) :])
    return answer


def assert_nothing_was_promised(phone, answer, photo, data):
    assert answer.status_code in (507, 503)
    assert problem_of(answer) == "storage.full"
    assert PROBLEMS["storage.full"].family == "busy"
    assert "Retry-After" in answer.headers
    assert "Mingcha-Verified" not in answer.headers
    assert not photos.is_here(photo, sha(data), phone.inspection)
    db.session.rollback()


def test_a_store_that_is_full_at_any_step_promises_nothing_and_heals(lin, inside):
    for data in (SMALL, LARGE):
        step, fired = 0, True
        while fired:
            step += 1
            photo = new_id()
            with full_at(inside, step) as store:
                answer = bring(lin, photo, data)
            fired = store.fired
            if not fired or "Mingcha-Verified" in answer.headers:
                # Not reached any more; or only clearing up was hindered, when all was durable: the sweep does it.
                assert photos.is_here(photo, sha(data), lin.inspection)
                assert blobs.here().get(blobs.photo_key(sha(data))) == data
                db.session.rollback()
                continue
            assert_nothing_was_promised(lin, answer, photo, data)
            assert bring(lin, photo, data).headers["Mingcha-Verified"] == sha(data)
        assert step > 2


def test_a_database_that_is_full_at_any_commit_promises_nothing_and_heals(lin, inside, monkeypatch):
    for data, commits in ((SMALL, 1), (LARGE, 4)):
        for commit in range(1, commits + 1):
            photo = new_id()
            with database_full_at(monkeypatch, commit) as fired:
                answer = bring(lin, photo, data)
            assert fired == [commit]
            assert_nothing_was_promised(lin, answer, photo, data)
            assert bring(lin, photo, data).headers["Mingcha-Verified"] == sha(data)


def test_an_upload_goes_on_where_it_was_when_there_is_room_again(lin, inside):
    url = create(lin, data=LARGE, body=LARGE[:40_000]).headers["Location"]
    with full_at(inside, 3):
        assert problem_of(patch(lin, url, 40_000, LARGE[40_000:])) == "storage.full"
    assert head(lin, url).headers["Upload-Offset"] == "40000"
    assert patch(lin, url, 40_000, LARGE[40_000:]).headers["Mingcha-Verified"] == sha(LARGE)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB for the photos."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True)
    if done.returncode:
        yield None  # without the right to mount, the test counts the bytes itself
        return
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_real_disk_fills_up_and_is_emptied(lin, inside, small_disk, monkeypatch):
    if small_disk is None:
        real = os.write
        room = [2_500_000]

        def write(handle, data):
            if room[0] <= 0:
                raise OSError(errno.ENOSPC, "no room")
            written = real(handle, data[: room[0]])
            room[0] -= written
            return written

        monkeypatch.setattr(blobs.os, "write", write)
        inside.extensions["mingcha_blobs"] = store = blobs.here()
        make_room = lambda: room.__setitem__(0, 10**9)  # noqa: E731
    else:
        inside.extensions["mingcha_blobs"] = store = blobs.open_blobs(str(small_disk))
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(500_000))
        make_room = ballast.unlink
    verified = []
    while True:
        photo, data = new_id(), os.urandom(700_000)
        answer = bring(lin, photo, data)
        if "Mingcha-Verified" not in answer.headers:
            break
        verified.append(data)
    assert verified
    assert_nothing_was_promised(lin, answer, photo, data)
    waiting = {key.split("/")[1] for key in store.keys("pieces")}  # counted, and only its proof found no room
    assert len(waiting) <= 1
    assert all(store.get(blobs.photo_key(sha(each))) == each for each in verified)
    make_room()
    assert all(head(lin, f"/api/v1/uploads/{each}").headers["Mingcha-Verified"] == sha(data) for each in waiting)
    assert bring(lin, photo, data).headers["Mingcha-Verified"] == sha(data)


def test_a_real_database_that_may_not_grow_says_so_and_heals(lin, inside):
    if db.engine.dialect.name != "sqlite":
        # PostgreSQL says it with its own code; a server cannot be filled without harm to its neighbours here.
        with pytest.raises(OperationalError) as fault, transaction() as session:
            session.connection().exec_driver_sql("DO $$ BEGIN RAISE disk_full; END $$")
        assert is_full(fault.value)
        return
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limit = f"PRAGMA max_page_count = {pages}"

    def on_every_connection(connection, *_):
        connection.execute(limit)

    event.listen(db.engine, "checkout", on_every_connection)
    try:
        photos_brought = []
        while True:
            photo, data = new_id(), os.urandom(3000)
            answer = bring(lin, photo, data)
            if "Mingcha-Verified" not in answer.headers:
                break
            photos_brought.append((photo, data))
        assert_nothing_was_promised(lin, answer, photo, data)
    finally:
        event.remove(db.engine, "checkout", on_every_connection)
        limit = "PRAGMA max_page_count = 1073741823"
        with db.engine.connect() as connection:
            connection.exec_driver_sql(limit)
    event.listen(db.engine, "checkout", lambda connection, *_: connection.execute(limit))
    assert bring(lin, photo, data).headers["Mingcha-Verified"] == sha(data)
    assert all(photos.is_here(each, sha(content), lin.inspection) for each, content in photos_brought)


def test_a_wrong_secret_is_said_and_nothing_is_acknowledged_until_it_is_right(lin, inside):
    photo = new_id()
    with SignedStore() as store:
        inside.extensions["mingcha_blobs"] = blobs.open_blobs(store.url(secret="guessed"))
        for data in (SMALL, LARGE):
            answer = bring(lin, photo, data)
            assert (answer.status_code, problem_of(answer)) == (503, "storage.refused")
            assert not photos.is_here(photo, sha(data), lin.inspection)
            db.session.rollback()
        assert store.objects == {}
        assert set(store.refused) == {"SignatureDoesNotMatch"}
        inside.extensions["mingcha_blobs"] = blobs.open_blobs(store.url())
        for data in (SMALL, LARGE):
            assert bring(lin, photo, data).headers["Mingcha-Verified"] == sha(data)
            assert store.objects[f"mingcha/{blobs.photo_key(sha(data))}"] == data
        assert [key for key in store.objects if "/pieces/" in key] == []
