"""What a centre did about its orders on a phone that was revoked before it could send: held for the supervisor."""

import pytest

from mingcha import clock
from tests.cast import CHEN, LIN, SHI
from tests.conftest import problem_of
from tests.rectifying import approve_visit, approved, centre, desk, hands, issue, new_id, upload
from tests.stories.test_lost_phones import revoke
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue"]

DEVICE = "phone-of-shi"


@pytest.fixture
def item(approved, issue):
    return issue(approved)["order"]["items"][0]["id"]


@pytest.fixture
def shi(centre):
    return centre.get("/session")["user"]["id"]


@pytest.fixture
def done(item, shi, hands):
    """石 reports the item done, on a phone that cannot send."""
    said_at = clock.wire(clock.now())
    content = {"words": "标牌已换新"}
    return {"id": new_id(), "item": item, "kind": "done", "said_at": said_at, "content": content, "author": shi, "device": DEVICE}


def last_hearing(side, *entries):
    answer = side.client.post("/api/v1/sync", json={"device": DEVICE, "protocol": 1, "cursor": None, "ops": list(entries)})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def held(desk):
    return desk.get("/held")["held"]


def test_a_revoked_phones_report_waits_for_the_supervisor_and_its_terms_count_from_its_coming(
    client_of, centre, desk, hands, approved, item, shi, done
):
    revoke(client_of(CHEN), SHI)
    assert problem_of(centre.client.post("/api/v1/rectification/moves", json={"cursor": None, "moves": []})) == "sign_in"
    reply = last_hearing(centre, {"move": done}, {"move": {**done, "author": new_id()}})
    assert reply["revoked"] is True
    assert [(each["outcome"], each["code"]) for each in reply["results"]] == [("held", "op.device_revoked"), ("held", "op.foreign_author")]
    assert last_hearing(centre, {"move": done})["results"] == [{"id": done["id"], "outcome": "held", "code": "op.device_revoked"}]
    data = photo_bytes(7)
    assert upload(centre, item, new_id(), data, approved).status_code == 201
    assert centre.client.delete("/api/v1/session").status_code == 204
    assert desk.item(item)["state"] == "issued"

    row = next(each for each in held(desk) if each["code"] == "op.device_revoked")
    assert (row["author"], row["op"]["move"]["content"]) == ("石", {"words": "标牌已换新"})
    came = clock.wire(clock.now())
    hands.forward(days=20)
    taken = desk.post(f"/held/{row['id']}/taking-in", reason="石说是他写的")
    assert taken == {"op_id": done["id"], "outcome": "applied"}
    found = desk.item(item)
    assert (found["state"], found["moves"][-1]["by"]["id"], found["moves"][-1]["at"]) == ("done", shi, came)


def test_what_cannot_be_read_or_is_about_nothing_of_theirs_is_held_and_costs_no_neighbour(client_of, centre, desk, item, done):
    revoke(client_of(CHEN), SHI)
    wrong = [None, 7, {}, {**done, "id": 1}, {**done, "more": 1}, {**done, "content": {"words": 0.5}}, {**done, "device": ""}]
    missing = {**done, "id": new_id(), "item": new_id()}
    reply = last_hearing(centre, *({"move": each} for each in wrong), {"move": missing}, {"move": done})
    codes = [each["code"] for each in reply["results"]]
    assert codes == ["op.malformed"] * len(wrong) + ["op.device_revoked"] * 2
    row = next(each for each in held(desk) if each["op_id"] == missing["id"])
    assert problem_of(desk.ask("POST", f"/held/{row['id']}/taking-in", {})) == "held.cannot_be_taken_in"
    assert len(held(desk)) == len(wrong) + 2


def test_an_inspector_neither_sees_it_nor_lets_it_in(client_of, centre, desk, done):
    revoke(client_of(CHEN), SHI)
    last_hearing(centre, {"move": done})
    [row] = held(desk)
    assert desk.get("/held")["held"] == [row]
    lin = client_of(LIN)
    assert lin.get("/api/v1/held").get_json()["held"] == []
    assert problem_of(lin.post(f"/api/v1/held/{row['id']}/taking-in", json={})) == "not_allowed"


def test_a_held_report_that_fits_no_more_says_so_and_can_be_set_aside(client_of, centre, desk, item, done):
    bad = {**done, "kind": "close"}
    revoke(client_of(CHEN), SHI)
    last_hearing(centre, {"move": bad})
    [row] = held(desk)
    refused = desk.ask("POST", f"/held/{row['id']}/taking-in", {})
    assert refused.get_json()["problem"]["details"] == {"why": "rectification.move"}
    assert desk.ask("POST", f"/held/{row['id']}/setting-aside", {"reason": "不是石写的"}).status_code == 204
    assert held(desk) == []


def test_a_centre_that_is_not_revoked_still_has_no_part_in_the_exchange(centre, done):
    answer = centre.client.post("/api/v1/sync", json={"device": DEVICE, "protocol": 1, "cursor": None, "ops": [{"move": done}]})
    assert problem_of(answer) == "not_allowed"
