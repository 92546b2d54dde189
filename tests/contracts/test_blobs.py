"""What every blob store must keep, whichever setting chose it: a folder, memory, moto's S3, and an S3 store that
checks signatures truly.
"""

import errno
import os
import secrets
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer

from mingcha.core.problems import Refused
from mingcha.store import blobs as store_module
from mingcha.store.blobs import open_blobs, photo_key
from mingcha.store.buckets import ONE_REQUEST_BYTES
from tests.contracts.signed_store import SignedStore

STORES = ("folder", "memory", "moto", "signed")


@pytest.fixture(scope="session")
def moto_url():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server._server.server_port}"
    who = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **who).create_bucket(Bucket="evidence")
    yield f"s3://evidence/{{prefix}}?endpoint={endpoint}&access_key_id=any&secret_access_key=any"
    server.stop()


@pytest.fixture(scope="session")
def signed_store():
    with SignedStore() as store:
        yield store


@pytest.fixture
def signed(signed_store):
    yield signed_store
    signed_store.fault = lambda method, key: None


@pytest.fixture(params=STORES)
def blobs(request, tmp_path):
    match request.param:
        case "folder":
            return open_blobs(str(tmp_path / "blobs"))
        case "memory":
            return open_blobs("memory:")
        case "moto":
            return open_blobs(request.getfixturevalue("moto_url").format(prefix=secrets.token_hex(4)))
    return open_blobs(request.getfixturevalue("signed").url(prefix=secrets.token_hex(4)))


def test_what_was_put_is_read_back(blobs):
    blobs.put("photos/ab/abcd", [b"one", b"", b"two"])
    assert blobs.get("photos/ab/abcd") == b"".join(blobs.stream("photos/ab/abcd")) == b"onetwo"
    assert blobs.has("photos/ab/abcd")
    assert blobs.size("photos/ab/abcd") == 6


def test_a_blob_of_nothing_is_there(blobs):
    blobs.put("photos/e3/empty", [])
    assert (blobs.get("photos/e3/empty"), blobs.size("photos/e3/empty")) == (b"", 0)
    assert list(blobs.stream("photos/e3/empty")) in ([], [b""])


def test_a_large_blob_comes_and_goes_in_chunks(blobs):
    pieces = [bytes([number]) * (1024 * 1024 + number) for number in range(12)]
    assert sum(map(len, pieces)) > 2 * ONE_REQUEST_BYTES
    blobs.put("photos/ab/large", iter(pieces))
    assert blobs.get("photos/ab/large") == b"".join(pieces)
    assert b"".join(blobs.stream("photos/ab/large")) == b"".join(pieces)


def test_putting_twice_is_harmless(blobs):
    blobs.put("photos/ab/abcd", [b"same"])
    blobs.put("photos/ab/abcd", [b"same"])
    assert blobs.get("photos/ab/abcd") == b"same"


def test_a_missing_key_is_a_key_error_and_deleting_it_is_nothing(blobs):
    for read in (blobs.get, lambda key: list(blobs.stream(key))):
        with pytest.raises(KeyError):
            read("photos/no/thing")
    assert not blobs.has("photos/no/thing")
    assert blobs.size("photos/no/thing") is None
    blobs.delete(["photos/no/thing"])


def test_keys_are_listed_by_prefix_in_order_and_forgotten_when_deleted(blobs):
    for key in ("pieces/u/001.b", "pieces/u/000.a", "pieces/v/000.c", "photos/ab/x"):
        blobs.put(key, [b"."])
    assert list(blobs.keys("pieces")) == ["pieces/u/000.a", "pieces/u/001.b", "pieces/v/000.c"]
    assert list(blobs.keys("pieces/u")) == ["pieces/u/000.a", "pieces/u/001.b"]
    assert list(blobs.keys("nothing")) == []
    blobs.delete(["pieces/u/000.a", "pieces/u/001.b", "pieces/v/000.c"])
    assert list(blobs.keys("pieces")) == []
    assert blobs.has("photos/ab/x")


@pytest.mark.parametrize("size", [4, 3 * ONE_REQUEST_BYTES])
def test_a_source_that_breaks_leaves_nothing_behind(blobs, size):
    def pieces():
        for _ in range(4):
            yield bytes(size // 4)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.put("photos/ab/half", pieces())
    assert not blobs.has("photos/ab/half")
    assert list(blobs.keys("photos")) == []


def test_a_refusal_of_the_source_comes_through_as_it_is(blobs):
    def pieces():
        yield b"other bytes"
        raise Refused("upload.hash")

    with pytest.raises(Refused, match=r"upload\.hash"):
        blobs.put("photos/ab/other", pieces())
    assert not blobs.has("photos/ab/other")


def test_a_blob_that_is_there_outlives_a_broken_attempt_to_put_it_again(blobs):
    def pieces():
        yield b"ne"
        raise ConnectionError

    blobs.put("photos/ab/abcd", [b"old"])
    with pytest.raises(ConnectionError):
        blobs.put("photos/ab/abcd", pieces())
    assert blobs.get("photos/ab/abcd") == b"old"


def test_parts_of_a_broken_large_object_are_given_up(signed):
    blobs = open_blobs(signed.url(prefix="parts"))

    def pieces():
        yield bytes(2 * ONE_REQUEST_BYTES)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.put("photos/ab/half", pieces())
    assert signed.parts == {}


@pytest.mark.parametrize("wrong", [{"secret": "guessed"}, {"key": "AKIANOBODY"}, {"bucket": "elsewhere"}])
@pytest.mark.parametrize("ask", ["put", "get", "stream", "keys", "delete"])
def test_a_store_that_does_not_know_us_is_a_problem_and_never_an_absence(signed, wrong, ask):
    blobs = open_blobs(signed.url(**wrong))
    before = dict(signed.objects)
    work = {
        "put": lambda: blobs.put("photos/ab/x", [b"."]),
        "get": lambda: blobs.get("photos/ab/x"),
        "stream": lambda: list(blobs.stream("photos/ab/x")),
        "keys": lambda: list(blobs.keys("photos")),
        "delete": lambda: blobs.delete(["photos/ab/x"]),
    }
    with pytest.raises(Refused, match=r"storage\.refused"):
        work[ask]()
    assert signed.objects == before


def test_bytes_that_change_on_the_way_to_the_store_are_not_kept(signed, monkeypatch):
    """The body is part of what is signed."""
    blobs = open_blobs(signed.url() + "&unsigned_payload=true")
    with pytest.raises(Refused):
        blobs.put("photos/ab/unsigned", [b"."])
    assert "mingcha/photos/ab/unsigned" not in signed.objects


@pytest.mark.parametrize(
    ("status", "code", "problem"),
    [(507, "InsufficientStorage", "storage.full"), (403, "QuotaExceeded", "storage.full"),
     (503, "SlowDown", "storage.away"), (500, "InternalError", "storage.away"),
     (403, "AccessDenied", "storage.refused")],
)  # fmt: skip
def test_what_the_store_cannot_do_is_said_and_heals(signed, status, code, problem):
    blobs = open_blobs(signed.url(prefix=secrets.token_hex(4)))
    signed.fault = lambda method, key: (status, code) if method == "PUT" else None
    with pytest.raises(Refused) as refused:
        blobs.put("photos/ab/x", [b"."])
    assert refused.value.code == problem
    signed.fault = lambda method, key: None
    blobs.put("photos/ab/x", [b"."])
    assert blobs.get("photos/ab/x") == b"."


def test_a_store_that_is_switched_off_is_away():
    with SignedStore() as store:
        url = store.url()
    with pytest.raises(Refused, match=r"storage\.away"):
        open_blobs(url).put("photos/ab/x", [b"."])


@pytest.mark.parametrize(
    ("number", "problem"),
    [(errno.ENOSPC, "storage.full"), (errno.EDQUOT, "storage.full"), (errno.EROFS, "storage.refused"),
     (errno.EIO, "storage.away")],
)  # fmt: skip
@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_disk_that_fails_at_any_call_is_said_and_keeps_nothing(tmp_path, monkeypatch, call, number, problem):
    blobs = open_blobs(str(tmp_path))

    def fail(*_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(store_module.os, call, fail)
        with pytest.raises(Refused) as refused:
            blobs.put(photo_key("ab" * 32), [b"bytes"])
    assert refused.value.code == problem
    assert not blobs.has(photo_key("ab" * 32))
    assert list((tmp_path / "tmp").iterdir()) == []
    blobs.put(photo_key("ab" * 32), [b"bytes"])
    assert blobs.get(photo_key("ab" * 32)) == b"bytes"


def test_a_disk_that_writes_less_than_asked_is_written_to_again(tmp_path, monkeypatch):
    blobs, write = open_blobs(str(tmp_path)), os.write
    monkeypatch.setattr(store_module.os, "write", lambda handle, data: write(handle, data[:3]))
    blobs.put("photos/ab/x", [b"0123456789"])
    assert blobs.get("photos/ab/x") == b"0123456789"


def test_a_folder_flushes_file_then_name_before_it_answers(tmp_path, monkeypatch):
    blobs = open_blobs(str(tmp_path))
    steps = []
    real_fsync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(
        os,
        "fsync",
        lambda handle: (
            steps.append("dir" if os.path.isdir(f"/proc/self/fd/{handle}") else "file"),
            real_fsync(handle),
        ),
    )
    monkeypatch.setattr(os, "replace", lambda *paths: (steps.append("rename"), real_replace(*paths)))
    blobs.put(photo_key("ab" * 32), [b"bytes"])
    assert steps[:3] == ["file", "rename", "dir"]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_folder_that_somebody_else_made_is_flushed_up_to_the_root_before_anything_in_it_is_acknowledged(
    tmp_path, monkeypatch
):
    """Its maker may have died between making and flushing it, or be just about to."""
    root = tmp_path / "blobs"
    flushed = []
    real_fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (flushed.append(os.readlink(f"/proc/self/fd/{handle}")), real_fsync(handle))
    )

    def folders_of(blobs, content):
        flushed.clear()
        blobs.put(photo_key(content), [b"bytes"])
        return {each for each in flushed if not each.startswith(f"{root}/tmp/")}

    whole_way = {str(tmp_path), str(root), f"{root}/photos", f"{root}/photos/ab"}
    first, second = open_blobs(str(root)), open_blobs(str(root))
    assert folders_of(first, "ab" * 32) == whole_way
    assert folders_of(second, "ab" + "cd" * 31) == whole_way, "another process made it: that proves nothing"
    for blobs in (first, second):
        assert folders_of(blobs, "ab" + "ef" * 31) == {f"{root}/photos/ab"}, "once is enough"
    piece = f"{root}/pieces/one"
    for _ in range(2):  # one that was removed and made again is new
        flushed.clear()
        first.put("pieces/one/0.a", [b"bytes"])
        assert {piece, f"{root}/pieces"} <= set(flushed)
        first.delete(["pieces/one/0.a"])


def test_what_a_killed_writer_left_is_tidied_when_it_is_old(tmp_path):
    blobs = open_blobs(str(tmp_path))
    left = tmp_path / "tmp" / "left-by-the-dead"
    left.write_bytes(b"half")
    now = datetime.now(UTC)
    assert blobs.tidy(now - timedelta(hours=1)) == 0
    assert blobs.tidy(now + timedelta(hours=1)) == 1
    assert not left.exists()


@pytest.mark.parametrize("key", ["../secret", "photos/../../secret", "/etc/passwd", "photos//x", "./x"])
def test_no_key_leaves_the_folder(tmp_path, key):
    blobs = open_blobs(str(tmp_path / "blobs"))
    with pytest.raises(ValueError, match="not a key"):
        blobs.put(key, [b"."])
