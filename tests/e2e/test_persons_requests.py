"""陈 says how long photos are kept, and does what a person's request asks: a copy, and the deletion of what may go."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.cast import CHEN, LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK
from tests.e2e.sender import Client, sender
from tests.e2e.test_every_screen_for_everybody import faults_of
from tests.visits import photo_bytes

ASKED = "本人2026年11月20日书面申请"
SIGNED = {"role": "centre", "name": "王芳", "refused": False, "reason": None, "strokes": [[1, 2, 3]]}


def badge_of_wang(house: House) -> None:
    """王芳 has no account: she signed, and a badge photo names her."""
    lin, _ = sender(house, LIN)
    data = photo_bytes(7, 400, 300)
    photo = lin.announce(data, "1.3", kind="badge")
    lin.write(f"photo/{photo}/note", "王芳")
    lin.write("signature/0190b0c0-0000-7000-8000-0000000000bb", SIGNED, "add")
    lin.sync()
    assert lin.upload(photo, data).status_code == 201


def test_chen_sets_periods_and_does_what_two_persons_ask(house: House, phone_of, tmp_path: Path) -> None:
    badge_of_wang(house)
    chen = phone_of(CHEN, **DESK)
    page = chen.page
    page.goto(f"{house.url}/settings")
    page.get_by_role("link", name="打开 · 照片保存期限").click()
    badge = page.get_by_label("工作牌，天")
    badge.fill("20")
    expect(page.get_by_text("请填 30 到 36500 的整数，或留空")).to_be_visible()
    expect(chen.button("核对并保存")).to_be_disabled()
    badge.fill("180")
    faults = everywhere(page, "periods")
    chen.button("核对并保存").click()
    sure = page.get_by_role("dialog", name="核对改动")
    expect(sure).to_contain_text("工作牌：不设期限 → 180 天")
    expect(sure).to_contain_text("不能恢复")
    faults += faults_of(page, "checking the periods")
    sure.get_by_role("button", name="保存期限").click()
    expect(sure).to_have_count(0)
    page.reload()
    expect(badge).to_have_value("180")

    page.goto(f"{house.url}/settings")
    page.get_by_role("link", name="打开 · 个人信息请求").click()
    chen.button("没有账号的人").click()
    page.get_by_label("姓名").fill("王芳")
    take, erase = chen.button("导出并下载"), chen.button("删除此人的内容")
    expect(take).to_be_disabled()
    page.get_by_label("依据").fill(ASKED)
    with page.expect_download() as waiting:
        take.click()
    file = waiting.value
    assert re.fullmatch(r"mingcha-王芳-\d{4}-\d\d-\d\d\.json", file.suggested_filename)
    file.save_as(tmp_path / "copy.json")
    copy = json.loads((tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert [each["value"]["name"] for each in copy["signatures"]] == ["王芳"]
    assert len(copy["badge_photos"]) == 1
    expect(page.get_by_role("region", name="交出一份")).to_contain_text(re.compile("签名 ?1.*工作牌照片 ?1", re.DOTALL))
    faults += everywhere(page, "a copy")
    erase.click()
    sure = page.get_by_role("dialog", name="确认删除：王芳")
    expect(sure).to_contain_text(ASKED)
    faults += faults_of(page, "before deleting")
    sure.get_by_role("button", name="确认删除").click()
    done = page.get_by_role("status", name="已办理：王芳")
    expect(done).to_contain_text(re.compile("工作牌照片 ?1"))
    expect(done).to_contain_text("签名是检查记录的一部分")
    faults += everywhere(page, "what went")

    page.get_by_role("button", name="有账号的人", exact=True).click()
    page.get_by_role("button", name=re.compile("^陈")).click()
    page.get_by_label("依据").fill(ASKED)
    expect(page.get_by_text("这是您自己的账号")).to_be_visible()
    expect(erase).to_be_disabled()
    page.get_by_role("button", name=re.compile("^赵 zhao")).click()
    erase.click()
    page.get_by_role("dialog", name="确认删除：赵").get_by_role("button", name="确认删除").click()
    expect(page.get_by_role("status", name="已办理：赵")).to_contain_text(re.compile("账号 ?1"))
    expect(page.get_by_role("button", name=re.compile("^赵 zhao"))).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile(r"^已删除 \(erased\)"))).to_be_visible()

    page.goto(f"{house.url}/settings")
    chen.button("English").click()
    page.get_by_role("heading", name="Settings", exact=True).wait_for()
    for path, name in (("/retention", "How long photos are kept"), ("/persons", "A person's request")):
        page.goto(house.url + path)
        page.get_by_role("heading", name=name).wait_for()
        page.locator("main section").first.wait_for()
        faults += everywhere(page, f"{path}, en")
    assert faults == []


def test_only_an_administrator_comes_to_these_screens(house: House, phone_of) -> None:
    zhou = phone_of(ZHOU, **DESK)
    for path in ("/retention", "/persons"):
        zhou.page.goto(house.url + path)
        zhou.page.wait_for_url(re.compile("/review"))
    assert Client(house, ZHOU).post("/api/v1/persons/export", json={"name": "王芳"}).status_code == 403


def everywhere(page: Page, where: str) -> list[str]:
    """By the rules of axe on a desk and on a phone, and nothing beside the screen with letters of twice the size."""
    faults = faults_of(page, f"{where}, 1280")
    page.set_viewport_size({"width": 360, "height": 740})
    faults += faults_of(page, f"{where}, 360")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
        faults.append(f"{where}: wider than a phone at 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults
