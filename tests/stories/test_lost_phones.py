"""A phone is lost, somebody leaves, somebody falls ill: nothing that was ever shown as saved is lost with them."""

import pytest

from mingcha.store import audit
from tests.cast import CHEN, COUNTY, LIN, ZHAO, ZHOU
from tests.conftest import PASSWORD, problem_of
from tests.visits import photo_bytes

ACCOUNTS, HAND_OVER = "/api/v1/accounts", "/api/v1/hand-over"
LOST = {"reason": "手机丢在车上"}


@pytest.fixture
def chen(client_of):
    return client_of(CHEN)


def account_of(chen, person):
    found = chen.get(f"{ACCOUNTS}?q={person.username}").get_json()["accounts"]
    return next(each for each in found if each["username"] == person.username)


def devices_of(chen, person):
    return chen.get(f"{ACCOUNTS}/{account_of(chen, person)['id']}/devices").get_json()["devices"]


def revoke(chen, person):
    (device,) = devices_of(chen, person)
    url = f"{ACCOUNTS}/{account_of(chen, person)['id']}/devices/{device['id']}/revocation"
    answer = chen.post(url, json=LOST)
    assert answer.get_json() == {"devices": 1}, answer.get_json()
    return url


def sync(phone, ops=()):
    return phone.client.post(
        "/api/v1/sync", json={"device": phone.device, "protocol": 1, "cursor": phone.cursor, "ops": list(ops)}
    )


def test_a_lost_phone_hands_in_its_work_first_and_lets_go_of_the_rest(app, chen, lin, zhao, zhou):
    sent = lin.say("1", "met")
    lin.sync()
    unsent = lin.say("2", "not_met")
    data = photo_bytes()
    photo = lin.announce(data, "4")
    url = revoke(chen, LIN)
    assert problem_of(chen.post(url, json=LOST)) == "not_found"
    assert [each["state"] for each in devices_of(chen, LIN)] == ["revoked"]

    for forbidden in ("/api/v1/session", "/api/v1/sessions", "/api/v1/factors", f"/api/v1/inspections/{lin.inspection}"):
        assert problem_of(lin.client.get(forbidden)) == "sign_in"
    announced = lin.log[next(one for one in lin.outbox if lin.log[one]["target"] == f"photo/{photo}")]
    reply = sync(lin, [sent, unsent, announced]).get_json()
    assert [(each["outcome"], each.get("code")) for each in reply["results"]] == [
        ("duplicate", None), ("held", "op.device_revoked"), ("held", "op.device_revoked"),
    ]  # fmt: skip
    assert (reply["revoked"], reply["changes"], reply["gone"], reply["more"]) == (True, [], [lin.inspection], False)
    again = sync(lin, [sent, unsent, announced]).get_json()["results"]
    assert again == reply["results"]
    assert lin.upload(photo, data).status_code in (201, 204)
    assert lin.client.delete("/api/v1/session").status_code == 204
    assert problem_of(sync(lin)) == "sign_in"
    assert [each["state"] for each in devices_of(chen, LIN)] == ["let_go"]

    waiting = {each["op_id"]: each for each in zhou.client.get("/api/v1/held").get_json()["held"]}
    assert set(waiting) == {unsent["id"], announced["id"]}
    taken = zhou.client.post(f"/api/v1/held/{waiting[unsent['id']]['id']}/taking-in", json={"reason": "是林写的"})
    assert taken.get_json() == {"op_id": unsent["id"], "outcome": "applied"}
    zhao.sync()
    assert zhao.heads("answer/2/verdict")[0]["author"] == lin.author
    with app.app_context():
        trail = audit.latest(COUNTY, COUNTY, limit=6)
        assert [each["deed"] for each in trail if each["deed"].startswith("session.")][:2] == ["session.close", "session.revoke"]
        assert next(each for each in trail if each["deed"] == "session.close")["details"] == {"let_go": True}
        assert next(each for each in trail if each["deed"] == "session.revoke")["details"]["reason"] == LOST["reason"]


def test_a_revoked_phone_that_polls_with_the_newest_cursor_is_told_too(chen, lin):
    lin.say("1", "met")
    lin.sync()
    lin.sync()
    revoke(chen, LIN)
    assert sync(lin).get_json()["revoked"] is True


def test_lin_who_finds_her_phone_signs_in_again_and_goes_on(chen, lin, zhao):
    unsent = lin.say("2", "not_met")
    revoke(chen, LIN)
    lin.client.post("/api/v1/session", json={"username": "lin", "password": PASSWORD})
    assert sync(lin, [unsent]).get_json()["results"] == [{"id": unsent["id"], "outcome": "applied"}]


def test_a_disabled_account_signs_in_nowhere_is_told_nothing_and_its_work_is_rescued(chen, lin, zhou, stranger):
    unsent = lin.say("2", "not_met")
    url = f"{ACCOUNTS}/{account_of(chen, LIN)['id']}"
    assert chen.post(f"{url}/disabling", json={"reason": "调离"}).status_code == 204
    assert problem_of(chen.post(f"{url}/disabling", json={"reason": "调离"})) == "account.disabled"
    assert account_of(chen, LIN)["disabled_at"]

    right = stranger.post("/api/v1/session", json={"username": "lin", "password": PASSWORD})
    wrong = stranger.post("/api/v1/session", json={"username": "lin", "password": "something else"})
    nobody = stranger.post("/api/v1/session", json={"username": "nobody", "password": PASSWORD})
    assert right.get_json() == wrong.get_json() == nobody.get_json()
    assert problem_of(right) == "session.wrong_password"
    assert sync(lin, [unsent]).get_json()["results"][0]["code"] == "op.device_revoked"
    assert [each["op_id"] for each in zhou.client.get("/api/v1/held").get_json()["held"]] == [unsent["id"]]

    assert chen.post(f"{url}/enabling").status_code == 204
    assert chen.post(f"{url}/enabling").status_code == 204
    assert stranger.post("/api/v1/session", json={"username": "lin", "password": PASSWORD}).status_code == 200
    assert sync(lin).get_json()["revoked"] is True


def test_chen_disables_neither_herself_nor_anybody_outside_her_county(chen, client_of, id_of):
    from tests.cast import QIAN

    own = account_of(chen, CHEN)["id"]
    assert problem_of(chen.post(f"{ACCOUNTS}/{own}/disabling", json={"reason": "x"})) == "account.self"
    foreign = chen.post(f"{ACCOUNTS}/{id_of(QIAN)}/disabling", json={"reason": "x"})
    missing = chen.post(f"{ACCOUNTS}/018f0000-0000-4000-8000-000000000001/disabling", json={"reason": "x"})
    assert foreign.get_json() == missing.get_json()
    assert foreign.status_code == missing.status_code == 404
    assert chen.get("/api/v1/session").status_code == 200


def test_zhou_hands_lins_open_work_to_wang_and_lins_late_work_is_held_not_lost(app, chen, lin, zhao, zhou, client_of):
    new = {"username": "wang", "name": "王", "role": "inspector", "scope": COUNTY, "password": "given by chen"}
    wang = chen.post(ACCOUNTS, json=new).get_json()["id"]
    lin.say("1", "met")
    lin.sync()
    late = lin.say("2", "not_met")
    data = photo_bytes(seed=3)
    photo = lin.announce(data, "4")

    board = zhou.client.get(HAND_OVER).get_json()
    (work,) = board["work"]
    assert next(each for each in board["people"] if each["username"] == "lin")["open"] == [lin.inspection]
    assert work["obstacles"] == {lin.author: "on_team", zhao.author: "on_team"}
    ask = {"giver": lin.author, "taker": wang, "visits": [lin.inspection], "reason": "林病假"}
    on_team = zhou.client.post(HAND_OVER, json=ask | {"taker": zhao.author})
    assert (problem_of(on_team), on_team.get_json()["problem"]["details"]["why"]) == ("handover.obstacle", "on_team")
    assert problem_of(zhao.client.post(HAND_OVER, json=ask)) == "not_allowed"
    assert problem_of(zhou.client.post(HAND_OVER, json=ask | {"giver": wang, "taker": wang})) == "not_found"
    assert zhou.client.post(HAND_OVER, json=ask).get_json() == {"handed": 1}
    assert problem_of(zhou.client.post(HAND_OVER, json=ask)) == "not_found"

    reply = sync(lin, [lin.log[one] for one in lin.outbox]).get_json()
    assert {each["outcome"] for each in reply["results"]} == {"held"}
    assert reply["gone"] == [lin.inspection]
    assert lin.upload(photo, data).status_code in (201, 204)
    (waiting, _) = sorted(zhou.client.get("/api/v1/held").get_json()["held"], key=lambda one: one["op_id"])
    taken = zhou.client.post(f"/api/v1/held/{waiting['id']}/taking-in", json={"reason": "病前写的"}).get_json()
    assert taken == {"op_id": late["id"], "outcome": "applied"}
    team = {each["name"] for each in zhou.client.get(HAND_OVER).get_json()["work"][0]["team"]}
    assert team == {"赵", "王"}
    with app.app_context():
        deed = next(each for each in audit.latest(COUNTY, COUNTY, limit=9) if each["deed"] == "assignment.hand_over")
        assert deed["details"] == {"giver": lin.author, "taker": wang, "reason": "林病假"}


def test_a_hand_over_is_all_or_nothing_and_never_to_whom_is_not_there(chen, lin, zhou, new_visit, client_of, id_of):
    from tests.cast import QIAN

    second = new_visit(LIN, ZHAO, visit_on="2026-11-23")
    ask = {"giver": lin.author, "taker": id_of(QIAN), "visits": [lin.inspection, second], "reason": "外出"}
    refused = zhou.client.post(HAND_OVER, json=ask)
    assert refused.get_json()["problem"]["details"]["why"] == "not_there"
    missing = ask | {"visits": [lin.inspection, "018f0000-0000-4000-8000-000000000001"]}
    assert problem_of(zhou.client.post(HAND_OVER, json=missing)) == "not_found"
    assert len(next(each for each in zhou.client.get(HAND_OVER).get_json()["people"] if each["id"] == lin.author)["open"]) == 2
    assert client_of(ZHOU).get(HAND_OVER).status_code == 200
