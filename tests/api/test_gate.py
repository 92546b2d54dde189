"""What every request passes, and what every answer carries."""

import io
import json
from dataclasses import replace

import pytest

from mingcha.app import create_app
from mingcha.core.problems import PROBLEMS
from mingcha.store.db import db
from mingcha.store.sessions import SessionRow
from tests.cast import CHEN, LIN, ZHOU
from tests.conftest import PASSWORD, problem_of, signed_in

SESSION = "/api/v1/session"


def test_a_form_on_another_site_cannot_act_for_lin(client_of):
    phone = client_of(LIN)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Mingcha": "0"},
    ):
        assert problem_of(phone.delete(SESSION, headers=headers)) == "foreign_origin", headers
    assert phone.get(SESSION).status_code == 200


def test_without_our_header_nothing_is_done(app):
    assert problem_of(app.test_client().delete(SESSION)) == "foreign_origin"


def test_our_own_page_acts_for_lin(client_of):
    phone = client_of(LIN)
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert phone.delete(SESSION, headers=headers).status_code == 204


@pytest.mark.parametrize("path", ["/api/v1/health", "/", "/api/v1/nothing", "/nothing.js"])
def test_every_answer_carries_the_headers_against_misuse(stranger, path):
    headers = stranger.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["X-Request-Id"]


def test_what_the_api_says_is_not_kept_by_caches(stranger):
    assert stranger.get("/api/v1/health").headers["Cache-Control"] == "no-store"


def test_a_wrong_method_is_told_which_ones_there_are(stranger):
    answer = stranger.put(SESSION)
    assert (answer.status_code, problem_of(answer)) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/api", "/api/", "/api/v2/session"])
def test_an_address_that_does_not_exist_is_a_problem_in_json(stranger, path):
    for answer in (stranger.get(path, headers={"Accept": "text/html"}), stranger.post(path, json={})):
        assert (answer.status_code, problem_of(answer)) == (404, "no_such_path")


def test_a_problem_has_the_one_form_in_both_languages(stranger):
    problem = stranger.get(SESSION).get_json()["problem"]
    known = PROBLEMS["sign_in"]
    assert problem == {
        "code": "sign_in", "family": "barred", "message": {"zh": known.zh, "en": known.en}, "details": {},
    }  # fmt: skip


def test_missing_fields_are_named(stranger):
    answer = stranger.post(SESSION, json={"username": "lin"})
    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    assert "password" in answer.get_json()["problem"]["details"]["fields"]["json"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"username": "lin", "password": NaN}', b"[" * 2000, b'{"username": ' + b"9" * 4009],
    ids=["cut short", "not text", "not a number", "deep", "a huge number cut short"],
)
def test_a_body_that_cannot_be_read_is_a_problem(stranger, body):
    answer = stranger.post(SESSION, data=body, content_type="application/json")
    assert (answer.status_code, problem_of(answer)) == (400, "malformed")


def test_a_body_that_does_not_say_it_is_json_is_a_problem(stranger):
    answer = stranger.post(SESSION, data=b'{"username": "lin", "password": "x"}', content_type="text/plain")
    assert (answer.status_code, problem_of(answer)) == (415, "not_json")


@pytest.mark.parametrize("name", ["lin\\u0000", "\\ud800", "lin\\u001b[2J"])
def test_text_that_no_database_can_keep_is_a_problem_of_its_field(stranger, name):
    body = f'{{"username": "{name}", "password": "x"}}'
    answer = stranger.post(SESSION, data=body, content_type="application/json")
    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    assert "username" in answer.get_json()["problem"]["details"]["fields"]["json"]


def test_a_body_over_the_limit_is_refused_by_the_limits_name(stranger):
    answer = stranger.post(SESSION, data=b" " * 4097, content_type="application/json")
    assert (answer.status_code, problem_of(answer)) == (413, "too_large")
    assert answer.get_json()["problem"]["details"] == {"limit": "request_body", "limit_bytes": 4096}


def test_a_body_of_unknown_length_over_the_limit_is_refused_and_never_cut_short(stranger):
    whole = json.dumps({"username": "lin", "password": "x"}).encode()
    for body, problem in ((whole + b" " * 5000, "too_large"), (whole, "session.wrong_password")):
        answer = stranger.post(
            SESSION, input_stream=io.BytesIO(body), content_type="application/json",
            headers={"Transfer-Encoding": "chunked"}, environ_overrides={"wsgi.input_terminated": True},
        )  # fmt: skip
        assert problem_of(answer) == problem


def test_a_fault_of_ours_has_an_incident_number_and_tells_nothing_else(app, stranger, monkeypatch, capfd):
    def fail():
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("mingcha.api.health.is_reachable", fail)
    answer = stranger.get("/api/v1/health")
    assert (answer.status_code, problem_of(answer)) == (500, "incident")
    assert answer.get_json()["problem"]["details"] == {"incident": answer.headers["X-Request-Id"]}
    assert "secret" not in answer.get_data(as_text=True)


def test_a_route_without_a_deed_answers_nobody(config):
    app = create_app(config)
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "open to all")
    answer = signed_in(app, CHEN).get("/api/v1/forgotten")
    assert problem_of(answer) == "incident"


def test_behind_a_proxy_the_address_and_the_encryption_are_what_the_proxy_says(config):
    passed_on = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "mingcha.example"}
    for proxies, cookie, address in ((1, "__Host-mingcha=", "203.0.113.7"), (0, "mingcha=", "127.0.0.1")):
        app = create_app(replace(config, proxies=proxies))
        answer = app.test_client().post(
            SESSION, json={"username": "lin", "password": PASSWORD}, headers={"X-Mingcha": "1", **passed_on}
        )
        assert answer.headers["Set-Cookie"].startswith(cookie)
        with app.app_context():
            assert db.session.query(SessionRow).order_by(SessionRow.created_at.desc()).first().address == address
            db.session.remove()
            db.engine.dispose()


def test_a_request_number_from_a_proxy_is_kept_and_nonsense_is_not(stranger):
    kept = stranger.get("/api/v1/health", headers={"X-Request-Id": "from-the-proxy-1"})
    assert kept.headers["X-Request-Id"] == "from-the-proxy-1"
    made = stranger.get("/api/v1/health", headers={"X-Request-Id": 'x"}{"event":"forged'})
    assert "forged" not in made.headers["X-Request-Id"]


def test_the_api_document_names_every_route_and_our_form_of_problem(stranger):
    document = stranger.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert "post" in document["paths"]["/api/v1/session"]
    assert "ProblemBody" in document["components"]["schemas"]


def test_counters_are_for_admins_and_for_this_machine_alone(client_of, stranger):
    far = {"REMOTE_ADDR": "203.0.113.7"}
    assert problem_of(stranger.get("/metrics", environ_base=far)) == "sign_in"
    assert problem_of(stranger.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})) == "sign_in"
    assert problem_of(client_of(ZHOU).get("/metrics", environ_base=far)) == "not_allowed"
    assert client_of(CHEN).get("/metrics", environ_base=far).status_code == 200
    assert b"mingcha_requests_total" in stranger.get("/metrics").data
