"""Every screen and sheet of a campaign, in both languages and themes, by the rules of axe; and none wider than a small phone."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.cast import ZHOU
from tests.e2e.house import House
from tests.e2e.phone import Phone
from tests.e2e.sender import Client
from tests.e2e.test_a_campaign import LI, SUN, hire, planned
from tests.e2e.test_every_screen_for_everybody import EVERYTHING, _told, faults_of

#: By which the walk finds its way, in both languages.
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "chosen": "自己选日子", "sites": "指定点位", "named": "指定名单", "names": "看名单和回避", "show": "打开去向", "prove": "在这里复核",
        "same": "一字不差", "swap": "换人", "again": "重抽", "table": "看表", "plan": "计划", "save": "保存计划", "delete": "删除这个批次",
    },
    "en": {
        "chosen": "Chosen days", "sites": "Chosen sites", "named": "From a list", "names": "Show names and recusals",
        "show": "Show where it goes", "prove": "Check it here", "same": "The same to the letter", "swap": "Swap",
        "again": "Draw again", "table": "Show as a table", "plan": "Plan", "save": "Save the plan", "delete": "Delete this campaign",
    },
}  # fmt: skip


def test_no_screen_of_a_campaign_breaks_a_rule_of_accessibility_in_either_language_or_theme(house: House, phone_of) -> None:
    hire(house, SUN, LI)
    desk = Client(house, ZHOU)
    made = {state: taken_to(desk, state) for state in ("running", "drawn", "committed", "planned", "impossible")}
    zhou = phone_of(ZHOU, service_workers="block")
    faults: list[str] = []
    seen: list[str] = []
    for language in ("zh", "en"):
        if language == "en":
            zhou.page.goto(f"{house.url}/settings")
            zhou.button("English").click()
            zhou.page.get_by_role("heading", name="Settings", exact=True).wait_for()
        for name in walk(zhou, made, WORDS[language]):
            seen.append(name)
            faults += looked_at(zhou.page, f"{name}, {language}", language)
            wide = zhou.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            faults += [f"{name}, {language}: {wide} px too wide"] if wide > 0 else []
    assert faults == []
    assert len(seen) == len(set(seen)) * 2 == 22


def looked_at(page: Page, where: str, language: str) -> list[str]:
    """Colours are the same in both languages: the dark theme is looked at in one of them."""
    if language == "zh":
        return faults_of(page, where)
    page.evaluate(AXE_SCRIPT)
    return _told(page, EVERYTHING, where)


def taken_to(desk: Client, state: str) -> str:
    """A campaign as far as this; `impossible`: with teams larger than there are inspectors."""
    made = planned(desk, team=6) if state == "impossible" else planned(desk)
    for path in {"committed": ("commitment",), "drawn": ("commitment", "draw"), "running": ("commitment", "draw", "start")}.get(state, ()):
        answer = desk.post(f"/api/v1/campaigns/{made['id']}/{path}", json={})
        assert answer.status_code == 200, answer.get_json()
    return str(made["id"])


def walk(zhou: Phone, made: dict[str, str], words: dict[str, str]) -> Any:
    page = zhou.page

    def go(path: str) -> None:
        page.goto(f"{zhou.url}/campaigns{path}")
        expect(page.locator("main .card").first).to_be_visible()

    go("")
    yield "the list"
    go("/new/plan")
    for name in ("chosen", "sites", "named", "save"):
        page.get_by_role("button", name=words[name], exact=True).click()
    yield "a plan with things missing"
    go(f"/{made['planned']}/plan")
    page.get_by_role("button", name=words["delete"]).click()
    yield "deleting a plan"
    go(f"/{made['planned']}")
    page.get_by_role("button", name=words["plan"]).first.click()
    yield "a plan to read"
    go(f"/{made['impossible']}")
    page.get_by_role("button", name=words["names"]).click()
    yield "a pool that allows no draw"
    go(f"/{made['committed']}")
    yield "a commitment"
    go(f"/{made['drawn']}")
    page.get_by_role("button", name=words["show"]).click()
    prove(page, words)
    yield "a draw with its proof"
    page.get_by_role("button", name=words["again"], exact=True).click()
    yield "drawing again"
    go(f"/{made['running']}")
    page.get_by_role("button", name=words["show"]).click()
    yield "a campaign that runs"
    page.get_by_role("button", name=words["swap"]).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "a swap"
    go(f"/{made['running']}/board")
    page.get_by_text(words["table"]).click()
    yield "the board"


def prove(page: Page, words: dict[str, str]) -> None:
    page.get_by_role("button", name=words["prove"]).click()
    expect(page.get_by_role("status").filter(has_text=words["same"])).to_be_visible()
