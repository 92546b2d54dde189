"""What a broken or hostile phone sends to a real server, over a real line: each its own answer, never a 5xx, and never
a neighbour's loss.
"""

import gzip
import http.client
import json
import zlib

import pytest

from tests.fleet.phone import Phone
from tests.fleet.stack import Node, ask, sign_in

VISIT_OF_NOBODY = "0198f000-0000-7000-8000-0000000000aa"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """One node on SQLite and two inspectors on one visit."""
    folder = tmp_path_factory.mktemp("bad-input")
    node = Node(folder / "node", f"sqlite:///{folder / 'mingcha.db'}", folder / "blobs")
    county = json.loads(node.run("tests.fleet.county", "2"))
    node.start()
    try:
        cookies = [sign_in(node.port, person["username"], county["password"]) for person in county["people"]]
        yield node, county, cookies
    finally:
        node.stop()
    assert node.errors() == []


@pytest.fixture
def phones(house, request):
    node, county, cookies = house
    seed = abs(hash(request.node.name)) % 10**7
    return [
        Phone(node.port, person, cookie, county["inspection"], seed + n)
        for n, (person, cookie) in enumerate(zip(county["people"], cookies, strict=True))
    ]


def post(phone, body: bytes, **headers) -> tuple[int, dict, dict]:
    line = http.client.HTTPConnection("127.0.0.1", phone.port, timeout=60)
    given = {"Content-Type": "application/json", "X-Mingcha": "1", "Cookie": phone.cookie, **headers}
    line.request("POST", "/api/v1/sync", body, given)
    answer = line.getresponse()
    text = answer.read()
    line.close()
    if answer.getheader("Content-Encoding") == "gzip":
        text = gzip.decompress(text)
    return answer.status, json.loads(text), dict(answer.getheaders())


def tap(phone):
    """One good op, saved."""
    phone._set("visit/note", f"{phone.device} {len(phone.saved)}")
    return list(phone.saved.values())[-1]


def push(phone, *ops: str, **headers):
    """Ops as the texts they are given as."""
    body = f'{{"device":"{phone.device}","protocol":1,"cursor":null,"ops":[{",".join(ops)}]}}'
    return post(phone, body.encode("utf-8", "surrogatepass"), **headers)


def text_with(op, **change):
    return json.dumps({**op, **change})


BAD_OPS = {
    "NUL": (lambda op: text_with(op, target="visit/note", value="a\0b"), "op.nul"),
    "half a character": (lambda op: text_with(op, target="visit/note", value="\ud800"), "op.lone_surrogate"),
    "NaN": (lambda op: text_with(op, value=float("nan")), "op.not_a_number"),
    "infinity": (lambda op: text_with(op, value=float("inf")), "op.not_a_number"),
    "1e400": (lambda op: text_with(op).replace('"over"', '"value": 1e400, "over"'), "op.not_a_number"),
    "__proto__": (lambda op: text_with(op, value={"__proto__": {"role": "admin"}}), "op.forbidden_key"),
    "__proto__ beside": (lambda op: text_with(op, __proto__={"role": "admin"}), "op.forbidden_key"),
    "forged over": (lambda op: text_with(op, over=[op["over"][0], "no id"]), "op.bad_uuid"),
    "forged author": (lambda op: text_with(op, author=VISIT_OF_NOBODY), "op.foreign_author"),
    "a visit of nobody": (lambda op: text_with(op, inspection=VISIT_OF_NOBODY), "not_found"),
    "a huge number": (lambda op: text_with(op, seq=10**30), "op.bad_seq"),
    "nine levels": (lambda op: text_with(op, value=[[[[[[[[[1]]]]]]]]]), "op.too_deep"),
    "seventeen kilobytes": (lambda op: text_with(op, target="visit/note", value="字" * 6000), "op.too_large"),
}


@pytest.mark.parametrize("bad", BAD_OPS)
def test_a_bad_op_has_its_own_answer_and_its_neighbours_are_taken(phones, bad):
    lin, zhao = phones
    make, code = BAD_OPS[bad]
    lin.sync(20)
    first = tap(lin)
    broken = tap(lin)
    last = tap(lin)
    status, said, _ = push(lin, json.dumps(first), make(broken), json.dumps({**last, "over": [first["id"]]}))
    assert status == 200
    assert [each["outcome"] == "held" for each in said["results"]] == [False, True, False]
    assert said["results"][1]["code"] == code
    zhao.sync(20)
    assert {first["id"], last["id"]} <= zhao.known.keys()
    assert broken["id"] not in zhao.known


@pytest.mark.parametrize("levels", [100, 500, *range(900, 1000, 15), 10_000])
@pytest.mark.parametrize("form", ["[{}]", '{{"a":{}}}'])
def test_hundreds_and_thousands_of_levels_fell_nothing(house, phones, levels, form):
    lin, _ = phones
    before, after = form.format("\0").split("\0")
    value = before * levels + "1" + after * levels
    deep = json.dumps(tap(lin)).replace('"value": ', f'"value": {value}, "was": ')
    first, last = json.dumps(tap(lin)), json.dumps(tap(lin))
    status, said, _ = push(lin, first, deep, last)
    assert (status, said["problem"]["code"]) == (400, "malformed")
    status, said, _ = push(lin, first, last)
    assert (status, [each["outcome"] == "held" for each in said["results"]]) == (200, [False, False])
    assert waiting(house)


def test_sixty_levels_are_held_alone_and_shown(house, phones):
    lin, _ = phones
    first, deep, last = (json.dumps(tap(lin)) for _ in range(3))
    deep = deep.replace('"value": ', f'"value": {"[" * 60 + "1" + "]" * 60}, "was": ')
    status, said, _ = push(lin, first, deep, last)
    assert (status, [each["outcome"] == "held" for each in said["results"]]) == (200, [False, True, False])
    shown = [each for each in waiting(house) if each["op_id"] == said["results"][1]["id"]]
    assert [each["code"] for each in shown] == [said["results"][1]["code"]]


def waiting(house) -> list[dict]:
    """What the supervisor's desk shows."""
    node, county, _ = house
    cookie = sign_in(node.port, county["supervisor"], county["password"])
    status, seen, _ = ask(node.port, "GET", "/api/v1/held", cookie=cookie)
    assert status == 200, seen
    return seen["held"]


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "yesterday", ""])
def test_a_clock_beyond_all_years_counts_as_none(phones, now):
    lin, _ = phones
    body = {"device": lin.device, "protocol": 1, "cursor": None, "ops": [tap(lin)], "now": now}
    status, said, _ = post(lin, json.dumps(body).encode())
    assert (status, [each["outcome"] == "held" for each in said["results"]]) == (200, [False])


@pytest.mark.parametrize("begun_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00"])
def test_a_visit_begun_beyond_all_years_is_held_beside_good_ops(phones, begun_at):
    lin, _ = phones
    changes = push(lin)[1]["changes"]
    known = next(each["inspection"] for each in changes if each["kind"] == "inspection")
    visit = {"id": VISIT_OF_NOBODY, "site": known["site"]["id"], "checklist": known["checklist"]["digest"], "team": [],
             "begun_at": begun_at, "author": lin.person["id"], "device": lin.device}  # fmt: skip
    status, said, _ = push(lin, json.dumps({"visit": visit}), json.dumps(tap(lin)))
    assert (status, [each["outcome"] == "held" for each in said["results"]]) == (200, [True, False])
    assert said["results"][0]["code"] == "op.bad_time"


def test_an_op_that_would_erase_what_others_wrote_elsewhere_erases_nothing(phones):
    lin, zhao = phones
    zhao.sync(20)
    zhao._set("answer/1.1/verdict", "met")
    zhao.sync(20)
    lin.sync(20)
    target = list(zhao.saved.values())[-1]
    assert target["id"] in lin.known
    forged = {**tap(lin), "over": [target["id"]]}
    assert push(lin, json.dumps(forged))[1]["results"][0]["code"] == "op.over_foreign"
    zhao.sync(20)
    assert [head["id"] for head in zhao.heads("answer/1.1/verdict") if head["id"] == target["id"]] == [target["id"]]


def test_one_id_cannot_be_used_for_two_payloads_nor_in_two_places(phones):
    lin, _ = phones
    op = tap(lin)
    assert push(lin, json.dumps(op))[1]["results"][0]["outcome"] in ("applied", "conflict")
    assert push(lin, json.dumps(op))[1]["results"][0]["outcome"] == "duplicate"
    for change in ({"value": "other"}, {"target": "answer/5.1/note"}, {"seq": op["seq"] + 1}):
        said = push(lin, text_with(op, **change), json.dumps(tap(lin)))[1]["results"]
        assert (said[0]["outcome"], said[0]["code"]) == ("held", "op.id_reused")
        assert said[1]["outcome"] != "held"


def test_a_bomb_is_never_inflated_beyond_its_cap(phones):
    lin, _ = phones
    packer, bomb = zlib.compressobj(9, wbits=31), b""
    for _ in range(200):
        bomb += packer.compress(b" " * (1 << 20))
    bomb += packer.flush()
    assert len(bomb) < 300_000
    status, said, _ = post(lin, bomb, **{"Content-Encoding": "gzip"})
    assert (status, said["problem"]["details"]["limit"]) == (413, "inflated_body")
    status, said, _ = post(lin, gzip.compress(bomb), **{"Content-Encoding": "gzip"})
    assert status in (400, 413)
    status, said, _ = post(lin, bomb, **{"Content-Encoding": "gzip, gzip"})
    assert (status, said["problem"]["code"]) == (400, "malformed")


def test_what_travels_packed_both_ways_is_the_same(phones):
    lin, _ = phones
    ops = [tap(lin) for _ in range(20)]
    body = {"device": lin.device, "protocol": 1, "cursor": None, "ops": ops}
    packed = gzip.compress(json.dumps(body).encode())
    status, said, headers = post(lin, packed, **{"Content-Encoding": "gzip", "Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, "gzip", "Accept-Encoding")
    assert {op["id"] for op in ops} <= {each["op"]["id"] for each in said["changes"] if each["kind"] == "op"}
    again = {**body, "ops": [], "cursor": said["cursor"]}
    status, said, headers = post(lin, json.dumps(again).encode(), **{"Accept-Encoding": "gzip"})
    assert (status, said["changes"], "Content-Encoding" in headers) == (200, [], False)


@pytest.mark.parametrize(("protocol", "status"), [(0, 422), (1, 200), (2, 503), (10**30, 503)])
def test_a_protocol_that_is_not_spoken_here_is_told_so(phones, protocol, status):
    lin, _ = phones
    lin.sync(20)
    body = {"device": lin.device, "protocol": protocol, "cursor": lin.cursor, "ops": []}
    assert post(lin, json.dumps(body).encode())[0] == status
