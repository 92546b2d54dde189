"""A phone that cannot send: a colleague or the supervisor carries its work, which stays its author's."""

import hashlib
import hmac
import json

import pytest

from mingcha.flows import inspections
from mingcha.store import audit
from tests.cast import COUNTY, QIAN, SHI, WU, ZHAO, ZHOU
from tests.conftest import problem_of
from tests.visits import photo_bytes

URL = "/api/v1/rescue"


def sealed(phone, ops):
    """What the phone writes into its rescue file: each op with the seal of its own key."""
    key = phone.client.get(f"/api/v1/seal?device={phone.device}").get_json()["key"]
    return [{"op": op, "seal": seal(key, op)} for op in ops]


def seal(key, op):
    text = json.dumps(op, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def bring(carrier, entries):
    return carrier.client.post(URL, data=json.dumps({"device": carrier.device, "ops": entries}),
                               content_type="application/json")  # fmt: skip


def said(answer):
    assert answer.status_code == 200, answer.get_json()
    return [(each["outcome"], each.get("code")) for each in answer.get_json()["results"]]


def held_of(phone):
    return [(each["op_id"], each["code"]) for each in phone.client.get("/api/v1/held").get_json()["held"]]


@pytest.mark.parametrize("who", [ZHAO, ZHOU], ids=["a colleague", "the supervisor"])
def test_what_lin_could_not_send_arrives_as_lins_own_and_once(lin, phone_of, who, inside):
    ops = [lin.say("1", "met"), lin.say("2", "not_met")]
    entries = sealed(lin, ops)
    carrier = phone_of(who)

    assert said(bring(carrier, entries)) == [("applied", None)] * 2
    assert said(bring(carrier, entries)) == [("duplicate", None)] * 2

    zhao = phone_of(ZHAO, "zhaos-other-phone")
    zhao.sync()
    assert {op["author"] for op in zhao.log.values()} == {lin.author}
    assert set(lin.sync().values()) == {"duplicate"}
    trail = [event for event in audit.latest(COUNTY, COUNTY, limit=20) if event["deed"] == "rescue.import"]
    assert [(event["actor"], event["details"]["author"], event["details"]["ops"]) for event in trail] == [
        (carrier.author, lin.author, 2)
    ]


def test_nobody_can_make_up_a_colleagues_work(lin, zhao, zhou):
    op = lin.say("1", "met")
    entry = sealed(lin, [op])[0]
    forged = [
        {"op": op, "seal": None},
        {"op": {**op, "value": "not_met"}, "seal": entry["seal"]},
        {"op": op, "seal": sealed(zhao, [op])[0]["seal"]},
        {"op": {**op, "device": zhao.device}, "seal": entry["seal"]},
        {"op": op, "seal": "林"},
    ]
    assert said(bring(zhao, forged)) == [("held", "rescue.seal")] * 5
    zhao.sync()
    assert zhao.log == {}
    assert {code for _, code in held_of(zhou)} == {"rescue.seal"}
    assert said(bring(zhao, [entry])) == [("applied", None)]


def test_a_supervisors_decision_cannot_be_carried_in(lin, zhou):
    decision = zhou.write("review/comment/1", "很好")
    assert said(bring(lin, sealed(zhou, [decision]))) == [("held", "rescue.author")]


def test_an_author_who_is_not_on_the_team_is_held_until_they_are(lin, zhao, inside):
    op = lin.say("1", "met")
    entries = sealed(lin, [op])
    inspections.unassign(lin.inspection, lin.author)

    assert said(bring(zhao, entries)) == [("held", "rescue.author")]
    assert held_of(zhao) == [(op["id"], "rescue.author")]

    inspections.assign(lin.inspection, lin.author)
    assert said(bring(zhao, entries)) == [("applied", None)]
    assert held_of(zhao) == []


def test_one_bad_step_in_the_file_costs_no_neighbour(lin, zhao):
    good = [lin.say("1", "met"), lin.say("2", "met")]
    entries = sealed(lin, good)
    nul = {"op": {**lin.say("3", "met"), "value": "a\0b", "target": "visit/note"}, "seal": "x"}
    nonsense = [None, 7, [], {}, {"op": None, "seal": None}, {"op": {"id": "\ud800", "inspection": "\ud800" * 36}}]
    answer = bring(zhao, [entries[0], nul, *nonsense, entries[1]])
    assert said(answer) == [
        ("applied", None), ("held", "op.nul"), *[("held", "op.malformed")] * len(nonsense), ("applied", None)
    ]  # fmt: skip
    assert len(held_of(zhao)) == len({json.dumps(each.get("op") if isinstance(each, dict) else each)
                                      for each in (nul, *nonsense)})  # fmt: skip


def test_a_foreign_county_and_a_missing_inspection_are_told_alike(lin, zhao, phone_of):
    qian = phone_of(QIAN)
    entry = sealed(lin, [lin.say("1", "met")])[0]
    missing = lin.write("answer/1/verdict", "met", inspection="0190b0c0-0000-7000-8000-000000000009")
    assert said(bring(qian, [entry, sealed(lin, [missing])[0]])) == [("held", "not_found")] * 2
    assert said(bring(zhao, sealed(lin, [missing]))) == [("held", "not_found")]
    assert said(bring(zhao, [entry])) == [("applied", None)]


def test_the_same_id_with_another_payload_is_held_and_the_first_stays(lin, zhao):
    op = lin.say("1", "met")
    lin.sync()
    other = {**op, "value": "not_met"}
    assert said(bring(zhao, sealed(lin, [other]))) == [("held", "op.id_reused")]


def test_who_neither_inspects_nor_supervises_carries_nothing(client_of, stranger):
    for person in (SHI, WU):
        answer = client_of(person).post(URL, json={"device": "phone-one", "ops": []})
        assert (answer.status_code, problem_of(answer)) == (403, "not_allowed")
    assert problem_of(stranger.post(URL, json={})) == "sign_in"


@pytest.mark.parametrize(("body", "status", "code"), [
    (b"", 400, "malformed"), (b"[]", 400, "malformed"), (b"{}", 422, "invalid"),
    (b'{"device":"phone-one","ops":{}}', 422, "invalid"),
    (b'{"device":"phone\\u0000one","ops":[]}', 422, "invalid"),
    (b'{"device":"phone-one","ops":[' + b",".join([b"1"] * 201) + b"]}", 413, "sync.too_many_ops"),
])  # fmt: skip
def test_a_body_that_is_no_bundle_is_told_so(zhao, body, status, code):
    answer = zhao.client.post(URL, data=body, content_type="application/json")
    assert (answer.status_code, problem_of(answer)) == (status, code)


def test_the_photos_come_along_and_only_those_that_were_announced(lin, zhou, phone_of, new_visit, app):
    data, other = photo_bytes(1), photo_bytes(2)
    photo = lin.announce(data, "4")
    sun = colleague(app, phone_of, lin.inspection)
    assert sun.upload(photo, data).status_code == 404

    assert said(bring(sun, sealed(lin, [lin.log[lin.outbox[0]]]))) == [("applied", None)]
    assert sun.upload(photo, other).status_code == 404
    answer = sun.upload(photo, data)
    assert answer.status_code == 201
    assert answer.headers["Mingcha-Verified"] == hashlib.sha256(data).hexdigest()
    assert sun.client.get(f"/api/v1/photos/{photo}/thumb").status_code == 404
    assert zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()["photos"][0]["state"] == "verified"


def colleague(app, phone_of, inspection):
    """孙, an inspector of the county who is not on this visit."""
    from mingcha.flows import accounts
    from tests.cast import Person
    from tests.conftest import PASSWORD

    with app.app_context():
        accounts.add(None, username="sun", name="孙", role="inspector", scope=COUNTY, password=PASSWORD)
    return phone_of(Person("sun", "孙", "inspector", COUNTY), inspection=inspection)
