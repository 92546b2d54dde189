"""What stories of campaigns begin with: six inspectors, a checklist, and 周 at her desk."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mingcha.core.checklist.model import Checklist
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists as checklist_flow
from mingcha.store import accounts
from tests.cast import COUNTY
from tests.conftest import PASSWORD
from tests.rectifying import Hands, Side, desk, hands
from tests.visits import small_checklist

__all__ = ["campaign", "crew", "desk", "hands", "list_", "plan"]

MORE = ("sun", "li", "he", "xu")


@pytest.fixture
def crew(app: Flask) -> dict[str, str]:
    """Username → account id of every inspector of the county: 林, 赵 and four more."""
    with app.app_context():
        for username in MORE:
            account_flow.add(None, username=username, name=username, role="inspector", scope=COUNTY, password=PASSWORD)
        return {name: found.id for name in ("lin", "zhao", *MORE) if (found := accounts.by_username(name))}


@pytest.fixture
def list_(app: Flask) -> str:
    """The digest of the small checklist."""
    with app.app_context():
        content = small_checklist()
        return checklist_flow.keep(content, Checklist.parse(content)).digest


@pytest.fixture
def plan(list_: str) -> dict[str, Any]:
    return {
        "title": {"zh": "第四季度明查暗访", "en": "Fourth quarter"}, "checklist": list_, "from_on": "2026-09-22",
        "to_on": "2026-09-25", "release": {"mode": "hour", "hour": "07:30"},
    }  # fmt: skip


@pytest.fixture
def campaign(hands: Hands, desk: Side, crew: dict[str, str], plan: dict[str, Any]) -> Callable[..., str]:
    """A campaign taken as far as this; its id."""

    def run(upto: str = "drawn", **change: Any) -> str:
        made = desk.post("/campaigns", **{**plan, **change})["id"]
        for state, path in (("committed", "commitment"), ("drawn", "draw"), ("running", "start")):
            if upto == "planned":
                break
            desk.post(f"/campaigns/{made}/{path}")
            if upto == state:
                break
        return str(made)

    return run
