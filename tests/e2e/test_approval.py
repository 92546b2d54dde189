"""The supervisor's last word: what stands before an approval, the waiver with its reason, and what is frozen then."""

import re

from playwright.sync_api import expect

from tests.cast import LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK, Phone
from tests.e2e.sender import Client, submit_all_met
from tests.stories.phone import Phone as Writer

REASON = "大厅停电，无法补拍"


def test_zhou_waives_missing_evidence_with_a_reason_and_approves(house: House, phone_of) -> None:
    lin = submit_all_met(house, LIN)
    zhou = phone_of(ZHOU, **DESK)
    expect(zhou.page.get_by_text(re.compile("^缺证据 [1-9]")).first).to_be_visible()
    zhou.page.goto(f"{house.url}/review/{lin.inspection}")

    before = zhou.page.get_by_role("group", name="批准之前")
    expect(before).to_contain_text("处证据，可补齐，或写明理由后免除")
    expect(zhou.button("批准")).to_be_disabled()
    expect(zhou.button("批准")).to_have_accessible_description(re.compile("批准之前.*处证据"))

    wanted = zhou.button(re.compile("^\\S+ 免于补拍$"))
    left = wanted.count()
    assert left
    waive_first(zhou)
    expect(wanted).to_have_count(left - 1)
    zhou.button("撤销").click()
    expect(wanted).to_have_count(left)
    while left:
        waive_first(zhou)
        left -= 1
        expect(wanted).to_have_count(left)
    expect(zhou.page.get_by_text(f"已免于补拍：{REASON}").first).to_be_visible()
    expect(before).to_have_count(0)

    zhou.button("批准").click()

    frozen = zhou.page.get_by_role("region", name="已批准，分数已封存")
    expect(frozen).to_contain_text("封存分数")
    snapshot = lin.client.get(f"/api/v1/inspections/{lin.inspection}").get_json().get("snapshot")
    digest = snapshot["digest"] if snapshot else None
    expect(frozen).to_contain_text(digest or re.compile("[0-9a-f]{64}"))
    expect(zhou.button("批准")).to_have_count(0)
    expect(phone_of(LIN).page.get_by_text("已批准").first).to_be_visible(timeout=20_000)


def test_what_zhou_has_not_seen_is_not_approved_and_nothing_twice(house: House, phone_of) -> None:
    lin = submit_all_met(house, LIN)
    waive_everything(house, lin.inspection)
    zhou, other = phone_of(ZHOU, **DESK), phone_of(ZHOU, **DESK)
    for screen in (zhou, other):
        screen.page.goto(f"{house.url}/review/{lin.inspection}")
        expect(screen.button("批准")).to_be_enabled()
    lin.write("visit/note", "后门锁着")
    lin.sync()

    zhou.button("批准").click()
    expect(zhou.page.get_by_text("检查有了新内容，请看过后再批准。")).to_be_visible()
    expect(zhou.button("批准")).to_be_enabled()
    zhou.button("批准").click()
    expect(zhou.page.get_by_role("region", name="已批准，分数已封存")).to_be_visible()

    other.button("批准").click()
    expect(other.page.get_by_text("这次检查已经批准。")).to_be_visible()
    expect(other.page.get_by_role("region", name="已批准，分数已封存")).to_be_visible()


def waive_first(zhou: Phone) -> None:
    zhou.button(re.compile("^\\S+ 免于补拍$")).first.click()
    sheet = zhou.page.get_by_role("dialog").filter(has_text="免于补拍")
    expect(sheet.get_by_role("button", name="免于补拍")).to_be_disabled()
    sheet.get_by_label("理由").fill(REASON)
    sheet.get_by_role("button", name="免于补拍").click()


def waive_everything(house: House, visit: str) -> None:
    """Whatever photo is still missing, by another device of 周."""
    zhou = Client(house, ZHOU)
    desk = zhou.get(f"/api/v1/inspections/{visit}").get_json()
    writer = Writer(zhou, visit, "sender-of-zhou")
    for row in {lack["indicator"] for lack in desk["result"]["missing_evidence"]}:
        writer.write(f"review/waiver/{row}", {"reason": REASON})
    writer.sync()
    assert not writer.held
