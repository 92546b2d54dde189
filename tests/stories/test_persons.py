"""A person asks what is stored of them, and that it be deleted."""

import json
from urllib.parse import quote

import pytest

from mingcha.flows import persons
from mingcha.store import accounts, audit, photos
from mingcha.store.audit import breaks
from tests.cast import CHEN, COUNTY, LIN, QIAN, WU, ZHAO
from tests.conftest import problem_of
from tests.visits import photo_bytes

ASKED = "本人2026年11月20日书面申请"


@pytest.fixture
def badge(lin):
    """A badge whose note names 赵, who wears it."""
    data = photo_bytes(5)
    photo = lin.announce(data, "1", kind="badge")
    lin.write(f"photo/{photo}/note", "赵")
    lin.write("signature/0190b0c0-0000-7000-8000-0000000000bb", SIGNED, "add")
    lin.sync()
    assert lin.upload(photo, data).status_code == 201
    return photo


SIGNED = {"role": "centre", "name": "王芳", "refused": False, "reason": None, "strokes": [[1, 2, 3]]}


def test_everything_about_a_person_is_handed_out(client_of, id_of, zhao, badge):
    zhao.say("1", "met")
    zhao.sync()
    chen = client_of(CHEN)
    told = chen.get(f"/api/v1/accounts/{id_of(ZHAO)}/export").get_json()["person"]
    assert told["account"]["username"] == "zhao"
    assert "password" not in json.dumps(told)
    assert [each["address"] for each in told["sessions"]] == ["127.0.0.1"]
    assert [each["inspection"] for each in told["assignments"]] == [zhao.inspection]
    assert [each["target"] for each in told["ops"]] == ["answer/1/verdict"]
    assert [each["target"] for each in told["mentions"]] == [f"photo/{badge}/note"]
    assert [each["id"] for each in told["badge_photos"]] == [badge]
    assert {"account.add", "session.open"} <= {each["deed"] for each in told["events"]}
    lin = chen.get(f"/api/v1/accounts/{id_of(LIN)}/export").get_json()["person"]
    assert [each["id"] for each in lin["photos"]] == [badge]
    assert audit.latest(COUNTY, COUNTY, limit=1)[0]["deed"] == "person.export"


def test_why_something_was_handed_out_is_written_down_where_it_is_said(client_of, id_of, lin, badge):
    chen = client_of(CHEN)
    where = f"/api/v1/accounts/{id_of(ZHAO)}/export"
    assert chen.get(where, headers={"Mingcha-Reason": quote(ASKED)}).status_code == 200
    assert audit.latest(COUNTY, COUNTY, limit=1)[0]["details"]["reason"] == ASKED
    named = {"json": {"name": "王芳"}, "headers": {"Mingcha-Reason": quote(ASKED)}}
    assert chen.post("/api/v1/persons/export", **named).status_code == 200
    assert audit.latest(COUNTY, COUNTY, limit=1)[0]["details"]["reason"] == ASKED
    assert problem_of(chen.get(where, headers={"Mingcha-Reason": "a"})) == "person.reason"


def test_somebody_without_an_account_is_found_by_the_name_they_signed_with(client_of, lin, badge):
    chen = client_of(CHEN)
    told = chen.post("/api/v1/persons/export", json={"name": "王芳"}).get_json()["person"]
    assert [each["value"]["name"] for each in told["signatures"]] == ["王芳"]
    answer = chen.post("/api/v1/persons/erasure", json={"name": "王芳", "reason": ASKED}).get_json()
    assert answer["erased"] == {"badge_photos": 0}
    assert [(each["what"], each["count"]) for each in answer["kept"]] == [("signatures", 1)]
    answer = chen.post("/api/v1/persons/erasure", json={"name": "赵", "reason": ASKED}).get_json()
    assert answer["erased"] == {"badge_photos": 1}


def test_deleting_a_person_takes_the_name_the_sessions_and_the_badge_and_leaves_the_record(
    client_of, id_of, zhao, zhou, badge, inside
):
    zhao.say("1", "met")
    zhao.sync()
    account = id_of(ZHAO)
    chen = client_of(CHEN)
    answer = chen.post(f"/api/v1/accounts/{account}/erasure", json={"reason": ASKED})
    told = answer.get_json()
    assert told["erased"] == {"account": 1, "sessions": 1, "assignments": 1, "badge_photos": 1, "audit_words": 1}
    kept = {each["what"]: each for each in told["kept"]}
    assert kept["ops"]["count"] == 1
    assert "依法保存" in kept["ops"]["why"]["zh"]

    assert zhao.client.get("/api/v1/session").status_code == 401
    assert accounts.by_username("zhao") is None
    left = accounts.by_id(account)
    assert left is not None
    assert (left.name, left.username) == (persons.NOBODY_NAME, f"erased-{account[-12:]}")
    assert photos.by_id(badge)[0].erased_why == "person"
    seen = zhou.client.get(f"/api/v1/inspections/{zhao.inspection}").get_json()
    assert seen["authors"][account] == persons.NOBODY_NAME
    assert breaks(COUNTY) == []
    event = audit.latest(COUNTY, COUNTY, limit=1)[0]
    assert (event["deed"], event["details"]["reason"]) == ("person.erase", ASKED)
    assert "zhao" not in json.dumps([persons.export(None, account)["account"], event])


def test_only_an_administrator_of_the_area_does_this_and_never_to_themselves(client_of, id_of, zhou):
    zhao, qian = id_of(ZHAO), id_of(QIAN)
    chen = client_of(CHEN)
    for client in (zhou.client, client_of(WU), client_of(LIN)):
        assert problem_of(client.get(f"/api/v1/accounts/{zhao}/export")) == "not_allowed"
        answer = client.post(f"/api/v1/accounts/{zhao}/erasure", json={"reason": ASKED})
        assert problem_of(answer) == "not_allowed"
    missing = "0190b0c0-0000-7000-8000-000000000009"
    for account in (qian, missing):
        assert problem_of(chen.get(f"/api/v1/accounts/{account}/export")) == "not_found"
    own = chen.post(f"/api/v1/accounts/{id_of(CHEN)}/erasure", json={"reason": ASKED})
    assert problem_of(own) == "person.self"
    assert problem_of(chen.post(f"/api/v1/accounts/{zhao}/erasure", json={"reason": " "})) == "person.reason"
