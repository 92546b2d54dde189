"""I7: in two worlds that differ only in a secret visit, the centre's account hears the same, byte for byte.

Clock and chance are the same in both worlds. The centre asks every address that there is (the list comes from the routes
themselves): with ids of its own, of the secret visit and of nothing, with cursors and tags it was given, with bodies
that are let through. What rings is compared too, and the number of questions put to the database. In both worlds it has
an order of an earlier visit, so that its papers, photos and items have something to tell. MINGCHA_WORLDS is how many
pairs.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import os
import random
import re
import secrets
import shutil
import uuid
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import event, text

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core import cursor as cursors
from mingcha.core.access import ACCESS
from mingcha.core.checklist.model import Checklist
from mingcha.core.cursor import Cursor
from mingcha.core.problems import Refused
from mingcha.flows import accounts as account_flow
from mingcha.flows import (
    adhoc,
    campaigns,
    checklists,
    demo,
    drawing,
    exports,
    grades,
    handing_over,
    inspections,
    opening,
    ringing,
    session,
)  # fmt: skip
from mingcha.jobs import worker
from mingcha.store import accounts, settings
from mingcha.store import campaigns as store
from mingcha.store.db import db
from tests.cast import SHI, SHIQIAO
from tests.conftest import PASSWORD
from tests.rectifying import wanted
from tests.stories import phone as phones
from tests.stories.phone import Phone, described
from tests.stories.test_joining import invitation
from tests.visits import photo_bytes, small_checklist

PAIRS = int(os.environ.get("MINGCHA_WORLDS", "4"))
#: What a secret visit may be, and how far it may have come.
SECRETS = (
    "drawn", "running", "opened", "swapped", "adhoc", "assigned", "begun", "submitted", "approved", "graded", "exported",
    "held", "handed_over", "recheck", "joined", "proved",
)  # fmt: skip
#: As far as these a phone has to have been there.
VISITED = {"begun": 1, "submitted": 2, "approved": 3, "graded": 3, "exported": 3, "held": 1, "joined": 1, "proved": 3}


class Chance:
    """Ids, tokens and moments that depend on the seed and on how often they were asked for by this part of the story."""

    def __init__(self, patch, seed):
        self.patch, self.seed, self.at = patch, seed, datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
        patch.setattr(clock, "now", self.now)
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=self.dice.randbytes(16), version=4))
        patch.setattr(secrets, "token_bytes", lambda n=32: self.dice.randbytes(n))
        # Short ones name files on their way to the disk, of which a world may need one more.
        short = secrets.token_hex
        patch.setattr(secrets, "token_hex", lambda n=32: self.dice.randbytes(n).hex() if n > 8 else short(n))
        patch.setattr(secrets, "token_urlsafe", lambda n=32: self.dice.randbytes(n).hex())
        patch.setattr(secrets, "choice", lambda many: many[self.dice.randrange(len(many))])
        patch.setattr(pyotp, "random_base32", lambda: self.dice.randbytes(20).hex())
        patch.setattr(phones, "new_id", self.newer)
        self.chapter("beginning")

    def now(self):
        return self.at

    def newer(self):
        """An id of version 7, as phones make them; later calls sort later."""
        self.count += 1
        text = f"{int(self.at.timestamp() * 1000):012x}7{self.count:03x}8{self.dice.randbytes(8).hex()[1:]}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def chapter(self, name):
        """What comes next is the same whatever happened before."""
        self.dice, self.count = random.Random(f"{self.seed}:{name}"), 0
        hours = {"beginning": 0, "secret": 1, "look": 6}[name]
        self.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC) + timedelta(hours=hours)


class World:
    """One application over a database and photos that can be put back to their beginning. `own`: what 石 knows of."""

    def __init__(self, app, folder, own):
        self.app, self.folder, self.own = app, folder, own
        self._rest()
        self.kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self.kept)

    def begin_again(self):
        self._rest()
        shutil.rmtree(self.folder / "blobs")
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)

    def _rest(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            (self.folder / f"mingcha.db{end}").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def world(template, tmp_path_factory):
    """The rules of secrecy know no engine, so one is enough."""
    if template.engine != "sqlite":
        pytest.skip("the same rules on the other engine: nothing here is written for one")
    folder = tmp_path_factory.mktemp("worlds")
    shutil.copy(template.place, folder / "mingcha.db")
    app = create_app(Config(data=folder, database=f"sqlite:///{folder / 'mingcha.db'}", dist=folder))
    with app.app_context():
        content = small_checklist()
        checklists.keep(content, Checklist.parse(content))
        settings.epoch(), settings.secret(), ringing.current_key()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: datetime(2026, 11, 16, 1, 0, tzinfo=UTC))
            for name in ("sun", "wang", "xu"):  # two who went the time before may not be drawn again
                account_flow.add(None, username=name, name=name, role="inspector", scope="990123", password=PASSWORD)
            own = _told_to_the_centre(app)
    world = World(app, folder, own)
    _heard(world, [])  # the first asker waits for what the house loads once
    yield world
    world._rest()


def _told_to_the_centre(app):
    """An earlier visit to 石's hall, approved, its order issued and one item answered: by place in an address, the ids."""
    lin, zhao = (accounts.by_username(name) for name in ("lin", "zhao"))
    visit = inspections.create(site_id=demo.site_id(SHIQIAO), slug="small", version="1", team=[lin.id, zhao.id],
                               campaign_title="上一季度", visit_on="2026-11-12")  # fmt: skip
    shot = _visited(app, visit, 3)
    desk, centre = _client(app, "zhou"), _client(app, SHI.username)
    snapshot = _approved(desk, visit)
    address = f"/api/v1/inspections/{visit}/rectification"
    order = desk.post(address, json={"items": [wanted("1", days=8), wanted("2", days=8)]}).get_json()["order"]
    item = order["items"][0]["id"]
    move = {"id": phones.new_id(), "item": item, "kind": "answer", "said_at": None, "content": {"words": "在办"}}
    answer = centre.post("/api/v1/rectification/moves", json={"cursor": None, "moves": [move]})
    assert [each["outcome"] for each in answer.get_json()["results"]] == ["applied"]
    _drain()
    return {
        "inspection_id": visit, "item_id": item, "order_id": order["id"], "photo_id": shot, "digest": snapshot,
        "account_id": accounts.by_username(SHI.username).id, "site": demo.site_id(SHIQIAO),
    }  # fmt: skip


def transcript(world, patch, seed, secret, ids=None):
    """Everything that 石 hears in a world, and the ids of what happens out of her sight (kinds of `secret`). Without
    `ids` to ask for, she asks nothing.
    """
    world.begin_again()
    chance = Chance(patch, seed)
    with world.app.app_context():
        _issued(random.Random(seed))
        db.session.remove()
    shown = []
    if secret:
        chance.chapter("secret")
        with world.app.app_context():
            for each in secret:
                shown += _secretly(world, random.Random(f"{seed}:{each}"), each)
            db.session.remove()
    chance.chapter("look")
    if ids is None:
        return [], shown
    with time_machine.travel(chance.at, tick=False):  # Word and Excel files bear the hour of the machine
        return _heard(world, ids), shown


def _issued(dice):
    """What both worlds have and 石 may know: nothing of visits; and what she may not: a visit elsewhere."""
    team = [accounts.by_username(name).id for name in ("lin", "zhao")]
    inspections.create(site_id=demo.site_id("990123102"), slug="small", version="1", team=team,
                       campaign_title="各世界都有", visit_on=f"2026-11-{dice.randrange(10, 28)}")
    _drain()


def _drain():
    while worker.empty_outboxes():
        pass


def _secretly(world, dice, what):
    """A visit at 石's own hall that she must not know of; the ids of it, which are then asked for in both worlds."""
    lin, zhao, zhou = (accounts.by_username(name) for name in ("lin", "zhao", "zhou"))
    site, day = demo.site_id(SHIQIAO), f"2026-11-{dice.randrange(23, 28)}"
    digest = db.session.execute(text("SELECT digest FROM checklist WHERE slug = 'small'")).scalar_one()
    if what in ("drawn", "running", "opened", "swapped"):
        return _by_lot(zhou.actor, what, {"checklist": digest, "from_on": day, "to_on": day, "days": [day], "sites": [site]})
    if what == "adhoc":
        new = str(uuid.uuid4())
        adhoc.begin(lin.actor, new, site_id=site, checklist=digest, title="", begun_at="2026-11-23T01:00:00.000Z", team=[zhao.id])
        return [new]
    if what == "recheck":
        new = phones.new_id()
        body = {"id": new, "team": [lin.id, zhao.id], "visit_on": day}
        address = f"/api/v1/rectification/items/{world.own['item_id']}/recheck"
        answer = _client(world.app, "zhou").post(address, json=body)
        assert answer.status_code == 200, answer.get_json()
        [ordered] = answer.get_json()["item"]["rechecks"]
        return [new, ordered["inspection"]]
    new = inspections.create(site_id=site, slug="small", version="1", team=[lin.id, zhao.id], campaign_title="秘密", visit_on=day)
    found = [new]
    if what in VISITED:
        found.append(_visited(world.app, new, VISITED[what]))
    if VISITED.get(what) == 3:
        # Its snapshot's digest is not asked for: only who reads the visit can have it, and then `verify` says that it stands.
        _approved(_client(world.app, "zhou"), new)
    found += _and_then(world.app, what, new, site)
    _drain()
    return found


def _by_lot(desk, what, plan):
    made = campaigns.plan(desk, {"title": {"zh": "秘密"}, **plan})["id"]
    drawing.commit(desk, made, None)
    drawing.run(desk, made, None)
    [visit] = store.drawn(made)
    if what != "drawn":
        campaigns.start(desk, made)
    if what == "opened":
        campaigns.release(desk, made, [visit.id])
    if what == "swapped":
        drawing.swap(desk, made, visit.id, out=visit.team[0], into=None, absent=[], reason="病假")
    opening.open_due()
    return [made, visit.id]


def _and_then(app, what, visit, site):
    """What else may come of a visit before its results are issued; the ids of it."""
    lin, zhao, zhou = (accounts.by_username(name) for name in ("lin", "zhao", "zhou"))
    if what == "graded":
        decision = {"kind": "lower", "site": site, "source": "x", "reason": "y", "steps": 1}
        with contextlib.suppress(Refused):  # a checklist without grades has none to lower; the campaign was looked at
            grades.decide(zhou.actor, "秘密", decision)
    if what == "exported":
        return [exports.order(zhou.actor, visit, "http://localhost/")["id"]]
    if what == "handed_over":
        sun = accounts.by_username("sun")
        assert handing_over.hand_over(zhou.actor, giver=lin.id, taker=sun.id, visits=[visit], reason="病假") == 1
    if what == "held":
        phone = Phone(_client(app, "lin"), visit, "phone-of-lin")
        phone.write("answer/1/verdict", "met", author=zhao.id)
        assert list(phone.sync().values()) == ["held"]
    if what == "joined":
        said = invitation(Phone(_client(app, "lin"), visit, "phone-of-lin"))
        answer = _client(app, "sun").post("/api/v1/joins", json=said)
        assert answer.get_json() == {"standing": "waiting"}
    if what == "proved":
        answer = _client(app, "zhou").get(f"/api/v1/inspections/{visit}/proof")
        assert answer.status_code == 200
        assert answer.data
    return []


def _visited(app, visit, upto):
    """林 is there: begun (1), with a picture that 石's earlier visit has too; submitted (2). The picture's id."""
    phone = Phone(_client(app, "lin"), visit, f"phone-of-lin-{visit[:8]}")
    phone.say("1", "not_met")
    phone.write("finding/1:a", {"indicator": "1", "clause": "a", "item": None, "case": None}, "add")
    phone.say("2", "not_met")
    phone.write("finding/2:a", {"indicator": "2", "clause": "a", "item": None, "case": None}, "add")
    shot = phone.announce(photo_bytes(), "4", finding="1:a")
    if upto > 1:
        for number in ("3", "4"):
            phone.say(number, "met")
        phone.write("visit/submitted", {"at": "2026-11-23T03:00:00.000Z"})
    phone.sync()
    assert not phone.held
    assert phone.upload(shot, photo_bytes()).status_code == 201
    return shot


def _approved(desk, visit):
    """The snapshot's digest."""
    address = f"/api/v1/inspections/{visit}"
    answer = desk.post(f"{address}/approval", json={"seen": desk.get(address).get_json()["seq"]})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["snapshot"]


def _client(app, username):
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    token = session.sign_in(username, PASSWORD, address="", agent="").token
    client.set_cookie("mingcha", token)
    return client


def _heard(world, secret_ids):
    """石 signs in and asks everything; then again whatever had a tag or a cursor, with it."""
    app = world.app
    heard: list[object] = []
    with app.app_context():
        client = _client(app, SHI.username)
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"  # not this machine, which may read the counters
        own = {**world.own, "session_id": session.whose(client.get_cookie("mingcha").value).session}
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
        _drain()
        me = accounts.by_username(SHI.username).id
        for table in _RINGING:
            rows = db.session.execute(text(f"SELECT * FROM {table} WHERE account = :me"), {"me": me})
            heard.append((table, [tuple(row) for row in rows]))
        db.session.remove()
    return heard


_RINGING = tuple(
    table.name for table in db.metadata.sorted_tables
    if "account" in table.columns and table.name in ("inbox", "delivery", "channel", "push_subscription", "reminder")
)
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
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            for places in _places(rule, own, secret_ids):
                about = [one for one in places if one in secret_ids] or [own["site"]]
                path, one = _path(rule.rule, places), about[0]
                if (method, rule.rule) in _NOT_YET and one not in secret_ids:
                    continue
                if method == "GET":
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
        "/api/v1/session": {"username": SHI.username, "password": PASSWORD},
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


@pytest.mark.parametrize("pair", range(PAIRS))
def test_a_secret_visit_changes_not_one_byte_of_what_the_centre_hears(world, monkeypatch, pair):
    few = min(PAIRS, len(SECRETS))
    secret = SECRETS[pair % few :: few]  # one; where there are few worlds, several in each
    with monkeypatch.context() as patch:
        _, ids = transcript(world, patch, pair, secret)
    assert ids
    with monkeypatch.context() as patch:
        one, again = transcript(world, patch, pair, secret, ids)
    with monkeypatch.context() as patch:
        other, none = transcript(world, patch, pair, None, ids)
    assert (again, none) == (ids, [])
    assert len(one) > 100
    for here, there in zip(one, other, strict=True):
        assert here == there, (secret, here[:3])


def test_the_comparison_would_notice_a_visit_that_was_told(world, monkeypatch):
    """The same worlds, were the queue the centre's to read: the transcripts must differ."""
    monkeypatch.setitem(ACCESS, "inspection.list", {**ACCESS["inspection.list"], "centre": "area"})
    with monkeypatch.context() as patch:
        one, ids = transcript(world, patch, 1, ["assigned"], [])
    with monkeypatch.context() as patch:
        other, _ = transcript(world, patch, 1, None, [])
    assert ids
    assert one != other
