"""A whole row by the keyboard alone, in the left hand, without motion: nobody is kept from the work by how they do it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.phone import Phone

#: Where the focus is: its name as a screen reader says it is asked of the browser; whether anything lies over it, of the page.
FOCUS = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return null
  const box = at.getBoundingClientRect()
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20))
  return { tag: at.tagName, seen: Boolean(top && (at.contains(top) || top.contains(at) || at.closest('label')?.contains(top))) }
}"""
#: Whatever moves, or would.
MOVING = """() => [...document.querySelectorAll('*')].filter((one) => {
  const { transitionDuration, animationName, animationDuration } = getComputedStyle(one)
  const moves = (durations) => durations.split(',').some((each) => parseFloat(each) > 0)
  return moves(transitionDuration) || (animationName !== 'none' && moves(animationDuration))
}).map((one) => one.className).concat(document.getAnimations().map((one) => one.animationName ?? 'animation'))"""


@pytest.fixture
def lin(phone_of) -> Phone:
    phone = phone_of(LIN)
    phone.prepare()
    phone.arrive()
    return phone


def test_a_whole_row_is_done_by_the_keyboard_and_nothing_focused_is_nameless_or_hidden(lin: Phone) -> None:
    page = lin.page
    lin.open_row("1.2")
    keys = Keys(page)

    keys.to("原文").press("Enter")
    expect(page.get_by_role("dialog", name="1.2 原文")).to_be_visible()
    keys.to("关闭").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert keys.name() == "原文"
    keys.to(re.compile("^有问题")).press("Space")
    expect(page.get_by_role("button", name="有问题")).to_have_attribute("aria-pressed", "true")
    keys.to(re.compile("^增加")).press("Enter")
    keys.press("Enter")
    keys.to("说明").type("窗口标牌不一致")
    keys.to(re.compile("玻璃")).press("Enter")
    keys.to("拍照").press("Enter")
    expect(lin.button("按快门")).to_be_enabled()
    keys.to("按快门").press("Enter")
    expect(page.get_by_role("status").filter(has_text="已保存在这台手机")).to_be_visible()
    keys.back_to(re.compile("^完成，返回指标")).press("Enter")
    expect(page.get_by_label(re.compile("^照片："))).to_have_count(1)
    expect(page.get_by_role("textbox", name="说明")).to_have_value(re.compile("窗口标牌不一致；玻璃"))
    expect(page.get_by_role("group", name=re.compile("不一致$")).get_by_role("status").first).to_have_text("2")
    keys.to(re.compile("^下一项 1.3")).press("Enter")
    expect(page.get_by_role("heading", name="1.3", exact=True)).to_be_focused()

    assert keys.nameless == []
    assert keys.hidden == []


def test_in_the_left_hand_what_is_done_most_lies_at_the_left(house: House, lin: Phone) -> None:
    page, visit = lin.page, lin.visit
    page.goto(f"{house.url}/settings")
    lin.button("左手").click()
    lin.open_row("1.2", visit)
    page.reload()

    onward, shutter = page.get_by_role("link", name=re.compile("^下一项")), page.get_by_role("button", name="拍照", exact=True)
    expect(onward).to_be_visible()
    assert _left(onward) < _left(shutter)
    shutter.click()
    expect(lin.button("按快门")).to_be_enabled()
    assert _left(page.get_by_text("相册", exact=True)) < _left(lin.button("按快门")) < _left(lin.button(re.compile("^完成")))


def test_who_asked_for_no_motion_sees_none(phone_of) -> None:
    lin = phone_of(LIN, reduced_motion="reduce")
    seen = _moving(lin.page)
    lin.prepare()
    lin.arrive()
    seen += _moving(lin.page)
    lin.button("搜索 / 编号").click()
    seen += _moving(lin.page)
    lin.open_row("1.2", lin.visit)
    lin.say("有问题")
    seen += _moving(lin.page)
    lin.page.get_by_role("button", name="拍照", exact=True).click()
    expect(lin.button("按快门")).to_be_enabled()
    seen += _moving(lin.page)

    assert seen == []


class Keys:
    """Somebody who has a keyboard, or a switch that acts as one; notes whatever they come upon that has no name or lies under something."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp = page.context.new_cdp_session(page)
        self.nameless: list[str] = []
        self.hidden: list[str] = []

    def to(self, name: str | re.Pattern[str], key: str = "Tab") -> "Keys":
        for _ in range(60):
            self.page.keyboard.press(key)
            found = self._look()
            if found is not None and (re.search(name, found) if isinstance(name, re.Pattern) else name == found):
                return self
        raise AssertionError(f"{name} was not reached")

    def back_to(self, name: str | re.Pattern[str]) -> "Keys":
        return self.to(name, "Shift+Tab")

    def press(self, key: str) -> "Keys":
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(150)
        return self

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def name(self) -> str:
        focused = self._cdp.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        nodes = self._cdp.send("Accessibility.getPartialAXTree", {"objectId": focused["objectId"], "fetchRelatives": False})
        return str(nodes["nodes"][0].get("name", {}).get("value", ""))

    def _look(self) -> str | None:
        at: dict[str, Any] | None = self.page.evaluate(FOCUS)
        if at is None:
            return None
        name = self.name()
        if not name:  # it may just be being drawn anew
            self.page.wait_for_timeout(300)
            name = self.name()
        if not name:
            self.nameless.append(str(self.page.evaluate("document.activeElement.outerHTML")))
        if not at["seen"]:
            self.hidden.append(name)
        return name


def _moving(page: Page) -> list[str]:
    page.wait_for_timeout(200)
    return list(page.evaluate(MOVING))


def _left(found: Any) -> float:
    box = found.bounding_box()
    assert box
    return float(box["x"])
