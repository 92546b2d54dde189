"""周 looks at the photos of a visit: flags first, large, side by side, a badge only with a reason, faces covered."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.cast import CHEN, LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import DESK, Phone
from tests.e2e.sender import Client, sender
from tests.visits import photo_bytes

WHY = "核对申诉里的工作牌"
LOOKS = ("photo.badge", "photo.original")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all of these: they look, and what they write does not meet."""
    house = House(tmp_path_factory.mktemp("gallery") / "house").start()
    yield house
    house.stop()


@pytest.fixture(scope="module")
def visit(house: House) -> str:
    """林's visit with five photos, one of a badge, one imported; and last year's with the imported one in it."""
    lin, rows = sender(house, LIN)
    first, second = rows[0]["id"], rows[1]["id"]
    for seed, row, more in (
        (1, first, {}), (2, second, {}), (3, first, {"kind": "badge"}), (4, second, {"source": "import"}),
        (5, second, {"kind": "equipment"}),
    ):  # fmt: skip
        data = photo_bytes(seed, 1200, 900)
        photo = lin.announce(data, row, **more)
        lin.sync()
        assert lin.upload(photo, data).status_code == 201
    other = next(each for each in lin.known.values() if each["id"] != lin.inspection)
    here, lin.inspection = lin.inspection, other["id"]
    data = photo_bytes(4, 1200, 900)
    photo = lin.announce(data, first)
    lin.sync()
    assert lin.upload(photo, data).status_code == 201
    return here


def open_gallery(house: House, zhou: Phone, visit: str) -> Page:
    zhou.page.goto(f"{house.url}/review/{visit}")
    zhou.page.get_by_role("link", name=re.compile("打开图库")).click()
    expect(zhou.page.get_by_role("region", name="需要留意")).to_be_visible()
    return zhou.page


def viewer(page: Page, name: str):
    return page.get_by_role("dialog", name=name)


def test_zhou_compares_a_photo_with_its_lookalike_by_keyboard(house: House, phone_of, visit: str) -> None:
    page = open_gallery(house, phone_of(ZHOU, **DESK), visit)
    tiles = page.get_by_role("button", name=re.compile("^照片 "))
    expect(tiles).to_have_count(5)
    expect(tiles.first).to_have_accessible_name(re.compile("照片 1：.*2 处提示"))
    tiles.first.press("Enter")
    one = viewer(page, "照片 1 / 5")
    expect(one.get_by_role("img", name=re.compile("^照片："))).to_be_visible()
    expect(one.get_by_role("list", name="提示")).to_contain_text("同一个文件")
    expect(one.get_by_role("list", name="提示")).to_contain_text("从相册导入")
    one.get_by_role("button", name=re.compile("^与 .* 对比$")).click()
    both = viewer(page, "左右对比")
    expect(both.get_by_role("img", name=re.compile("^照片："))).to_have_count(2)
    page.keyboard.press("+")
    expect(both.get_by_role("button", name="看全图")).to_have_text("150%")
    page.keyboard.press("0")
    expect(both.get_by_role("button", name="看全图")).to_have_text("100%")
    page.keyboard.press("Escape")
    expect(viewer(page, "照片 1 / 5")).to_be_visible()

    page.keyboard.press("1")
    expect(page.get_by_role("status").filter(has_text="左图已选")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(viewer(page, "照片 2 / 5")).to_be_visible()
    page.keyboard.press("2")
    expect(viewer(page, "左右对比")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(viewer(page, "照片 1 / 5")).to_be_visible()
    one.get_by_role("img", name=re.compile("^照片：")).hover()
    page.mouse.wheel(0, -300)
    expect(one.get_by_role("button", name="看全图")).not_to_have_text("100%")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(tiles.first).to_be_focused()


def test_a_badge_is_shown_only_after_a_reason_which_stands_in_the_audit_trail(house: House, phone_of, visit: str) -> None:
    zhou = phone_of(ZHOU, **DESK)
    page = open_gallery(house, zhou, visit)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    badge = page.get_by_role("button", name=re.compile("工作牌.*查看须写理由"))
    expect(badge).to_be_visible()
    badge.click()
    one = viewer(page, "照片 ")
    one.get_by_role("button", name="写明理由后查看").click()
    assert not [url for url in asked if url.endswith("/large")]
    sheet = page.get_by_role("dialog", name="为什么要看")
    expect(sheet.get_by_role("button", name="写明并查看")).to_be_disabled()
    sheet.get_by_label("查看理由").fill(WHY)
    sheet.get_by_role("button", name="写明并查看").click()
    expect(one.get_by_role("img", name=re.compile("工作牌"))).to_be_visible()
    with page.expect_download() as download:
        one.get_by_role("button", name="下载原件").click()  # the reason is not asked twice
    assert Path(download.value.path()).read_bytes() == photo_bytes(3, 1200, 900)

    events = Client(house, CHEN).get("/api/v1/audit?limit=50").get_json()["events"]
    told = [(each["deed"], each["details"]["reason"]) for each in events if each["deed"] in LOOKS]
    assert told == [("photo.original", WHY), ("photo.badge", WHY)]


def test_zhou_covers_a_face_by_pointer_and_a_number_by_keyboard(house: House, phone_of, visit: str) -> None:
    page = open_gallery(house, phone_of(ZHOU, **DESK), visit)
    page.get_by_role("button", name=re.compile("^照片 2：")).click()
    one = viewer(page, "照片 2 / 5")
    picture = one.get_by_role("img", name=re.compile("^照片："))
    expect(picture).to_be_visible()
    one.get_by_role("button", name="遮盖人脸和号码").click()
    box = picture.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    expect(one.get_by_role("button", name=re.compile("^第 1 个框：人脸"))).to_be_visible()
    one.get_by_role("button", name="加一个框").click()
    one.get_by_role("group", name="遮的是什么").get_by_role("button", name="号码").click()
    second = one.get_by_role("button", name=re.compile("^第 2 个框：号码"))
    second.press("ArrowRight")
    second.press("Shift+ArrowDown")
    one.get_by_role("button", name="保存遮盖").click()
    expect(page.get_by_role("status").filter(has_text="已保存，报告里会遮住")).to_be_visible()
    expect(one.get_by_text("报告里遮盖 2 处（周）")).to_be_visible()

    photos = Client(house, ZHOU).get(f"/api/v1/inspections/{visit}/photos").get_json()["photos"]
    (face, number) = next(each["covered"]["boxes"] for each in photos if each["covered"])
    assert abs(face["x"] - 2000) < 150
    assert abs(face["h"] - 3000) < 150
    assert number == {"x": 4100, "y": 4000, "w": 2000, "h": 2100, "kind": "number"}


def test_the_proof_is_one_touch(house: House, phone_of, visit: str) -> None:
    page = open_gallery(house, phone_of(ZHOU, **DESK), visit)
    page.get_by_role("button", name="下载证明").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="只要哈希和快照").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert {"SHA256SUMS", "PHOTOS.sha256", "README.txt", "manifest.json"} <= set(archive.namelist())


def test_a_picture_that_is_only_being_made_is_asked_for_until_it_is_there(house: House, phone_of, visit: str) -> None:
    zhou = phone_of(ZHOU, **DESK)
    refused: list[str] = []

    def busy_at_first(route: Route) -> None:
        if route.request.url.endswith("/thumb"):
            refused.append(route.request.url)
            route.fulfill(status=503, headers={"Retry-After": "1"})
        else:
            route.continue_()

    zhou.page.route("**/thumb*", busy_at_first)
    zhou.page.goto(f"{house.url}/review/{visit}")
    picture = zhou.page.get_by_role("region", name="证据").locator("img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 320)
    assert refused


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_is_usable_by_everybody_at_every_width(house: House, phone_of, visit: str, scheme: str) -> None:
    page = open_gallery(house, phone_of(ZHOU, **{**DESK, "color_scheme": scheme}), visit)
    for width, height in ((1920, 1080), (1280, 900), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        _no_violation(page)
        page.get_by_role("button", name=re.compile("^照片 2：")).click()
        one = viewer(page, "照片 2 / 5")
        expect(one.get_by_role("img", name=re.compile("^照片："))).to_be_visible()
        _no_violation(page)
        one.get_by_role("button", name="遮盖人脸和号码").click()
        one.get_by_role("button", name="加一个框").click()
        _no_violation(page)
        one.get_by_role("button", name="不保存").click()
        one.get_by_role("button", name="下载原件").click()
        expect(page.get_by_role("dialog", name="为什么要看")).to_be_visible()
        _no_violation(page)
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _no_violation(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
