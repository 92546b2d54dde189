"""Two values side by side, each with its author, phone and time and with what that person noted and photographed in the row."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.sender import sender
from tests.e2e.test_every_screen_for_everybody import faults_of
from tests.visits import photo_bytes

SAID = {LIN: ("met", "牌子齐全", "王主任"), ZHAO: ("not_met", "二楼没有牌子", "李科长")}


def disagree(house: House) -> str:
    """林 and 赵 on one visit without having seen each other: verdict, note and photo of 1.3, and who was present."""
    phones = {person: sender(house, person)[0] for person in SAID}
    visit = phones[LIN].inspection
    for seed, (person, (verdict, note, present)) in enumerate(SAID.items()):
        phone, data = phones[person], photo_bytes(seed, 800, 600)
        phone.inspection = visit
        phone.write("visit/arrived", {"at": "2026-11-22T01:00:00.000Z", "position": None})
        phone.say("1.3", verdict)
        phone.write("answer/1.3/note", note)
        phone.write("visit/present", present)
        photo = phone.announce(data, "1.3")
        phone.sync()
        assert phone.upload(photo, data).status_code == 201
    return visit


def test_zhou_and_lin_see_both_sides_with_notes_and_photos_beside_or_below_each_other(house: House, phone_of) -> None:
    visit = disagree(house)
    zhou = phone_of(ZHOU, **DESK)
    page = zhou.page
    page.goto(f"{house.url}/review/{visit}")
    verdict = page.get_by_role("region", name=re.compile(r"^1\.3 .*结论$"))
    sides = verdict.locator("ul > li")
    expect(sides).to_have_count(2)
    _tell_apart(verdict)
    expect(verdict.get_by_role("link", name="照片 1.3 现场")).to_have_count(2)
    expect(verdict.locator("img")).to_have_count(2)
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        one, other = _boxes(sides)
        assert one["y"] == other["y"], width
        assert one["x"] + one["width"] <= other["x"], width
    faults = faults_of(page, "desk, zh")
    page.set_viewport_size({"width": 360, "height": 740})
    one, other = _boxes(sides)
    assert one["x"] == other["x"]
    assert one["y"] + one["height"] <= other["y"]
    assert _fits(page)
    faults += faults_of(page, "desk at 360, zh")

    hand = phone_of(LIN)
    hand.page.goto(f"{house.url}/visit/{visit}/settle")
    mine = hand.page.get_by_role("region", name=re.compile(r"^1\.3 .*结论$"))
    expect(mine).to_be_visible(timeout=30_000)
    expect(mine).to_contain_text("二楼没有牌子")
    theirs = mine.get_by_role("group", name="赵的照片").get_by_role("button", name=re.compile("^照片：现场"))
    expect(theirs).to_be_visible()
    assert _fits(hand.page)
    faults += faults_of(hand.page, "settle, zh")
    theirs.click()
    expect(hand.page.get_by_role("dialog")).to_be_visible()

    # Choosing, combining, and a third value that neither said.
    present = page.get_by_role("region", name="在场人员")
    present.get_by_role("button", name="合起来写").click()
    expect(present.get_by_label("另写一个")).to_have_value(re.compile("^(王主任；李科长|李科长；王主任)$"))
    present.get_by_role("button", name="用这个").click()
    expect(present).to_have_count(0)
    note = page.get_by_role("region", name=re.compile(r"^1\.3 .*说明$"))
    note.get_by_role("button", name="选 二楼没有牌子，赵").click()
    expect(note).to_have_count(0)
    verdict.get_by_role("group", name="都不对？改为").get_by_role("button", name="不涉及").click()
    expect(verdict).to_have_count(0)
    told = page.evaluate(f"fetch('/api/v1/inspections/{visit}').then((answer) => answer.json())")
    assert told["conflicts"] == []
    assert [head["value"] for head in told["state"]["fields"]["answer/1.3/verdict"]] == ["not_applicable"]
    assert faults == []


def _tell_apart(verdict: Locator) -> None:
    """Each side says its own and nothing of the other's."""
    for person, choice in ((LIN, "选 符合，林"), (ZHAO, "选 有问题，赵")):
        side = verdict.locator("ul > li").filter(has=verdict.page.get_by_role("button", name=choice))
        own = SAID[person][1]
        other = next(note for each, (_, note, _) in SAID.items() if each != person)
        expect(side).to_contain_text(own)
        expect(side).not_to_contain_text(other)
        expect(side).to_contain_text("手机 SEND")
        expect(side).to_contain_text("09:30")
        expect(side.get_by_role("group", name=f"{person.name}的照片")).to_be_visible()


def _boxes(sides: Locator) -> list[Any]:
    return [sides.nth(number).bounding_box() for number in range(2)]


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
