"""What the exchange refuses, holds and keeps, whatever it is sent."""

import gzip
import json

import pytest

from tests.cast import CHEN, SHI, WU
from tests.conftest import problem_of

URL = "/api/v1/sync"


def raw(lin, body, **headers):
    return lin.client.post(URL, data=body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(("body", "status", "code"), [
    (b"", 400, "malformed"),
    (b"<html>captive portal</html>", 400, "malformed"),
    (b"\xff\xfe", 400, "malformed"),
    (b"[]", 400, "malformed"),
    (b"[" * 10_000 + b"]" * 10_000, 400, "malformed"),
    (b'{"device":"phone-one","protocol":1,"ops":' + b"[" * 10_000 + b"]" * 10_000 + b"}", 400, "malformed"),
    (b'{"device":"phone-one","protocol":1,"ops":[' + b"9" * 5000 + b"]}", 400, "malformed"),
    (b"{}", 422, "invalid"),
    (b'{"device":"phone-one","protocol":1,"ops":{}}', 422, "invalid"),
    (b'{"device":"phone-one","protocol":true,"ops":[]}', 422, "invalid"),
    (b'{"device":"phone-one","protocol":NaN,"ops":[]}', 422, "invalid"),
    (b'{"device":"one","protocol":1,"ops":[]}', 422, "invalid"),
    (b'{"device":"phone-one","protocol":1,"ops":[],"cursor":7}', 422, "invalid"),
    (b'{"device":"phone-one","protocol":2,"ops":[]}', 503, "sync.protocol"),
    (b'{"device":"phone-one","protocol":1,"ops":[' + b",".join([b"1"] * 201) + b"]}", 413, "sync.too_many_ops"),
], ids=range(15))  # fmt: skip
def test_a_body_that_is_no_exchange_is_told_so_plainly(lin, body, status, code):
    answer = raw(lin, body)
    assert (answer.status_code, problem_of(answer)) == (status, code)


def test_a_body_beyond_a_limit_is_told_which_limit(lin):
    for body, headers, limit in (
        (b" " * (513 * 1024), {}, "ops"),
        (b" " * (641 * 1024), {}, "request_body"),
        (gzip.compress(b" " * (513 * 1024)), {"Content-Encoding": "gzip"}, "ops"),
        (gzip.compress(b" " * (50 * 1024 * 1024)), {"Content-Encoding": "gzip"}, "inflated_body"),
    ):
        answer = raw(lin, body, **headers)
        assert answer.status_code == 413
        assert answer.get_json()["problem"]["details"]["limit"] == limit
        assert answer.get_json()["problem"]["details"]["limit_bytes"] > 0


def test_a_zipped_body_is_read_and_a_broken_one_is_told(lin):
    body = json.dumps({"device": "phone-one", "protocol": 1, "ops": [lin.say("1", "met")]}).encode()
    assert (
        raw(lin, gzip.compress(body), **{"Content-Encoding": "gzip"}).get_json()["results"][0]["outcome"] == "applied"
    )
    for broken in (gzip.compress(body)[:-9], b"no gzip", gzip.compress(body) + b"more"):
        answer = raw(lin, broken, **{"Content-Encoding": "gzip"})
        assert (answer.status_code, problem_of(answer)) == (400, "malformed")
    assert problem_of(raw(lin, body, **{"Content-Encoding": "br"})) == "malformed"


@pytest.mark.parametrize(("change", "code"), [
    ({"value": "a\0b", "target": "visit/note"}, "op.nul"),
    ({"value": "\ud800", "target": "visit/note"}, "op.lone_surrogate"),
    ({"value": float("nan")}, "op.not_a_number"),
    ({"value": 1.5}, "op.float"),
    ({"value": {"__proto__": {"admin": True}}}, "op.forbidden_key"),
    ({"value": [[[[[[[[[["deep"]]]]]]]]]]}, "op.too_deep"),
    ({"value": "x" * 20_000, "target": "visit/note"}, "op.too_large"),
    ({"target": "review/approval/../x"}, "op.unknown_target"),
    ({"kind": "overwrite"}, "op.unknown_kind"),
    ({"id": "1"}, "op.bad_uuid"),
    ({"id": None}, "op.bad_uuid"),
    ({"schema": 2}, "op.unknown_member"),
    ({"seq": 0}, "op.bad_seq"),
    ({"at": "yesterday"}, "op.bad_time"),
    ({"over": ["0190b0c0-0000-7000-8000-000000000001"] * 2}, "op.over_repeated"),
])  # fmt: skip
def test_a_bad_op_is_held_whole_and_its_neighbours_are_taken_in(lin, zhao, change, code):
    before, after = lin.say("1", "met"), lin.say("2", "met")
    bad = {**lin.say("3", "met"), **change}
    answer = lin.push([before, bad, after])
    assert answer.status_code == 200
    results = answer.get_json()["results"]
    assert [each["outcome"] for each in results] == ["applied", "held", "applied"]
    assert results[1]["code"] == code
    kept = lin.client.get("/api/v1/held").get_json()["held"]
    assert [each["code"] for each in kept] == [code]
    if code in ("op.not_a_number", "op.lone_surrogate"):  # no JSON that every reader takes: shown as its text
        assert kept[0]["op"] == json.dumps(bad)
    else:
        assert kept[0]["op"] == bad
    zhao.sync()
    assert set(zhao.log) == {before["id"], after["id"]}


@pytest.mark.parametrize("nonsense", [None, 7, "op", [], {}, {"id": "\ud800" * 3}, {"id": "x" * 10_000}])
def test_what_is_no_op_at_all_is_held_as_it_came(lin, nonsense):
    good = lin.say("1", "met")
    results = lin.push([nonsense, good]).get_json()["results"]
    assert [each["outcome"] for each in results] == ["held", "applied"]
    assert results[0]["id"] is None


def test_what_is_held_is_kept_once_however_often_it_is_sent(lin):
    bad = {**lin.say("1", "met"), "value": "perhaps"}
    for _ in range(3):
        assert lin.push([bad]).get_json()["results"][0]["outcome"] == "held"
    assert len(lin.client.get("/api/v1/held").get_json()["held"]) == 1


@pytest.mark.parametrize("cursor", ["", "garbage", "eJw=", "A" * 70_000, "////", "eJyLjgUAARUAuQ"])
def test_a_cursor_that_is_none_of_ours_means_afresh(lin, cursor):
    lin.say("1", "met")
    lin.sync()
    reply = lin.push([], cursor=cursor).get_json()
    assert [change["kind"] for change in reply["changes"]] == ["inspection", "op"]


def test_a_phone_on_which_somebody_else_signed_in_sends_nothing(lin, zhao):
    answer = lin.client.post(
        URL, json={"device": "phone-one", "protocol": 1, "ops": []}, headers={"X-Mingcha-User": zhao.author}
    )
    assert (answer.status_code, problem_of(answer)) == (403, "sync.other_person")


@pytest.mark.parametrize("person", [SHI, WU, CHEN])
def test_who_neither_inspects_nor_supervises_has_nothing_to_exchange(client_of, person):
    answer = client_of(person).post(URL, json={"device": "phone-one", "protocol": 1, "ops": []})
    assert (answer.status_code, problem_of(answer)) == (403, "not_allowed")


def test_a_stranger_is_asked_to_sign_in(stranger):
    assert problem_of(stranger.post(URL, json={})) == "sign_in"
    assert problem_of(stranger.get("/api/v1/held")) == "sign_in"


def test_a_sync_with_nothing_new_says_nothing(lin):
    lin.say("1", "met")
    lin.sync()
    reply = lin.push([]).get_json()
    assert (reply["results"], reply["changes"], reply["gone"], reply["more"]) == ([], [], [], False)


def test_a_phones_wrong_clock_changes_neither_order_nor_outcome(lin, zhao):
    lin.push([lin.say("1", "met")], now="2031-01-01T00:00:00.000Z")
    lin.push([{**lin.say("2", "met"), "at": "1999-01-01T00:00:00.000Z"}], now="not a time")
    zhao.sync()
    assert len(zhao.log) == 2
