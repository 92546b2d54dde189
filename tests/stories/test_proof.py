"""That evidence is still what it was: walked from op to bytes, and proved to whoever doubts with tools of their own."""

import hashlib
import io
import json
import subprocess
import zipfile
from urllib.parse import quote

import pytest
from sqlalchemy import text

from mingcha.core.integrity import WORDS, WRONG
from mingcha.flows import integrity
from mingcha.store import audit, blobs, photos
from mingcha.store.blobs import photo_key
from mingcha.store.db import db, transaction
from tests.cast import CHEN, COUNTY, LIN, QIAN, SHI, WU
from tests.conftest import problem_of
from tests.visits import photo_bytes

REASON = {"Mingcha-Reason": quote("上级复核")}


def verdicts(inspection=None):
    return [each.verdict for each in integrity.walk(inspection)]


@pytest.fixture
def photo(approved_visit, inside):
    """The one photo of the approved visit."""
    return photos.of_inspection(approved_visit)[0]


def test_an_approved_visit_is_whole_and_its_snapshot_holds_the_hash_of_its_photo(approved_visit, zhou, photo):
    assert verdicts() == verdicts(approved_visit) == ["whole"]
    snapshot = zhou.client.get(f"/api/v1/inspections/{approved_visit}").get_json()["snapshot"]
    assert snapshot["photos"] == {photo.id: photo.sha256}
    assert photo.sha256 == hashlib.sha256(photo_bytes()).hexdigest()


def test_bytes_that_are_gone_or_changed_are_named(approved_visit, photo):
    store = blobs.here()
    store.put(photo_key(photo.sha256), [photo_bytes(2)])
    assert [(each.verdict, each.photo, each.sha256) for each in integrity.walk() if each.is_wrong] == [
        ("changed", photo.id, photo.sha256)
    ]
    store.delete([photo_key(photo.sha256)])
    assert verdicts() == ["missing"]


def test_a_changed_op_log_and_a_changed_snapshot_are_named(approved_visit, photo):
    with transaction():
        db.session.execute(text("UPDATE op SET body = replace(body, '\"camera\"', '\"import\"')"))
    assert verdicts() == ["op_changed", "whole"]
    with transaction():
        db.session.execute(text("UPDATE snapshot SET body = replace(body, '\"site\"', '\"Site\"')"))
    assert "snapshot_altered" in verdicts()
    with transaction():
        db.session.execute(text("DELETE FROM snapshot"))
    assert "snapshot_missing" in verdicts()


def test_ops_that_were_taken_out_of_an_approved_log_are_named(approved_visit, photo):
    with transaction():
        db.session.execute(text("DELETE FROM op WHERE target = 'answer/1/verdict'"))
    assert verdicts() == ["log_changed", "whole"]


def test_a_photo_on_its_way_and_a_waived_one_are_in_order(lin, zhou, inside):
    lin.announce(photo_bytes(3), "4")
    lin.sync()
    assert verdicts() == ["waiting"]
    zhou.write("review/waiver/4", {"reason": "停电"})
    zhou.sync()
    assert verdicts() == ["waived"]
    unannounced = "0190b0c0-0000-7000-8000-0000000000aa"
    lin.upload(unannounced, photo_bytes(4))
    assert sorted(verdicts()) == ["unannounced", "waived"]


def test_every_verdict_has_its_words():
    assert set(WORDS) > WRONG
    assert all(zh and en for zh, en in WORDS.values())


def proof(client, inspection, headers=None, **query):
    answer = client.get(f"/api/v1/inspections/{inspection}/proof", query_string=query, headers=headers or {})
    assert answer.status_code == 200, answer.get_json()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return zipfile.ZipFile(io.BytesIO(answer.data))


def sha256sum(folder, *words):
    return subprocess.run(["sha256sum", *words], cwd=folder, capture_output=True, text=True)


def test_a_proof_is_checked_with_the_tools_of_any_computer(approved_visit, zhou, photo, tmp_path):
    proof(zhou.client, approved_visit, REASON, originals="true").extractall(tmp_path)
    for sums in ("SHA256SUMS", "PHOTOS.sha256"):
        done = sha256sum(tmp_path, "-c", sums)
        assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["approval"]["snapshot"] in sha256sum(tmp_path, "snapshot.json").stdout
    snapshot = json.loads((tmp_path / "snapshot.json").read_text())
    assert snapshot["ops"] in sha256sum(tmp_path, "op-digests.json").stdout
    (told,) = manifest["photos"]
    assert (told["sha256"], told["announced_sha256"], told["in_snapshot"]) == (photo.sha256,) * 3
    announced = sha256sum(tmp_path, told["announced_by"]).stdout.split()[0]
    assert announced in (tmp_path / "op-digests.json").read_text()
    assert photo.sha256 in (tmp_path / told["announced_by"]).read_text()
    guide = (tmp_path / "README.txt").read_text()
    assert "sha256sum -c PHOTOS.sha256" in guide
    assert "怎样核对" in guide

    (tmp_path / told["file"]).write_bytes(photo_bytes(2))
    done = sha256sum(tmp_path, "-c", "PHOTOS.sha256")
    assert done.returncode == 1
    assert f"{told['file']}: FAILED" in done.stdout


def test_a_proof_without_photos_checks_those_that_somebody_already_has(approved_visit, zhou, photo, tmp_path):
    archive = proof(zhou.client, approved_visit)
    assert not [name for name in archive.namelist() if name.startswith("photos/")]
    archive.extractall(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / f"{photo.id}.bin").write_bytes(photo_bytes())
    assert sha256sum(tmp_path, "-c", "PHOTOS.sha256").returncode == 0


def test_there_is_a_proof_before_an_approval_too(submitted_visit, zhou, tmp_path):
    proof(zhou.client, submitted_visit).extractall(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["approval"], manifest["stage"]) == (None, "submitted")
    assert sha256sum(tmp_path, "-c", "SHA256SUMS").returncode == 0


def test_who_takes_a_proof_is_written_down_and_originals_ask_why(approved_visit, zhou, photo, client_of):
    url = f"/api/v1/inspections/{approved_visit}/proof"
    assert problem_of(zhou.client.get(f"{url}?originals=true")) == "photo.reason"
    assert problem_of(client_of(WU).get(f"{url}?originals=true", headers=REASON)) == "not_allowed"
    for person, code in ((LIN, "not_allowed"), (SHI, "not_allowed"), (CHEN, "not_allowed"), (QIAN, "not_allowed")):
        assert problem_of(client_of(person).get(url)) == code
    proof(client_of(WU), approved_visit)
    proof(zhou.client, approved_visit, REASON, originals="true")
    told = [
        (event["deed"], event["subject"], event["details"].get("reason"))
        for event in audit.latest(COUNTY, COUNTY, limit=30)
        if event["deed"] in ("photo.original", "evidence.proof")
    ]
    assert told == [
        ("evidence.proof", f"inspection/{approved_visit}", "上级复核"),
        ("photo.original", f"photo/{photo.id}", "上级复核"),
        ("evidence.proof", f"inspection/{approved_visit}", None),
    ]
