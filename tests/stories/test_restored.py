"""The disk died, yesterday's backup was put back: what was acknowledged since then comes back from the phones."""

import hashlib
import sqlite3

import pytest

from mingcha import cli
from mingcha.flows import backups, erasing, integrity
from mingcha.jobs import worker
from mingcha.store import blobs, photos
from mingcha.store.blobs import photo_key
from mingcha.store.db import db, transaction
from tests.cast import LIN, ZHAO
from tests.rectifying import approve_visit, approved, centre, desk, hands, issue, new_id, upload
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue"]


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
    sha256 = min(photos.all_hashes())
    db.session.rollback()  # a reader that does not end keeps the restore waiting
    if config.is_sqlite:
        assert mingcha("backup", tmp_path / "backup", "--no-photos")[0] == 0
        assert (tmp_path / "backup" / "photos.txt").read_text() == f"{sha256}\n"
        assert not (tmp_path / "backup" / backups.PHOTOS).exists()
    blobs.here().delete([photo_key(sha256)])

    code, said = mingcha("restore", *([tmp_path / "backup"] if config.is_sqlite else ["--epoch"]))

    assert (code, f"no bytes: {sha256}" in said.out) == (1, True)
    db.session.rollback()
    assert photos.all_hashes() == set()
    assert lin.upload(photo, photo_bytes(1)).status_code == 201


def test_photos_of_how_it_is_now_are_backed_up_and_asked_for_again_where_they_are_lost(
    hands, approved, desk, centre, issue, config, mingcha, tmp_path, inside
):
    item = issue(approved)["order"]["items"][0]["id"]
    old, lost = new_id(), new_id()
    assert upload(centre, item, old, photo_bytes(11), approved).status_code == 201
    db.session.rollback()
    if config.is_sqlite:
        assert mingcha("backup", tmp_path / "backup")[0] == 0
    assert upload(centre, item, lost, photo_bytes(12), approved).status_code == 201
    centre.move(item, "done", words="已改", photos=[old, lost])
    if config.is_sqlite:
        blobs.here().delete([*blobs.here().keys("photos")])  # the disk died with all that was on it
        assert mingcha("restore", tmp_path / "backup")[0] == 0
        assert hashlib.sha256(blobs.here().get(photo_key(sha256_of(11)))).hexdigest() == sha256_of(11)
    else:
        blobs.here().delete([photo_key(sha256_of(12))])
        code, said = mingcha("restore", "--epoch")
        assert (code, f"no bytes: {sha256_of(12)}" in said.out) == (1, True)
        db.session.rollback()
        assert {each["id"]: each["verified"] for each in centre.item(item)["after"]} == {old: True, lost: False}
    assert upload(centre, item, lost, photo_bytes(12), approved).status_code == 201
    assert blobs.here().has(photo_key(sha256_of(12)))


def test_what_was_deleted_on_purpose_is_no_loss_and_its_proof_outlives_a_restore(config, mingcha, lin, tmp_path, inside):
    badge = lin.announce(photo_bytes(1), "4", kind="badge")
    scene = lin.announce(photo_bytes(2), "4")
    lin.sync()
    lin.upload(badge, photo_bytes(1)), lin.upload(scene, photo_bytes(2))
    folder = tmp_path / "backup"
    if config.is_sqlite:
        db.session.rollback()
        assert mingcha("backup", folder)[0] == 0
        assert (folder / backups.PHOTOS / photo_key(sha256_of(1))).exists()
    with transaction():
        erasing.erase(photos.by_id(badge), why="person", actor=None)
    while worker.work_off():
        pass
    (before,) = photos.by_id(badge)
    db.session.rollback()
    if config.is_sqlite:
        code, said = mingcha("backup", folder)
        assert (code, "1 photos" in said.out) == (0, True)
        kept = [each.name for each in (folder / backups.PHOTOS).rglob("*") if each.is_file()]
        assert kept == [sha256_of(2)], "what was deleted leaves the backup too"

    assert mingcha("restore", *([folder] if config.is_sqlite else ["--epoch"]))[0] == 0

    db.session.rollback()
    assert photos.by_id(badge) == [before]
    assert sorted(each.verdict for each in integrity.walk()) == ["erased", "whole"]


def sha256_of(seed):
    return hashlib.sha256(photo_bytes(seed)).hexdigest()


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
