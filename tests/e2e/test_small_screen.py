"""On the narrowest phone, what is touched every minute stands side by side, and figures stay in one piece."""

from playwright.sync_api import expect

from tests.cast import LIN
from tests.e2e.house import House

#: On how many lines an element's text stands.
LINES = """element => {
  const range = document.createRange()
  range.selectNodeContents(element)
  return new Set([...range.getClientRects()].map((each) => each.top)).size
}"""


def test_three_verdicts_stand_side_by_side_on_a_narrow_phone_and_marks_never_wrap(house: House, phone_of) -> None:
    lin = phone_of(LIN)
    asked: list[str] = []
    lin.page.on("request", lambda request: asked.append(request.url))
    lin.prepare()
    lin.arrive()
    lin.open_row("1.2")
    lin.say("有问题")
    lin.count("不一致", 3)

    buttons = lin.page.get_by_role("group", name="结论").get_by_role("button")
    expect(buttons).to_have_count(3)
    boxes = [buttons.nth(number).bounding_box() for number in range(3)]
    assert len({box["y"] for box in boxes if box}) == 1, boxes
    assert all(box["height"] >= 48 for box in boxes if box)
    marks = lin.page.locator(".working b").filter(has_text="−1.5").first
    expect(marks).to_be_visible()
    assert marks.evaluate(LINES) == 1
    assert not [url for url in asked if "/photos//" in url]
