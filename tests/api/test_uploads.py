"""tus 1.0, one test per MUST, and what we promise beyond it. Clauses: https://tus.io/protocols/resumable-upload"""

import base64
import hashlib
from datetime import timedelta

import pytest

from mingcha import clock
from mingcha.core import uploads as rules
from mingcha.flows import uploads as flow
from mingcha.store import blobs
from tests.cast import LIN, QIAN, WU, ZHAO
from tests.conftest import problem_of
from tests.stories.phone import described, new_id
from tests.visits import photo_bytes

DATA = photo_bytes()
SHA = hashlib.sha256(DATA).hexdigest()
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


def announced(phone, photo, data=DATA, **change):
    return {
        **TUS,
        "Upload-Length": str(len(data)),
        "Upload-Metadata": described(photo, phone.inspection, data),
        **change,
    }


def create(phone, photo=None, data=DATA, body=None, **change):
    headers = announced(phone, photo or new_id(), data, **change)
    if body is not None:
        headers = {**headers, **BYTES}
    return phone.client.post("/api/v1/uploads", headers=headers, data=body)


def patch(phone, url, offset, data, **change):
    return phone.client.patch(url, headers={**BYTES, "Upload-Offset": str(offset), **change}, data=data)


def head(phone, url):
    return phone.client.head(url, headers=TUS)


def test_a_photo_of_usual_size_is_one_request(lin, zhao):
    photo = lin.announce(DATA, "4")
    lin.sync()
    answer = lin.upload(photo, DATA)
    assert answer.status_code == 201
    assert answer.headers["Mingcha-Verified"] == SHA
    assert answer.headers["Upload-Offset"] == str(len(DATA))
    zhao.sync()
    assert zhao.verified == {photo}


def test_a_broken_upload_goes_on_where_it_stopped_on_any_phone_of_the_team(lin, zhao):
    url = create(lin, data=DATA).headers["Location"]
    assert patch(lin, url, 0, DATA[:1000]).headers["Upload-Offset"] == "1000"
    assert head(zhao, url).headers["Upload-Offset"] == "1000"
    answer = patch(zhao, url, 1000, DATA[1000:])
    assert (answer.status_code, answer.headers["Mingcha-Verified"]) == (204, SHA)
    assert head(lin, url).headers["Mingcha-Verified"] == SHA


def test_bytes_may_come_before_the_op_that_announces_them(lin, zhou):
    photo = new_id()
    assert lin.upload(photo, DATA).status_code == 201
    seen = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    assert [(each["id"], each["state"]) for each in seen["photos"]] == [(photo, "unannounced")]
    lin.write(
        f"photo/{photo}",
        {"sha256": SHA, "size": len(DATA), "kind": "scene", "taken_at": "2026-11-22T01:31:00.000Z", "offset_min": 480,
         "position": None, "indicator": "4", "finding": None, "source": "camera", "width": 1, "height": 1,
         "name": None},
        "add",
    )  # fmt: skip
    lin.sync()
    seen = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    assert [(each["id"], each["state"]) for each in seen["photos"]] == [(photo, "verified")]


def test_bytes_that_are_not_those_announced_are_refused_and_the_upload_starts_again(lin):
    photo = new_id()
    other = photo_bytes(2)
    wrong = bytes([*DATA[:-1], DATA[-1] ^ 1])
    answer = create(lin, photo, DATA, body=wrong)
    assert (answer.status_code, problem_of(answer)) == (422, "upload.hash")

    url = create(lin, photo, DATA).headers["Location"]
    patch(lin, url, 0, wrong[:500])
    answer = patch(lin, url, 500, wrong[500:])
    assert (answer.status_code, problem_of(answer)) == (422, "upload.hash")
    assert head(lin, url).status_code == 410
    assert lin.upload(photo, DATA).headers["Mingcha-Verified"] == SHA
    assert lin.upload(photo, other).headers["Mingcha-Verified"] == hashlib.sha256(other).hexdigest()


def test_a_photo_that_arrives_twice_is_one_piece_of_evidence(lin, zhou):
    photo = lin.announce(DATA, "4")
    lin.sync()
    first, second = lin.upload(photo, DATA), create(lin, photo)
    assert first.headers["Mingcha-Verified"] == second.headers["Mingcha-Verified"] == SHA
    assert len(zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()["photos"]) == 1


def test_must_every_answer_names_the_version_except_options(lin):
    """ "Tus-Resumable … MUST be included in every request and response except for OPTIONS requests"."""
    url = create(lin).headers["Location"]
    for answer in (head(lin, url), patch(lin, url, 5, b""), patch(lin, "/api/v1/uploads/none", 0, b"")):
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert "Tus-Resumable" not in lin.client.options("/api/v1/uploads").headers


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0", "2.0.0"])
def test_must_another_version_is_412_and_nothing_happens(lin, version):
    headers = {**announced(lin, new_id()), **BYTES}
    del headers["Tus-Resumable"]
    if version:
        headers["Tus-Resumable"] = version
    answer = lin.client.post("/api/v1/uploads", headers=headers, data=DATA)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert "Location" not in answer.headers


def test_must_options_tells_the_abilities(lin):
    """ "A successful response indicated by the 204 No Content or 200 OK status MUST contain the Tus-Version header"."""
    for url in ("/api/v1/uploads", f"/api/v1/uploads/{new_id()}"):
        answer = lin.client.options(url)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert set(answer.headers["Tus-Extension"].split(",")) == set(rules.EXTENSIONS)
        assert answer.headers["Tus-Max-Size"] == str(rules.LARGEST_PHOTO_BYTES)
        assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_must_head_tells_offset_length_and_metadata_and_is_never_cached(lin):
    photo = new_id()
    url = create(lin, photo).headers["Location"]
    answer = head(lin, url)
    assert answer.status_code == 200
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Upload-Length"] == str(len(DATA))
    assert answer.headers["Upload-Metadata"] == described(photo, lin.inspection, DATA)
    assert answer.headers["Cache-Control"] == "no-store"


def test_must_head_of_no_upload_tells_no_offset(lin, client_of):
    url = create(lin).headers["Location"]
    missing = head(lin, f"/api/v1/uploads/{new_id()}")
    foreign = client_of(QIAN).head(url, headers=TUS)
    assert missing.status_code == foreign.status_code == 410
    assert "Upload-Offset" not in missing.headers
    assert "Upload-Offset" not in foreign.headers


def test_must_a_patch_at_another_offset_is_409_and_changes_nothing(lin):
    url = create(lin).headers["Location"]
    patch(lin, url, 0, DATA[:100])
    for offset in (0, 99, 101, len(DATA)):
        assert patch(lin, url, offset, DATA[100:200]).status_code == 409
    assert head(lin, url).headers["Upload-Offset"] == "100"


@pytest.mark.parametrize("change", [{"Content-Type": "image/jpeg"}, {"Content-Type": "application/octet-stream"}])
def test_must_a_patch_of_another_type_is_415(lin, change):
    url = create(lin).headers["Location"]
    assert patch(lin, url, 0, b"x", **change).status_code == 415


def test_must_a_patch_answers_with_the_new_offset(lin):
    url = create(lin).headers["Location"]
    answer = patch(lin, url, 0, DATA[:7])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "7")


def test_must_a_method_named_by_a_header_is_the_method(lin):
    """ "X-HTTP-Method-Override … MUST be interpreted as the request's method by the Server"."""
    url = create(lin).headers["Location"]
    headers = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = lin.client.post(url, headers=headers, data=DATA)
    assert (answer.status_code, answer.headers["Mingcha-Verified"]) == (204, SHA)
    assert lin.client.post(url, headers=TUS).status_code == 405


def test_must_a_creation_answers_with_its_location(lin):
    answer = create(lin)
    assert answer.status_code == 201
    assert head(lin, answer.headers["Location"]).status_code == 200


def test_must_a_creation_beyond_the_maximum_is_413(lin):
    answer = create(lin, **{"Upload-Length": str(rules.LARGEST_PHOTO_BYTES + 1)})
    assert (answer.status_code, problem_of(answer)) == (413, "upload.too_large")
    assert answer.get_json()["problem"]["details"]["limit_bytes"] == rules.LARGEST_PHOTO_BYTES


@pytest.mark.parametrize("length", ["-1", "many", "1e3", ""])
def test_must_a_length_is_a_whole_number(lin, length):
    assert create(lin, **{"Upload-Length": length}).status_code == 400


def test_must_a_creation_with_bytes_tells_how_many_it_took(lin):
    answer = create(lin, body=DATA[:300])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "300")
    assert "Mingcha-Verified" not in answer.headers


def test_must_an_unfinished_upload_tells_when_it_ends(lin):
    """ "The Upload-Expires … header MUST be included in every PATCH response if the upload is going to expire"."""
    answer = create(lin)
    assert answer.headers["Upload-Expires"].endswith("GMT")
    assert patch(lin, answer.headers["Location"], 0, b"x").headers["Upload-Expires"].endswith("GMT")


def test_an_upload_left_alone_for_a_week_is_gone_with_its_pieces(lin, inside, monkeypatch):
    url = create(lin, body=DATA[:300]).headers["Location"]
    assert list(blobs.here().keys("pieces"))
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert flow.sweep() == 1
    assert list(blobs.here().keys("pieces")) == []
    assert lin.client.head(url, headers=TUS).status_code in (401, 410)


def test_must_a_checksum_that_does_not_fit_is_460_and_the_bytes_are_dropped(lin, inside):
    url = create(lin).headers["Location"]
    right = "sha1 " + base64.b64encode(hashlib.sha1(DATA[:500]).digest()).decode()
    answer = patch(lin, url, 0, DATA[1:501], **{"Upload-Checksum": right})
    assert answer.status_code == 460
    assert head(lin, url).headers["Upload-Offset"] == "0"
    assert list(blobs.here().keys("pieces")) == []
    assert patch(lin, url, 0, DATA[:500], **{"Upload-Checksum": right}).headers["Upload-Offset"] == "500"
    assert patch(lin, url, 500, b"x", **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400


def test_must_a_terminated_upload_is_gone(lin, inside):
    url = create(lin, body=DATA[:300]).headers["Location"]
    assert lin.client.delete(url, headers=TUS).status_code == 204
    assert head(lin, url).status_code == 410
    assert lin.client.delete(url, headers=TUS).status_code == 410
    assert list(blobs.here().keys("pieces")) == []


@pytest.mark.parametrize("described_as", ["", "photo", "photo YQ==", "photo %%%", "a b,a b"])
def test_a_creation_that_does_not_say_what_it_is_is_malformed(lin, described_as):
    assert create(lin, **{"Upload-Metadata": described_as}).status_code == 400


def test_nothing_is_taken_beyond_the_announced_length(lin):
    assert create(lin, data=DATA[:10], body=DATA[:11]).status_code == 413
    url = create(lin, data=DATA[:10]).headers["Location"]
    assert patch(lin, url, 0, DATA[:11]).status_code == 413
    assert head(lin, url).headers["Upload-Offset"] == "0"


def test_only_the_team_may_bring_photos(lin, client_of, phone_of):
    qian = phone_of(QIAN)
    assert problem_of(create(qian)) == "not_found"
    assert problem_of(create(phone_of(WU))) == "not_allowed"
    assert create(phone_of(ZHAO)).status_code == 201
    nowhere = phone_of(LIN, inspection="0190b0c0-0000-7000-8000-000000000009")
    assert create(nowhere).get_json() == create(qian).get_json()


def test_an_upload_that_lost_its_end_to_a_crash_is_finished_when_somebody_asks(lin, monkeypatch):
    url = create(lin, data=DATA, body=DATA[:100]).headers["Location"]
    finish = flow._finish
    monkeypatch.setattr(flow, "_finish", lambda upload: upload)  # the process dies before the last step
    patch(lin, url, 100, DATA[100:])
    monkeypatch.setattr(flow, "_finish", finish)
    answer = head(lin, url)
    assert (answer.headers["Upload-Offset"], answer.headers["Mingcha-Verified"]) == (str(len(DATA)), SHA)


def test_a_large_photo_is_kept_piece_by_piece_and_whole_in_the_end(lin, inside):
    data = bytes(range(256)) * 20_000  # 5 MB
    answer = create(lin, data=data, body=data)
    assert answer.headers["Mingcha-Verified"] == hashlib.sha256(data).hexdigest()
    assert blobs.here().get(blobs.photo_key(hashlib.sha256(data).hexdigest())) == data
    assert list(blobs.here().keys("pieces")) == []


def test_a_photo_of_zero_bytes_is_proved_like_any_other(lin):
    answer = create(lin, data=b"")
    assert answer.headers["Mingcha-Verified"] == hashlib.sha256(b"").hexdigest()
