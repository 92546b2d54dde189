"""What the log did not take is kept, shown with its reason, and settled by a person; nothing is dropped."""

import pytest
from sqlalchemy import update

from mingcha.flows import accounts, inspections
from mingcha.store import audit
from mingcha.store.accounts import AccountRow
from mingcha.store.db import db, transaction
from tests.cast import COUNTY, LIN, OTHER_COUNTY, QIAN, SHI, ZHAO, ZHOU, Person
from tests.conftest import PASSWORD, problem_of
from tests.stories.phone import new_id

URL = "/api/v1/held"
AGAIN = {"reason": "看过了，收入"}


@pytest.fixture
def change(id_of):
    """Somebody's account is given another role or area, as an administrator would."""

    def give(person, **values):
        with transaction():
            db.session.execute(update(AccountRow).where(AccountRow.id == id_of(person)).values(**values))

    return give


def held_of(phone, **query):
    return phone.client.get(URL, query_string=query).get_json()["held"]


def take_in(phone, held_id, **body):
    return phone.client.post(f"{URL}/{held_id}/taking-in", json=body or AGAIN)


def set_aside(phone, held_id, reason="重复"):
    return phone.client.post(f"{URL}/{held_id}/setting-aside", json={"reason": reason})


def test_what_a_colleague_brings_from_a_broken_phone_is_taken_in_under_its_writers_name(lin, zhao, zhou):
    rescued = lin.say("1", "not_met")
    assert zhao.push([rescued]).get_json()["results"] == [
        {"id": rescued["id"], "outcome": "held", "code": "op.foreign_author"}
    ]
    (waiting,) = held_of(zhou)
    assert (waiting["sender"], waiting["author"], waiting["site"]["zh"]) == ("赵", "林", "石桥镇便民服务中心")
    assert waiting["op"] == rescued
    assert waiting["message"]["zh"]
    assert waiting["may"] == ["held.take_in", "held.set_aside"]

    assert take_in(zhou, waiting["id"]).get_json() == {"op_id": rescued["id"], "outcome": "applied"}

    zhao.sync()
    assert zhao.heads("answer/1/verdict")[0]["author"] == lin.author
    assert lin.sync() == {rescued["id"]: "duplicate"}
    assert held_of(zhou) == []
    (settled,) = held_of(zhao, settled=1)
    assert settled["settled"]["op_id"] == rescued["id"]
    assert (settled["settled"]["how"], settled["settled"]["by"], settled["may"]) == ("taken_in", "周", [])


def test_who_is_taken_off_a_visit_loses_it_but_not_what_they_had_not_sent(lin, zhou, inside):
    lin.sync()
    late = lin.say("2", "met")
    with inside.app_context():
        inspections.unassign(lin.inspection, lin.author)

    reply = lin.push([late]).get_json()

    assert reply["gone"] == [lin.inspection]
    assert reply["results"][0] == {"id": late["id"], "outcome": "held", "code": "not_found"}
    assert [each["op_id"] for each in held_of(lin)] == [late["id"]]
    (waiting,) = held_of(zhou)
    assert waiting["inspection"] == lin.inspection
    assert take_in(zhou, waiting["id"]).get_json()["outcome"] == "applied"
    seen = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    assert seen["state"]["fields"]["answer/2/verdict"][0]["author"] == lin.author


@pytest.mark.parametrize("values", [{"role": "viewer"}, {"scope": OTHER_COUNTY, "tenant": OTHER_COUNTY}])
def test_a_role_or_an_area_that_is_taken_away_takes_no_unsent_work_with_it(lin, zhao, zhou, change, values):
    zhao.say("1", "met")
    zhao.sync()
    lin.sync()
    assert lin.inspection in lin.known
    late = lin.say("2", "met")
    change(LIN, **values)

    reply = lin.push([late]).get_json()

    assert (reply["gone"], reply["changes"]) == ([lin.inspection], [])
    assert reply["results"][0]["outcome"] == "held"
    lin.take_in(reply)
    assert lin.push([]).get_json()["gone"] == []
    (waiting,) = held_of(zhou)  # who leads the hall's county, wherever 林 is now
    assert take_in(zhou, waiting["id"]).get_json()["outcome"] == "applied"
    zhao.sync()
    assert late["id"] in zhao.log


def test_whoever_never_inspected_cannot_fill_the_desk_of_a_supervisor(lin, client_of, zhou):
    op = lin.say("1", "met")
    body = {"device": "phone-one", "protocol": 1, "cursor": None, "ops": [op]}
    answer = client_of(SHI).post("/api/v1/sync", json=body)

    assert (answer.status_code, problem_of(answer)) == (403, "not_allowed")
    assert held_of(zhou) == []


def test_an_op_of_a_foreign_county_waits_with_those_who_lead_its_sender(lin, phone_of, zhou):
    qian = phone_of(QIAN, "phone-of-qian", inspection=lin.inspection)
    assert qian.push([qian.say("1", "met")]).get_json()["results"][0]["code"] == "not_found"
    assert held_of(zhou) == []
    assert [(each["inspection"], each["may"]) for each in held_of(qian)] == [(None, ["held.set_aside"])]


def test_one_id_with_two_payloads_can_be_taken_in_under_a_new_id_and_stands_beside_the_first(lin, zhao, zhou):
    op = lin.say("1", "met")
    lin.sync()
    other = {**op, "value": "not_met"}
    lin.push([other])
    (waiting,) = held_of(zhou)
    assert waiting["code"] == "op.id_reused"

    said = take_in(zhou, waiting["id"]).get_json()

    assert (said["outcome"], said["op_id"] != op["id"]) == ("conflict", True)
    zhao.sync()
    assert {head["value"] for head in zhao.heads("answer/1/verdict")} == {"met", "not_met"}


def test_what_named_values_of_another_row_is_taken_in_without_erasing_them(lin, zhou):
    first = lin.say("1", "met")
    forged = lin.write("answer/2/verdict", "met", over=[first["id"]])
    assert lin.sync()[forged["id"]] == "held"
    (waiting,) = held_of(zhou)

    said = take_in(zhou, waiting["id"]).get_json()

    assert said["outcome"] == "applied"
    fields = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()["state"]["fields"]
    assert [head["op"] for head in fields["answer/2/verdict"]] == [said["op_id"]]
    assert [head["op"] for head in fields["answer/1/verdict"]] == [first["id"]]


@pytest.mark.parametrize("bad", [
    {"value": "perhaps"},
    {"target": "review/approval", "value": {"at": "2026-11-22T01:30:00.000Z", "snapshot": "x", "upto": 1}},
    {"author": "5f0e7a36-53a5-4d61-9a5f-0c6d1a0f9e11"},
    {"inspection": "5f0e7a36-53a5-4d61-9a5f-0c6d1a0f9e11"},
    {"kind": "remove", "target": "finding/1:a", "value": None, "over": [new_id()], "author": None},
])  # fmt: skip
def test_what_cannot_be_let_in_says_why_and_can_be_set_aside(lin, zhou, bad):
    lin.push([{**lin.say("1", "met"), **bad}])
    (waiting,) = held_of(zhou)

    answer = take_in(zhou, waiting["id"])

    assert (answer.status_code, problem_of(answer)) == (422, "held.cannot_be_taken_in")
    assert answer.get_json()["problem"]["details"]["why"]
    assert set_aside(zhou, waiting["id"]).status_code == 204
    assert (held_of(zhou), held_of(lin)) == ([], [])
    (kept,) = held_of(lin, settled=1)
    assert kept["op"] == waiting["op"]
    assert (kept["settled"]["how"], kept["settled"]["reason"]) == ("set_aside", "重复")


def test_an_inspector_sets_aside_their_own_and_lets_nothing_in(lin, zhao, zhou):
    lin.push([{**lin.say("1", "met"), "value": "perhaps"}])
    (mine,) = held_of(lin)
    assert mine["may"] == ["held.set_aside"]
    assert held_of(zhao) == []
    assert problem_of(take_in(lin, mine["id"])) == "not_allowed"
    assert problem_of(set_aside(zhao, mine["id"])) == "not_found"
    assert set_aside(lin, mine["id"], "手误").status_code == 204
    assert held_of(zhou, settled=1)[0]["settled"]["by"] == "林"


def test_what_is_settled_is_settled_once_and_stays_so_when_it_is_sent_again(lin, zhou):
    bad = {**lin.say("1", "met"), "value": "perhaps"}
    lin.push([bad])
    (waiting,) = held_of(zhou)
    set_aside(zhou, waiting["id"])
    for answer in (set_aside(zhou, waiting["id"]), take_in(zhou, waiting["id"])):
        assert (answer.status_code, problem_of(answer)) == (409, "held.settled")
    assert lin.push([bad]).get_json()["results"][0]["outcome"] == "held"
    assert held_of(zhou) == []


def test_a_supervisor_of_another_county_finds_nothing_there(lin, client_of, inside):
    with inside.app_context():
        accounts.add(None, username="sun", name="孙", role="supervisor", scope=OTHER_COUNTY, password=PASSWORD)
    lin.push([{**lin.say("1", "met"), "value": "perhaps"}])
    (mine,) = held_of(lin)
    sun = client_of(Person("sun", "孙", "supervisor", OTHER_COUNTY))
    assert sun.get(URL).get_json() == {"held": []}
    for deed, body in (("taking-in", {}), ("setting-aside", {"reason": "x"})):
        assert problem_of(sun.post(f"{URL}/{mine['id']}/{deed}", json=body)) == "not_found"
        assert problem_of(sun.post(f"{URL}/{new_id()}/{deed}", json=body)) == "not_found"


def test_a_setting_aside_without_a_reason_is_refused(lin, zhou):
    lin.push([{**lin.say("1", "met"), "value": "perhaps"}])
    (waiting,) = held_of(zhou)
    for reason in ("", None, "x" * 2001, "a\0b", 7):
        assert set_aside(zhou, waiting["id"], reason).status_code == 422
    assert len(held_of(zhou)) == 1


def test_who_settled_what_and_why_stands_in_the_trail(lin, zhao, zhou, id_of):
    lin.push([{**lin.say("1", "met"), "value": "perhaps"}])
    zhao.push([lin.say("2", "met")])
    for waiting in held_of(zhou):
        set_aside(zhou, waiting["id"]) if waiting["code"] == "op.bad_value" else take_in(zhou, waiting["id"])
    trail = {each["deed"]: each for each in audit.latest(COUNTY, COUNTY, limit=20)}
    assert trail["held.set_aside"]["details"]["reason"] == "重复"
    assert trail["held.take_in"]["details"]["author"] == id_of(LIN)
    assert trail["held.take_in"]["actor"] == id_of(ZHOU)
    assert audit.breaks(COUNTY) == []
    assert trail["held.take_in"]["details"]["sender"] == id_of(ZHAO)
