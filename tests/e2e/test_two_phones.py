"""Two inspectors on one inspection: what one does appears with the other; where they differ, a person decides."""

import re

from playwright.sync_api import expect

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import House


def test_what_one_inspector_does_appears_on_the_other_phone_by_itself(house: House, phone_of) -> None:
    lin, zhao = phone_of(LIN), phone_of(ZHAO)
    for phone in (lin, zhao):
        phone.prepare()
    lin.arrive()
    lin.open_row("2.2")
    lin.say("不涉及")

    zhao.page.goto(f"{house.url}/visit/{lin.visit}")

    told = zhao.page.get_by_role("button", name=re.compile("^2.2 .*不涉及"))
    expect(told.first).to_be_visible(timeout=20_000)


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

    zhou = phone_of(ZHOU, viewport={"width": 1280, "height": 900}, is_mobile=False)
    zhou.page.goto(f"{house.url}/review/{visit}")
    zhou.page.get_by_label("状态").select_option("in_progress")
    expect(zhou.page.get_by_text("冲突 1").first).to_be_visible()
    zhou.button(re.compile("^选 3")).first.click()
    expect(zhou.page.get_by_text("冲突 1")).to_have_count(0, timeout=20_000)

    lin.open_row("3.8", visit)
    working = lin.page.get_by_text(re.compile("3.* × 0.2 = 0.6"))
    expect(working.first).to_be_visible(timeout=20_000)
