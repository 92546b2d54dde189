"""Worlds that are equal but for one secret visit: the same clock, the same chance, and what happens in each."""

import contextlib
import random
import secrets
import shutil
import uuid
from datetime import UTC, datetime, timedelta

import pyotp
import time_machine
from sqlalchemy import text

from mingcha import clock
from mingcha.core.problems import Refused
from mingcha.flows import adhoc, campaigns, demo, drawing, exports, grades, handing_over, inspections, opening
from mingcha.store import accounts
from mingcha.store import campaigns as store
from mingcha.store.db import db
from tests.cast import SHI, SHIQIAO
from tests.hearing import client_as, drain, heard_by_the_centre
from tests.rectifying import wanted
from tests.stories import phone as phones
from tests.stories.phone import Phone
from tests.stories.test_joining import invitation
from tests.visits import photo_bytes

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
        self.rest()
        self.kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self.kept)

    def begin_again(self):
        self.rest()
        shutil.rmtree(self.folder / "blobs")
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)

    def rest(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            (self.folder / f"mingcha.db{end}").unlink(missing_ok=True)


def told_to_the_centre(app):
    """An earlier visit to 石's hall, approved, its order issued and one item answered: by place in an address, the ids."""
    lin, zhao = (accounts.by_username(name) for name in ("lin", "zhao"))
    visit = inspections.create(site_id=demo.site_id(SHIQIAO), slug="small", version="1", team=[lin.id, zhao.id],
                               campaign_title="上一季度", visit_on="2026-11-12")  # fmt: skip
    shot = _visited(app, visit, 3)
    desk, centre = client_as(app, "zhou"), client_as(app, SHI.username)
    snapshot = _approved(desk, visit)
    address = f"/api/v1/inspections/{visit}/rectification"
    order = desk.post(address, json={"items": [wanted("1", days=8), wanted("2", days=8)]}).get_json()["order"]
    item = order["items"][0]["id"]
    move = {"id": phones.new_id(), "item": item, "kind": "answer", "said_at": None, "content": {"words": "在办"}}
    answer = centre.post("/api/v1/rectification/moves", json={"cursor": None, "moves": [move]})
    assert [each["outcome"] for each in answer.get_json()["results"]] == ["applied"]
    drain()
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
        return heard_by_the_centre(world, ids), shown


def _issued(dice):
    """What both worlds have and 石 may know: nothing of visits; and what she may not: a visit elsewhere."""
    team = [accounts.by_username(name).id for name in ("lin", "zhao")]
    inspections.create(site_id=demo.site_id("990123102"), slug="small", version="1", team=team,
                       campaign_title="各世界都有", visit_on=f"2026-11-{dice.randrange(10, 28)}")
    drain()


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
        answer = client_as(world.app, "zhou").post(address, json=body)
        assert answer.status_code == 200, answer.get_json()
        [ordered] = answer.get_json()["item"]["rechecks"]
        return [new, ordered["inspection"]]
    new = inspections.create(site_id=site, slug="small", version="1", team=[lin.id, zhao.id], campaign_title="秘密", visit_on=day)
    found = [new]
    if what in VISITED:
        found.append(_visited(world.app, new, VISITED[what]))
    if VISITED.get(what) == 3:
        # Its snapshot's digest is not asked for: only who reads the visit can have it, and then `verify` says that it stands.
        _approved(client_as(world.app, "zhou"), new)
    found += _and_then(world.app, what, new, site)
    drain()
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
        phone = Phone(client_as(app, "lin"), visit, "phone-of-lin")
        phone.write("answer/1/verdict", "met", author=zhao.id)
        assert list(phone.sync().values()) == ["held"]
    if what == "joined":
        said = invitation(Phone(client_as(app, "lin"), visit, "phone-of-lin"))
        answer = client_as(app, "sun").post("/api/v1/joins", json=said)
        assert answer.get_json() == {"standing": "waiting"}
    if what == "proved":
        answer = client_as(app, "zhou").get(f"/api/v1/inspections/{visit}/proof")
        assert answer.status_code == 200
        assert answer.data
    return []


def _visited(app, visit, upto):
    """林 is there: begun (1), with a picture that 石's earlier visit has too; submitted (2). The picture's id."""
    phone = Phone(client_as(app, "lin"), visit, f"phone-of-lin-{visit[:8]}")
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


