"""A second factor: added, asked for, shown once, lost, and required where a county says so."""

from datetime import timedelta

import pyotp
import pytest
import time_machine

from mingcha import clock
from mingcha.store import audit
from tests.authenticator import Authenticator
from tests.cast import CHEN, COUNTY, LIN, ZHOU
from tests.conftest import PASSWORD, problem_of

SESSION, FACTORS = "/api/v1/session", "/api/v1/factors"


@pytest.fixture
def phone(app):
    """A phone that nobody signed in on yet: `phone(ZHOU)` gives the password and what came back."""

    def sign_in(person, password=PASSWORD):
        client = app.test_client()
        client.environ_base["HTTP_X_MINGCHA"] = "1"
        return client, client.post(SESSION, json={"username": person.username, "password": password})

    return sign_in


def with_codes(client):
    """Adds an authenticator; its secret and the recovery codes."""
    secret = client.post(f"{FACTORS}/totp", json={}).get_json()["secret"]
    answer = client.post(f"{FACTORS}/totp/confirmation", json={"code": pyotp.TOTP(secret).at(clock.now())})
    assert answer.status_code == 200, answer.get_json()
    return secret, answer.get_json()["recovery"]


def later(seconds):
    return time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=False)


def show(client, code):
    return client.post(f"{SESSION}/code", json={"code": code})


def test_zhou_adds_an_authenticator_and_is_asked_for_a_code_at_the_next_sign_in(app, client_of, phone):
    secret, recovery = with_codes(client_of(ZHOU))
    assert len(set(recovery)) == 10
    with later(60):
        client, answer = phone(ZHOU)
        half = answer.get_json()
        assert (half["user"], half["step"], half["ways"]) == (None, "code", ["recovery", "totp"])
        assert problem_of(client.get("/api/v1/inspections")) == "session.half_open"
        assert client.get(SESSION).get_json() == half
        assert problem_of(client.post("/api/v1/sync", json={})) == "session.half_open"
        assert problem_of(show(client, "000000")) == "session.wrong_code"
        before = client.get_cookie("mingcha").value
        opened = show(client, pyotp.TOTP(secret).at(clock.now())).get_json()
        assert (opened["step"], opened["user"]["username"]) == (None, "zhou")
        assert client.get_cookie("mingcha").value != before
        assert client.get("/api/v1/inspections").status_code == 200
    with app.app_context():
        last = audit.latest(COUNTY, COUNTY, limit=1)[0]
        assert (last["deed"], last["details"]) == ("session.second", {"by": "totp"})


def test_a_code_works_once_and_an_old_one_not_at_all(client_of, phone):
    secret, _ = with_codes(client_of(ZHOU))
    with later(90):
        code = pyotp.TOTP(secret).at(clock.now())
        assert show(phone(ZHOU)[0], code).status_code == 200
        assert problem_of(show(phone(ZHOU)[0], code)) == "session.wrong_code"
        old = pyotp.TOTP(secret).at(clock.now() - timedelta(seconds=120))
        assert problem_of(show(phone(ZHOU)[0], old)) == "session.wrong_code"


def test_a_recovery_code_stands_in_once_however_it_is_typed(client_of, phone):
    _, recovery = with_codes(client_of(ZHOU))
    client, _ = phone(ZHOU)
    assert show(client, f" {recovery[3].upper().replace('-', ' ')} ").status_code == 200
    assert client.get(FACTORS).get_json()["recovery_left"] == 9
    assert problem_of(show(phone(ZHOU)[0], recovery[3])) == "session.wrong_code"


def test_guesses_at_a_code_are_slowed_down_and_never_lock_out(client_of, phone):
    secret, _ = with_codes(client_of(ZHOU))
    with later(60):
        client, _ = phone(ZHOU)
        said = [problem_of(show(client, f"00000{number}")) for number in range(7)]
        assert said == ["session.wrong_code"] * 5 + ["session.slow_down"] * 2
        fresh, _ = phone(ZHOU)
        assert problem_of(show(fresh, "000001")) == "session.slow_down"
    with later(600):
        client, _ = phone(ZHOU)
        assert show(client, pyotp.TOTP(secret).at(clock.now())).status_code == 200


def test_a_half_open_session_waits_a_quarter_of_an_hour(client_of, phone):
    secret, _ = with_codes(client_of(ZHOU))
    client, _ = phone(ZHOU)
    with later(15 * 60 + 1):
        assert problem_of(show(client, pyotp.TOTP(secret).at(clock.now()))) == "sign_in"


def test_a_passkey_is_made_and_shown_and_only_here_and_only_once(app, client_of, phone):
    key = Authenticator()
    zhou = client_of(ZHOU)
    options = zhou.post(f"{FACTORS}/passkey", json={}).get_json()["options"]
    made = key.make(options)
    added = zhou.post(f"{FACTORS}/passkey/confirmation", json={"credential": made, "name": "办公电脑"})
    assert len(added.get_json()["recovery"]) == 10
    replayed = zhou.post(f"{FACTORS}/passkey/confirmation", json={"credential": made, "name": "again"})
    assert problem_of(replayed) == "factor.none_begun"

    client, half = phone(ZHOU)
    assert half.get_json()["ways"] == ["passkey", "recovery"]
    options = client.post(f"{SESSION}/passkey/options", json={}).get_json()["options"]
    shown = key.show(options)
    assert client.post(f"{SESSION}/passkey", json={"credential": shown}).get_json()["user"]["username"] == "zhou"

    other, _ = phone(ZHOU)
    other.post(f"{SESSION}/passkey/options", json={})
    assert problem_of(other.post(f"{SESSION}/passkey", json={"credential": shown})) == "session.passkey_failed"
    phished, _ = phone(ZHOU)
    options = phished.post(f"{SESSION}/passkey/options", json={}).get_json()["options"]
    key.origin = "https://mingcha.example.net"
    refused = phished.post(f"{SESSION}/passkey", json={"credential": key.show(options)})
    assert problem_of(refused) == "session.passkey_failed"
    stolen, _ = phone(ZHOU)
    options = stolen.post(f"{SESSION}/passkey/options", json={}).get_json()["options"]
    strange = stolen.post(f"{SESSION}/passkey", json={"credential": Authenticator().show(options)})
    assert problem_of(strange) == "session.passkey_failed"
    for broken in ({}, {"id": "x"}, {**shown, "response": {}}, {**shown, "response": "no"}):
        answer = stolen.post(f"{SESSION}/passkey", json={"credential": broken})
        assert problem_of(answer) in ("session.passkey_failed", "session.slow_down")


def test_a_county_that_asks_supervisors_for_one_lets_them_add_it_at_sign_in(client_of, phone):
    chen = client_of(CHEN)
    assert chen.get("/api/v1/account-rules").get_json() == {"second_factor": []}
    chen.put("/api/v1/account-rules", json={"second_factor": ["supervisor"]})

    client, answer = phone(ZHOU)
    assert answer.get_json()["step"] == "enrol"
    assert problem_of(client.get("/api/v1/inspections")) == "session.half_open"
    with_codes(client)
    assert client.get("/api/v1/inspections").status_code == 200
    (one,) = client.get(FACTORS).get_json()["factors"]
    assert problem_of(client.delete(f"{FACTORS}/{one['id']}", json={})) == "factor.last"
    assert phone(LIN)[1].get_json()["step"] is None


def test_adding_and_removing_one_later_needs_the_password(client_of, phone):
    zhou = client_of(ZHOU)
    with_codes(zhou)
    (one,) = zhou.get(FACTORS).get_json()["factors"]
    with later(16 * 60):
        for method, url in (("post", f"{FACTORS}/totp"), ("post", f"{FACTORS}/passkey"), ("post", f"{FACTORS}/recovery")):
            assert problem_of(getattr(zhou, method)(url, json={})) == "account.current_password"
        assert problem_of(zhou.delete(f"{FACTORS}/{one['id']}", json={"current": "guess"})) == "account.current_password"
        fresh = zhou.post(f"{FACTORS}/recovery", json={"current": PASSWORD}).get_json()["recovery"]
        assert len(fresh) == 10
        assert zhou.delete(f"{FACTORS}/{one['id']}", json={"current": PASSWORD}).status_code == 204
    assert zhou.get(FACTORS).get_json() == {"factors": [], "recovery_left": 0, "is_asked": False}
    assert phone(ZHOU)[1].get_json()["step"] is None


def test_nobody_touches_the_factors_of_another_and_chen_takes_lost_ones_away(client_of, phone):
    zhou, lin, chen = client_of(ZHOU), client_of(LIN), client_of(CHEN)
    with_codes(zhou)
    (one,) = zhou.get(FACTORS).get_json()["factors"]
    assert problem_of(lin.delete(f"{FACTORS}/{one['id']}", json={})) == "not_found"
    row = next(
        each for each in chen.get("/api/v1/accounts?q=周").get_json()["accounts"] if each["username"] == "zhou"
    )
    assert row["factors"] == ["totp"]
    url = f"/api/v1/accounts/{row['id']}/factors/removal"
    assert problem_of(lin.post(url, json={"reason": "x"})) == "not_allowed"
    assert chen.post(url, json={"reason": "手机丢失"}).status_code == 204
    assert problem_of(zhou.get(FACTORS)) == "sign_in"
    assert phone(ZHOU)[1].get_json()["step"] is None


def test_a_setup_that_was_not_confirmed_counts_for_nothing(client_of, phone):
    zhou = client_of(ZHOU)
    assert problem_of(zhou.post(f"{FACTORS}/totp/confirmation", json={"code": "123456"})) == "factor.none_begun"
    zhou.post(f"{FACTORS}/totp", json={})
    assert problem_of(zhou.post(f"{FACTORS}/totp/confirmation", json={"code": "000000"})) == "session.wrong_code"
    assert phone(ZHOU)[1].get_json()["step"] is None
