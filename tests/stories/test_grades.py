"""Grades of a campaign, and the decisions that change them: recorded with source and reason, audited, revocable."""

from __future__ import annotations

import json

import pytest

from mingcha import cli
from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo, inspections
from mingcha.store import accounts, audit
from tests.cast import COUNTY, LIN, SHI, SHIQIAO, WU, ZHAO
from tests.conftest import problem_of
from tests.stories.test_places import ranked_list

BAISHA, LINJIANG = "990123102", "990123001"
GRADES = {
    "valid_years": 3, "none": {"zh": "不予评定", "en": "no grade"},
    "bands": [{"id": id, "title": {"zh": zh, "en": id}, "from": at, "to": at, "bonus": bonus}
              for at, (id, zh, bonus) in enumerate((("first", "一等", "5"), ("second", "二等", "3")), 1)],
    "downgrades": [{"id": "media", "text": {"zh": "被媒体曝光", "en": "exposed in the media"}, "steps": 1}],
}
FOUNDED = {"source": "省报 2026-11-20", "reason": "窗口无人值守"}


@pytest.fixture
def campaign(app, phone_of):
    """Shiqiao 500 cases, Baisha 300, Linjiang 100; everything else in order."""
    with app.app_context():
        content = ranked_list() | {"slug": "graded", "grades": GRADES}
        checklist_flow.keep(content, Checklist.parse(content))
        team = [accounts.by_username(person.username).id for person in (LIN, ZHAO)]
        visits = [
            inspections.create(site_id=demo.site_id(town), slug="graded", version="1", team=team,
                               campaign_title="第四季度", visit_on="2026-11-22")
            for town in (SHIQIAO, BAISHA, LINJIANG)
        ]
    for visit, cases in zip(visits, ("500", "300", "100"), strict=True):
        phone = phone_of(LIN, inspection=visit)
        phone.sync()
        phone.say("1", "met")
        phone.say("2", "met")
        phone.write("answer/2/measure/cases", cases)
        phone.sync()


def graded(zhou, **query):
    answer = zhou.client.get("/api/v1/grades", query_string={"campaign": "第四季度", **query})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def now(zhou):
    return [row["grade"]["now"] for row in graded(zhou)["sites"]]


def decide(zhou, kind, town=SHIQIAO, **more):
    body = {"campaign": "第四季度", "kind": kind, "site": demo.site_id(town), **FOUNDED, **more}
    return zhou.client.post("/api/v1/grade-decisions", json=body)


def test_places_give_grades_with_their_bonus_and_three_years(campaign, zhou):
    """6, 5.8 and 5.6 marks: first, second, none. The bonus stands beside the marks."""
    rows = graded(zhou, awarded_on="2026-11-30")["sites"]
    assert [(row["low"], row["grade"]["now"], row["grade"]["bonus"]) for row in rows] == [
        ("6", "first", "5"), ("5.8", "second", "3"), ("5.6", None, "0")]
    assert [row["grade"]["valid_until"] for row in rows] == ["2029-11-30", "2029-11-30", None]


def test_a_listed_happening_is_one_grade_lower_however_often_and_says_why(campaign, zhou):
    assert decide(zhou, "trigger", trigger="media").status_code == 201
    assert decide(zhou, "trigger", trigger="media").status_code == 201
    first = graded(zhou)["sites"][0]
    assert (first["grade"]["band"], first["grade"]["now"], first["grade"]["bonus"]) == ("first", "second", "3")
    assert "被媒体曝光（窗口无人值守；来源：省报 2026-11-20）" in first["grade"]["working"]["zh"]
    assert decide(zhou, "trigger", BAISHA, trigger="media").status_code == 201
    assert now(zhou) == ["second", None, None]                       # none below the last: no grade at all


def test_a_later_lowering_a_withdrawal_and_a_bonus_are_decisions_of_their_own(campaign, zhou):
    assert decide(zhou, "lower", steps=1).status_code == 201
    assert decide(zhou, "withdraw", BAISHA).status_code == 201
    assert decide(zhou, "bonus", BAISHA, points="0").status_code == 201
    rows = graded(zhou)["sites"]
    assert [(row["grade"]["awarded"], row["grade"]["now"], row["grade"]["bonus"]) for row in rows] == [
        ("first", "second", "5"), ("second", None, "0"), (None, None, "0")]
    assert [row["low"] for row in rows] == ["6", "5.8", "5.6"]        # never a part of the marks


def test_a_decision_that_was_a_mistake_is_revoked_by_another_and_both_are_kept(campaign, zhou):
    made = decide(zhou, "withdraw").get_json()
    assert now(zhou)[0] is None
    assert problem_of(decide(zhou, "revoke", BAISHA, of=made["id"])) == "sheet.decision_unknown"
    assert decide(zhou, "revoke", of=made["id"]).status_code == 201
    assert problem_of(decide(zhou, "revoke", of=made["id"])) == "sheet.decision_unknown"
    assert now(zhou)[0] == "first"
    assert [each["kind"] for each in graded(zhou)["decisions"]] == ["withdraw", "revoke"]


@pytest.mark.parametrize(("kind", "more", "problem"), [
    ("withdraw", {"source": " "}, "sheet.decision_unfounded"),
    ("withdraw", {"reason": ""}, "sheet.decision_unfounded"),
    ("revoke", {"of": "no-such"}, "sheet.decision_unknown"),
    ("trigger", {"trigger": "rumour"}, "sheet.decision_unknown"),
    ("trigger", {}, "sheet.malformed"),
    ("lower", {"steps": 0}, "sheet.malformed"),
    ("withdraw", {"points": "3"}, "sheet.malformed"),
    ("bonus", {"points": "5.5"}, "sheet.decision_bonus"),
    ("bonus", {"points": "-1"}, "sheet.decision_bonus"),
    ("bonus", {"points": "1e1"}, "sheet.decision_bonus"),
    ("tie", {"order": ["no-such"]}, "sheet.decision_unknown"),
    ("praise", {}, "invalid"),
    ("withdraw", {"campaign": "另一批次"}, "sheet.decision_unknown"),
    ("withdraw", {"site": "no-such"}, "not_found"),
])  # fmt: skip
def test_a_decision_that_cannot_be_is_refused_and_nothing_is_kept(campaign, zhou, kind, more, problem):
    assert problem_of(decide(zhou, kind, **more)) == problem
    assert graded(zhou)["decisions"] == []


def test_who_decides_stands_in_the_audit_trail(app, campaign, zhou):
    made = decide(zhou, "withdraw").get_json()
    with app.app_context():
        event = audit.latest(COUNTY, COUNTY, limit=1)[0]
    assert (event["deed"], event["subject"]) == ("grade.decide", f"site/{demo.site_id(SHIQIAO)}")
    assert event["actor"] == made["decided_by"]
    assert event["details"]["reason"] == FOUNDED["reason"]


def test_a_viewer_reads_and_does_not_decide_and_a_centre_does_neither(campaign, client_of):
    address = "/api/v1/grades?campaign=第四季度"
    assert client_of(WU).get(address).status_code == 200
    body = {"campaign": "第四季度", "kind": "withdraw", "site": demo.site_id(SHIQIAO), **FOUNDED}
    assert client_of(WU).post("/api/v1/grade-decisions", json=body).status_code == 403
    assert client_of(SHI).get(address).status_code == 403
    assert client_of(SHI).post("/api/v1/grade-decisions", json=body).status_code == 403


def test_the_shell_prints_grades_with_their_working_and_every_decision(app, campaign, zhou, monkeypatch, capsys):
    decide(zhou, "trigger", trigger="media")
    monkeypatch.setattr("mingcha.shell.create_app", lambda config: app)
    assert cli.main(["grades", COUNTY, "第四季度"]) == 0
    out = capsys.readouterr().out
    assert "石桥镇便民服务中心  总得分6，第1名，按名次为一等；被媒体曝光" in out
    assert "省报 2026-11-20: 窗口无人值守" in out
    assert cli.main(["grades", COUNTY, "第四季度", "--json", "--awarded-on", "2026-11-30"]) == 0
    assert json.loads(capsys.readouterr().out)["sites"][0]["grade"]["valid_until"] == "2029-11-30"
