"""I7: in two worlds that differ only in a secret visit, the centre's account hears the same, byte for byte.

Clock and chance are the same in both worlds. The centre asks every address that there is (the list comes from the routes
themselves): with ids of its own, of the secret visit and of nothing, with cursors and tags it was given, with bodies
that are let through. What rings is compared too, and the number of questions put to the database. In both worlds it has
an order of an earlier visit, so that its papers, photos and items have something to tell. MINGCHA_WORLDS is how many
pairs.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core import cursor as cursors
from mingcha.core.access import ACCESS
from mingcha.core.checklist.model import Checklist
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, inspections, reminding, ringing
from mingcha.store import accounts, assignments, settings
from mingcha.store import inspections as inspections_store
from mingcha.store.db import db, transaction
from tests.cast import SHI
from tests.conftest import PASSWORD
from tests.hearing import heard_by_the_centre
from tests.push_service import PushService
from tests.visits import small_checklist
from tests.worlds import CHU, QINGLONG, World, by_other_means, kinds_of, told_to_the_centre, transcript

PAIRS = int(os.environ.get("MINGCHA_WORLDS", "4"))
#: The rules of secrecy know no engine.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def world(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    shutil.copy(template.file, folder / "mingcha.db")
    service, rung, at = PushService(), [], [datetime(2026, 11, 16, 1, 0, tzinfo=UTC)]
    place = f"sqlite:///{folder / 'mingcha.db'}"
    app = create_app(Config(data=folder, database=place, dist=folder, push_trial=service.origin))

    def later():
        at[0] += timedelta(minutes=1)

    with app.app_context():
        content = small_checklist()
        checklists.keep(content, Checklist.parse(content))
        settings.epoch(), settings.secret(), ringing.current_key()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: at[0])
            by_other_means(patch, rung)
            for name in ("sun", "wang", "xu"):  # two who went the time before may not be drawn again
                account_flow.add(None, username=name, name=name, role="inspector", scope="990123", password=PASSWORD)
            account_flow.add(None, username=CHU, name="褚", role="centre", scope=QINGLONG, password=PASSWORD)
            own = told_to_the_centre(app, service, later)
            assert {(each.path, each.message["tag"]) for each in service.received} == {("/push/phone", "news")}
            assert len(rung) == len(service.received)
    world = World(app, folder, service, rung, own)
    with pytest.MonkeyPatch.context() as patch:
        by_other_means(patch, rung)
        heard_by_the_centre(world, [])  # the first asker waits for what the house loads once
    yield world
    world.rest()
    service.close()


@pytest.mark.parametrize("pair", range(PAIRS))
def test_a_secret_visit_changes_not_one_byte_of_what_the_centre_hears(world, monkeypatch, pair):
    hearer = CHU if pair % 4 == 3 else SHI.username
    secret = kinds_of(pair, hearer, PAIRS)
    with monkeypatch.context() as patch:
        _, ids = transcript(world, patch, pair, secret, hearer=hearer)
    assert ids
    with monkeypatch.context() as patch:
        one, again = transcript(world, patch, pair, secret, ids, hearer)
    with monkeypatch.context() as patch:
        other, none = transcript(world, patch, pair, None, ids, hearer)
    assert (again, none) == (ids, [])
    assert len(one) > 100
    for here, there in zip(one, other, strict=True):
        assert here == there, (secret, hearer, here[:3])
    if hearer != CHU:  # nothing is compared with nothing: her item falls due, her hall has results
        assert [each for each in one if each[0] == "push" and each[3]["tag"] == "due"], [each for each in one if each[0] == "push"]
        assert [each for each in one if each[0] == "channel"]
        own = world.own[hearer]
        for path in (f"/api/v1/results/{own['inspection_id']}", "/public/990123", "/api/v1/public/990123"):
            assert next(each[2] for each in one if each[:2] == ("GET", path)) == 200, path


def test_the_comparison_would_notice_a_visit_that_was_told(world, monkeypatch):
    """The same worlds with a leak of each kind planted: the queue is the centre's to read, its cursor counts all visits, a
    question more is asked where there is one, and its phone rings. Each must be heard.
    """
    monkeypatch.setitem(ACCESS, "inspection.list", {**ACCESS["inspection.list"], "centre": "area"})
    written, asked, created = cursors.write, assignments.is_on, inspections.create

    def every():
        return db.session.execute(text("SELECT count(*) FROM inspection")).scalar_one()

    def asks_more(inspection, account):
        if len(inspections_store.load([inspection])):
            every()
        return asked(inspection, account)

    def rings(**told):
        visit = created(**told)
        if told["campaign_title"] == "秘密":
            with transaction():
                reminding.announce([accounts.by_username("shi")], "result", key=visit, link="/inbox", now=clock.now())
        return visit

    monkeypatch.setattr(cursors, "write", lambda cursor: f"{written(cursor)}.{every()}")
    monkeypatch.setattr(assignments, "is_on", asks_more)
    monkeypatch.setattr(inspections, "create", rings)
    with monkeypatch.context() as patch:
        _, ids = transcript(world, patch, 1, ["assigned"])
    with monkeypatch.context() as patch:
        one, _ = transcript(world, patch, 1, ["assigned"], ids)
    with monkeypatch.context() as patch:
        other, _ = transcript(world, patch, 1, None, ids)

    def of(heard, method, path):
        return [each[2:5] for each in heard if each[:2] == (method, path)]

    assert of(one, "GET", "/api/v1/inspections") != of(other, "GET", "/api/v1/inspections")
    assert of(one, "GET", "/api/v1/rectification/changes") != of(other, "GET", "/api/v1/rectification/changes")
    address = f"/api/v1/inspections/{ids[0]}"
    [here], [there] = ([each for each in heard if each[:2] == ("GET", address)][:1] for heard in (one, other))
    assert (here[2], here[5]) == (there[2], there[5] + 1)
    assert len([each for each in one if each[0] == "push"]) == len([each for each in other if each[0] == "push"]) + 1
