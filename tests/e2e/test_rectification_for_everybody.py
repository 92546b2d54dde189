"""Every screen and sheet of rectification, in both languages and themes, by the rules of axe: no violation anywhere."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.cast import SHI, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK, Phone
from tests.e2e.rectifying import approved_visit, issued
from tests.e2e.sender import Client
from tests.e2e.test_every_screen_for_everybody import faults_of

WORDS = {
    "中文": {
        "appeal": "申诉", "shoot": "拍照", "decide": "决定", "answer": "答复", "recheck": "复查",
        "compare": re.compile("^对比第 1"), "settings": "设置",
    },
    "English": {
        "appeal": "Appeal", "shoot": "Take a photo", "decide": "Decide", "answer": "Answer", "recheck": "Recheck",
        "compare": re.compile("^Compare"), "settings": "Settings",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["中文", "English"])
def test_no_screen_of_rectification_keeps_anybody_out(house: House, phone_of, language: str) -> None:
    visit, other = approved_visit(house), approved_visit(house, region=None)
    item = issued(house, visit)
    order = Client(house, ZHOU).get(f"/api/v1/rectification/items/{item}").get_json()["order"]
    words, faults, seen = WORDS[language], [], 0

    shi = phone_of(SHI, service_workers="block")
    _speak(shi, language)
    shi.page.goto(f"{house.url}/rectification/{item}")
    expect(shi.page.get_by_role("heading", level=2).first).to_be_visible()
    centre = {
        "mine": "/rectification", "order": f"/rectification/order/{order}", "item": f"/rectification/{item}", "inbox": "/inbox",
        "reminders": "/reminders", "report": f"/rectification/{item}/done",
    }  # fmt: skip
    for name in _walk(shi, centre):
        faults += faults_of(shi.page, f"centre, {name}, {language}")
        seen += 1
    for path, touch in ((f"/rectification/{item}/done", words["shoot"]), (f"/rectification/{item}", words["appeal"])):
        _sheet(shi, path, lambda page, touch=touch: page.get_by_role("button", name=touch, exact=True).click())
        faults += faults_of(shi.page, f"centre, {touch}, {language}")
        seen += 1

    for kind, content in (("appeal", {"words": "已换"}), ("ask_extension", {"days": 3, "reason": "排期"})):
        move = {"id": f"0190b0c0-0000-7000-8000-00000000000{len(kind) % 10}", "item": item, "kind": kind, "content": content}
        told = Client(house, SHI).post("/api/v1/rectification/moves", json={"moves": [move]}).get_json()
        assert told["results"][0]["outcome"] == "applied", told
    zhou = phone_of(ZHOU, **DESK)
    _speak(zhou, language)
    desk = {
        "board": "/rectification", "order": f"/rectification/order/{order}", "item": f"/rectification/{item}", "inbox": "/inbox",
        "issue": f"/rectification/{other}/issue", "ledger": "/rectification/ledger", "figures": "/rectification/figures",
        "reminders": "/reminders",
    }  # fmt: skip
    for name in _walk(zhou, desk):
        faults += faults_of(zhou.page, f"desk, {name}, {language}")
        seen += 1
    for touch in ("decide", "answer", "recheck", "compare"):
        _sheet(zhou, f"/rectification/{item}", lambda page, touch=touch: page.get_by_role("button", name=words[touch]).first.click())
        faults += faults_of(zhou.page, f"desk, {touch}, {language}")
        seen += 1
    assert faults == []
    assert seen == 6 + 2 + 8 + 4


def _speak(phone: Phone, language: str) -> None:
    phone.page.goto(f"{phone.url}/settings")
    phone.button(language).click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(WORDS[language]["settings"])


def _walk(phone: Phone, screens: dict[str, str]) -> Iterator[str]:
    for name, path in screens.items():
        phone.page.goto(phone.url + path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        expect(phone.page.locator(".loading")).to_have_count(0)
        yield name


def _sheet(phone: Phone, path: str, touch: Callable[[Page], object]) -> None:
    phone.page.goto(phone.url + path)
    touch(phone.page)
    expect(phone.page.get_by_role("dialog")).to_be_visible()
    phone.page.wait_for_timeout(200)
