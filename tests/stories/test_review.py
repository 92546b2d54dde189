"""The supervisor's desk: what is shown, what still stands before an approval, and what an approval freezes."""

import pytest

from mingcha.core.canonical import digest
from mingcha.flows import evidence
from mingcha.jobs import worker
from mingcha.store import audit, jobs
from tests.cast import CHEN, COUNTY, LIN, SHI, WU, ZHOU
from tests.conftest import problem_of
from tests.visits import photo_bytes

#: Why 周 looks: 复核申诉.
REASON = {"Mingcha-Reason": "%E5%A4%8D%E6%A0%B8%E7%94%B3%E8%AF%89"}


def desk(zhou, inspection):
    answer = zhou.client.get(f"/api/v1/inspections/{inspection}")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def approve(zhou, inspection, seen=None):
    seen = desk(zhou, inspection)["seq"] if seen is None else seen
    return zhou.client.post(f"/api/v1/inspections/{inspection}/approval", json={"seen": seen})


def test_zhou_sees_the_score_with_its_working_and_the_evidence(zhou, submitted_visit):
    seen = desk(zhou, submitted_visit)
    assert seen["inspection"]["state"] == "submitted"
    assert (seen["result"]["low"], seen["result"]["high"]) == ("8", "8")
    assert [(photo["state"], photo["indicator"]) for photo in seen["photos"]] == [("verified", "4")]
    assert (seen["conflicts"], seen["contradictions"], seen["held"], seen["late"]) == ([], [], [], [])
    assert set(seen["authors"].values()) == {"林"}


def test_an_approval_freezes_a_snapshot_that_names_what_it_covers(zhou, lin, submitted_visit):
    answer = approve(zhou, submitted_visit)
    assert answer.status_code == 200
    seen = desk(zhou, submitted_visit)
    snapshot = seen["snapshot"]
    assert seen["inspection"]["state"] == "approved"
    assert snapshot.pop("digest") == answer.get_json()["snapshot"] == digest(snapshot)
    assert snapshot["result"]["low"] == "8"
    assert snapshot["checklist"] == seen["inspection"]["checklist"]["digest"]
    assert list(snapshot["photos"].values()) == [seen["photos"][0]["sha256"]]
    lin.sync()
    assert lin.known[submitted_visit]["state"] == "approved"
    assert problem_of(approve(zhou, submitted_visit)) == "review.already_approved"


def test_nothing_is_approved_that_zhou_has_not_seen(zhou, zhao, submitted_visit):
    seen = desk(zhou, submitted_visit)["seq"]
    zhao.write("visit/note", "后门锁着")
    zhao.sync()
    answer = approve(zhou, submitted_visit, seen)
    assert (answer.status_code, problem_of(answer)) == (409, "review.not_newest")
    assert approve(zhou, submitted_visit).status_code == 200


def test_an_open_conflict_keeps_the_approval_waiting(zhou, zhao, submitted_visit):
    zhao.write("answer/2/verdict", "not_met", over=[])
    zhao.sync()
    answer = approve(zhou, submitted_visit)
    assert problem_of(answer) == "review.conflicts_open"
    assert answer.get_json()["problem"]["details"]["targets"] == ["answer/2/verdict"]


def test_a_finding_beside_a_met_verdict_keeps_the_approval_waiting(zhou, zhao, submitted_visit):
    zhao.write("finding/1:a", {"indicator": "1", "clause": "a", "item": None, "case": None}, "add")
    zhao.sync()
    assert problem_of(approve(zhou, submitted_visit)) == "review.contradictions_open"


def test_what_is_not_answered_or_not_submitted_is_not_approved(zhou, lin):
    assert problem_of(approve(zhou, lin.inspection)) == "review.not_submitted"
    lin.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    lin.sync()
    answer = approve(zhou, lin.inspection)
    assert problem_of(answer) == "review.unanswered"
    assert answer.get_json()["problem"]["details"]["count"] == 4


def test_missing_evidence_is_waived_only_with_a_reason(zhou, lin):
    for number in ("1", "2", "3", "4"):
        lin.say(number, "met")
    lin.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    lin.sync()
    assert problem_of(approve(zhou, lin.inspection)) == "review.evidence_missing"
    unreasoned = zhou.write("review/waiver/4", {"reason": ""})
    assert zhou.sync() == {unreasoned["id"]: "held"}
    zhou.write("review/waiver/4", {"reason": "大厅停电，无法拍照"}, over=[])
    zhou.sync()
    assert approve(zhou, lin.inspection).status_code == 200


def test_a_photo_that_has_not_arrived_keeps_the_approval_waiting(zhou, zhao, submitted_visit):
    data = photo_bytes(5)
    photo = zhao.announce(data, "2")
    zhao.sync()
    answer = approve(zhou, submitted_visit)
    assert problem_of(answer) == "review.evidence_missing"
    assert [each["photo"] for each in answer.get_json()["problem"]["details"]["photos"]] == [photo]
    zhao.upload(photo, data)
    assert approve(zhou, submitted_visit).status_code == 200


def test_a_returned_inspection_goes_back_to_the_phones_and_can_be_submitted_again(zhou, lin, submitted_visit):
    answer = zhou.client.post(f"/api/v1/inspections/{submitted_visit}/return", json={"comment": "请补拍窗口"})
    assert answer.status_code == 204
    lin.sync()
    assert lin.known[submitted_visit]["state"] == "returned"
    assert [op["value"]["comment"] for op in lin.heads("review/return")] == ["请补拍窗口"]
    assert problem_of(approve(zhou, submitted_visit)) == "review.not_submitted"
    lin.write("visit/submitted", {"at": "2026-11-22T05:00:00.000Z"})
    lin.sync()
    assert desk(zhou, submitted_visit)["inspection"]["state"] == "submitted"
    assert approve(zhou, submitted_visit).status_code == 200


def test_the_queue_shows_each_desk_its_own(zhou, lin, client_of, submitted_visit, new_visit):
    other = new_visit(region="990123102", visit_on="2026-11-23")
    ids = [each["id"] for each in zhou.client.get("/api/v1/inspections").get_json()["inspections"]]
    assert ids == [other, submitted_visit]
    waiting = zhou.client.get("/api/v1/inspections?state=submitted").get_json()["inspections"]
    assert [each["id"] for each in waiting] == [submitted_visit]
    found = zhou.client.get("/api/v1/inspections?q=白沙").get_json()["inspections"]
    assert [each["id"] for each in found] == [other]
    assert problem_of(zhou.client.get("/api/v1/inspections?state=lost")) == "invalid"
    assert len(client_of(WU).get("/api/v1/inspections").get_json()["inspections"]) == 2
    assert client_of(SHI).get("/api/v1/inspections").status_code == 403
    assert problem_of(client_of(SHI).get(f"/api/v1/inspections/{submitted_visit}")) == "not_found"
    assert problem_of(client_of(CHEN).get(f"/api/v1/inspections/{submitted_visit}")) == "not_allowed"


def test_an_inspector_approves_nothing(lin, submitted_visit):
    assert problem_of(approve(lin, submitted_visit)) == "not_allowed"


def test_the_trail_names_who_approved_and_who_returned(zhou, submitted_visit, inside):
    zhou.client.post(f"/api/v1/inspections/{submitted_visit}/return", json={"comment": "请补拍"})
    deeds = [event["deed"] for event in audit.latest(COUNTY, COUNTY, limit=50)]
    assert "review.return" in deeds
    assert "inspection.create" in deeds


def test_pictures_are_made_by_the_worker_and_shown_without_exif(zhou, submitted_visit, inside):
    assert jobs.waiting() == 1
    assert worker.work_off() == 1
    assert jobs.waiting() == 0
    photo = desk(zhou, submitted_visit)["photos"][0]
    assert (photo["width"], photo["height"]) == (400, 300)
    for size in ("thumb", "large"):
        answer = zhou.client.get(f"/api/v1/photos/{photo['id']}/{size}")
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert answer.data[:2] == b"\xff\xd8"
        assert b"Exif" not in answer.data


def test_a_picture_that_nobody_made_yet_is_made_when_it_is_asked_for(zhou, submitted_visit):
    photo = desk(zhou, submitted_visit)["photos"][0]
    assert zhou.client.get(f"/api/v1/photos/{photo['id']}/thumb").status_code == 200


@pytest.mark.parametrize("data", [b"not a picture", photo_bytes()[:3000], b"<svg/>", b"\x89PNG\r\n\x1a\n"])
def test_a_whole_file_that_is_no_picture_is_kept_and_said_to_be_none(zhou, lin, data, inside):
    photo = lin.announce(data, "4")
    lin.sync()
    assert lin.upload(photo, data).status_code == 201
    worker.work_off()
    seen = desk(zhou, lin.inspection)["photos"][0]
    assert (seen["state"], [flag["code"] for flag in seen["flags"]]) == ("verified", ["photo.unreadable"])
    answer = zhou.client.get(f"/api/v1/photos/{photo}/thumb")
    assert (answer.status_code, problem_of(answer)) == (422, "photo.unreadable")
    original = zhou.client.get(f"/api/v1/photos/{photo}/original", headers=REASON)
    assert (original.data, original.content_type) == (data, "application/octet-stream")


def test_badges_and_originals_are_for_few_and_every_look_is_written_down(zhou, lin, client_of, inside):
    data = photo_bytes(7)
    photo = lin.announce(data, "1", kind="badge")
    lin.sync()
    lin.upload(photo, data)
    wu, shi = client_of(WU), client_of(SHI)
    assert problem_of(wu.get(f"/api/v1/photos/{photo}/thumb")) == "not_allowed"
    assert problem_of(wu.get(f"/api/v1/photos/{photo}/original")) == "not_allowed"
    assert problem_of(shi.get(f"/api/v1/photos/{photo}/thumb")) == "not_found"
    for private in ("thumb", "large", "original"):
        assert problem_of(zhou.client.get(f"/api/v1/photos/{photo}/{private}")) == "photo.reason"
    assert zhou.client.get(f"/api/v1/photos/{photo}/thumb", headers=REASON).status_code == 200
    assert zhou.client.get(f"/api/v1/photos/{photo}/original", headers=REASON).data == data
    looks = [
        (event["deed"], event["actor"], event["details"]["reason"])
        for event in audit.latest(COUNTY, COUNTY, limit=10)
        if event["deed"].startswith("photo")
    ]
    assert looks == [("photo.original", zhou.author, "复核申诉"), ("photo.badge", zhou.author, "复核申诉")]


def test_the_same_picture_in_another_inspection_is_flagged_in_both(zhou, lin, phone_of, new_visit, inside):
    other = phone_of(LIN, "phone-of-lin-b", new_visit(region="990123102"))
    data = photo_bytes(9)
    for phone in (lin, other):
        photo = phone.announce(data, "4", source="import")
        phone.sync()
        phone.upload(photo, data)
    for phone in (lin, other):
        flags = [flag["code"] for flag in desk(zhou, phone.inspection)["photos"][0]["flags"]]
        assert flags == ["photo.twin", "photo.imported"]
    assert evidence.verified_hashes(lin.inspection)
    assert ZHOU.role == "supervisor"


@pytest.mark.parametrize("name", ["0190b0c0-0000-7000-8000-000000000001", "x", "%00", "%F0%9F%98%80", "a" * 300])
def test_a_name_that_is_nothing_is_not_found_wherever_it_stands(zhou, lin, name):
    assert problem_of(zhou.client.get(f"/api/v1/photos/{name}/thumb")) == "not_found"
    assert problem_of(zhou.client.get(f"/api/v1/inspections/{name}")) == "not_found"
    assert problem_of(zhou.client.get(f"/api/v1/checklists/{name}")) == "not_found"
    assert lin.client.head(f"/api/v1/uploads/{name}", headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert zhou.client.get(f"/api/v1/inspections?q={name}").status_code in (200, 422)
