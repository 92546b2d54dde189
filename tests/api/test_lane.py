"""The short way of a poll that finds nothing new: it says exactly what the long way would, or leaves it to the long way."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from mingcha import clock
from mingcha.api import lane
from mingcha.flows import inspections, session
from mingcha.store.accounts import AccountRow
from mingcha.store.db import db, transaction

URL = "/api/v1/sync"
MOVING = {"server_time", "X-Request-Id"}


@pytest.fixture
def short(monkeypatch):
    """Counts the polls that were answered the short way."""
    taken = []
    nothing_new = lane._nothing_new

    def count(environ):
        found = nothing_new(environ)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(lane, "_nothing_new", count)
    return taken


def poll(phone, path=URL, headers=None, **change):
    body = {"device": phone.device, "protocol": 1, "cursor": phone.cursor, "ops": [], **change}
    return phone.client.post(path, json=body, headers=headers)


def test_the_short_way_and_the_long_way_say_the_same(lin, short):
    lin.say("1", "met")
    lin.sync()
    short.clear()

    quick, slow = poll(lin), poll(lin, f"{URL}?long")

    assert short == [True, False]
    assert quick.status_code == slow.status_code == 200
    assert {**quick.get_json(), "server_time": ""} == {**slow.get_json(), "server_time": ""}
    said = [{name: value for name, value in each.headers if name not in MOVING} for each in (quick, slow)]
    said[1].pop("Vary")  # the long way may pack what it says
    assert {**said[0], "Content-Length": 0} == {**said[1], "Content-Length": 0}
    assert quick.headers["X-Request-Id"]


@pytest.mark.parametrize(("headers", "status"), [
    ({"X-Mingcha": ""}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "http://localhost"}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"X-Mingcha-User": "somebody-else"}, 403),
    ({"Content-Encoding": "br"}, 400),
    ({"Cookie": "mingcha=forged"}, 401),
])  # fmt: skip
def test_whatever_the_gate_would_refuse_is_refused(lin, short, headers, status):
    lin.sync()
    short.clear()
    if "Cookie" in headers:
        lin.client.delete_cookie("mingcha")
    assert poll(lin, headers=headers).status_code == status
    assert short == [status == 200]


@pytest.mark.parametrize("change", [
    {"device": "x"}, {"device": 7}, {"protocol": True}, {"protocol": 0}, {"protocol": "1"}, {"now": 7}, {"ops": {}},
])  # fmt: skip
def test_what_is_no_poll_is_judged_the_long_way(lin, short, change):
    lin.sync()
    short.clear()
    assert poll(lin, **change).status_code == 422
    assert short == [False]


def test_a_newer_app_and_a_big_cursor_are_judged_the_long_way(lin, short):
    lin.sync()
    short.clear()
    assert poll(lin, protocol=2).status_code == 503
    assert poll(lin, cursor="A" * 20_000).get_json()["changes"]
    assert poll(lin, cursor=None).get_json()["changes"]
    assert not any(short)


def test_news_are_told_the_long_way(lin, zhao, short):
    lin.sync()
    zhao.say("1", "met")
    zhao.sync()
    short.clear()
    assert [change["kind"] for change in poll(lin).get_json()["changes"]] == ["inspection", "op"]
    assert short == [False]


def test_a_session_that_has_ended_or_a_role_that_was_taken_is_noticed_by_the_next_poll(lin, zhao, inside):
    lin.sync(), zhao.sync()
    lin.client.delete("/api/v1/session")
    assert poll(lin).status_code in (401, 403)
    with transaction():
        db.session.execute(update(AccountRow).where(AccountRow.id == zhao.author).values(role="viewer"))
    assert poll(zhao).get_json()["gone"] == [zhao.inspection]


def test_a_visit_that_was_taken_away_is_noticed_by_the_next_poll(lin, inside):
    lin.sync()
    inspections.unassign(lin.inspection, lin.author)
    assert poll(lin).get_json()["gone"] == [lin.inspection]


def test_a_session_in_use_is_still_kept_alive(lin, monkeypatch, short):
    lin.sync()
    short.clear()
    later = clock.now() + session.RENEW_EVERY + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Set-Cookie" in poll(lin).headers
    assert "Set-Cookie" not in poll(lin).headers
    assert short == [False, True]


def test_the_short_way_is_counted_like_every_answer(lin):
    def counted():
        text = lin.client.get("/metrics").get_data(as_text=True)
        lines = [line for line in text.splitlines() if line.startswith("mingcha_requests_total") and URL in line]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    lin.sync()
    before = counted()
    poll(lin)
    assert counted() == before + 1


def test_a_poll_while_the_database_is_away_is_told_that_the_server_is_busy(lin, short, monkeypatch):
    lin.say("1", "met")
    lin.sync()

    def away(*_, **__):
        raise OperationalError("SELECT", {}, Exception("the database is starting up"))

    monkeypatch.setattr(session, "whose", away)
    answer = poll(lin)

    assert (answer.status_code, answer.json["problem"]["code"]) == (503, "busy")
