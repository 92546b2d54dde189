"""A house with two campaigns of the same three halls: one published, its appeal period over; one still running."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import from_environment
from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo
from mingcha.store import accounts
from tests.cast import SHIQIAO, ZHOU, Person
from tests.e2e.house import House
from tests.rectifying import Side
from tests.stories.test_results import BAISHA, BOXES, GRADES, LINJIANG, World
from tests.visits import small_checklist


def two_campaigns(house: House, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The ids of `published` and `running`. The first was in early November."""
    house.stop()
    app = create_app(from_environment({**os.environ, "MINGCHA_DATA": str(house.data)}))

    def client_of(person: Person) -> Any:
        client = app.test_client()
        client.environ_base["HTTP_X_MINGCHA"] = "1"
        answer = client.post("/api/v1/session", json={"username": person.username, "password": house.password})
        assert answer.status_code == 200, answer.get_json()
        return client

    with patch.context() as moved:
        moved.setattr(clock, "now", lambda: datetime(2026, 11, 2, 1, 30, tzinfo=UTC))
        with app.app_context():
            content = small_checklist(grades=GRADES)
            list_ = checklist_flow.keep(content, Checklist.parse(content)).digest
            crew = {name: found.id for name in ("lin", "zhao") if (found := accounts.by_username(name))}
        desk = Side(ZHOU, client_of)
        first = _campaign(app, desk, client_of, crew, list_, "第三季度明查暗访", "2026-11-02")
        photos = first.finish(SHIQIAO, ("1", "2"))
        first.finish(BAISHA)
        first.finish(LINJIANG, ("1",))
        assert desk.ask("PUT", f"/photos/{photos['fault']}/redaction", {"boxes": BOXES}).status_code == 200
        desk.post("/grade-decisions", campaign=first.id, kind="trigger", site=demo.site_id(BAISHA), trigger="media",
                  source="省报 2026-11-01", reason="窗口无人值守")  # fmt: skip
        desk.post(f"/campaigns/{first.id}/close")
        desk.post(f"/campaigns/{first.id}/publication", appeal_days=2, public=True)
    with patch.context() as moved:
        moved.setattr(clock, "now", lambda: datetime(2026, 11, 9, 1, 30, tzinfo=UTC))
        desk = Side(ZHOU, client_of)
        second = _campaign(app, desk, client_of, crew, list_, "第四季度明查暗访", "2026-11-09")
        second.finish(SHIQIAO, ("2",))
        second.finish(BAISHA, ("1",))
    house.start()
    return {"published": first.id, "running": second.id, "visit": first.visit[SHIQIAO]["id"], "fault": photos["fault"]}


def _campaign(app: Any, desk: Side, client_of: Any, crew: dict[str, str], list_: str, title: str, day: str) -> World:
    plan = {
        "title": {"zh": title, "en": f"Campaign of {day}"}, "checklist": list_, "from_on": day, "to_on": day, "days": [day],
        "sites": [demo.site_id(each) for each in (SHIQIAO, BAISHA, LINJIANG)], "release": {"mode": "departure"}, "rules": [],
    }  # fmt: skip
    made = desk.post("/campaigns", **plan)["id"]
    for step in ("commitment", "draw", "start"):
        desk.post(f"/campaigns/{made}/{step}")
    return World(app, desk, client_of, crew, made)


def template(folder: Path, text: str) -> Path:
    """A Word file with one line."""
    from docx import Document

    document = Document()
    document.add_paragraph(text)
    file = folder / "template.docx"
    document.save(str(file))
    return file
