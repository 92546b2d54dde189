"""What we promise of uploads beyond the protocol, whose MUSTs are in `tests/contracts/test_tus.py`."""

import base64
import hashlib
import io
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


def test_a_broken_upload_goes_on_where_it_stopped_on_any_phone_of_the_same_person(lin, phone_of):
    url = create(lin, data=DATA).headers["Location"]
    assert patch(lin, url, 0, DATA[:1000]).headers["Upload-Offset"] == "1000"
    second = phone_of(LIN, "second-phone-of-lin")
    assert head(second, url).headers["Upload-Offset"] == "1000"
    answer = patch(second, url, 1000, DATA[1000:])
    assert (answer.status_code, answer.headers["Mingcha-Verified"]) == (204, SHA)
    assert head(lin, url).headers["Mingcha-Verified"] == SHA


def test_an_upload_of_another_person_looks_like_none_even_to_a_colleague(lin, zhao, client_of):
    url = create(lin, body=DATA[:100]).headers["Location"]
    missing = f"/api/v1/uploads/{new_id()}"
    strangers = [zhao.client, client_of(QIAN)]
    for client in strangers:
        for ask in (
            lambda where, c=client: c.head(where, headers=TUS),
            lambda where, c=client: c.patch(where, headers={**BYTES, "Upload-Offset": "100"}, data=DATA[100:]),
            lambda where, c=client: c.delete(where, headers=TUS),
        ):
            foreign, none = ask(url), ask(missing)
            assert foreign.status_code == none.status_code == 404
            assert foreign.data == none.data
            assert "Upload-Offset" not in foreign.headers
    assert head(lin, url).headers["Upload-Offset"] == "100"


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
    assert head(lin, url).status_code == 404
    assert lin.upload(photo, DATA).headers["Mingcha-Verified"] == SHA
    assert lin.upload(photo, other).headers["Mingcha-Verified"] == hashlib.sha256(other).hexdigest()


def test_a_photo_that_arrives_twice_is_one_piece_of_evidence(lin, zhou):
    photo = lin.announce(DATA, "4")
    lin.sync()
    first, second = lin.upload(photo, DATA), create(lin, photo)
    assert first.headers["Mingcha-Verified"] == second.headers["Mingcha-Verified"] == SHA
    assert len(zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()["photos"]) == 1


def test_an_upload_left_alone_for_a_week_is_gone_with_its_pieces(lin, inside, monkeypatch):
    url = create(lin, body=DATA[:300]).headers["Location"]
    assert list(blobs.here().keys("pieces"))
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert problem_of(patch(lin, url, 300, DATA[300:])) == "upload.gone"
    assert lin.client.head(url, headers=TUS).status_code == 410
    assert flow.sweep() == 1
    assert list(blobs.here().keys("pieces")) == []
    assert lin.client.head(url, headers=TUS).status_code == 404


def test_bytes_that_a_dead_node_left_behind_are_swept_and_those_that_count_are_not(lin, inside):
    store = blobs.here()
    url = create(lin, body=DATA[:300]).headers["Location"]
    counted = list(store.keys("pieces"))
    nobodys = blobs.piece_key(new_id(), 0, "dead")
    done = create(lin, body=DATA).headers["Location"].rpartition("/")[2]
    after_the_commit = blobs.piece_key(done, 0, "dead")
    for key in (nobodys, after_the_commit):
        store.put(key, [b"left"])
    flow.sweep()
    assert list(store.keys("pieces")) == counted
    assert patch(lin, url, 300, DATA[300:]).headers["Mingcha-Verified"] == SHA


def test_a_row_that_outlived_its_bytes_takes_them_again(lin, inside):
    """ A restored database beside an older photo store."""
    photo = new_id()
    lin.upload(photo, DATA)
    blobs.here().delete([blobs.photo_key(SHA)])
    assert "Mingcha-Verified" not in create(lin, photo).headers
    assert lin.upload(photo, DATA).headers["Mingcha-Verified"] == SHA
    assert blobs.here().get(blobs.photo_key(SHA)) == DATA


def test_of_two_nodes_that_take_bytes_at_one_offset_one_wins_and_nothing_is_mixed(lin, inside, monkeypatch):
    url = create(lin).headers["Location"]
    count = flow._count

    def late(upload, pieces, received):
        """The other node commits while this one has its pieces on the disk."""
        monkeypatch.setattr(flow, "_count", count)
        other = lin.client.application.test_client()
        other.environ_base.update(lin.client.environ_base)
        other.set_cookie("mingcha", lin.client.get_cookie("mingcha").value)
        lin.client, mine = other, lin.client
        assert patch(lin, url, 0, DATA[:700]).headers["Upload-Offset"] == "700"
        lin.client = mine
        return count(upload, pieces, received)

    monkeypatch.setattr(flow, "_count", late)
    answer = patch(lin, url, 0, bytes(1000))
    assert (answer.status_code, problem_of(answer)) == (409, "upload.offset")
    assert answer.get_json()["problem"]["details"] == {"offset": 700}
    assert head(lin, url).headers["Upload-Offset"] == "700"
    assert len(list(blobs.here().keys("pieces"))) == 1
    assert patch(lin, url, 700, DATA[700:]).headers["Mingcha-Verified"] == SHA


def test_a_node_that_finds_the_upload_finished_by_another_says_so(lin, inside, monkeypatch):
    url = create(lin, body=DATA[:100]).headers["Location"]
    finish = flow._finish
    monkeypatch.setattr(flow, "_finish", lambda upload: upload)
    patch(lin, url, 100, DATA[100:])
    monkeypatch.setattr(flow, "_finish", lambda upload: (finish(upload), finish(upload))[1])
    assert head(lin, url).headers["Mingcha-Verified"] == SHA


def test_metadata_may_carry_what_it_likes_but_no_id_with_a_nul(lin):
    nul = base64.b64encode(b"im\0age.jpg").decode()
    fine = described(new_id(), lin.inspection, DATA)
    url = create(lin, **{"Upload-Metadata": f"{fine},name {nul}"}).headers["Location"]
    assert head(lin, url).headers["Upload-Metadata"].endswith(nul)
    for key in ("photo", "inspection", "sha256"):
        broken = ",".join(f"{key} {nul}" if pair.startswith(key) else pair for pair in fine.split(","))
        assert create(lin, **{"Upload-Metadata": broken}).status_code == 400


def test_a_photo_that_is_too_large_is_told_the_limit_before_a_byte_is_read(lin):
    answer = create(lin, **{"Upload-Length": str(rules.LARGEST_PHOTO_BYTES + 1)})
    assert (answer.status_code, problem_of(answer)) == (413, "upload.too_large")
    assert answer.get_json()["problem"]["details"]["limit_bytes"] == rules.LARGEST_PHOTO_BYTES


def test_a_body_that_ends_before_its_length_is_kept_as_far_as_it_came(lin, inside):
    class Broken(io.BytesIO):
        def read(self, *size):
            return super().read(*size) or self._break()

        def _break(self):
            raise ConnectionResetError

    for method, url in (("POST", "/api/v1/uploads"), ("PATCH", create(lin).headers["Location"])):
        lying = {**announced(lin, new_id()), **BYTES, "Upload-Offset": "0", "Content-Length": str(len(DATA))}
        answer = lin.client.open(url, method=method, headers=lying, input_stream=Broken(DATA[:900]))
        assert answer.headers["Upload-Offset"] == "900"
        assert "Mingcha-Verified" not in answer.headers
        where = answer.headers.get("Location", url)
        assert patch(lin, where, 900, DATA[900:]).headers["Mingcha-Verified"] == SHA


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
