"""A phone in somebody's hand: what they do, in verbs; every tap goes through the screen, by role and name."""

import re
import shutil
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.cast import Person

#: Debian's, or None for Playwright's own. Not the headless shell: it is cheaper, and refuses notifications.
CHROMIUM = shutil.which("chromium")
LAUNCH = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
SMALL_PHONE = {"width": 360, "height": 740}
#: A phone in use: Chinese, touch, two device pixels for each of ours, a camera it may use.
OPTIONS: dict[str, Any] = {
    "viewport": SMALL_PHONE,
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "permissions": ["camera"],
}
#: The screen on a supervisor's desk, on the line all day: what a worker keeps for a basement would take longer than the rest.
DESK: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "is_mobile": False,
    "has_touch": False,
    "device_scale_factor": 1,
    "service_workers": "block",
}
KEPT = """async () => navigator.serviceWorker.controller !== null
  || new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', () => done(true), { once: true }))"""


class Phone:
    def __init__(self, house_url: str, context: BrowserContext, password: str) -> None:
        self.url, self.context, self.password = house_url, context, password
        self.context.set_default_timeout(15_000)
        self.page: Page = context.pages[0] if context.pages else context.new_page()

    @classmethod
    def new(cls, browser: Browser, house_url: str, password: str, **options: Any) -> "Phone":
        return cls(house_url, browser.new_context(**{**OPTIONS, **options}), password)

    def sign_in(self, person: Person) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("用户名").fill(person.username)
        self.page.get_by_label("密码").fill(self.password)
        self.button("登录").click()
        expect(self.page.get_by_role("heading", name=re.compile("今天|审核台|我的整改"))).to_be_visible()

    def prepare(self) -> None:
        """Ready for offline, with every tick."""
        self.button("准备离线").first.click()
        expect(self.page.get_by_role("list", name="离线准备情况").first).to_contain_text("检查表", timeout=40_000)
        expect(self.button("再准备一次").first).to_be_visible()

    def arrive(self) -> None:
        """From today's list into the hall; the sheet is open afterwards."""
        self.page.get_by_role("link", name="出发").first.click()
        self.button("开始检查").click()
        sheet = self.page.get_by_role("list", name="检查表一览").or_(self.page.get_by_label("检查表一览"))
        expect(sheet).to_be_visible()

    @property
    def visit(self) -> str:
        """The id of the inspection on the screen."""
        found = re.search(r"/visit/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]

    def open_sheet(self) -> None:
        self.page.get_by_role("link", name="返回").or_(self.button("返回")).first.click()

    def open_row(self, indicator: str, visit: str | None = None) -> None:
        """Straight to a row by its address, as a tap on the strip would lead to it."""
        self.page.goto(f"{self.url}/visit/{visit or self.visit}/row/{indicator}")
        expect(self.page.get_by_role("heading", name=indicator, exact=True)).to_be_visible()

    def say(self, verdict: str) -> None:
        """符合, 有问题 or 不涉及, and wait until the phone says that it is saved."""
        group = self.page.get_by_role("group", name="结论")
        group.get_by_role("button", name=verdict).click()
        expect(group.get_by_role("button", name=verdict)).to_have_attribute("aria-pressed", "true")
        self.wait_saved()

    def count(self, clause: str, times: int) -> None:
        """Tap + under a clause."""
        group = self.page.get_by_role("group", name=re.compile(clause))
        stepper = group.get_by_role("button", name=re.compile("^增加"))
        for _ in range(times):
            stepper.first.click()
        self.wait_saved()

    def tick(self, item: str) -> None:
        """Mark an item of a named list as missing, or a clause as broken."""
        self.button(re.compile(item)).first.click()
        self.wait_saved()

    def enter(self, figure: str) -> None:
        """The row's figure: the first field on it, before the note."""
        field = self.page.get_by_role("textbox").first
        field.fill(figure)
        field.blur()
        self.wait_saved()

    def case(self, number: int, faults: int, label: str = "") -> None:
        """Faults of one drawn case, and its file number."""
        self.button(re.compile(f"^第 {number} 件")).click()
        if label:
            field = self.page.get_by_label(re.compile("件的案卷号$"))
            field.fill(label)
            field.blur()
        stepper = self.page.get_by_role("group", name=re.compile(f"^第 {number} 件："))
        for _ in range(faults):
            stepper.get_by_role("button", name=re.compile("^增加")).click()
        self.wait_saved()

    def award(self, choice: str) -> None:
        self.button(choice).click()
        self.wait_saved()

    def walk(
        self,
        found: dict[str, Callable[["Phone"], object]],
        with_faults: set[str],
        halfway: Callable[[], object] = lambda: None,
    ) -> list[str]:
        """Every row in turn from the first open one: its verdict, what is entered there, then on. The rows' ids."""
        self.page.get_by_role("link", name=re.compile("^下一项")).click()
        rows: list[str] = []
        while "/row/" in self.page.url:
            row = self.page.url.rsplit("/", 1)[1]
            rows.append(row)
            expect(self.page.get_by_role("heading", name=row, exact=True)).to_be_visible()
            self.say("有问题" if row in with_faults else "符合")
            found.get(row, lambda phone: None)(self)
            if len(rows) == 18:
                halfway()
            onward = self.page.get_by_role("link", name=re.compile("^(下一项|未查|去收尾)"))
            onward.click()
            self.page.wait_for_url(lambda url, left=f"/row/{row}": not url.endswith(left))
        return rows

    def close_and_reopen(self) -> None:
        """Reload, then close the page and open the same address again."""
        self.page.reload()
        address = self.page.url
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(address)

    def photograph(self) -> None:
        """One picture of the row on the screen, kept, and back on the row."""
        self.page.get_by_role("button", name="拍照", exact=True).click()
        self.button("按快门").click()
        expect(self.page.get_by_role("status").filter(has_text="已保存在这台手机")).to_be_visible()
        self.page.get_by_role("button", name=re.compile("完成，返回指标")).click()
        expect(self.page.get_by_label(re.compile("^照片：")).first).to_be_visible()

    def photographs(self, number: int) -> None:
        """So many pictures of the row on the screen, one touch each."""
        self.page.get_by_role("button", name="拍照", exact=True).click()
        for taken in range(1, number + 1):
            self.button("按快门").click()
            expect(self.page.get_by_role("status").filter(has_text=f"已保存在这台手机 · {taken} 张")).to_be_visible()
        self.page.get_by_role("button", name=re.compile("完成，返回指标")).click()
        expect(self.page.get_by_label(re.compile("^照片："))).to_have_count(number)

    def sign(self, name: str) -> None:
        """A finger on the glass."""
        self.button(f"{name} 签字").click()
        box = self.page.get_by_role("img", name="签字板").bounding_box()
        assert box
        self.page.mouse.move(box["x"] + 30, box["y"] + 30)
        self.page.mouse.down()
        for step in range(1, 8):
            self.page.mouse.move(box["x"] + 30 + 20 * step, box["y"] + 30 + (step % 3) * 15)
        self.page.mouse.up()
        self.button("保存签字").click()
        expect(self.page.get_by_role("img", name=f"{name} 的签字")).to_be_visible()

    def refuse_to_sign(self, name: str, reason: str) -> None:
        self.button("中心负责人 签字").click()
        sheet = self.page.get_by_role("dialog")
        sheet.get_by_label("姓名").fill(name)
        sheet.get_by_role("button", name="拒绝签字").click()
        sheet.get_by_label("拒签理由").fill(reason)
        sheet.get_by_role("button", name="保存签字").click()
        expect(self.page.get_by_text(f"拒签：{reason}")).to_be_visible()

    def next(self) -> None:
        self.page.get_by_role("link", name=re.compile("^(下一项|未查|去收尾)")).click()

    def submit(self) -> None:
        self.page.goto(f"{self.url}/visit/{self.visit}/finish")
        self.button("提交").click()
        expect(self.page.get_by_role("status").filter(has_text="已提交，保存在这台手机").first).to_be_visible()

    def wait_saved(self) -> None:
        expect(self.page.get_by_text("已保存在这台手机").first).to_be_visible()

    def wait_all_sent(self, seconds: float = 60) -> None:
        """Touch nothing; wait until the waiting room says that the server has everything."""
        nothing_left = self.page.get_by_role("link", name=re.compile("仅在本机 0，发送中 0"))
        expect(nothing_left).to_be_visible(timeout=seconds * 1000)

    def wait_kept(self) -> None:
        """Until the worker has this page, and with it the whole app is on the phone."""
        assert self.page.evaluate(KEPT)

    def until(self, ask: Callable[[], Any], seconds: float = 30) -> Any:
        """What is told once it is something; the page goes on meanwhile."""
        deadline = time.monotonic() + seconds
        while not (told := ask()):
            assert time.monotonic() < deadline, f"still nothing at {self.page.url}"
            self.page.wait_for_timeout(50)
        return told

    def score(self) -> str:
        """The live score as it is read out, minus sign and all."""
        return self.page.get_by_label("得分").first.inner_text()

    def button(self, name: Any) -> Any:
        return self.page.get_by_role("button", name=name)
