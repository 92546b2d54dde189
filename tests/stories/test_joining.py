"""A second inspector joins at the site by a code; the team is still the supervisor's to decide."""

import hashlib
import hmac

import pytest

from mingcha.flows import accounts
from mingcha.store import audit
from tests.cast import COUNTY, LIN, QIAN, Person
from tests.conftest import PASSWORD, problem_of

SUN = Person("sun", "孙", "inspector", COUNTY)


@pytest.fixture
def sun(app, phone_of):
    """An inspector of the county who was not drawn for this visit."""
    with app.app_context():
        accounts.add(None, username=SUN.username, name=SUN.name, role=SUN.role, scope=SUN.scope, password=PASSWORD)
    return phone_of(SUN)


def invitation(phone, **change):
    """What the phone's code says."""
    if not phone.known:
        phone.sync()
    digest = phone.known[phone.inspection]["checklist"]["digest"]
    said = {"inspection": phone.inspection, "checklist": digest, "inviter": phone.author, "device": phone.device,
            "at": "2026-11-22T01:00:00.000Z"}  # fmt: skip
    key = phone.client.get(f"/api/v1/seal?device={phone.device}").get_json()["key"]
    text = "\n".join(["mingcha join 1", *(said[name] for name in ("inspection", "checklist", "inviter", "device", "at"))])
    return {**said, "seal": hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest(), **change}


def join(phone, said):
    return phone.client.post("/api/v1/joins", json=said)


def test_who_is_on_the_team_already_just_works(lin, zhao):
    op = zhao.say("1", "met")
    assert join(zhao, invitation(lin)).get_json() == {"standing": "member"}
    assert zhao.sync() == {op["id"]: "applied"}


def test_who_is_not_waits_for_the_supervisor_and_loses_nothing(lin, sun, zhou, inside):
    op = sun.say("1", "met")
    assert join(sun, invitation(lin)).get_json() == {"standing": "waiting"}
    assert sun.sync() == {op["id"]: "held"}
    assert sun.held == {op["id"]: "join.waiting"}
    lin.sync()
    assert op["id"] not in lin.log

    wish = zhou.client.get("/api/v1/joins").get_json()["joins"]
    assert [(each["account"]["name"], each["inviter"]["name"]) for each in wish] == [("孙", "林")]
    address = f"/api/v1/joins/{lin.inspection}/{sun.author}"
    assert zhou.client.post(address, json={"admit": True}).status_code == 204
    assert zhou.client.post(address, json={"admit": True}).status_code == 204

    sun.outbox = [op["id"]]
    assert sun.sync() == {op["id"]: "applied"}
    lin.sync()
    assert op["id"] in lin.log
    assert zhou.client.get("/api/v1/held").get_json()["held"] == []
    assert zhou.client.get("/api/v1/joins").get_json()["joins"] == []
    deeds = [(event["deed"], event["actor"]) for event in audit.latest(COUNTY, COUNTY, limit=20)]
    assert [each for each in deeds if each[0] in ("inspection.join", "team.admit")] == [
        ("team.admit", zhou.author), ("inspection.join", sun.author)
    ]  # fmt: skip


def test_who_is_refused_is_told_so_and_keeps_what_was_written(lin, sun, zhou):
    join(sun, invitation(lin))
    zhou.client.post(f"/api/v1/joins/{lin.inspection}/{sun.author}", json={"admit": False})
    assert join(sun, invitation(lin)).get_json() == {"standing": "refused"}
    op = sun.say("1", "met")
    sun.sync()
    assert sun.held == {op["id"]: "join.refused"}
    assert [each["op_id"] for each in zhou.client.get("/api/v1/held").get_json()["held"]] == [op["id"]]


def test_an_invitation_that_no_member_made_opens_nothing(lin, sun, phone_of, zhou):
    true = invitation(lin)
    false = [
        {**true, "seal": "0" * 64},
        {**true, "inviter": sun.author},
        {**true, "at": "2027-01-01T00:00:00.000Z"},
        {**true, "checklist": "0" * 64},
        {**true, "inspection": "0190b0c0-0000-7000-8000-000000000009"},
        invitation(lin, seal="") | {"seal": "林"},
    ]
    for said in false:
        answer = join(sun, said)
        assert (answer.status_code, problem_of(answer)) == (422, "join.invitation")
    assert problem_of(join(phone_of(QIAN), true)) == "join.invitation"
    assert zhou.client.get("/api/v1/joins").get_json()["joins"] == []
    op = sun.say("1", "met")
    sun.sync()
    assert sun.held == {op["id"]: "not_found"}


def test_only_a_supervisor_decides_and_only_about_a_wish(lin, sun, zhou, client_of):
    join(sun, invitation(lin))
    address = f"/api/v1/joins/{lin.inspection}/{sun.author}"
    assert problem_of(client_of(LIN).post(address, json={"admit": True})) == "not_allowed"
    assert problem_of(zhou.client.post(address.replace(sun.author, lin.author), json={"admit": True})) == "not_found"
