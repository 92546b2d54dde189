"""What a centre hears: every address of the house asked in its name, and what rings for it."""

import base64
import itertools
import re

from sqlalchemy import event, text

from mingcha.core import cursor as cursors
from mingcha.core.cursor import Cursor
from mingcha.flows import opening, queue, session
from mingcha.jobs import worker
from mingcha.store import accounts, channels, deliveries, inbox, reminders, settings
from mingcha.store.db import db
from tests.cast import SHI
from tests.conftest import PASSWORD
from tests.stories.phone import described
from tests.visits import photo_bytes


def heard_by_the_centre(world, secret_ids, hearer=SHI.username, later=lambda: None):
    """A centre's account signs in and asks everything; then again whatever had a tag or a cursor, with it. What has rung
    for it by then, and rings while it asks, is heard too.
    """
    app = world.app
    heard: list[object] = []
    with app.app_context():
        drain()
        later()
        drain()
        client = client_as(app, hearer)
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"  # not this machine, which may read the counters
        own = {**world.own[hearer], "username": hearer, "session_id": session.whose(client.get_cookie("mingcha").value).session}
        forged = cursors.write(Cursor(settings.epoch(), {one: 1 for one in secret_ids if len(one) == 36}))
        db.session.remove()
        engine = db.engine
    numbers, count, tags = itertools.count(), [0], {}

    def counted(statement):
        if not statement.startswith("--"):  # what a trigger does
            count[0] += 1

    def watch(connection, _):
        connection.set_trace_callback(counted)  # of the database itself: some questions go past SQLAlchemy

    def ask(method, path, body, headers=None):
        count[0] = 0
        told = {"X-Request-Id": f"request-{next(numbers):08}", **(headers or {})}
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = client.open(path, method=method, headers=told, **sent)
        heard.append((method, path, answer.status_code, sorted(answer.headers.items()), answer.data, count[0]))
        return answer

    engine.dispose()
    event.listen(engine, "connect", watch)
    try:
        if own["feed"]:
            ask("GET", own["feed"], None)
        for method, path, body, headers in _asked(app, own, secret_ids):
            answer = ask(method, path, body, headers)
            if answer.headers.get("ETag"):
                tags[path] = answer.headers["ETag"]
        for path, tag in tags.items():
            ask("GET", path, None, {"If-None-Match": tag})
        for cursor in (ask("GET", "/api/v1/rectification/changes", None).get_json().get("cursor"), forged):
            ask("GET", f"/api/v1/rectification/changes?cursor={cursor}", None)
            ask("POST", "/api/v1/sync", {"device": "phone-of-shi", "protocol": 1, "cursor": cursor, "ops": []})
        feed = ask("POST", "/api/v1/calendar", {}).get_json()["url"]
        ask("GET", feed, None)
        ask("DELETE", "/api/v1/session", None)
    finally:
        event.remove(engine, "connect", watch)
        engine.dispose()
    with app.app_context():
        drain()
        later()
        drain()
        me = accounts.by_username(hearer)
        for table, whose in _RINGING.items():
            found = db.session.execute(text(f"SELECT * FROM {table} WHERE {whose}"), {"me": me.id, "scope": me.scope})
            heard.append((table, sorted(tuple(row) for row in found)))
        db.session.remove()
    for each in world.service.received:
        said = {name: each.headers.get(name) for name in ("content-type", "content-encoding", "ttl", "urgency", "topic")}
        heard.append(("push", each.path, each.size, each.message, said))
    heard += [("channel", *each) for each in world.rung]
    return heard


#: Every table of what rings, and which of its rows are somebody's.
_RINGING = {
    **dict.fromkeys(("inbox", "inbox_head", "delivery", "push_subscription", "channel", "reach", "calendar_feed"), "account = :me"),
    "reminder": "to_whom = :me OR (to_whom = 'centre' AND region LIKE :scope || '%')",
}
_TABLES = {
    made.__tablename__ for module in (inbox, deliveries, channels, reminders) for made in vars(module).values()
    if getattr(made, "__module__", "") == module.__name__ and hasattr(made, "__tablename__")
}  # fmt: skip
assert set(_RINGING) == _TABLES, "what rings is told in tables that nobody listens to"
#: Asked last, because it ends the session that asks.
_NOT_YET = {("DELETE", "/api/v1/session"), ("DELETE", "/api/v1/sessions/<id:session_id>")}
#: Whose bodies name things.
_ABOUT = {
    "/api/v1/sync", "/api/v1/rectification/moves", "/api/v1/inbox/read", "/api/v1/feedback", "/api/v1/uploads",
    "/api/v1/invitation/offer",
}  # fmt: skip
_CHANNEL = {"name": "邮箱", "url": "mailto://shi:x@example.com"}
_TUS = {"Tus-Resumable": "1.0.0"}


def _asked(app, own, secret_ids):
    """Every route with arguments that could be: (method, path, body, headers)."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods))):
        automatic = {"HEAD"} if "GET" in rule.methods else set()
        for method in sorted(rule.methods - automatic):
            every_place = _places(rule, own, secret_ids)
            mine, secretly = every_place[0], every_place[-1]
            for places in every_place:
                about = [one for one in places if one in secret_ids] or [own["site"]]
                path, one = _path(rule.rule, places), about[0]
                if (method, rule.rule) in _NOT_YET and one not in secret_ids:
                    continue
                if method in ("HEAD", "OPTIONS"):
                    yield method, path, None, _TUS
                    continue
                if method == "GET":
                    # Flask answers a HEAD as it does a GET; one thing of each address is asked so.
                    if places in (mine, secretly):
                        yield "HEAD", path, None, None
                    yield method, path, None, {"Mingcha-Reason": "x"}
                    if not rule.arguments:
                        query = f"q=%E7%9F%B3%E6%A1%A5&state=submitted&campaign={one}&device=phone-of-shi&settled=1"
                        yield method, f"{path}?{query}", None, None
                    continue
                every = [own["item_id"], own["inspection_id"], *secret_ids] if rule.rule in _ABOUT else [one]
                for each in every:
                    yield method, path, *_sent(rule.rule, each, own)


def _places(rule, own, secret_ids):
    """What stands in the places of an address: all one's own; each of them the secret one's; nothing at all."""
    names = re.findall(r"<([^>]+)>", rule.rule)
    mine = [_own(name, own) for name in names]
    if not names:
        return [[]]
    found = [mine]
    for one in secret_ids:
        found.append([one if _names_a_thing(name) else here for name, here in zip(names, mine, strict=True)])
        if len(names) > 1:
            found += [[*mine[:at], one, *mine[at + 1 :]] for at, name in enumerate(names) if _names_a_thing(name)]
    return [list(each) for each in dict.fromkeys(tuple(each) for each in found)]


def _own(name, own):
    converter, _, plain = name.rpartition(":")
    if converter.startswith("any("):
        return converter[4:].split(",")[0].strip(" )")
    return {"int": "1", "outside_api": "nowhere"}.get(converter) or own.get(plain) or {"kind": "sites"}.get(plain) or own["site"]


def _names_a_thing(name):
    return not name.startswith(("int:", "any(")) and name != "kind"


def _path(rule, places):
    left = iter(places)
    return re.sub(r"<[^>]+>", lambda _: next(left), rule)


def _sent(rule, one, own):
    """A body about `one` that is let through where the route would let 石 through at all, and its headers."""
    if rule == "/api/v1/uploads":
        data = photo_bytes(9)
        pairs = described(one, one if len(one) == 36 else own["inspection_id"], data)
        item = f"{pairs},item {base64.b64encode(own['item_id'].encode()).decode()}"
        return data, {**_TUS, "Upload-Length": str(len(data)), "Upload-Metadata": item,
                      "Content-Type": "application/offset+octet-stream"}  # fmt: skip
    if "uploads" in rule:
        return b"x", {**_TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    move = {"id": one, "item": one, "kind": "done", "said_at": None, "content": {"words": "好了", "photos": [one]}}
    op = {
        "id": "019a0000-0000-7000-8000-000000000001", "inspection": one, "device": "phone-of-shi", "seq": 1,
        "at": "2026-11-23T01:30:00.000Z", "kind": "set", "target": "answer/1/verdict", "value": "met", "over": [],
        "author": own["account_id"],
    }  # fmt: skip
    known = {
        "/api/v1/sync": {"device": "phone-of-shi", "protocol": 1, "cursor": None, "ops": [op]},
        "/api/v1/rescue": {"device": "phone-of-shi", "ops": [{"op": op, "seal": "0" * 64}]},
        "/api/v1/rectification/moves": {"cursor": None, "moves": [move, {**move, "id": own["site"], "item": own["item_id"]}]},
        "/api/v1/inbox/read": {"ids": [one], "upto": 0},
        "/api/v1/feedback": {"id": one, "kind": "complaint", "text": "有人来过吗", "at": "2026-11-23T06:00:00.000Z"},
        "/api/v1/session": {"username": own["username"], "password": PASSWORD},
        "/api/v1/push/subscriptions": {**own["subscription"], "device": "备用机"},
        "/api/v1/session/password": {"password": "a-new-one-of-her-own"},
        "/api/v1/session/code": {"code": "123456"},
        "/api/v1/factors/totp": {}, "/api/v1/factors/totp/confirmation": {"code": "123456"},
        "/api/v1/factors/recovery": {}, "/api/v1/factors/<id:factor_id>": {},
        "/api/v1/accounts/<id:account_id>/password": {"password": "a-new-one-of-her-own", "current": "not-her-password"},
        "/api/v1/invitation/offer": {"token": one}, "/api/v1/channels/test": {},
        "/api/v1/invitation/acceptance": {"token": one, "username": "neu", "password": "a-new-one-of-her-own"},
        "/api/v1/channels": _CHANNEL,
        "/api/v1/channels/<id:channel_id>": {"on": True},
        "/api/v1/channels/settings": {"zone": "Asia/Shanghai", "quiet_from": "21:00", "quiet_to": "07:00", "rest_days": True},
    }  # fmt: skip
    return known.get(rule, {"id": one, "reason": "x", "seen": 1, "account": one, "visits": [one]}), None


def client_as(app, username):
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    token = session.sign_in(username, PASSWORD, address="", agent="").token
    client.set_cookie("mingcha", token)
    return client


def drain():
    """Everything is done that the house does by itself: what waits is sent, drawn visits open, pictures are looked at."""
    opening.open_due()
    queue.measure_some()
    while worker.work_off() + worker.empty_outboxes():
        pass
