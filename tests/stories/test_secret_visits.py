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
from datetime import UTC, datetime

import pytest

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.access import ACCESS
from mingcha.core.checklist.model import Checklist
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, ringing
from mingcha.store import settings
from tests.conftest import PASSWORD
from tests.hearing import heard_by_the_centre
from tests.visits import small_checklist
from tests.worlds import SECRETS, World, told_to_the_centre, transcript

PAIRS = int(os.environ.get("MINGCHA_WORLDS", "4"))
#: The rules of secrecy know no engine.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def world(template, tmp_path_factory):
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
            own = told_to_the_centre(app)
    world = World(app, folder, own)
    heard_by_the_centre(world, [])  # the first asker waits for what the house loads once
    yield world
    world.rest()


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
