"""What earlier visits found: for the team that goes there again, and for nobody else."""

import pytest

from tests.cast import CHEN, LIN, QIAN, SHI, WU, ZHAO, ZHOU
from tests.conftest import problem_of


@pytest.fixture
def next_visit(approved_visit, new_visit, lin):
    """林 and 赵 go to Shiqiao again, a quarter after the approved visit."""
    return new_visit(LIN, ZHAO, visit_on="2027-02-22")


def test_the_team_reads_what_the_last_approved_visit_found(lin, zhao, zhou, new_visit):
    for number in ("1", "2", "3"):
        lin.say(number, "met")
    lin.say("4", "not_met")
    lin.write("finding/4:a", {"indicator": "4", "clause": "a", "item": None, "case": None}, "add")
    lin.write("finding/4:a/count", 3)
    lin.write("finding/4:a/note", "后门")
    lin.write("answer/4/note", "整改中")
    lin.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    lin.sync()
    address = f"/api/v1/inspections/{lin.inspection}"
    zhou.inspection = lin.inspection
    zhou.write("review/waiver/4", {"reason": "停电"})
    zhou.sync()
    answer = zhou.client.post(f"{address}/approval", json={"seen": zhou.client.get(address).get_json()["seq"]})
    assert answer.status_code == 200, answer.get_json()

    again = new_visit(LIN, ZHAO, visit_on="2027-02-22")
    visits = zhao.client.get(f"/api/v1/inspections/{again}/history").get_json()["visits"]

    assert [(each["inspection"], each["visit_on"]) for each in visits] == [(lin.inspection, "2026-11-22")]
    assert visits[0]["rows"]["1"] == {"state": "met", "taken": "0", "findings": [], "note": ""}
    assert visits[0]["rows"]["4"] == {
        "state": "lost",
        "taken": "1.5",
        "findings": [{"text": {"zh": "字", "en": "word"}, "count": 3, "note": "后门"}],
        "note": "整改中",
    }


def test_a_visit_that_nobody_approved_is_no_history(submitted_visit, new_visit, lin):
    again = new_visit(LIN, ZHAO, visit_on="2027-02-22")
    assert lin.client.get(f"/api/v1/inspections/{again}/history").get_json() == {"visits": []}


def test_another_hall_and_the_visit_itself_are_no_history(approved_visit, new_visit, lin):
    elsewhere = new_visit(LIN, ZHAO, region="990123102", visit_on="2027-02-22")
    for inspection in (elsewhere, approved_visit):
        assert lin.client.get(f"/api/v1/inspections/{inspection}/history").get_json() == {"visits": []}


def test_nobody_but_the_team_and_its_leader_learns_of_earlier_visits(next_visit, client_of):
    address = f"/api/v1/inspections/{next_visit}/history"
    told = {person.username: client_of(person).get(address) for person in (ZHOU, SHI, WU, CHEN, QIAN)}
    assert told.pop("zhou").get_json()["visits"]
    assert {name: problem_of(answer) for name, answer in told.items()} == {
        "shi": "not_allowed", "wu": "not_allowed", "chen": "not_allowed", "qian": "not_found",
    }  # fmt: skip


def test_an_inspector_who_is_not_on_the_visit_sees_no_history_and_not_whether_there_is_such_a_visit(
    approved_visit, new_visit, client_of
):
    visit = new_visit(ZHAO, LIN, visit_on="2027-02-22")
    qian = client_of(QIAN)
    missing = qian.get("/api/v1/inspections/018f0000-0000-7000-8000-000000000001/history")
    assert qian.get(f"/api/v1/inspections/{visit}/history").get_json() == missing.get_json()
