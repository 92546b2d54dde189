"""Every screen and sheet of an inspector, in both languages and themes, by the rules of axe: no violation anywhere."""

import json
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import House
from tests.e2e.screens import after_arrival, at_the_registry, before_arrival
from tests.e2e.sender import Client, sender
from tests.registry_sheets import HEAD, sound

#: WCAG 2.2 AA and axe's own good practice. In the dark only colours can differ: structure and names are the same page.
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}


def test_no_screen_or_sheet_breaks_a_rule_of_accessibility_in_either_language_or_theme(house: House, phone_of) -> None:
    phone = phone_of(LIN)
    phone.prepare()
    lin, _ = sender(house, LIN)
    faults: list[str] = []
    seen: list[str] = []

    for language in ("zh", "en"):
        if language == "en":
            phone.page.goto(f"{house.url}/settings")
            phone.button("English").click()
            phone.page.get_by_role("heading", name="Settings", exact=True).wait_for()
        visit = _unvisited(lin, language)
        for name in before_arrival(phone, visit, language):
            seen.append(name)
            faults += faults_of(phone.page, f"{name}, {language}")
        _arrive_and_disagree(house, visit)
        phone.page.goto(f"{house.url}/visit/{visit}")
        phone.page.locator("progress").wait_for()
        for name in after_arrival(phone, visit, language):
            seen.append(name)
            faults += faults_of(phone.page, f"{name}, {language}")

    assert faults == []
    assert len(seen) == len(set(seen)) * 2 == 56


def test_no_screen_of_the_registry_breaks_a_rule_either(house: House, phone_of, tmp_path: Path) -> None:
    desk = Client(house, ZHOU)
    rows = {"rows": [{"code": "SQ-1", "region": "990123101", "name_zh": "桥东服务点", "windows": "3"}]}
    seen = desk.post("/api/v1/registry/sites/preview", json=rows).get_json()["digest"]
    assert desk.post(f"/api/v1/registry/sites/import?seen={seen}", json=rows).status_code == 201
    sheet = tmp_path / "faulty.csv"
    broken = [*sound(1)[:7], "六", *sound(1)[8:]]
    sheet.write_text("\r\n".join(",".join(map(str, row)) for row in (HEAD, sound(2), broken)), encoding="utf-8")
    phone = phone_of(ZHOU)
    faults: list[str] = []
    names: list[str] = []

    for language in ("zh", "en"):
        if language == "en":
            phone.page.goto(f"{house.url}/settings")
            phone.button("English").click()
            phone.page.get_by_role("heading", name="Settings", exact=True).wait_for()
        for name in at_the_registry(phone, str(sheet), language):
            names.append(name)
            faults += faults_of(phone.page, f"{name}, {language}")

    assert faults == []
    assert len(names) == len(set(names)) * 2 == 16


def _unvisited(lin: Any, language: str) -> str:
    """A visit of its own for each language, so that each begins before the arrival."""
    visits = sorted(lin.known)
    return visits[0 if language == "zh" else 1]


def _arrive_and_disagree(house: House, visit: str) -> None:
    """林 has arrived and answered, 赵 says otherwise: there is something to settle."""
    phones = [sender(house, person)[0] for person in (LIN, ZHAO)]
    for phone, verdict in zip(phones, ("met", "not_met"), strict=True):
        phone.log.clear()
        phone.inspection = visit
        if verdict == "met":
            phone.write("visit/arrived", {"at": "2026-11-22T01:00:00.000Z", "position": None})
        phone.say("1.3", verdict)
    for phone in phones:
        phone.sync()


def faults_of(page: Page, where: str) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = _told(page, EVERYTHING, where)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += _told(page, COLOURS, f"{where}, dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    return found


def _told(page: Page, options: dict[str, Any], where: str) -> list[str]:
    found = page.evaluate(f"axe.run({json.dumps(options)}).then(({{ violations }}) => violations)")
    return [f"{where}: {each['id']} at {node['html'][:160]}" for each in found for node in each["nodes"]]
