"""The disk died, yesterday's backup was put back: what was acknowledged since then comes back from the phones."""

import sqlite3

import pytest

from mingcha import cli
from mingcha.flows import backups
from mingcha.store import blobs, photos
from mingcha.store.blobs import photo_key
from mingcha.store.db import db
from tests.cast import LIN, ZHAO
from tests.visits import photo_bytes


@pytest.fixture
def mingcha(app, config, monkeypatch, capsys):
    """Run a command on this instance, beside its server."""
    monkeypatch.setenv("MINGCHA_DATA", str(config.data))
    monkeypatch.setenv("MINGCHA_DATABASE", config.database)

    def run(*words):
        code = cli.main([str(word) for word in words])
        return code, capsys.readouterr()

    return run


def offer_again(phone):
    """What `pwa/src/sync/README.md` says of another epoch."""
    phone.outbox = [op["id"] for op in phone.log.values() if op["author"] == phone.author and op["id"] not in phone.held]
    phone.cursor = None
    phone.log = {op_id: phone.log[op_id] for op_id in phone.outbox}


def epoch_of(phone):
    return phone.push([]).get_json()["epoch"]


def test_after_a_restore_phones_offer_again_what_they_kept_and_nothing_is_lost(
    config, mingcha, phone_of, tmp_path, inside
):
    lin, zhao = phone_of(LIN), phone_of(ZHAO)
    lin.say("1", "met")
    old_photo = lin.announce(photo_bytes(1), "4")
    lin.sync()
    assert lin.upload(old_photo, photo_bytes(1)).status_code == 201
    zhao.sync()
    before = epoch_of(lin)
    if not config.is_sqlite:
        code, said = mingcha("backup", tmp_path / "backup")
        assert (code, "pg_dump" in said.err) == (1, True)
        assert mingcha("restore", "--epoch")[0] == 0
        assert epoch_of(lin) != before
        return
    code, said = mingcha("backup", tmp_path / "backup")
    assert (code, "1 photos, 1 of them copied" in said.out) == (0, True)

    since = [lin.say("2", "not_met"), zhao.say("3", "met")]
    new_photo = zhao.announce(photo_bytes(2), "4")
    lin.sync(), zhao.sync()
    assert zhao.upload(new_photo, photo_bytes(2)).status_code == 201
    assert mingcha("restore", tmp_path / "backup")[0] == 0

    assert epoch_of(lin) != before
    for phone in (lin, zhao):
        offer_again(phone)
        assert set(phone.sync().values()) <= {"applied", "merged", "duplicate"}
    for phone in (lin, zhao):
        phone.sync()
    assert lin.replica == zhao.replica
    assert {op["id"] for op in since} <= lin.replica
    assert old_photo in zhao.verified
    seen = {each["id"]: each for each in lin.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()["photos"]}
    assert zhao.upload(new_photo, photo_bytes(2)).status_code == 201
    assert seen.keys() == {old_photo, new_photo}


def test_a_photo_whose_bytes_are_gone_is_not_called_proved_after_a_restore(config, mingcha, lin, tmp_path, inside):
    photo = lin.announce(photo_bytes(1), "4")
    lin.sync()
    lin.upload(photo, photo_bytes(1))
    sha256 = photos.all_hashes()[0]
    db.session.rollback()  # a reader that does not end keeps the restore waiting
    if config.is_sqlite:
        assert mingcha("backup", tmp_path / "backup", "--no-photos")[0] == 0
        assert (tmp_path / "backup" / "photos.txt").read_text() == f"{sha256}\n"
        assert not (tmp_path / "backup" / backups.PHOTOS).exists()
    blobs.here().delete([photo_key(sha256)])

    code, said = mingcha("restore", *([tmp_path / "backup"] if config.is_sqlite else ["--epoch"]))

    assert (code, f"no bytes: {sha256}" in said.out) == (1, True)
    db.session.rollback()
    assert photos.all_hashes() == []
    assert lin.upload(photo, photo_bytes(1)).status_code == 201


def test_a_broken_backup_is_refused_and_changes_nothing(config, mingcha, lin, tmp_path):
    if not config.is_sqlite:
        assert mingcha("restore", tmp_path)[0] == 1
        return
    op = lin.say("1", "met")
    lin.sync()
    before = epoch_of(lin)
    folder = tmp_path / "backup"
    mingcha("backup", folder)
    whole = (folder / "mingcha.db").read_bytes()
    for content in (b"", b"no database" * 1000, whole[:8192] + b"\xff" * (len(whole) - 8192)):
        (folder / "mingcha.db").write_bytes(content)
        code, said = mingcha("restore", folder)
        assert (code, "not whole" in said.err) == (1, True)
    assert epoch_of(lin) == before
    assert lin.push([op]).get_json()["results"][0]["outcome"] == "duplicate"


def test_a_backup_taken_while_phones_write_is_one_moment_of_the_log(config, mingcha, lin, tmp_path):
    for number in range(6):
        lin.write("visit/note", f"第{number}句")
        lin.sync()
        if config.is_sqlite:
            assert mingcha("backup", tmp_path / "backup")[0] == 0
            with sqlite3.connect(tmp_path / "backup" / "mingcha.db") as copy:
                assert copy.execute("SELECT count(*) FROM op").fetchone()[0] == number + 1
    assert len(lin.replica) == 6
