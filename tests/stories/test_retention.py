"""Pictures end when their period does; that they were there, and what they were, can be proved for ever."""

from datetime import timedelta

import pytest

from mingcha import clock
from mingcha.flows import erasing, evidence, integrity, retention
from mingcha.jobs import worker
from mingcha.store import audit, blobs, lookalikes, photos
from mingcha.store.blobs import photo_key
from mingcha.store.db import transaction
from tests.cast import CHEN, COUNTY, LIN, WU
from tests.conftest import problem_of
from tests.rectifying import approve_visit, approved, centre, desk, hands, issue, new_id, upload
from tests.stories.phone import described
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue"]

REASON = {"Mingcha-Reason": "why"}


@pytest.fixture
def later(monkeypatch):
    """Moves the clock on by days."""
    now = clock.now

    def move(days):
        monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=days))

    return move


def work():
    while worker.work_off():
        pass


def sent(phone, data, kind="badge"):
    photo = phone.announce(data, "4", kind=kind)
    phone.sync()
    assert phone.upload(photo, data).status_code == 201
    return photo


def stored(photo):
    return photos.by_id(photo)[0]


def test_an_administrator_says_how_long_each_kind_is_kept_and_that_is_written_down(client_of, zhou, inside):
    chen = client_of(CHEN)
    assert set(chen.get("/api/v1/retention").get_json()["periods"].values()) == {None}
    answer = chen.put("/api/v1/retention", json={"periods": {"badge": 180}})
    assert answer.get_json()["periods"]["badge"] == 180
    assert zhou.client.get("/api/v1/retention").get_json()["periods"]["badge"] == 180
    assert problem_of(chen.put("/api/v1/retention", json={"periods": {"badge": 3}})) == "retention.days"
    assert problem_of(zhou.client.put("/api/v1/retention", json={"periods": {}})) == "not_allowed"
    event = next(each for each in audit.latest(COUNTY, COUNTY, limit=5) if each["deed"] == "retention.set")
    assert (event["details"]["before"], event["details"]["after"]) == ({}, {"badge": 180})


def test_when_a_badges_period_ends_its_bytes_go_and_its_proof_stays(lin, zhou, client_of, inside, later):
    badge, scene = sent(lin, photo_bytes(1)), sent(lin, photo_bytes(2), "scene")
    work()
    retention.change(None, COUNTY, {"badge": 90})
    assert retention.sweep() == 0
    before = stored(badge)
    zhou.client.get(f"/api/v1/photos/{badge}/thumb", headers=REASON)
    later(91)
    assert retention.sweep() == 1
    work()
    later(92)
    work()

    store = blobs.here()
    assert not store.has(photo_key(before.sha256))
    assert [key for key in store.keys("") if before.sha256 in key] == []
    assert lookalikes.of(COUNTY, [before.sha256]).get(before.sha256, [])[1:] == []
    after = stored(badge)
    kept = (before.sha256, before.size_bytes, before.verified_at, "retention:badge:90")
    assert (after.sha256, after.size_bytes, after.verified_at, after.erased_why) == kept
    assert {each.verdict for each in integrity.walk()} == {"whole", "erased"}
    assert retention.sweep() == 0

    zhou_again = client_of(zhou_person())
    for size in ("thumb", "large", "original"):
        answer = zhou_again.get(f"/api/v1/photos/{badge}/{size}", headers=REASON)
        assert (answer.status_code, problem_of(answer)) == (404, "photo.erased")
    assert zhou_again.get(f"/api/v1/photos/{scene}/thumb").status_code == 200
    seen = {each["id"]: each for each in gallery(zhou_again, lin.inspection)}
    assert (seen[badge]["shown"], seen[badge]["erased"]["why"], seen[badge]["sha256"]) == (
        False, "retention:badge:90", before.sha256,
    )  # fmt: skip
    event = next(each for each in audit.latest(COUNTY, COUNTY, limit=20) if each["deed"] == "evidence.erase")
    assert (event["subject"], event["details"]["sha256"]) == (f"photo/{badge}", before.sha256)
    assert event["actor"] is None


def test_nothing_ends_while_a_supervisor_still_has_to_decide(submitted_visit, inside, later):
    retention.change(None, COUNTY, {"scene": 90})
    later(1000)
    assert retention.sweep() == 0


def test_bytes_that_another_photo_stands_on_stay(lin, inside):
    one, two = sent(lin, photo_bytes(1)), sent(lin, photo_bytes(1), "scene")
    work()
    with transaction():
        erasing.erase([stored(one)], why="retention:badge:90", actor=None)
    work()
    assert blobs.here().has(photo_key(stored(two).sha256))
    assert sorted(each.verdict for each in integrity.walk()) == ["erased", "whole"]


def test_an_after_photo_is_walked_too_and_no_badge_with_its_bytes_takes_them_away(
    hands, approved, desk, centre, issue, inside
):
    item = issue(approved)["order"]["items"][0]["id"]
    badge = next(each["id"] for each in desk.get(f"/inspections/{approved}")["photos"] if each["kind"] == "badge")
    after = new_id()
    assert upload(centre, item, after, photo_bytes(3), approved).status_code == 201  # the badge's own bytes
    work()
    sha256 = stored(badge).sha256

    def verdicts():
        return {(each.photo, each.item): each.verdict for each in integrity.walk(approved)}

    assert verdicts()[after, item] == "whole"
    with transaction():
        erasing.erase([stored(badge)], why="retention:badge:90", actor=None)
    kept = blobs.here().get(photo_key(sha256))
    erasing.forget(sha256)
    erasing.forgotten(sha256)
    assert (verdicts()[badge, None], verdicts()[after, item]) == ("erased", "whole")
    assert centre.ask("GET", f"/rectification/items/{item}/photos/{after}/large").status_code == 200

    blobs.here().put(photo_key(sha256), [kept + b"!"])
    assert verdicts()[after, item] == "changed"
    blobs.here().delete([photo_key(sha256)])
    assert verdicts()[after, item] == "missing"
    assert all(each.is_wrong for each in integrity.walk() if each.item)


def test_the_same_bytes_that_arrive_while_they_are_being_deleted_are_not_lost(lin, phone_of, new_visit, inside, later):
    photo = sent(lin, photo_bytes(1))
    work()
    sha256 = stored(photo).sha256
    with transaction():
        erasing.erase([stored(photo)], why="retention:badge:90", actor=None)
    other = phone_of(LIN, "phone-of-lin-b", new_visit(region="990123102"))
    other_photo = other.announce(photo_bytes(1), "4")
    other.sync()
    kept = blobs.here().get(photo_key(sha256))
    erasing.forget(sha256)  # the new upload wrote its bytes before this, and commits after it
    assert not blobs.here().has(photo_key(sha256))
    assert other.upload(other_photo, photo_bytes(1)).status_code == 201
    blobs.here().delete([photo_key(sha256)])
    later(1)
    erasing.forgotten(sha256)
    assert blobs.here().get(photo_key(sha256)) == kept
    assert sorted(each.verdict for each in integrity.walk()) == ["erased", "whole"]
    evidence.derive(sha256)


def test_what_was_deleted_does_not_come_back_with_a_phone_that_offers_it_again(lin, inside):
    """After a restore, by a rescue file that is late, or because the last answer was lost."""
    data = photo_bytes(1, 900, 700)
    begun = lin.announce(data, "4", kind="badge")
    lin.sync()
    tus = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    begin = {**tus, "Upload-Length": str(len(data)), "Upload-Metadata": described(begun, lin.inspection, data)}
    half = lin.client.post("/api/v1/uploads", headers=begin, data=data[:1000]).headers["Location"]
    assert lin.upload(begun, data).status_code == 201
    work()
    with transaction():
        erasing.erase(photos.by_id(begun), why="person", actor=None)
    work()
    (erased,) = photos.by_id(begun)
    for _ in range(2):
        answer = lin.upload(begun, data)
        assert (answer.status_code, answer.headers["Mingcha-Verified"]) == (201, erased.sha256)
        assert not [key for key in blobs.here().keys("") if erased.sha256 in key and "leaving" not in key]
    late = lin.client.patch(half, headers={**tus, "Upload-Offset": "1000"}, data=data[1000:])
    assert late.headers["Mingcha-Verified"] == erased.sha256
    work()
    assert not [key for key in blobs.here().keys("") if erased.sha256 in key and "leaving" not in key]
    assert photos.by_id(begun) == [erased]


def test_a_worker_that_died_halfway_through_deleting_finishes_it(lin, inside, monkeypatch):
    photo = sent(lin, photo_bytes(1))
    work()
    with transaction():
        erasing.erase([stored(photo)], why="retention:badge:90", actor=None)
    with monkeypatch.context() as patch:
        patch.setattr(blobs.FolderBlobs, "delete", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(OSError, match="power cut"):
            erasing.forget(stored(photo).sha256)
    erasing.forget(stored(photo).sha256)
    assert not blobs.here().has(photo_key(stored(photo).sha256))


def test_a_reader_may_see_the_periods(client_of):
    assert client_of(WU).get("/api/v1/retention").status_code == 200


def gallery(client, inspection):
    return client.get(f"/api/v1/inspections/{inspection}/photos").get_json()["photos"]


def zhou_person():
    from tests.cast import ZHOU

    return ZHOU
