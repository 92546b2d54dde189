"""Signing in and out."""

from datetime import UTC, datetime, timedelta

import time_machine

from mingcha.flows.session import IDLE, OLDEST
from mingcha.store import audit, sessions
from mingcha.store.db import db
from tests.cast import COUNTY, LIN, ZHAO
from tests.conftest import PASSWORD, problem_of

URL = "/api/v1/session"
NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def test_lin_signs_in_and_is_known_until_she_signs_out(client_of, stranger):
    assert problem_of(stranger.get(URL)) == "sign_in"

    phone = client_of(LIN)
    user = phone.get(URL).get_json()["user"]
    assert (user["username"], user["name"], user["role"]) == ("lin", "林", "inspector")
    assert (user["scope"], user["tenant"], user["locale"]) == ("990123", "990123", "zh")

    assert phone.delete(URL).status_code == 204
    assert problem_of(phone.get(URL)) == "sign_in"


def test_signing_out_ends_the_session_itself_and_not_only_the_cookie(client_of, stranger):
    phone = client_of(LIN)
    token = phone.get_cookie("mingcha").value
    phone.delete(URL)
    stranger.set_cookie("mingcha", token)
    assert problem_of(stranger.get(URL)) == "sign_in"


def test_signing_out_when_nobody_is_signed_in_is_no_fault(stranger):
    assert stranger.delete(URL).status_code == 204


def test_a_wrong_password_and_an_unknown_name_are_told_alike(stranger):
    wrong = stranger.post(URL, json={"username": "lin", "password": "guess"})
    unknown = stranger.post(URL, json={"username": "nobody-here", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json() == unknown.get_json()
    assert problem_of(wrong) == "session.wrong_password"


def test_the_name_may_be_typed_in_capitals_with_spaces_around(stranger):
    assert stranger.post(URL, json={"username": "  LIN ", "password": PASSWORD}).status_code == 200


def test_the_token_is_not_in_the_database(app, client_of):
    token = client_of(LIN).get_cookie("mingcha").value
    with app.app_context():
        kept = {row.token_hash for row in db.session.query(sessions.SessionRow)}
    assert kept
    assert token not in kept


def test_on_plain_http_the_cookie_is_for_this_machine_and_out_of_reach_of_scripts(stranger):
    cookie = stranger.post(URL, json=_lin()).headers["Set-Cookie"]
    assert cookie.startswith("mingcha=")
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="):
        assert flag in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(stranger):
    answer = stranger.post(URL, json=_lin(), base_url="https://mingcha.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mingcha=")
    for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_nobody_sends_a_password_in_clear_from_another_machine(stranger):
    answer = stranger.post(URL, json=_lin(), base_url="http://192.168.1.20:8000")
    assert problem_of(answer) == "session.plain_http"


def test_a_session_in_use_lives_on_and_an_idle_one_ends(client_of):
    with time_machine.travel(NOON, tick=False):
        phone = client_of(LIN)
    with time_machine.travel(NOON + IDLE - timedelta(days=1), tick=False):
        renewed = phone.get(URL)
        assert renewed.status_code == 200
        assert "Max-Age" in renewed.headers["Set-Cookie"]
    with time_machine.travel(NOON + IDLE + timedelta(days=1), tick=False):
        assert phone.get(URL).status_code == 200
    with time_machine.travel(NOON + IDLE * 3, tick=False):
        phone.set_cookie("mingcha", renewed.headers["Set-Cookie"].split("=", 1)[1].split(";")[0])
        assert problem_of(phone.get(URL)) == "sign_in"


def test_no_session_outlives_half_a_year_however_much_it_is_used(client_of):
    with time_machine.travel(NOON, tick=False) as clock:
        phone = client_of(LIN)
        token = phone.get_cookie("mingcha").value
        while clock_now() - NOON < OLDEST - timedelta(days=20):
            clock.shift(timedelta(days=20))
            phone.set_cookie("mingcha", token)
            assert phone.get(URL).status_code == 200
        clock.move_to(NOON + OLDEST + timedelta(seconds=1))
        phone.set_cookie("mingcha", token)
        assert problem_of(phone.get(URL)) == "sign_in"


def test_guessing_at_an_account_gets_slower_and_says_for_how_long(stranger):
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            assert problem_of(_guess(stranger)) == "session.wrong_password"
        waiting = _guess(stranger)
        assert (waiting.status_code, problem_of(waiting)) == (429, "session.slow_down")
        assert waiting.headers["Retry-After"] == "1"

        clock.shift(1)
        assert problem_of(_guess(stranger)) == "session.wrong_password"
        assert _guess(stranger).headers["Retry-After"] == "2"


def test_the_right_password_does_not_help_while_the_wait_runs_and_does_after_it(stranger):
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            _guess(stranger)
        assert problem_of(stranger.post(URL, json=_lin())) == "session.slow_down"
        clock.shift(1)
        assert stranger.post(URL, json=_lin()).status_code == 200
        assert problem_of(_guess(stranger)) == "session.wrong_password"


def test_waiting_is_per_account_so_zhao_signs_in_beside_guesses_at_lin(stranger):
    with time_machine.travel(NOON, tick=False):
        for _ in range(5):
            _guess(stranger)
        assert stranger.post(URL, json={"username": ZHAO.username, "password": PASSWORD}).status_code == 200


def test_an_address_that_tries_many_names_gets_slower_too(stranger):
    with time_machine.travel(NOON, tick=False):
        for number in range(20):
            answer = stranger.post(URL, json={"username": f"person-{number}", "password": "guess"})
            assert problem_of(answer) == "session.wrong_password"
        assert problem_of(stranger.post(URL, json={"username": "person-x", "password": "guess"})) == "session.slow_down"
        elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
        answer = stranger.post(URL, json={"username": "person-x", "password": "guess"}, environ_base=elsewhere)
        assert problem_of(answer) == "session.wrong_password"


def test_a_stranger_who_guesses_all_day_does_not_keep_lin_out_of_her_own_office(stranger):
    office, far_away = {"REMOTE_ADDR": "198.51.100.4"}, {"REMOTE_ADDR": "203.0.113.7"}
    with time_machine.travel(NOON, tick=False):
        assert stranger.post(URL, json=_lin(), environ_base=office).status_code == 200
        for _ in range(6):
            _guess(stranger, environ_base=far_away)
        assert problem_of(_guess(stranger, environ_base=far_away)) == "session.slow_down"
        assert stranger.post(URL, json=_lin(), environ_base=office).status_code == 200


def test_signing_in_and_out_is_in_the_audit_trail(app, client_of):
    client_of(LIN).delete(URL)
    with app.app_context():
        newest = audit.latest(COUNTY, COUNTY, limit=2)
    assert [event["deed"] for event in newest] == ["session.close", "session.open"]


def clock_now():
    return datetime.now(UTC)


def _lin():
    return {"username": LIN.username, "password": PASSWORD}


def _guess(client, **more):
    return client.post(URL, json={"username": "lin", "password": "guess"}, **more)
