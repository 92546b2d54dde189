"""Results on screens: the desk decides and publishes, a hall reads its own, anybody the public page; and all may read it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.cast import CHEN, SHI, ZHOU
from tests.e2e.campaigned import template, two_campaigns
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.test_every_screen_for_everybody import faults_of

NARROW = {"width": 360, "height": 740}


def test_a_campaign_is_read_decided_and_given_out(house: House, phone_of, browser: Browser, monkeypatch, tmp_path) -> None:
    ids = two_campaigns(house, monkeypatch)
    zhou = phone_of(ZHOU, **DESK)
    # The running one: provisional, against the last one, with a decision and its revocation.
    zhou.page.goto(f"{house.url}/campaigns/{ids['running']}/results")
    ranking = zhou.page.get_by_role("region", name=re.compile("^排名"))
    expect(ranking).to_contain_text("并列")
    expect(zhou.page.get_by_text("暂定").first).to_be_visible()
    expect(zhou.page.get_by_role("region", name=re.compile("^与上一批次比较")).first).to_contain_text("+0.5")
    decisions = zhou.page.get_by_role("region", name="等级决定")
    zhou.button("作一个决定").click()
    sheet = zhou.page.get_by_role("dialog")
    sheet.get_by_label("决定什么").select_option("trigger")
    sheet.get_by_label("发生了什么").select_option("media")
    sheet.get_by_label("依据（文号、来源）").fill("省报")
    expect(sheet.get_by_role("button", name="写下决定")).to_be_disabled()
    sheet.get_by_label("理由").fill("窗口无人值守")
    sheet.get_by_role("button", name="写下决定").click()
    expect(decisions).to_contain_text("窗口无人值守")
    expect(ranking).to_contain_text("已降级")
    expect(zhou.page.get_by_role("region", name="发布")).to_contain_text("批次结束后才能发布")
    faults = _everywhere(zhou.page, "running")
    decisions.get_by_role("button", name=re.compile("^撤销")).click()
    faults += faults_of(zhou.page, "form of a decision")
    sheet.get_by_label("依据（文号、来源）").fill("复核")
    sheet.get_by_label("理由").fill("不是本中心")
    sheet.get_by_role("button", name="写下决定").click()
    expect(decisions).to_contain_text("已撤销")
    # The one that went out: on the public page, taken off with a reason, withdrawn.
    zhou.page.goto(f"{house.url}/campaigns/{ids['published']}/results")
    out = zhou.page.get_by_role("region", name="发布")
    expect(out).to_contain_text("公示页正在显示")
    faults += _everywhere(zhou.page, "published")
    shi = phone_of(SHI)
    shi.page.goto(f"{house.url}/results")
    shi.page.get_by_role("link", name=re.compile("第三季度")).click()
    expect(shi.page.get_by_role("region", name="逐项")).to_contain_text("0.5")
    expect(shi.page.get_by_role("img", name="问题照片")).to_be_visible()
    faults += faults_of(shi.page, "a hall's own result")
    shi.page.goto(f"{house.url}/results")
    expect(shi.page.get_by_role("link", name=re.compile("第三季度"))).to_be_visible()
    faults += faults_of(shi.page, "a hall's results")
    faults += _public(browser, house)
    faults += _templates(phone_of(CHEN), house, tmp_path)
    out.get_by_role("button", name="撤回发布").click()
    withdrawing = zhou.page.get_by_role("dialog")
    withdrawing.get_by_label("理由").fill("核算有误")
    withdrawing.get_by_role("button", name="撤回发布").click()
    expect(out).to_contain_text("先发给各中心")
    shi.page.reload()
    expect(shi.page.get_by_text("还没有发给你们的结果")).to_be_visible()
    assert not faults, "\n".join(faults)


def _everywhere(page: Page, where: str) -> list[str]:
    """By the rules of axe in both languages and themes, and nothing wider than the smallest phone, at twice the text."""
    found = []
    for language, button in (("en", "English"), ("zh", "中文")):
        address = page.url
        page.goto(re.sub(r"/campaigns/.*", "/settings", address))
        page.get_by_role("button", name=button).click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else language)
        page.goto(address)
        expect(page.get_by_role("table").first).to_be_visible()
        found += faults_of(page, f"{where}, {language}")
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{where}, {language}: {wide} px too wide"] if wide > 0 else []
        page.evaluate("document.documentElement.style.fontSize = '100%'")
        page.set_viewport_size({"width": 1280, "height": 900})
    return found


def _public(browser: Browser, house: House) -> list[str]:
    """Anybody, on a small phone, in the dark, without a script."""
    found = []
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=NARROW, color_scheme=scheme, locale="zh-CN", is_mobile=True)  # type: ignore[arg-type]
        page = context.new_page()
        for address, words in (("/public/990123", "双随机、一公开"), ("/public/990123?lang=en", "Results of inspections")):
            page.goto(f"{house.url}{address}")
            expect(page.get_by_role("heading", level=1)).to_contain_text(words)
            expect(page.get_by_role("img")).to_be_visible()
            assert page.locator("script").count() == 0
            found += [f"public {address} {scheme}: {each['id']}" for each in Axe().run(page).response["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"public {address}: {wide} px too wide"] if wide > 0 else []
        context.close()
    return found


def _templates(chen, house: House, folder) -> list[str]:
    """An administrator brings a faulty template, sees the fault, brings a good one, and goes back to ours."""
    page = chen.page
    page.goto(f"{house.url}/settings")
    page.get_by_role("link", name=re.compile("文书模板")).click()
    notice = page.get_by_role("region", name="整改通知书")
    chooser = notice.locator("input[type=file]")
    chooser.set_input_files(template(folder, "{{ sight }}"))
    expect(notice.get_by_role("alert")).to_contain_text("sight")
    found = faults_of(page, "templates with a fault")
    chooser.set_input_files(template(folder, "我县格式：{{ site }}"))
    expect(notice).to_contain_text("使用本县模板")
    notice.get_by_role("button", name=re.compile("换回自带模板")).click()
    expect(notice).to_contain_text("使用自带模板")
    return found


@pytest.mark.parametrize("path", ["/campaigns/00000000-0000-4000-8000-000000000000/results", "/results/00000000-0000-4000-8000-000000000000"])
def test_what_is_not_there_says_so(house: House, phone_of, path) -> None:
    person = ZHOU if path.startswith("/campaigns") else SHI
    phone = phone_of(person)
    phone.page.goto(f"{house.url}{path}")
    expect(phone.page.get_by_role("alert")).to_be_visible()
