"""Issuing the one order of a visit: once, of what was approved, with deadlines that can be kept."""


from mingcha.store import audit
from tests.cast import COUNTY
from tests.conftest import problem_of
from tests.rectifying import (
    approve_visit,
    approved,
    centre,
    desk,
    hands,
    issue,
    new_id,
    wanted,
    work,
)  # fmt: skip

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


def test_an_order_is_issued_once_and_only_of_what_was_approved(hands, new_visit, approved, desk, issue, inside):
    early = desk.ask("POST", f"/inspections/{new_visit()}/rectification", {"items": [wanted("1")]})
    assert problem_of(early) == "rectification.not_approved"
    for change, code in (
        ({"indicator": "9"}, "rectification.item_invalid"),
        ({"clause": "z"}, "rectification.item_invalid"),
        ({"finding": "4:a"}, "rectification.item_invalid"),
        ({"proof": {"photos": True, "why": " "}}, "rectification.proof_why"),
        ({"days": -1}, "rectification.past_deadline"),
        ({"due_on": "2026-09-18"}, "rectification.past_deadline"),
        ({"person": new_id()}, "rectification.person"),
    ):
        answer = desk.ask("POST", f"/inspections/{approved}/rectification", {"items": [{**wanted("1"), **change}]})
        assert problem_of(answer) == code, change
    assert problem_of(desk.ask("POST", f"/inspections/{approved}/rectification", {"items": []})) == "rectification.no_items"
    order = new_id()
    one = issue(approved, wanted("1"), id=order)["order"]
    assert issue(approved, wanted("1"), id=order)["order"] == one
    other = desk.ask("POST", f"/inspections/{approved}/rectification", {"items": [wanted("2")]})
    assert problem_of(other) == "rectification.already_issued"
    assert one["number"] == "2026-001"
    deeds = [event["deed"] for event in audit.latest(COUNTY, COUNTY, limit=5)]
    assert deeds.count("rectification.issue") == 1
    assert audit.breaks(COUNTY) == []


def test_a_year_without_an_announced_calendar_is_said_so(hands, approved, desk, issue):
    hands.set(12, 28)
    told = issue(approved, wanted("1", days=10))
    assert [each["code"] for each in told["warnings"]] == ["rectification.calendar_unknown"]
    assert told["order"]["items"][0]["due_guessed"] is True
    assert "2027" in told["warnings"][0]["message"]["zh"]


def test_a_centre_without_people_is_told_to_the_supervisor(hands, approve_visit, desk, issue, work):
    told = issue(approve_visit("990123102"))
    assert [each["code"] for each in told["warnings"]] == ["rectification.nobody_there"]
    work()
    assert desk.inbox() == ["nobody"]
    hands.set(9, 24)
    work()
    assert desk.inbox() == ["nobody", "acknowledge_desk"]
