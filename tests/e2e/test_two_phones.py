"""Two inspectors on one inspection: what one does appears with the other; where they differ, a person decides."""

import re

from playwright.sync_api import expect

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK


def test_what_one_inspector_does_appears_on_the_other_phone_by_itself(house: House, phone_of) -> None:
    lin, zhao = phone_of(LIN), phone_of(ZHAO)
    for phone in (lin, zhao):
        phone.prepare()
    lin.arrive()
    lin.open_row("2.2")
    lin.say("不涉及")

    zhao.page.goto(f"{house.url}/visit/{lin.visit}")

    expect(zhao.button("2.2 电脑，不涉及")).to_be_visible(timeout=20_000)

    zhao.open_row("2.2", lin.visit)
    zhao.page.get_by_role("textbox", name="说明").click()
    keyboard = zhao.page.context.new_cdp_session(zhao.page)
    keyboard.send("Input.imeSetComposition", {"text": "houmen", "selectionStart": 6, "selectionEnd": 6})
    note = lin.page.get_by_role("textbox", name="说明")
    note.fill("前门")
    note.blur()
    lin.say("符合")
    verdict = zhao.page.get_by_role("group", name="结论").get_by_role("button", name="符合", exact=True)
    expect(verdict).to_have_attribute("aria-pressed", "true", timeout=20_000)
    keyboard.send("Input.insertText", {"text": "后门"})

    expect(zhao.page.get_by_text("两部手机记得不一样").first).to_be_visible()
    zhao.page.goto(f"{house.url}/visit/{lin.visit}/settle")
    for words in ("前门，林", "后门，我"):
        expect(zhao.button(re.compile(f"^选 {words}"))).to_be_visible()


def test_two_counts_made_without_signal_stand_side_by_side_until_somebody_chooses(house: House, phone_of) -> None:
    lin, zhao = phone_of(LIN), phone_of(ZHAO)
    for phone in (lin, zhao):
        phone.prepare()
    lin.arrive()
    visit = lin.visit
    lin.wait_all_sent()
    zhao.page.goto(f"{house.url}/visit/{visit}")
    expect(zhao.page.get_by_role("group", name="得分")).to_be_visible(timeout=20_000)
    house.stop()
    for phone, places in ((lin, 2), (zhao, 3)):
        phone.open_row("3.8", visit)
        phone.say("有问题")
        phone.count("默认评价", places)
    house.start()
    for phone in (lin, zhao):
        phone.wait_all_sent()

    zhou = phone_of(ZHOU, **DESK)
    zhou.page.goto(f"{house.url}/review/{visit}")
    dispute = zhou.page.get_by_role("region", name="3.8 评价 · 存在默认评价 · 数量")
    expect(dispute.get_by_role("button", name="选 2 个，林")).to_be_visible()
    dispute.get_by_role("button", name="选 3 个，赵").click()
    expect(dispute).to_have_count(0, timeout=20_000)

    lin.open_row("3.8", visit)
    expect(lin.page.get_by_text(re.compile("3.? × 0.2 = 0.6")).first).to_be_visible(timeout=20_000)
