"""Hostile files end as a picture or as words. No one of them stalls or kills whoever looks, or eats the machine.

The number of mutated pictures is MINGCHA_MUTATIONS (`make nightly` raises it to 2,000).
"""

import os
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from mingcha.core.evidence import UNREADABLE
from mingcha.media import apart
from mingcha.media.apart import Decoder
from mingcha.media.pictures import LARGEST_BYTES, Unreadable
from mingcha.media.pictures import read as read_here
from tests.media.hostile import files, heic, mutated
from tests.media.test_pictures import drawing, encoded, opened

MUTATIONS = int(os.environ.get("MINGCHA_MUTATIONS", "160"))
FILES = files()


@pytest.fixture(scope="module")
def looker():
    """One process that all of a module's files go through."""
    found = Decoder()
    yield found
    found.end()


def looked_at(looker: Decoder, data: bytes) -> str:
    if not data:
        return "empty"  # said before any process is asked
    try:
        looker.look(data)
    except Unreadable as fault:
        return fault.why
    return "picture"


#: What opening one may take at its peak: 49 million pixels that are truly there, and every other file.
GIANT_MB, OTHERS_MB = 400, 120


def forget_peak(pid: int | None) -> bool:
    """Let the peak be that of the next file alone; False where the kernel does not let us."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        return pid is None
    return True


def peak_mb(pid: int | None) -> float:
    assert pid is not None, "the process is gone, and took its peak with it"
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@pytest.mark.parametrize(("name", "data", "said"), FILES, ids=[each[0] for each in FILES])
def test_each_hostile_file_is_a_picture_or_has_its_words(looker, name, data, said):
    alone = forget_peak(looker.pid)
    assert looked_at(looker, data) == said
    assert said == "picture" or all(UNREADABLE[said])
    if data:
        assert peak_mb(looker.pid) < (OTHERS_MB if alone and not name.startswith("7,000") else GIANT_MB)


def test_no_mutation_of_a_picture_ends_as_anything_else():
    fresh = Decoder()  # its peak of memory is theirs alone
    try:
        said = [looked_at(fresh, data) for data in mutated(MUTATIONS)]
        assert set(said) <= {"picture", *UNREADABLE}
        assert 0 < said.count("picture") < MUTATIONS
        assert peak_mb(fresh.pid) < 200
    finally:
        fresh.end()


def test_nothing_of_an_exif_block_reaches_what_is_shown(looker):
    data = next(data for name, data, _ in FILES if name.startswith("GPS"))
    assert len(data) > 9_000_000
    for jpeg in looker.look(data).derivatives.values():
        assert len(jpeg) < 500_000
        assert b"PhoneMaker" not in jpeg
        assert not opened(jpeg).getexif()


def test_heic_is_opened_where_the_extra_is_installed_and_named_where_it_is_not(looker, monkeypatch):
    data = heic()
    picture = looker.look(data)
    assert (picture.format, picture.width, picture.height) == ("HEIF", 800, 600)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(Unreadable) as refused:
        read_here(data)
    assert refused.value.why == "heic"


def test_a_picture_that_takes_for_ever_ends_by_its_processor_time_and_the_next_one_is_looked_at(tmp_path, monkeypatch):
    slow = "import sys; sys.path.insert(0, sys.argv[1])\nfrom mingcha.media import decoder\n" \
           "decoder.CPU_SECONDS = 0.3\nhonest = decoder.read\n" \
           "def read(data):\n    while data.startswith(b'slow'): pass\n    return honest(data)\n" \
           "decoder.read = read\ndecoder.main()"
    monkeypatch.setattr(apart, "_START", slow)
    looker = Decoder()
    try:
        began = time.monotonic()
        assert looked_at(looker, b"slow") == "time"
        assert time.monotonic() - began < apart.DEADLINE_SECONDS
        assert looked_at(looker, encoded(drawing())) == "picture"
    finally:
        looker.end()


def test_a_picture_that_wants_more_memory_than_there_is_gets_none(monkeypatch):
    tight = "import sys; sys.path.insert(0, sys.argv[1])\nfrom mingcha.media import decoder\n" \
            "decoder.MEMORY_BYTES = 300 * 2**20\ndecoder.main()"
    monkeypatch.setattr(apart, "_START", tight)
    looker = Decoder()
    try:
        assert looked_at(looker, encoded(Image.new("RGBA", (7000, 7000)), "PNG", compress_level=1)) == "memory"
        assert peak_mb(looker.pid) < 300
        assert looked_at(looker, encoded(drawing())) == "picture"
    finally:
        looker.end()


def test_a_process_that_dies_under_a_picture_is_that_pictures_fault_and_nobody_elses(monkeypatch):
    dies = "import sys; sys.path.insert(0, sys.argv[1])\nimport os, signal\nfrom mingcha.media import decoder\n" \
           "honest = decoder.read\ndef read(data):\n" \
           "    if data == b'crash': os.kill(os.getpid(), signal.SIGSEGV)\n    return honest(data)\n" \
           "decoder.read = read\ndecoder.main()"
    monkeypatch.setattr(apart, "_START", dies)
    looker = Decoder()
    try:
        assert looked_at(looker, b"crash") == "damaged"
        assert looked_at(looker, encoded(drawing())) == "picture"
    finally:
        looker.end()


def test_a_process_that_nobody_needed_for_a_while_goes_and_a_new_one_comes(monkeypatch):
    monkeypatch.setattr(
        apart, "_START",
        "import sys; sys.path.insert(0, sys.argv[1])\nfrom mingcha.media import decoder\n"
        "decoder.IDLE_SECONDS = 0.05\ndecoder.main()",
    )  # fmt: skip
    looker = Decoder()
    try:
        assert looked_at(looker, encoded(drawing())) == "picture"
        assert looker._process is not None
        assert looker._process.wait(30) == 0
        assert looked_at(looker, encoded(drawing())) == "picture"
    finally:
        looker.end()


def test_a_file_larger_than_any_upload_is_not_even_handed_over():
    with pytest.raises(Unreadable) as refused:
        apart.read(b"\0" * (LARGEST_BYTES + 1))
    assert refused.value.why == "bytes"
