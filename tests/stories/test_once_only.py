"""Each reminder reaches each inbox exactly once, though workers die in the middle. `make reminders` is the large run."""

import os

from mingcha.store.deliveries import MOST_TRIES
from tests.once.run import run


def test_reminders_arrive_once_though_workers_are_killed(config):
    count, kills = int(os.environ.get("MINGCHA_REMINDERS", "150")), int(os.environ.get("MINGCHA_KILLS", "4"))
    found = run(config, count=count, workers=2, kills=kills, people=10, seed=7)
    print(found.line())
    assert (found.found, found.doubles, found.missing) == (count, 0, 0)
    assert found.kills == kills
    assert found.rung_ids == found.deliveries >= 10
    assert found.rung <= found.rung_ids * MOST_TRIES, "nothing rings without end"
