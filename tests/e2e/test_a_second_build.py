"""The phone app is built twice, the second time with another schema of the phone's database. Work begun with the first
build is read and finished by the second, and both may be open at once in two tabs of one phone.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cast import LIN
from tests.e2e.house import ROOT, House
from tests.e2e.phone import Phone
from tests.e2e.test_a_new_version_meets_an_open_draft import Desk

#: Built once: by the one process that runs them all.
pytestmark = pytest.mark.xdist_group("second build")
PWA = ROOT / "pwa"
NEW_HEADING = "今天（新版）"
VERSION = int(re.search(r"const VERSION = (\d+)", (PWA / "src" / "store" / "db.ts").read_text())[1])  # type: ignore[index]
#: What the next build may do to the database: an index more, a table more, so a newer version of it.
NEWER = (
    ("ops: { key: 'id', indexes: ['inspection', '[inspection+target]'] },",
     "ops: { key: 'id', indexes: ['inspection', '[inspection+target]', 'author'] }, trial: { key: 'id' },"),
    (f"const VERSION = {VERSION}", f"const VERSION = {VERSION + 1}"),
)  # fmt: skip


@pytest.fixture(scope="session")
def second_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app as a later version would be built: its own file names, its own words, a newer database."""
    root = tmp_path_factory.mktemp("second") / "pwa"
    shutil.copytree(PWA, root, ignore=shutil.ignore_patterns("node_modules", "dist", "*.tsbuildinfo"))
    (root / "node_modules").symlink_to(PWA / "node_modules")
    db = root / "src" / "store" / "db.ts"
    schema = db.read_text()
    for now, then in NEWER:
        assert now in schema
        schema = schema.replace(now, then)
    db.write_text(schema)
    words = root / "src" / "i18n" / "words.zh.json"
    words.write_text(json.dumps({**json.loads(words.read_text()), "today.title": NEW_HEADING}, ensure_ascii=False))
    node = shutil.which("node") or str(Path(sys.executable).parent / "node")
    command = [node, str(PWA / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--logLevel", "error"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "dist"


def schema_of(page: Page) -> int:
    """The version of the person's own database, as the browser has it."""
    found: int = page.evaluate(
        """async () => (await indexedDB.databases()).find((one) => one.name.startsWith('mingcha-')).version"""
    )
    return found


def taken_for(desk: Desk, visit: str, row: str) -> str:
    lines = desk.wait_submitted(visit)["result"]["lines"]
    return str(next(line for line in lines if line["indicator"] == row)["taken"])


def go_within(page: Page, path: str) -> None:
    """To another screen of the app that runs in this tab, with nothing loaded anew but that screen."""
    page.evaluate("path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path)


def update_now(page: Page) -> None:
    page.get_by_role("button", name="现在更新").click()
    expect(page.get_by_role("heading", name=NEW_HEADING)).to_be_visible()


@pytest.fixture
def lin(house: House, phone_of) -> Phone:
    """Ready for offline with the first build, and at a row without a network."""
    lin = phone_of(LIN)
    lin.prepare()
    house.stop()
    lin.arrive()
    lin.open_row("2.2")
    lin.say("有问题")
    lin.count("无法正常", 1)
    return lin


def test_a_draft_of_the_first_build_is_read_and_finished_by_the_second(
    house: House, lin: Phone, second_build: Path
) -> None:
    visit = lin.visit
    assert schema_of(lin.page) == VERSION

    house.serve_build(second_build)
    house.start()
    lin.page.goto(lin.url)
    expect(lin.page.get_by_role("heading", name="今天", exact=True)).to_be_visible()  # until a person takes the new one
    update_now(lin.page)
    house.stop()

    lin.page.reload()  # without a network: the kept app is the second build
    expect(lin.page.get_by_role("heading", name=NEW_HEADING)).to_be_visible()
    lin.open_row("2.2", visit)
    assert schema_of(lin.page) == VERSION + 1
    expect(lin.page.get_by_text(re.compile("× 1 = 1")).first).to_be_visible()
    lin.count("无法正常", 1)
    lin.submit()
    house.start()
    lin.page.goto(lin.url)
    lin.wait_all_sent()

    assert taken_for(Desk(house), visit, "2.2") == "2"


def test_two_builds_work_at_once_in_two_tabs_on_one_draft(house: House, lin: Phone, second_build: Path) -> None:
    visit, old = lin.visit, lin.page
    house.serve_build(second_build)
    house.start()
    new = lin.context.new_page()
    new.goto(lin.url)
    update_now(new)
    house.stop()

    lin.count("无法正常", 1)  # the first build, whose database was upgraded under it
    go_within(old, f"/visit/{visit}/row/2.1")
    expect(old.get_by_role("heading", name="2.1", exact=True)).to_be_visible()
    lin.say("符合")
    assert schema_of(old) == VERSION + 1
    lin.page = new
    lin.open_row("2.2", visit)
    expect(new.get_by_text(re.compile("× 1 = 2")).first).to_be_visible()
    note = new.get_by_role("textbox", name=re.compile("^说明"))
    note.fill("新版里补的说明")
    note.blur()
    lin.wait_saved()
    new.close()

    lin.page = old
    go_within(old, f"/visit/{visit}/finish")  # a part of the first build that this tab never loaded, without a network
    lin.button("提交").click()
    expect(old.get_by_role("status").filter(has_text="已提交，保存在这台手机").first).to_be_visible()
    house.start()
    desk = Desk(house)
    assert taken_for(desk, visit, "2.2") == "2"
    state = desk.ask("GET", f"/inspections/{visit}")["state"]
    assert [head["value"] for head in state["fields"]["answer/2.2/note"]] == ["新版里补的说明"]
    assert [head["value"] for head in state["fields"]["answer/2.1/verdict"]] == ["met"]
