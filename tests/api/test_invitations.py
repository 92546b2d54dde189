"""An administrator invites by a link; whoever holds it chooses a name and a password, once."""

from datetime import timedelta

import time_machine

from mingcha import clock
from mingcha.store import audit
from mingcha.store.db import db
from mingcha.store.invitations import InvitationRow
from tests.cast import CHEN, COUNTY, SHIQIAO, ZHOU
from tests.conftest import PASSWORD, problem_of

OFFER = {"name": "刘芳", "role": "inspector", "scope": COUNTY}
CHOICE = {"username": "Liufang", "password": "a kettle and two clerks"}


def invited(client, **change):
    answer = client.post("/api/v1/invitations", json=OFFER | change)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def token_of(made):
    return made["link"].split("#", 1)[1]


def accept(client, token, **change):
    return client.post("/api/v1/invitation/acceptance", json={"token": token} | CHOICE | change)


def offer(client, token):
    return client.post("/api/v1/invitation/offer", json={"token": token})


def test_liu_opens_the_link_chooses_a_name_and_is_signed_in(app, client_of, stranger):
    chen = client_of(CHEN)
    made = invited(chen)
    assert made["link"].startswith("http://localhost/invitation#")

    seen = offer(stranger, token_of(made)).get_json()
    assert (seen["name"], seen["role"], seen["region"]["zh"]) == ("刘芳", "inspector", "明溪县（演示）")

    answer = accept(stranger, token_of(made)).get_json()
    assert (answer["user"]["username"], answer["user"]["role"], answer["step"]) == ("liufang", "inspector", None)
    assert stranger.get("/api/v1/session").status_code == 200
    assert chen.get("/api/v1/invitations").get_json() == {"invitations": []}
    with app.app_context():
        deeds = [each["deed"] for each in audit.latest(COUNTY, COUNTY, limit=4)]
        assert deeds[:3] == ["account.accept", "session.open", "account.invite"]
        kept = db.session.query(InvitationRow).one()
        assert token_of(made) not in {kept.token_hash, kept.id, kept.name}


def test_a_link_works_once_and_a_used_a_wrong_an_old_and_a_withdrawn_one_are_told_the_same(client_of, stranger):
    chen = client_of(CHEN)
    gone = invited(chen)
    used, old, withdrawn = (token_of(each) for each in (invited(chen), invited(chen, days=1), gone))
    accept(stranger, used)
    assert chen.delete(f"/api/v1/invitations/{gone['id']}").status_code == 204
    assert problem_of(chen.delete(f"/api/v1/invitations/{gone['id']}")) == "not_found"
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=False):
        said = {
            (answer.status_code, answer.get_data())
            for token in (used, "a-wrong-one", old, withdrawn)
            for answer in (offer(stranger, token), accept(stranger, token, username="other"))
        }
    assert len(said) == 1
    assert b"invitation.void" in said.pop()[1]


def test_a_bad_choice_leaves_the_invitation_open(client_of, stranger):
    token = token_of(invited(client_of(CHEN)))
    assert problem_of(accept(stranger, token, username="lin")) == "account.taken"
    assert problem_of(accept(stranger, token, username="刘")) == "account.username"
    assert problem_of(accept(stranger, token, password="too short")) == "account.password"
    assert problem_of(accept(stranger, token, password="1234567890")) == "account.password_common"
    assert problem_of(accept(stranger, token, password="liufang2026")) == "account.password_name"
    assert accept(stranger, token).status_code == 200


def test_chen_invites_into_her_own_area_only_and_nobody_else_invites(client_of):
    chen = client_of(CHEN)
    for scope, problem in (("990456", "not_found"), ("99", "not_found"), ("12", "not_found"), ("9901", "not_found")):
        assert problem_of(chen.post("/api/v1/invitations", json=OFFER | {"scope": scope})) == problem
    assert problem_of(client_of(ZHOU).post("/api/v1/invitations", json=OFFER)) == "not_allowed"
    assert invited(chen, scope=SHIQIAO, role="centre")["scope"] == SHIQIAO


def test_a_password_that_chen_gave_is_changed_at_the_first_sign_in(client_of, app):
    new = {"username": "liu", "name": "刘", "role": "supervisor", "scope": COUNTY, "password": "chosen by chen"}
    client_of(CHEN).post("/api/v1/accounts", json=new)
    phone = app.test_client()
    phone.environ_base["HTTP_X_MINGCHA"] = "1"

    half = phone.post("/api/v1/session", json={"username": "liu", "password": "chosen by chen"}).get_json()
    assert half["step"] == "password"
    refused = phone.get("/api/v1/inspections")
    assert (problem_of(refused), refused.get_json()["problem"]["details"]) == ("session.half_open", {"step": "password"})
    assert problem_of(phone.get("/api/v1/factors")) == "session.half_open"
    choose = "/api/v1/session/password"
    assert problem_of(phone.post(choose, json={"password": "chosen by chen"})) == "account.password_same"
    assert problem_of(phone.post(choose, json={"password": "password123"})) == "account.password_common"
    before = phone.get_cookie("mingcha").value
    assert phone.post(choose, json={"password": "a phrase of my own"}).get_json()["step"] is None
    assert phone.get_cookie("mingcha").value != before
    assert phone.get("/api/v1/inspections").status_code == 200
    assert problem_of(phone.post(choose, json={"password": "once more, please"})) == "session.step_over"
    again = phone.post("/api/v1/session", json={"username": "liu", "password": "a phrase of my own"})
    assert again.get_json()["step"] is None


def test_wrong_links_are_slowed_down_by_address(stranger):
    said = [problem_of(offer(stranger, f"wrong-{number}")) for number in range(22)]
    assert said[:20] == ["invitation.void"] * 20
    assert said[-1] == "session.slow_down"
    assert stranger.post("/api/v1/session", json={"username": "chen", "password": PASSWORD}).status_code == 429
