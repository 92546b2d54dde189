"""What every blob store must keep, whichever setting chose it."""

import os

import pytest

from mingcha.store.blobs import open_blobs, photo_key


@pytest.fixture(params=["folder", "memory"])
def blobs(request, tmp_path):
    return open_blobs("memory:" if request.param == "memory" else str(tmp_path / "blobs"))


def test_what_was_put_is_read_back(blobs):
    blobs.put("photos/ab/abcd", [b"one", b"", b"two"])
    assert blobs.get("photos/ab/abcd") == b"onetwo"
    assert blobs.has("photos/ab/abcd")


def test_putting_twice_is_harmless(blobs):
    blobs.put("photos/ab/abcd", [b"same"])
    blobs.put("photos/ab/abcd", [b"same"])
    assert blobs.get("photos/ab/abcd") == b"same"


def test_a_missing_key_is_a_key_error_and_deleting_it_is_nothing(blobs):
    with pytest.raises(KeyError):
        blobs.get("photos/no/thing")
    assert not blobs.has("photos/no/thing")
    blobs.delete(["photos/no/thing"])


def test_keys_are_listed_by_prefix_and_forgotten_when_deleted(blobs):
    for key in ("pieces/u/000.a", "pieces/u/001.b", "photos/ab/x"):
        blobs.put(key, [b"."])
    assert sorted(blobs.keys("pieces")) == ["pieces/u/000.a", "pieces/u/001.b"]
    blobs.delete(["pieces/u/000.a", "pieces/u/001.b"])
    assert list(blobs.keys("pieces")) == []
    assert blobs.has("photos/ab/x")


def test_a_source_that_breaks_leaves_nothing_behind(blobs):
    def pieces():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.put("photos/ab/half", pieces())
    assert not blobs.has("photos/ab/half")
    assert list(blobs.keys("photos")) == []


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


@pytest.mark.parametrize("key", ["../secret", "photos/../../secret", "/etc/passwd", "photos//x", "./x"])
def test_no_key_leaves_the_folder(tmp_path, key):
    blobs = open_blobs(str(tmp_path / "blobs"))
    with pytest.raises(ValueError, match="not a key"):
        blobs.put(key, [b"."])
