"""Accounts, sites and the audit trail over HTTP."""

import pytest

from tests.cast import CHEN, COUNTY, EVERYONE, LIN, QIAN, SHI, SHIQIAO, WU, ZHAO, ZHOU
from tests.conftest import PASSWORD, problem_of

NEW = {"username": "liu", "name": "刘", "role": "inspector", "scope": SHIQIAO, "password": "a-long-password"}


def test_chen_sees_the_accounts_of_her_county_and_no_other(client_of):
    listed = client_of(CHEN).get("/api/v1/accounts").get_json()["accounts"]
    assert {each["username"] for each in listed} == {person.username for person in EVERYONE} - {QIAN.username}
    assert all("password" not in key for each in listed for key in each)


@pytest.mark.parametrize("person", [LIN, ZHOU, SHI, WU], ids=lambda person: person.username)
def test_only_an_admin_adds_accounts(client_of, person):
    assert problem_of(client_of(person).post("/api/v1/accounts", json=NEW)) == "not_allowed"


def test_chen_adds_liu_who_then_signs_in(client_of, stranger):
    answer = client_of(CHEN).post("/api/v1/accounts", json=NEW)
    assert answer.status_code == 201
    assert answer.get_json()["tenant"] == COUNTY
    signed_in = stranger.post("/api/v1/session", json={"username": "liu", "password": NEW["password"]})
    assert signed_in.get_json()["user"]["scope"] == SHIQIAO


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"username": "lin"}, "account.taken"),
        ({"username": "LIN"}, "account.taken"),
        ({"username": "刘"}, "account.username"),
        ({"username": "a"}, "account.username"),
        ({"username": "liu lin"}, "account.username"),
        ({"role": "emperor"}, "invalid"),
        ({"scope": "99012"}, "region.malformed"),
        ({"scope": "990456"}, "not_found"),
        ({"scope": "99"}, "not_found"),
        ({"password": "short"}, "account.password"),
        ({"password": "x" * 201}, "account.password"),
        ({"tenant": "990456"}, "invalid"),
    ],
    ids=str,
)
def test_an_account_that_cannot_be_is_refused_with_its_reason(client_of, change, problem):
    assert problem_of(client_of(CHEN).post("/api/v1/accounts", json=NEW | change)) == problem


def test_a_new_password_ends_every_session_of_the_account(client_of, id_of, stranger):
    phone, tablet, admin = client_of(LIN), client_of(LIN), client_of(CHEN)
    url = f"/api/v1/accounts/{id_of(LIN)}/password"
    assert admin.post(url, json={"password": "another-password"}).status_code == 204
    for device in (phone, tablet):
        assert problem_of(device.get("/api/v1/session")) == "sign_in"
    assert client_of(ZHAO).get("/api/v1/session").status_code == 200
    old = stranger.post("/api/v1/session", json={"username": "lin", "password": PASSWORD})
    new = stranger.post("/api/v1/session", json={"username": "lin", "password": "another-password"})
    assert (old.status_code, new.status_code) == (401, 200)


def test_lin_changes_her_own_password_only_by_knowing_it(client_of, id_of):
    phone, url = client_of(LIN), f"/api/v1/accounts/{id_of(LIN)}/password"
    for current in ({}, {"current": "a guess"}):
        answer = phone.post(url, json={"password": "another-password", **current})
        assert problem_of(answer) == "account.current_password"
    assert phone.post(url, json={"password": "another-password", "current": PASSWORD}).status_code == 204


def test_a_foreign_account_and_a_missing_one_look_the_same(client_of, id_of):
    missing, nonsense = "00000000-0000-4000-8000-000000000000", "%00' OR 1=1"
    for person, other in ((CHEN, QIAN), (LIN, ZHAO), (QIAN, LIN)):
        answers = [
            client_of(person).post(f"/api/v1/accounts/{account}/password", json={"password": "another-password"})
            for account in (id_of(other), missing, nonsense)
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert answers[0].get_json() == answers[1].get_json() == answers[2].get_json()


def test_each_sees_the_sites_of_their_own_area(client_of):
    def regions(person):
        return [site["region"] for site in client_of(person).get("/api/v1/sites").get_json()["sites"]]

    assert len(regions(LIN)) == 11
    assert regions(SHI) == [SHIQIAO]
    assert regions(QIAN) == []


def test_wu_reads_the_audit_trail_page_by_page(client_of):
    viewer = client_of(WU)
    first = viewer.get("/api/v1/audit?limit=2").get_json()["events"]
    second = viewer.get(f"/api/v1/audit?limit=2&before={first[-1]['seq']}").get_json()["events"]
    numbers = [event["seq"] for event in first + second]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4
    assert first[0]["deed"] == "session.open"
    assert problem_of(client_of(LIN).get("/api/v1/audit")) == "not_allowed"
    assert problem_of(viewer.get("/api/v1/audit?limit=100000")) == "invalid"
