"""I7: in two worlds that differ only in a secret visit, the centre's account hears the same, byte for byte.

Clock and chance are the same in both worlds. The centre asks every address that there is (the list comes from the routes
themselves), with ids that exist and ids that do not, with cursors and tags it was given; what rings is compared too, and
the number of questions put to the database. MINGCHA_WORLDS is how many pairs.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import secrets
import shutil
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.access import ACCESS
from mingcha.core.checklist.model import Checklist
from mingcha.flows import accounts as account_flow
from mingcha.flows import adhoc, campaigns, checklists, demo, drawing, inspections, opening, ringing, session
from mingcha.jobs import worker
from mingcha.store import accounts, settings
from mingcha.store import campaigns as store
from mingcha.store.db import db
from tests.cast import SHI, SHIQIAO
from tests.stories.phone import Phone
from tests.visits import small_checklist

PAIRS = int(os.environ.get("MINGCHA_WORLDS", "16"))
#: What a secret visit may be.
SECRETS = ("drawn", "running", "opened", "swapped", "adhoc", "assigned", "begun", "submitted")


class Chance:
    """Ids, tokens and moments that depend on the seed and on how often they were asked for by this part of the story."""

    def __init__(self, patch, seed):
        self.patch, self.seed, self.at = patch, seed, datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
        patch.setattr(clock, "now", self.now)
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=self.dice.randbytes(16), version=4))
        patch.setattr(secrets, "token_bytes", lambda n=32: self.dice.randbytes(n))
        patch.setattr(secrets, "token_hex", lambda n=32: self.dice.randbytes(n).hex())
        patch.setattr(secrets, "token_urlsafe", lambda n=32: self.dice.randbytes(n).hex())
        self.chapter("beginning")

    def now(self):
        return self.at

    def chapter(self, name):
        """What comes next is the same whatever happened before."""
        self.dice = random.Random(f"{self.seed}:{name}")
        hours = {"beginning": 0, "secret": 1, "look": 6}[name]
        self.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC) + timedelta(hours=hours)


class World:
    """One application over a database that can be put back to its beginning."""

    def __init__(self, app, file, kept):
        self.app, self.file, self.kept = app, file, kept

    def begin_again(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)


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
        db.session.remove()
        db.engine.dispose()
    shutil.copy(folder / "mingcha.db", folder / "kept.db")
    yield World(app, folder / "mingcha.db", folder / "kept.db")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def transcript(world, patch, seed, secret, ids=None):
    """Everything that 石 hears in a world, and the ids of what happens out of her sight (`secret`, or None). Without
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
            shown = _secretly(world.app, random.Random(f"{seed}:{secret}"), secret)
            db.session.remove()
    chance.chapter("look")
    return (_heard(world.app, ids) if ids is not None else []), shown


def _issued(dice):
    """What both worlds have and 石 may know: nothing of visits; and what she may not: a visit elsewhere."""
    team = [accounts.by_username(name).id for name in ("lin", "zhao")]
    inspections.create(site_id=demo.site_id("990123102"), slug="small", version="1", team=team,
                       campaign_title="各世界都有", visit_on=f"2026-11-{dice.randrange(10, 28)}")


def _secretly(app, dice, what):
    """A visit at 石's own hall that she must not know of; the ids of it, which are then asked for in both worlds."""
    lin, zhao, zhou = (accounts.by_username(name) for name in ("lin", "zhao", "zhou"))
    site = demo.site_id(SHIQIAO)
    digest = db.session.execute(text("SELECT digest FROM checklist WHERE slug = 'small'")).scalar_one()
    day = f"2026-11-{dice.randrange(23, 28)}"
    if what in ("drawn", "running", "opened", "swapped"):
        desk = zhou.actor
        made = campaigns.plan(desk, {"title": {"zh": "秘密"}, "checklist": digest, "from_on": day, "to_on": day, "days": [day], "sites": [site]})
        drawing.commit(desk, made["id"], None)
        drawing.run(desk, made["id"], None)
        [visit] = store.drawn(made["id"])
        if what != "drawn":
            campaigns.start(desk, made["id"])
        if what == "opened":
            campaigns.release(desk, made["id"], [visit.id])
        if what == "swapped":
            account_flow.add(None, username="sun", name="孙", role="inspector", scope="990123", password="p" * 12)
        return [made["id"], visit.id]
    if what == "adhoc":
        new = str(uuid.uuid4())
        adhoc.begin(lin.actor, new, site_id=site, checklist=digest, title="", begun_at="2026-11-23T01:00:00.000Z", team=[zhao.id])
        return [new]
    new = inspections.create(site_id=site, slug="small", version="1", team=[lin.id, zhao.id], campaign_title="秘密", visit_on=day)
    if what in ("begun", "submitted"):
        client = _client(app, "lin")
        phone = Phone(client, new)
        phone.say("1", "not_met")
        phone.write("finding/1:a", {"indicator": "1", "clause": "a", "item": None, "case": None}, "add")
        if what == "submitted":
            for number in ("2", "3", "4"):
                phone.say(number, "met")
            phone.write("visit/submitted", {"at": "2026-11-23T03:00:00.000Z"})
        phone.sync()
    opening.open_due()
    return [new]


def _client(app, username):
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    token, _ = session.sign_in(username, "the-same-for-everyone", address="", agent="")
    client.set_cookie("mingcha", token)
    return client


def _heard(app, secret_ids):
    """石 signs in and asks everything; then again whatever had a tag or a cursor, with it."""
    heard: list[object] = []
    with app.app_context():
        client = _client(app, SHI.username)
        db.session.remove()
        engine = db.engine
    numbers, count, tags = itertools.count(), [0], {}

    def counted(*_):
        count[0] += 1

    def ask(method, path, body, **headers):
        count[0] = 0
        told = {"X-Request-Id": f"request-{next(numbers):08}", **headers}
        answer = client.open(path, method=method, json=body, headers=told)
        heard.append((method, path, answer.status_code, sorted(answer.headers.items()), answer.data, count[0]))
        return answer

    event.listen(engine, "before_cursor_execute", counted)
    try:
        for method, path, body in _asked(app, [demo.site_id(SHIQIAO), *secret_ids]):
            answer = ask(method, path, body)
            if answer.headers.get("ETag"):
                tags[path] = answer.headers["ETag"]
        for path, tag in tags.items():
            ask("GET", path, None, **{"If-None-Match": tag})
        cursor = ask("GET", "/api/v1/rectification/changes", None).get_json().get("cursor")
        ask("GET", f"/api/v1/rectification/changes?cursor={cursor}", None)
        feed = ask("POST", "/api/v1/calendar", {}).get_json()["url"]
        ask("GET", feed, None)
    finally:
        event.remove(engine, "before_cursor_execute", counted)
    with app.app_context():
        while worker.empty_outboxes():
            pass
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
_BODIES = {
    "/api/v1/sync": {"device": "phone-of-shi", "protocol": 1, "cursor": None, "ops": []},
    "/api/v1/rectification/moves": {"cursor": None, "moves": []},
    "/api/v1/inbox/read": {"ids": [], "upto": 0},
}
#: Signing in and out would end the session that asks; the document is the same for everybody.
_NOT_ASKED = ("/api/v1/session", "/api/v1/openapi.json")


def _asked(app, ids):
    """Every route with arguments that could be: (method, path, body)."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods))):
        if not rule.rule.startswith("/api/") or rule.rule in _NOT_ASKED:
            continue
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            for one in ids if rule.arguments else ids[:1]:
                path = re.sub(r"<int:[^>]+>", "1", rule.rule)
                path = re.sub(r"<(?:[^:>]+:)?kind>", "sites", path)
                path = re.sub(r"<[^>]+>", one, path)
                if method == "GET":
                    yield method, path, None
                    if not rule.arguments:
                        yield method, f"{path}?q=%E7%9F%B3%E6%A1%A5&state=submitted", None
                else:
                    yield method, path, _BODIES.get(path, {"id": one, "reason": "x", "seen": 1, "account": one, "visits": [one]})


@pytest.mark.parametrize("pair", range(PAIRS))
def test_a_secret_visit_changes_not_one_byte_of_what_the_centre_hears(world, monkeypatch, pair):
    secret = SECRETS[pair % len(SECRETS)]
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
        one, ids = transcript(world, patch, 1, "assigned", [])
    with monkeypatch.context() as patch:
        other, _ = transcript(world, patch, 1, None, [])
    assert ids
    assert one != other
