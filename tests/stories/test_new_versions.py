"""A new version comes out while inspectors are out: what began goes on as it was, and may be carried forward."""

import gzip
import hashlib

import pytest

from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import fold
from mingcha.flows import checklists as flow
from mingcha.store import oplog
from tests.cast import CHEN, LIN, WU, ZHAO
from tests.conftest import problem_of
from tests.visits import indicator, photo_bytes, small_checklist


@pytest.fixture
def newer(app):
    """Publishes version 2: 1 asks the same for more marks, 2 asks something else, 3 is gone, 5 is new."""

    def publish(version="2", slug="small"):
        content = small_checklist(version, slug=slug)
        content["replaces"] = {"version": "1", "note": {"zh": "修订", "en": "Revised"}}
        _, second, _, fourth = content["categories"][0]["groups"][0]["indicators"]
        first = indicator("1", full_marks="3")
        second["text"] = {"zh": "另一个问题", "en": "Another question"}
        content["categories"][0]["groups"][0]["indicators"] = [first, second, fourth, indicator("5", full_marks="1")]
        with app.app_context():
            return flow.keep(content, Checklist.parse(content)).digest

    return publish


def carry(phone, inspection, digest):
    return phone.client.post(f"/api/v1/inspections/{inspection}/carry", json={"to": digest})


def open_desk(zhou, inspection):
    return zhou.client.get(f"/api/v1/inspections/{inspection}").get_json()


def test_publishing_while_a_draft_is_open_offline_changes_nothing_of_it(app, lin, zhao, zhou, newer):
    lin.say("1", "met")
    lin.sync()
    before = open_desk(zhou, lin.inspection)
    lin.say("3", "not_met")  # offline

    newer()

    pinned = before["inspection"]["checklist"]
    assert open_desk(zhou, lin.inspection)["inspection"]["checklist"] == pinned
    assert set(lin.sync().values()) == {"applied"}
    after = open_desk(zhou, lin.inspection)
    assert after["inspection"]["checklist"] == pinned
    assert "answer/3/verdict" in after["state"]["fields"]
    found = zhao.client.get(f"/api/v1/checklists/{pinned['digest']}", headers={"Accept-Encoding": "gzip"})
    assert hashlib.sha256(gzip.decompress(found.data)).hexdigest() == pinned["digest"]
    small = next(
        each for each in zhou.client.get("/api/v1/checklists").get_json()["checklists"] if each["slug"] == "small"
    )
    assert [(each["version"], each["retired"], each["inspections"]) for each in small["versions"]] == [
        ("1", True, 1),
        ("2", False, 0),
    ]


def test_a_draft_is_carried_to_a_newer_version_and_the_original_stays(app, lin, zhao, zhou, newer):
    for number in ("1", "2", "3"):
        lin.say(number, "met")
    lin.write("answer/1/note", "看过")
    data = photo_bytes()
    photo = lin.announce(data, "4")
    on_the_way = lin.announce(photo_bytes(2), "4")
    lin.sync()
    assert lin.upload(photo, data).status_code == 201
    zhao.sync()
    zhao.write("finding/4:a", {"indicator": "4", "clause": "a", "item": None, "case": None}, "add")
    zhao.sync()
    before = open_desk(zhou, lin.inspection)

    answer = carry(zhou, lin.inspection, newer())
    assert answer.status_code == 201, answer.get_json()
    told = answer.get_json()

    assert {(each["target"], each["reason"]) for each in told["left"]} == {
        ("answer/2/verdict", "question_changed"),
        ("answer/3/verdict", "indicator_gone"),
        (f"photo/{on_the_way}", "bytes_on_their_way"),
    }
    assert all(each["words"]["zh"] and each["words"]["en"] and each["values"] for each in told["left"])
    assert (told["carried"], told["rescored"]) == (4, ["1"])
    assert open_desk(zhou, lin.inspection) == before

    new = open_desk(zhou, told["inspection"])
    assert new["inspection"]["checklist"]["version"] == "2"
    assert new["inspection"]["team"] == before["inspection"]["team"]
    heads = new["state"]["fields"]["answer/1/verdict"]
    old = before["state"]["fields"]["answer/1/verdict"]
    assert [(each["value"], each["author"], each["at"]) for each in heads] == [
        (each["value"], each["author"], each["at"]) for each in old
    ]
    assert {"finding/4:a", f"photo/{photo}"} == set(new["state"]["elements"])
    by_id = {each["id"]: each for each in new["photos"]}
    assert by_id[photo]["state"] == "verified"
    alike = {each["id"]: each["flags"] for each in before["photos"]}
    assert by_id[photo]["flags"] == alike[photo]
    assert zhou.client.get(f"/api/v1/photos/{photo}/thumb").status_code == 200


def test_both_phones_get_what_was_carried_and_go_on_with_it(app, lin, zhao, zhou, newer):
    lin.say("1", "met")
    lin.sync()
    new = carry(zhou, lin.inspection, newer()).get_json()["inspection"]
    zhao.sync()
    assert {lin.inspection, new} <= set(zhao.known)
    zhao.inspection = new
    carried = [op for op in zhao.log.values() if op["inspection"] == new]
    assert [(op["target"], op["author"]) for op in carried] == [("answer/1/verdict", lin.author)]
    zhao.write("answer/1/verdict", "not_met", over=[carried[0]["id"]])
    assert set(zhao.sync().values()) == {"applied"}
    with app.app_context():
        state = fold(op for _, op in oplog.ops_of(new))
    assert [head["value"] for head in state["fields"]["answer/1/verdict"]] == ["not_met"]


def test_carrying_again_makes_no_second_inspection_until_the_original_moves_on(app, lin, zhou, newer):
    lin.say("1", "met")
    lin.sync()
    digest = newer()
    first = carry(zhou, lin.inspection, digest).get_json()
    assert carry(zhou, lin.inspection, digest).get_json() == first
    lin.say("4", "met")
    lin.sync()
    assert carry(zhou, lin.inspection, digest).get_json()["inspection"] != first["inspection"]


def test_late_work_for_a_retired_version_is_taken_after_it_was_carried(app, lin, zhou, newer):
    lin.say("1", "met")
    lin.sync()
    lin.say("3", "not_met")
    carry(zhou, lin.inspection, newer())
    assert set(lin.sync().values()) == {"applied"}
    assert "answer/3/verdict" in open_desk(zhou, lin.inspection)["state"]["fields"]


def test_a_submitted_inspection_and_another_checklist_are_not_carried(submitted_visit, zhou, newer):
    refused = carry(zhou, submitted_visit, newer())
    assert (refused.status_code, problem_of(refused)) == (409, "carry.not_draft")
    assert problem_of(carry(zhou, submitted_visit, newer("2", slug="other"))) == "carry.other_checklist"
    assert problem_of(carry(zhou, submitted_visit, "ab" * 32)) == "not_found"


def test_only_a_supervisor_carries(visit, phone_of, newer):
    digest = newer()
    for person in (LIN, ZHAO, WU, CHEN):
        assert problem_of(carry(phone_of(person), visit, digest)) == "not_allowed"


def look(phone, inspection, digest=None):
    return phone.client.get(f"/api/v1/inspections/{inspection}/carry" + (f"?to={digest}" if digest else ""))


def test_a_supervisor_sees_what_will_move_before_it_moves_and_nothing_happens_by_looking(app, lin, zhou, newer):
    for number in ("1", "2", "3"):
        lin.say(number, "met")
    lin.sync()
    before = open_desk(zhou, lin.inspection)
    assert (look(zhou, lin.inspection).get_json()["to"], look(zhou, lin.inspection).get_json()["newer"]) == (None, [])
    second, third = newer(), newer("3")

    seen = look(zhou, lin.inspection).get_json()

    assert [each["version"] for each in seen["newer"]] == ["3", "2"]
    assert (seen["to"], seen["made"]) == (third, [])
    assert [(each["target"], each["indicator"], each["value"]) for each in seen["moves"]] == [
        ("answer/1/verdict", "1", "met")
    ]
    assert [(each["indicator"], each["reason"]) for each in seen["left"]] == [
        ("2", "question_changed"),
        ("3", "indicator_gone"),
    ]
    assert seen["rescored"] == ["1"]
    assert open_desk(zhou, lin.inspection) == before

    done = carry(zhou, lin.inspection, second).get_json()
    again = look(zhou, lin.inspection, second).get_json()
    assert (done["carried"], done["left"], done["rescored"]) == (len(seen["moves"]), seen["left"], seen["rescored"])
    assert [(each["id"], each["checklist"]["version"]) for each in again["made"]] == [(done["inspection"], "2")]
    queue = zhou.client.get("/api/v1/inspections").get_json()["inspections"]
    assert {lin.inspection, done["inspection"]} <= {each["id"] for each in queue}


def test_looking_is_for_supervisors_and_for_drafts_alone(submitted_visit, phone_of, zhou, newer):
    newer()
    assert problem_of(look(zhou, submitted_visit)) == "carry.not_draft"
    for person in (LIN, ZHAO, WU, CHEN):
        assert problem_of(look(phone_of(person), submitted_visit)) == "not_allowed"
