"""Where somebody is signed in: they see it, and end what they no longer hold."""

from mingcha.store import audit
from tests.cast import COUNTY, LIN, ZHAO
from tests.conftest import problem_of

URL = "/api/v1/sessions"


def test_lin_sees_both_her_phones_and_which_one_she_holds(client_of):
    client_of(LIN)
    phone = client_of(LIN)
    client_of(ZHAO)

    places = phone.get(URL).get_json()["sessions"]

    assert [each["here"] for each in places].count(True) == 1
    assert len(places) == 2
    assert all(each["agent"] and each["seen_at"] for each in places)


def test_lin_signs_out_the_phone_she_lost_and_keeps_the_one_in_her_hand(app, client_of):
    lost, phone = client_of(LIN), client_of(LIN)
    other = next(each["id"] for each in phone.get(URL).get_json()["sessions"] if not each["here"])

    assert phone.delete(f"{URL}/{other}").status_code == 204

    assert problem_of(lost.get(URL)) == "sign_in"
    assert len(phone.get(URL).get_json()["sessions"]) == 1
    assert problem_of(phone.delete(f"{URL}/{other}")) == "not_found"
    with app.app_context():
        assert audit.latest(COUNTY, COUNTY, limit=1)[0]["deed"] == "session.end"


def test_nobody_ends_a_session_of_somebody_else(client_of):
    lin, zhao = client_of(LIN), client_of(ZHAO)
    hers = lin.get(URL).get_json()["sessions"][0]["id"]
    foreign = zhao.delete(f"{URL}/{hers}")
    missing = zhao.delete(f"{URL}/018f0000-0000-4000-8000-000000000001")
    assert problem_of(foreign) == "not_found"
    assert foreign.get_json() == missing.get_json()
    assert lin.get(URL).status_code == 200


def test_a_stranger_is_asked_to_sign_in(stranger):
    assert problem_of(stranger.get(URL)) == "sign_in"
