"""Every screen and sheet of an inspector, in both languages and themes: no violation of a rule of axe, and nothing wider than
a phone, at 200 % text.
"""

import json
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.cast import CHEN, LIN, ZHAO, ZHOU
from tests.e2e.house import House
from tests.e2e.looks import too_wide
from tests.e2e.screens import after_arrival, as_a_guest, at_the_registry, before_arrival
from tests.e2e.sender import Client, sender
from tests.registry_sheets import HEAD, sound

#: WCAG 2.2 AA and axe's own good practice. In the dark only colours can differ: structure and names are the same page.
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}
ALL_BUT_COLOURS = {**EVERYTHING, "rules": {"color-contrast": {"enabled": False}}}
#: Browsers that can install an app offer it once, soon after the page: here, while nobody has signed in.
OFFERED = "addEventListener('load', () => setTimeout(() => dispatchEvent(new Event('beforeinstallprompt'))))"


def test_no_screen_or_sheet_breaks_a_rule_of_accessibility_in_either_language_or_theme(house: House, phone_of) -> None:
    faults: list[str] = []
    seen: list[str] = []
    phone = phone_of(None)
    for language, button in (("zh", "English"), ("en", "中文")):
        for name in as_a_guest(phone, _offer(house, language), language):
            seen.append(name)
            faults += looked_at(phone.page, name, language)
        phone.button(button).click()
        expect(phone.button(button)).to_have_count(0)
    phone.page.add_init_script(OFFERED)
    phone.sign_in(LIN)
    expect(phone.page.get_by_role("region", name="放到桌面")).to_be_visible()
    phone.prepare()
    lin, _ = sender(house, LIN)

    for language in ("zh", "en"):
        if language == "en":
            phone.page.goto(f"{house.url}/settings")
            phone.button("English").click()
            phone.page.get_by_role("heading", name="Settings", exact=True).wait_for()
        visit = _unvisited(lin, language)
        for name in before_arrival(phone, visit, language):
            seen.append(name)
            faults += looked_at(phone.page, name, language)
        _arrive_and_disagree(house, visit)
        phone.page.goto(f"{house.url}/visit/{visit}")
        phone.page.locator("progress").wait_for()
        for name in after_arrival(phone, visit, language):
            seen.append(name)
            faults += looked_at(phone.page, name, language)

    assert faults == []
    assert len(seen) == len(set(seen)) * 2 == 72


def test_no_screen_of_the_registry_breaks_a_rule_either(house: House, phone_of, tmp_path: Path) -> None:
    desk = Client(house, ZHOU)
    rows = {"rows": [{"code": "SQ-1", "region": "990123101", "name_zh": "桥东服务点", "windows": "3"}]}
    seen = desk.post("/api/v1/registry/sites/preview", json=rows).get_json()["digest"]
    assert desk.post(f"/api/v1/registry/sites/import?seen={seen}", json=rows).status_code == 201
    sheet = tmp_path / "faulty.csv"
    broken = [*sound(1)[:7], "六", *sound(1)[8:]]
    sheet.write_text("\r\n".join(",".join(map(str, row)) for row in (HEAD, sound(2), broken)), encoding="utf-8")
    phone = phone_of(ZHOU, service_workers="block")
    faults: list[str] = []
    names: list[str] = []

    for language in ("zh", "en"):
        if language == "en":
            phone.page.goto(f"{house.url}/settings")
            phone.button("English").click()
            phone.page.get_by_role("heading", name="Settings", exact=True).wait_for()
        for name in at_the_registry(phone, str(sheet), language):
            names.append(name)
            faults += looked_at(phone.page, name, language)

    assert faults == []
    assert len(names) == len(set(names)) * 2 == 16


def _offer(house: House, language: str) -> str:
    """The secret of an invitation that speaks this language."""
    wanted = {"name": "孙", "role": "inspector", "scope": "990123", "locale": language}
    answer = Client(house, CHEN).post("/api/v1/invitations", json=wanted)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["link"].partition("#")[2])


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


def looked_at(page: Page, name: str, language: str) -> list[str]:
    """Colours are the same in both languages: they are looked at in one of them, in both themes."""
    where = f"{name}, {language}"
    if language == "zh":
        return faults_of(page, where) + too_wide(page, where)
    return _told(page, ALL_BUT_COLOURS, where) + too_wide(page, where)


def faults_of(page: Page, where: str) -> list[str]:
    found = _told(page, EVERYTHING, where)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += _told(page, COLOURS, f"{where}, dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    return found


def _told(page: Page, options: dict[str, Any], where: str) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(f"axe.run({json.dumps(options)}).then(({{ violations }}) => violations)")
    return [f"{where}: {each['id']} at {node['html'][:160]}" for each in found for node in each["nodes"]]
