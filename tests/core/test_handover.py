"""Who may take over open work."""

import pytest

from mingcha.core.draw.pool import Tie
from mingcha.core.handover import Taker, Visit, obstacle
from tests.cast import COUNTY, OTHER_COUNTY, SHIQIAO

ZHAO = Taker("zhao", "inspector", COUNTY)
VISIT = Visit(site="hall", region=SHIQIAO, state="assigned", team=frozenset({"lin"}))


def with_(each, **change):
    return type(each)(**{**vars(each), **change})


@pytest.mark.parametrize(
    ("taker", "visit", "why"),
    [
        (ZHAO, VISIT, None),
        (ZHAO, with_(VISIT, state="submitted"), None),
        (ZHAO, with_(VISIT, state="approved"), "closed"),
        (ZHAO, with_(VISIT, state="published"), "closed"),
        (ZHAO, with_(VISIT, team=frozenset({"lin", "zhao"})), "on_team"),
        (with_(ZHAO, role="supervisor"), VISIT, "not_there"),
        (with_(ZHAO, enabled=False), VISIT, "not_there"),
        (with_(ZHAO, scope=OTHER_COUNTY), VISIT, "not_there"),
        (with_(ZHAO, scope="990123102"), VISIT, "not_there"),
        (with_(ZHAO, ties=(Tie("own_town", region=SHIQIAO),)), VISIT, "own_town"),
        (with_(ZHAO, ties=(Tie("relative", site="hall"),)), VISIT, "relative"),
        (with_(ZHAO, ties=(Tie("former_post", region="990123102"), Tie("named", site="other"))), VISIT, None),
    ],
)
def test_work_goes_to_whom_nothing_ties_to_the_place(taker, visit, why):
    assert obstacle(taker, visit) == why
