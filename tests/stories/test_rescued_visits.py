"""A visit begun on a phone that never reached the server itself: a colleague carries it, or the revoked phone tells of it."""

import hashlib
import hmac
import json

import pytest

from mingcha.flows import demo
from mingcha.store import audit
from mingcha.store.db import transaction
from tests.cast import CHEN, COUNTY, LIN, QIAN, SHI, ZHAO, ZHOU
from tests.stories.phone import new_id
from tests.stories.test_lost_phones import revoke, sync
from tests.stories.test_rescue import bring, held_of, said, sealed
from tests.visits import photo_bytes, small_checklist

LINJIANG = "990123102"


@pytest.fixture
def begun(lin, app):
    """What 林's phone would tell of the visit she began at Linjiang, and two steps of it."""
    from mingcha.core.canonical import digest

    lin.inspection = new_id()
    told = {
        "id": lin.inspection, "site": demo.site_id(LINJIANG), "checklist": digest(small_checklist()),
        "begun_at": "2026-11-22T01:30:00.000Z", "team": [], "author": lin.author, "device": lin.device,
    }  # fmt: skip
    return told, [lin.say("1", "met"), lin.say("2", "not_met")]


def sealed_visit(phone, told, key=None):
    key = key or phone.client.get(f"/api/v1/seal?device={phone.device}").get_json()["key"]
    text = "mingcha visit 1\n" + json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"visit": told, "seal": hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()}


def visits_of(phone):
    phone.sync()
    return set(phone.known)


def held_row(zhou, op_id):
    return next(each for each in zhou.client.get("/api/v1/held").get_json()["held"] if each["op_id"] == op_id)


@pytest.mark.parametrize("who", [ZHAO, ZHOU], ids=["a colleague", "the supervisor"])
def test_the_file_brings_the_visit_and_its_steps_as_the_authors_and_once(lin, begun, phone_of, who, inside):
    told, ops = begun
    entries = [sealed_visit(lin, told), *sealed(lin, ops)]
    carrier = phone_of(who)
    assert said(bring(carrier, entries)) == [("applied", None)] * 3
    assert said(bring(carrier, entries)) == [("duplicate", None)] * 3
    assert held_of(carrier) == []

    again = lin.client.post("/api/v1/visits", json={name: told[name] for name in ("id", "site", "checklist", "begun_at", "team")})
    assert again.status_code == 201
    assert [each["id"] for each in again.get_json()["inspection"]["team"]] == [lin.author]
    assert set(lin.sync().values()) == {"duplicate"}
    trail = [event for event in audit.latest(COUNTY, COUNTY, limit=20) if told["id"] in event["subject"]]
    assert [(event["deed"], event["actor"]) for event in trail if "ops" not in event["details"]] == [
        ("rescue.import", carrier.author), ("visit.adhoc", lin.author),
    ]  # fmt: skip


def test_steps_that_came_before_their_visit_wait_and_go_with_it(lin, zhao, begun):
    told, ops = begun
    entries = sealed(lin, ops)
    assert said(bring(zhao, entries)) == [("held", "not_found")] * 2
    assert said(bring(zhao, [sealed_visit(lin, told), *entries])) == [("applied", None)] * 3
    assert held_of(zhao) == []


def test_nobody_can_announce_a_visit_in_a_colleagues_name(lin, zhao, begun):
    told, ops = begun
    good = sealed_visit(lin, told)
    forged = [
        {"visit": told, "seal": None},
        {"visit": {**told, "begun_at": "2026-11-01T01:30:00.000Z"}, "seal": good["seal"]},
        sealed_visit(zhao, told),
        {"visit": {**told, "device": zhao.device}, "seal": good["seal"]},
        {"visit": told, "seal": "林"},
    ]
    assert said(bring(zhao, forged)) == [("held", "rescue.seal")] * 5
    assert told["id"] not in visits_of(lin)
    assert said(bring(zhao, sealed(lin, ops))) == [("held", "not_found")] * 2


def test_an_announcement_that_is_none_is_held_and_costs_no_neighbour(lin, zhao, begun):
    told, _ = begun
    wrong = [None, 7, {}, {**told, "id": "x"}, {**told, "team": [1]}, {**told, "team": [told["author"]] * 6},
             {**told, "begun_at": "\ud800"}, {**told, "more": 1}, {**told, "device": "\0" * 9}]  # fmt: skip
    entries = [{"visit": each, "seal": "x"} for each in wrong]
    answer = bring(zhao, [*entries, {"visit": told, "extra": 1}, sealed_visit(lin, told)])
    assert said(answer) == [("held", "op.malformed")] * (len(wrong) + 1) + [("applied", None)]


def test_what_lin_may_not_begin_herself_is_not_made_for_her(app, lin, zhao, zhou, begun):
    told, ops = begun
    missing = {**told, "id": new_id(), "checklist": "0" * 64}
    with app.app_context(), transaction():
        _close(told["site"])
    entry = sealed_visit(lin, told)
    assert said(bring(zhao, [entry, sealed_visit(lin, missing)])) == [("held", "visit.site_closed")] * 2
    row = held_row(zhou, told["id"])
    assert (row["author"], row["op"]) == ("林", {"visit": told})
    refused = zhou.client.post(f"/api/v1/held/{row['id']}/taking-in", json={})
    assert refused.get_json()["problem"]["details"] == {"why": "visit.site_closed"}
    with app.app_context(), transaction():
        _close(told["site"], active=True)
    taken = zhou.client.post(f"/api/v1/held/{row['id']}/taking-in", json={"reason": "林去过"})
    assert taken.get_json() == {"op_id": told["id"], "outcome": "applied"}
    assert said(bring(zhao, sealed(lin, ops))) == [("applied", None)] * 2


def _close(site, active=False):
    from sqlalchemy import update

    from mingcha.store.db import db
    from mingcha.store.sites import SiteRow

    db.session.execute(update(SiteRow).where(SiteRow.id == site).values(active=active))


def test_a_foreign_county_and_a_missing_site_are_told_alike(lin, begun, phone_of):
    told, _ = begun
    qian = phone_of(QIAN)
    missing = {**told, "site": new_id()}
    assert said(bring(qian, [sealed_visit(lin, told), sealed_visit(lin, missing)])) == [("held", "not_found")] * 2
    assert told["id"] not in visits_of(lin)


def test_a_companion_who_must_not_go_there_does_not_keep_the_visit_back(lin, zhao, begun, id_of):
    told, _ = begun
    told["team"] = [id_of(SHI)]
    assert said(bring(zhao, [sealed_visit(lin, told)])) == [("applied", None)]
    lin.sync()
    assert [each["id"] for each in lin.known[told["id"]]["team"]] == [lin.author]


def test_an_id_of_another_visit_is_held(lin, zhao, begun, visit):
    told, _ = begun
    assert said(bring(zhao, [sealed_visit(lin, {**told, "id": visit})])) == [("held", "visit.id_taken")]


def test_a_revoked_phone_tells_of_its_visit_and_its_steps_and_photos_wait_there(app, client_of, lin, zhou, begun):
    told, ops = begun
    data = photo_bytes()
    photo = lin.announce(data, "4")
    announced = lin.log[lin.outbox[-1]]
    revoke(client_of(CHEN), LIN)
    reply = sync(lin, [{"visit": told}]).get_json()
    assert reply["results"] == [{"id": told["id"], "outcome": "applied"}]
    assert (reply["revoked"], reply["changes"]) == (True, [])
    assert sync(lin, [{"visit": told}]).get_json()["results"] == [{"id": told["id"], "outcome": "duplicate"}]
    held = sync(lin, [*ops, announced]).get_json()["results"]
    assert {each["code"] for each in held} == {"op.device_revoked"}
    assert lin.upload(photo, data).status_code in (201, 204)
    for op in (*ops, announced):
        row = held_row(zhou, op["id"])
        assert row["inspection"] == told["id"]
        taken = zhou.client.post(f"/api/v1/held/{row['id']}/taking-in", json={"reason": "是林写的"})
        assert taken.get_json() == {"op_id": op["id"], "outcome": "applied"}


def test_a_revoked_phone_cannot_tell_of_a_visit_in_another_name_nor_carry_its_own_steps_past_the_supervisor(
    client_of, lin, zhao, zhou, begun, visit
):
    told, _ = begun
    lin.inspection = visit
    step = lin.say("1", "met")
    entry = sealed(lin, [step])
    revoke(client_of(CHEN), LIN)
    theirs = sync(lin, [{"visit": {**told, "author": zhao.author}}]).get_json()["results"]
    assert theirs == [{"id": told["id"], "outcome": "held", "code": "op.foreign_author"}]
    assert said(bring(lin, [*entry, {"op": step, "seal": None}])) == [("held", "op.device_revoked")] * 2
    zhao.sync()
    assert zhao.log == {}
