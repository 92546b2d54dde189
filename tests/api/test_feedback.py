"""投诉建议: written anywhere, kept once, read by those who lead the area."""

import uuid

import pytest

from mingcha.store import audit
from tests.cast import CHEN, COUNTY, LIN, QIAN, SHI, WU, ZHAO, ZHOU
from tests.conftest import problem_of

URL = "/api/v1/feedback"


def _said(text="照片上传太慢", **change):
    return {"id": str(uuid.uuid4()), "kind": "complaint", "text": text, "at": "2026-11-22T03:00:00.000Z", **change}


def test_what_lin_complains_of_reaches_those_who_lead_and_nobody_else(client_of):
    assert client_of(LIN).post(URL, json=_said()).status_code == 204

    for leader in (ZHOU, CHEN):
        found = client_of(leader).get(URL).get_json()["feedback"]
        assert [(each["name"], each["kind"], each["text"]) for each in found] == [("林", "complaint", "照片上传太慢")]
    for person in (LIN, SHI, WU, QIAN):
        assert problem_of(client_of(person).get(URL)) == "not_allowed"


def test_a_message_sent_twice_is_kept_once_and_noted_once(app, client_of):
    phone, said = client_of(SHI), _said(kind="suggestion")
    assert [phone.post(URL, json=said).status_code for _ in range(2)] == [204, 204]
    assert len(client_of(ZHOU).get(URL).get_json()["feedback"]) == 1
    with app.app_context():
        noted = [event for event in audit.latest(COUNTY, COUNTY, limit=20) if event["deed"] == "feedback.send"]
    assert len(noted) == 1
    assert "照片" not in str(noted)


def test_an_id_that_is_somebody_elses_is_not_taken_for_ones_own(client_of):
    said = _said()
    client_of(LIN).post(URL, json=said)
    assert problem_of(client_of(ZHAO).post(URL, json=said)) == "feedback.id_reused"
    assert problem_of(client_of(LIN).post(URL, json={**said, "text": "别的"})) == "feedback.id_reused"


def test_what_the_next_county_complains_of_stays_there(client_of):
    client_of(QIAN).post(URL, json=_said())
    assert client_of(ZHOU).get(URL).get_json()["feedback"] == []


@pytest.mark.parametrize("change", [{"text": ""}, {"text": "字" * 2001}, {"kind": "praise"}, {"at": "today"}, {"id": "1"}])
def test_a_message_that_is_none_is_refused(client_of, change):
    assert problem_of(client_of(LIN).post(URL, json={**_said(), **change})) == "invalid"
