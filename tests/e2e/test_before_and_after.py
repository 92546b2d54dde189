"""Before one leaves: what is on the phone, and how old that is. Before one hands in: what nobody can read."""

import re

from playwright.sync_api import expect

from tests.cast import LIN
from tests.e2e.house import House


def test_the_proof_for_offline_outlives_the_page_and_the_end_of_a_visit_names_unreadable_figures(
    house: House, phone_of
) -> None:
    lin = phone_of(LIN)
    codes = lin.page.get_by_role("article").filter(has_text=re.compile("编号 [0-9A-F]{4}"))
    expect(codes).to_have_count(3)
    lin.prepare()
    house.stop()
    lin.page.reload()

    proof = lin.page.get_by_role("list", name="离线准备情况")
    for word in ("检查表", "应用", "够拍"):
        expect(proof).to_contain_text(word)
    expect(lin.page.get_by_text(re.compile("核对 · 已存 [0-9.]+ [KMG]B"))).to_be_visible()

    lin.page.get_by_role("article").filter(has=proof).get_by_role("link", name="出发").click()
    lin.button("开始检查").click()
    lin.page.locator("progress").wait_for()
    lin.open_row("5.3", lin.visit)
    lin.enter("9,5")
    lin.page.goto(f"{house.url}/visit/{lin.visit}/finish")
    unreadable = lin.page.get_by_role("link", name=re.compile("^5.3 .*请不要用逗号"))
    expect(lin.page.get_by_text("1 个数字读不出")).to_be_visible()
    unreadable.click()
    lin.enter("95")
    lin.page.go_back()
    expect(lin.page.get_by_role("heading", name="收尾")).to_be_visible()
    expect(unreadable).to_have_count(0)
