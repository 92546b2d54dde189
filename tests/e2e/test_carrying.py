"""A supervisor moves a visit that is under way to a version that was published meanwhile."""

import re

import pytest
from playwright.sync_api import expect

from tests.cast import LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.test_a_new_version_meets_an_open_draft import Desk


@pytest.fixture
def visit(phone_of) -> str:
    """林 has said something of rows 2.2 and 1.3 and everything is at the server."""
    lin = phone_of(LIN)
    lin.arrive()
    visit = lin.visit
    lin.open_row("2.2")
    lin.say("有问题")
    lin.count("无法正常", 2)
    lin.open_row("1.3", visit)
    lin.say("符合")
    lin.page.goto(lin.url)
    lin.wait_all_sent()
    return visit


def test_what_will_move_and_what_will_not_is_seen_first_then_both_inspections_stand_in_the_list(
    house: House, phone_of, visit: str
) -> None:
    desk = Desk(house)
    pinned = desk.ask("GET", f"/inspections/{visit}")["inspection"]["checklist"]
    newer = desk.publish_after(
        pinned["digest"], "2031.1", "2.2", "0.5", asks_anew={"1.3": "设立3个全科受理窗口，少设置一个窗口扣2分。"}
    )
    zhou = phone_of(ZHOU, **DESK)
    zhou.page.goto(f"{house.url}/review/{visit}")
    zhou.page.get_by_role("link", name="换用新版检查表").click()

    moves = zhou.page.get_by_role("region", name=re.compile("^会带过去"))
    expect(moves).to_contain_text("2.2")
    expect(moves).to_contain_text("问题 1")
    expect(moves).to_contain_text("这一项的计分变了")
    stays = zhou.page.get_by_role("region", name=re.compile("^带不过去"))
    expect(stays).to_contain_text("1.3")
    expect(stays).to_contain_text("结论：符合")
    expect(stays).to_contain_text("这项指标的内容已改，请重新作答。")
    zhou.button("换用 2031.1").click()

    expect(zhou.page.get_by_role("status", name="新的检查已生成")).to_be_visible()
    both = zhou.page.get_by_role("region", name="两次检查都在")
    expect(both.get_by_role("link")).to_have_count(2)
    both.get_by_role("link", name=re.compile("^2031.1")).click()
    expect(zhou.page.get_by_role("region", name="检查", exact=True)).to_contain_text("2031.1")
    queue = desk.ask("GET", "/inspections")["inspections"]
    by_version = {each["checklist"]["digest"]: each["id"] for each in queue if each["site"] == _site(queue, visit)}
    assert by_version[pinned["digest"]] == visit
    assert newer in by_version
    assert desk.ask("GET", f"/inspections/{visit}")["state"]["fields"]["answer/1.3/verdict"][0]["value"] == "met"


def _site(queue: list, visit: str) -> dict:
    return next(each["site"] for each in queue if each["id"] == visit)
