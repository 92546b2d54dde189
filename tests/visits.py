"""What stories of a visit begin with: a small checklist, an inspection at Shiqiao for 林 and 赵, and their phones."""

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo
from mingcha.flows import inspections as inspection_flow
from mingcha.store import accounts
from tests.cast import LIN, SHIQIAO, ZHAO, ZHOU, Person
from tests.stories.phone import Phone

WORDS = {"zh": "字", "en": "word"}


def indicator(number: str, **change: Any) -> dict[str, Any]:
    each = {"id": "a", "kind": "each", "text": WORDS, "per": "0.5", "unit": WORDS}
    return {
        "id": number,
        "title": WORDS,
        "text": WORDS,
        "source_text": "字",
        "method": ["on_site"],
        "place": "hall",
        "aspect": "space",
        "evidence": [],
        "measures": [],
        "full_marks": "2",
        "clauses": [each],
        "notes": [],
        **change,
    }


def small_checklist(version: str = "1", **change: Any) -> dict[str, Any]:
    """Four indicators of two marks; the last wants a photo of the scene."""
    wanted = [{"kind": "scene", "min": 1, "when": "always"}]
    indicators = [indicator(number) for number in ("1", "2", "3")] + [indicator("4", evidence=wanted)]
    return {
        "format": 1,
        "slug": "small",
        "version": version,
        "replaces": None,
        "title": {"zh": "小检查表", "en": "Small checklist"},
        "source": {"document": "无", "issued": "2026", "seed": "002"},
        "scheme": "points",
        "full_marks": "8",
        "settings": [],
        "notes": [],
        "categories": [
            {"id": "1", "title": WORDS, "groups": [{"id": "1.0", "title": None, "indicators": indicators}]}
        ],
        **change,
    }


@pytest.fixture
def new_visit(app: Flask) -> Callable[..., str]:
    """Sets an inspection up and gives its id."""

    def create(*team: Person, region: str = SHIQIAO, visit_on: str = "2026-11-22") -> str:
        with app.app_context():
            content = small_checklist()
            checklist_flow.keep(content, Checklist.parse(content))
            people = [accounts.by_username(person.username) for person in team or (LIN, ZHAO)]
            return inspection_flow.create(
                site_id=demo.site_id(region),
                slug="small",
                version="1",
                team=[person.id for person in people if person],
                campaign_title="第四季度",
                visit_on=visit_on,
            )

    return create


@pytest.fixture
def visit(new_visit: Callable[..., str]) -> str:
    """Today's inspection of the hall of Shiqiao by 林 and 赵."""
    return new_visit()


@pytest.fixture
def phone_of(client_of: Callable[[Person], Any], visit: str) -> Callable[..., Phone]:
    """A phone with the visit open, in this person's hand."""

    def give(person: Person, name: str | None = None, inspection: str | None = None) -> Phone:
        return Phone(client_of(person), inspection or visit, name or f"phone-of-{person.username}")

    return give


@pytest.fixture
def lin(phone_of: Callable[..., Phone]) -> Phone:
    return phone_of(LIN)


@pytest.fixture
def zhao(phone_of: Callable[..., Phone]) -> Phone:
    return phone_of(ZHAO)


@pytest.fixture
def zhou(phone_of: Callable[..., Phone]) -> Phone:
    return phone_of(ZHOU)


def photo_bytes(seed: int = 1, width: int = 400, height: int = 300) -> bytes:
    """A small JPEG, another for each seed."""
    image, dice = Image.new("RGB", (width, height), (230, 230, 220)), random.Random(seed)
    pen = ImageDraw.Draw(image)
    for _ in range(10):
        x, y = dice.randrange(width), dice.randrange(height)
        pen.ellipse((x, y, x + width // 4, y + height // 4), fill=tuple(dice.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def submitted_visit(lin: Phone, zhao: Phone) -> str:
    """Everything answered, the one photo sent, submitted by 林; 赵 has seen it."""
    for number in ("1", "2", "3", "4"):
        lin.say(number, "met")
    data = photo_bytes()
    photo = lin.announce(data, "4")
    lin.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    lin.sync()
    assert lin.upload(photo, data).status_code == 201
    zhao.sync()
    return lin.inspection


@pytest.fixture
def approved_visit(submitted_visit: str, zhou: Phone) -> str:
    """The same, approved by 周; 赵 has not heard of it."""
    address = f"/api/v1/inspections/{submitted_visit}"
    answer = zhou.client.post(f"{address}/approval", json={"seen": zhou.client.get(address).get_json()["seq"]})
    assert answer.status_code == 200, answer.get_json()
    return submitted_visit
