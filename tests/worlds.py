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
from mingcha.flows import (
    adhoc,
    campaigns,
    demo,
    drawing,
    exports,
    grades,
    handing_over,
    inspections,
    opening,
    publishing,
)
from mingcha.notify import bells
from mingcha.store import accounts, sites
from mingcha.store import campaigns as store
from mingcha.store.db import db, transaction
from mingcha.store.sites import Site
from tests.cast import COUNTY, SHI, SHIQIAO
from tests.hearing import client_as, drain, heard_by_the_centre
from tests.rectifying import wanted
from tests.stories import phone as phones
from tests.stories.phone import Phone
from tests.stories.test_joining import invitation
from tests.visits import photo_bytes

#: What a secret visit may be, and how far it may have come.
SECRETS = (
    "drawn", "running", "opened", "swapped", "adhoc", "assigned", "begun", "submitted", "approved", "graded", "exported",
    "held", "handed_over", "recheck", "joined", "proved", "departed", "returned", "late", "reopened",
)  # fmt: skip
#: As far as these a phone has to have been there.
VISITED = {
    "begun": 1, "submitted": 2, "approved": 3, "graded": 3, "exported": 3, "held": 1, "joined": 1, "proved": 3,
    "returned": 2, "late": 3, "reopened": 3,
}  # fmt: skip
APPROVED = frozenset({"approved", "graded", "exported", "proved", "late", "reopened"})
#: What 石 was told of is a month's story; 褚 of another town never was told anything.
CHU, QINGLONG = "chu", "990123103"
SECOND_HALL = "0b8a5a3e-6a0e-4a51-9a2c-5d1f7d0c2b11"
NOTHING = "3f0f3c52-98a5-4b2e-8d0b-7e3f5a1c9d20"
_FIRST = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)  # Monday in China, and no longer night
_LATER = {"beginning": timedelta(0), "secret": timedelta(minutes=35), "look": timedelta(hours=7, minutes=55)}


class Chance:
    """Ids, tokens and moments that depend on the seed and on how often they were asked for by this part of the story."""

    def __init__(self, patch, seed):
        self.patch, self.seed, self.at = patch, seed, _FIRST
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
        self.at = _FIRST + _LATER[name]

    def later(self):
        """What rings waits a little for more to ring with."""
        self.at += timedelta(minutes=1)


class World:
    """One application over a database and photos that can be put back to their beginning. `own`: what each hearer knows
    of; `service` rings phones, `rung` are the messages of all other channels.
    """

    def __init__(self, app, folder, service, rung, own):
        self.app, self.folder, self.service, self.rung, self.own = app, folder, service, rung, own
        self.rest()
        self.kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self.kept)

    def begin_again(self):
        self.rest()
        self.service.received.clear()
        self.rung.clear()
        shutil.rmtree(self.folder / "blobs")
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)

    def rest(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            (self.folder / f"mingcha.db{end}").unlink(missing_ok=True)


def by_other_means(patch, rung):
    """Channels ring here and nowhere else."""
    patch.setattr(bells, "send", lambda url, title, body, *, allowed: rung.append((url, title, body)))


def told_to_the_centre(app, service, later):
    """By hearer and place in an address: the ids of what each knows. 石's hall was inspected in a campaign that was
    published since; its order is issued and one item answered; her phone rings, and so does a group of hers.
    """
    lin, zhao, zhou = (accounts.by_username(name) for name in ("lin", "zhao", "zhou"))
    centre = client_as(app, SHI.username)
    assert centre.post("/api/v1/push/subscriptions", json={**service.subscription(), "device": "红米"}).status_code == 201
    group = {"name": "群", "url": "wecombot://0123456789abcdef0123456789abcdef"}
    assert centre.post("/api/v1/channels", json=group).status_code == 201
    feed = centre.post("/api/v1/calendar", json={}).get_json()["url"]
    plan = {"checklist": _small(), "from_on": "2026-11-16", "to_on": "2026-11-16", "days": ["2026-11-16"],
            "sites": [demo.site_id(SHIQIAO)], "inspectors": [lin.id, zhao.id], "title": {"zh": "上一季度"}}  # fmt: skip
    made, visit = _by_lot(zhou.actor, "opened", plan)
    shot = _visited(app, visit, 3)
    desk = client_as(app, "zhou")
    snapshot = _approved(desk, visit)
    address = f"/api/v1/inspections/{visit}/rectification"
    order = desk.post(address, json={"items": [wanted("1", days=8), wanted("2", days=8)]}).get_json()["order"]
    item = order["items"][0]["id"]
    move = {"id": phones.new_id(), "item": item, "kind": "answer", "said_at": None, "content": {"words": "在办"}}
    answer = centre.post("/api/v1/rectification/moves", json={"cursor": None, "moves": [move]})
    assert [each["outcome"] for each in answer.get_json()["results"]] == ["applied"]
    campaigns.close(zhou.actor, made, "")
    publishing.publish(zhou.actor, made, 1, True)
    drain()
    later()
    drain()
    with transaction():
        sites.put(Site(SECOND_HALL, SHIQIAO, {"zh": "石桥二号点", "en": "Shiqiao second hall"}, "桥西路2号", None, None))
    me, other = (accounts.by_username(name) for name in (SHI.username, CHU))
    every = {"county": COUNTY, "subscription": service.subscription("another")}
    nothing = dict.fromkeys(("inspection_id", "item_id", "order_id", "photo_id", "campaign_id"), NOTHING)
    return {
        SHI.username: {
            **every, "inspection_id": visit, "item_id": item, "order_id": order["id"], "photo_id": shot, "digest": snapshot,
            "campaign_id": made, "account_id": me.id, "site": demo.site_id(SHIQIAO), "feed": feed,
            "halls": [demo.site_id(SHIQIAO), SECOND_HALL],
        },
        CHU: {
            **every, **nothing, "digest": "0" * 64, "account_id": other.id, "site": demo.site_id(QINGLONG), "feed": None,
            "halls": [demo.site_id(QINGLONG)],
        },
    }  # fmt: skip


def transcript(world, patch, seed, secret, ids=None, hearer=SHI.username):
    """Everything that a centre hears in a world, and the ids of what happens out of its sight (kinds of `secret`).
    Without `ids` to ask for, it asks nothing.
    """
    world.begin_again()
    chance = Chance(patch, seed)
    by_other_means(patch, world.rung)
    with world.app.app_context():
        _issued(random.Random(seed), chance.later)
        db.session.remove()
    shown = []
    if secret:
        chance.chapter("secret")
        with world.app.app_context():
            for each in secret:
                shown += _secretly(world, random.Random(f"{seed}:{each}"), each, world.own[hearer])
            drain()
            db.session.remove()
    chance.chapter("look")
    if ids is None:
        return [], shown
    with time_machine.travel(chance.at, tick=False):  # Word and Excel files bear the hour of the machine
        return heard_by_the_centre(world, ids, hearer, chance.later), shown


def kinds_of(pair, hearer, pairs):
    """What happens in secret in a pair of worlds: each kind has its turn, and the dice add others. Where there are few
    worlds each has several, so that none is left out.
    """
    known = [each for each in SECRETS if each != "recheck" or hearer == SHI.username]  # without an order, no recheck
    if pairs < len(SECRETS):
        return [each for each in SECRETS[pair::pairs] if each in known]
    dice = random.Random(f"kinds:{pair}")
    return list(dict.fromkeys([known[pair % len(known)], *dice.sample(known, dice.randrange(3))]))


def _issued(dice, later):
    """What both worlds have and no hearer may know: a visit elsewhere. Whatever was to ring has rung."""
    team = [accounts.by_username(name).id for name in ("lin", "zhao")]
    inspections.create(site_id=demo.site_id("990123102"), slug="small", version="1", team=team,
                       campaign_title="各世界都有", visit_on=f"2026-11-{dice.randrange(10, 28)}")
    drain()
    later()
    drain()


def _small():
    return db.session.execute(text("SELECT digest FROM checklist WHERE slug = 'small'")).scalar_one()


def _secretly(world, dice, what, own):
    """A visit at a hall of the hearer's that it must not know of; the ids of it, which are then asked for in both worlds."""
    lin, zhao, zhou = (accounts.by_username(name) for name in ("lin", "zhao", "zhou"))
    site, day = dice.choice(own["halls"]), f"2026-11-{dice.randrange(23, 28)}"
    digest = _small()
    if what in ("drawn", "running", "opened", "swapped", "departed"):
        day = "2026-11-23" if what == "departed" else day
        return _by_lot(zhou.actor, what, {"checklist": digest, "from_on": day, "to_on": day, "days": [day], "sites": [site]})
    if what == "adhoc":
        new = str(uuid.uuid4())
        adhoc.begin(lin.actor, new, site_id=site, checklist=digest, title="", begun_at=clock.wire(clock.now()), team=[zhao.id])
        return [new]
    if what == "recheck":
        new = phones.new_id()
        body = {"id": new, "team": [lin.id, zhao.id], "visit_on": day}
        answer = client_as(world.app, "zhou").post(f"/api/v1/rectification/items/{own['item_id']}/recheck", json=body)
        assert answer.status_code == 200, answer.get_json()
        [ordered] = answer.get_json()["item"]["rechecks"]
        return [new, ordered["inspection"]]
    new = inspections.create(site_id=site, slug="small", version="1", team=[lin.id, zhao.id], campaign_title="秘密", visit_on=day)
    found = [new]
    if what in VISITED:
        found.append(_visited(world.app, new, VISITED[what]))
    if what in APPROVED:
        # Its snapshot's digest is not asked for: only who reads the visit can have it, and then `verify` says that it stands.
        _approved(client_as(world.app, "zhou"), new)
    found += _and_then(world.app, what, new, site)
    return found


def _by_lot(desk, what, plan):
    way = {"release": {"mode": "departure"}} if what == "departed" else {}
    made = campaigns.plan(desk, {"title": {"zh": "秘密"}, **plan, **way})["id"]
    drawing.commit(desk, made, None)
    drawing.run(desk, made, None)
    [visit] = store.drawn(made)
    if what != "drawn":
        campaigns.start(desk, made)
    if what == "opened":
        campaigns.release(desk, made, [visit.id])
    if what == "swapped":
        drawing.swap(desk, made, visit.id, out=visit.team[0], into=None, absent=[], reason="病假")
    if what == "departed":
        assert opening.depart(accounts.by_id(visit.team[0]).actor) >= 1
    opening.open_due()
    return [made, visit.id]


def _and_then(app, what, visit, site):
    """What else may come of a visit before its results are issued; the ids of it."""
    lin, zhao, zhou = (accounts.by_username(name) for name in ("lin", "zhao", "zhou"))
    if what == "graded":
        decision = {"kind": "lower", "site": site, "source": "x", "reason": "y", "steps": 1}
        with contextlib.suppress(Refused):  # a checklist without grades has none to lower; the campaign was looked at
            grades.decide(zhou.actor, "秘密", decision)
    address = f"/api/v1/inspections/{visit}"
    if what == "returned":
        answer = client_as(app, "zhou").post(f"{address}/return", json={"comment": "补一张照片", "comments": {}})
        assert answer.status_code == 204, answer.get_json()
    if what in ("late", "reopened"):
        phone = Phone(client_as(app, "zhao"), visit, "phone-of-zhao")
        phone.say("4", "not_met")
        assert phone.sync()
    if what == "reopened":
        answer = client_as(app, "zhou").post(f"{address}/reopening", json={"reason": "晚到"})
        assert answer.status_code == 204, answer.get_json()
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


