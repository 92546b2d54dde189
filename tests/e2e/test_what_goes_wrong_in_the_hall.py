"""Cameras that refuse, calls that come in, full phones, clocks set back: nothing is lost, and a clear word for each."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base
from playwright.sync_api import Page, expect

from tests.cast import LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import Phone
from tests.e2e.sender import Client
from tests.visits import photo_bytes

#: While `window.fault` names an error, the phone answers with it; while `window.full` names a store, it takes no more.
FAULTS = """
const camera = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = (wish) => window.fault ? Promise.reject(new DOMException('', window.fault)) : camera(wish)
const add = IDBObjectStore.prototype.add
IDBObjectStore.prototype.add = function (...what) {
  if (window.full && this.name === (window.full === true ? 'bytes' : window.full)) throw new DOMException('full', 'QuotaExceededError')
  return add.apply(this, what)
}
"""
#: The position is refused the first time and never answered the second.
NOWHERE = """
let asked = 0
navigator.geolocation.getCurrentPosition = (yes, no) => { if (!asked++) no({ code: 1 }) }
"""
#: The clock is three hours behind what it was.
SET_BACK = """
const now = Date.now
Date.now = () => now() - 3 * 3600 * 1000
"""
#: A call comes to the front; the page is not told more than that.
HIDDEN = """
Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })
document.dispatchEvent(new Event('visibilitychange'))
"""


@pytest.fixture
def lin(phone_of) -> Phone:
    """林, arrived at row 3.8 of her visit."""
    phone = phone_of(LIN)
    phone.prepare()
    phone.arrive()
    phone.page.add_init_script(FAULTS)
    phone.open_row("3.8")
    return phone


def test_whatever_happens_to_the_camera_lin_is_told_and_keeps_every_photo(house: House, lin: Phone, tmp_path) -> None:
    page, picture = lin.page, _picture(tmp_path)
    for fault, words in (
        ("NotAllowedError", "没有相机权限"), ("NotFoundError", "这台设备没有相机"), ("NotReadableError", "相机打不开"),
    ):  # fmt: skip
        page.evaluate("fault => { window.fault = fault }", fault)
        page.get_by_role("button", name="拍照", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text(words)
        page.get_by_role("button", name="关闭相机").click()
    page.get_by_role("button", name="拍照", exact=True).click()
    page.locator("input[type=file][multiple]").set_input_files(picture)
    expect(_status(page)).to_contain_text("已保存在这台手机 · 1 张")

    page.evaluate("window.fault = null")
    lin.button("重新打开相机").click()
    expect(lin.button("按快门")).to_be_enabled()
    track = "document.querySelector('video').srcObject.getVideoTracks()[0]"
    page.evaluate(f"{track}.dispatchEvent(new Event('mute'))")
    expect(page.get_by_role("alert")).to_contain_text("相机暂时用不了")
    expect(page.get_by_role("alert")).to_contain_text("已拍的都在")
    page.evaluate(f"{track}.dispatchEvent(new Event('unmute'))")
    expect(lin.button("按快门")).to_be_enabled()
    page.evaluate(f"(taken => {{ taken.stop(); taken.dispatchEvent(new Event('ended')) }})({track})")
    expect(page.get_by_role("alert")).to_contain_text("相机暂时用不了")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the call is over
    expect(lin.button("按快门")).to_be_enabled()

    page.set_viewport_size({"width": 740, "height": 360})
    _shoot(lin, 2)
    expect(lin.button("按快门")).to_be_in_viewport(ratio=1)
    expect(lin.button(re.compile("^完成，返回指标"))).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 360, "height": 740})
    _shoot(lin, 3)
    _shoot(lin, 4)

    page.evaluate("window.full = true")
    lin.button("按快门").click()
    expect(page.get_by_role("alert")).to_contain_text("手机存储已满，这张没有存下；之前拍的 4 张都在")
    page.evaluate("window.full = false")
    _shoot(lin, 5)

    shutter = lin.button("按快门")
    shutter.hover()
    page.mouse.down()
    expect(_status(page)).to_contain_text(re.compile("· (?:[789]|1\\d) 张"), timeout=30_000)
    page.mouse.up()
    page.wait_for_timeout(1000)
    taken = int(re.search(r"(\d+) 张", _status(page).inner_text())[1])  # type: ignore[index]

    files = page.locator("input[type=file][multiple]")
    files.set_input_files([_broken(tmp_path), _picture(tmp_path, 8, taken="2025:05:01 08:30:00")])
    expect(page.get_by_role("alert")).to_contain_text("2 个文件里有 1 个没有存下：broken.jpg（不是能读的图片）")
    lin.button("先标注").click()
    files.set_input_files([_picture(tmp_path, 9), _picture(tmp_path, 10)])
    marking = page.get_by_role("dialog", name="标注与打码")
    expect(marking).to_contain_text("第 1 张，共 2 张")
    marking.get_by_role("button", name="保存", exact=True).click()
    expect(marking).to_contain_text("第 2 张，共 2 张")
    page.keyboard.press("Escape")
    expect(marking).to_have_count(0)
    expect(_status(page)).to_contain_text(f"已保存在这台手机 · {taken + 2} 张")
    taken += 2
    lin.button(re.compile("^完成，返回指标")).click()
    expect(page.get_by_label(re.compile("^照片："))).to_have_count(taken)
    page.get_by_label(re.compile("^照片：")).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("导入")
    page.keyboard.press("Escape")

    lin.wait_all_sent(90)
    told = Client(house, ZHOU).get(f"/api/v1/inspections/{lin.visit}").get_json()
    assert [photo["state"] for photo in told["photos"]] == ["verified"] * taken
    said = [element["value"] for at, element in told["state"]["elements"].items() if at.startswith("photo")]
    assert {each["source"] for each in said} == {"camera", "import"}
    [old] = [each for each in said if each["taken_at"] == "2025-05-01T00:30:00.000Z"]
    assert (old["source"], old["name"]) == ("import", "IMG_0008.jpg")
    [flags] = [photo["flags"] for photo in told["photos"] if photo["sha256"] == old["sha256"]]
    assert "photo.outside_visit" in {flag["code"] for flag in flags}


def test_a_page_ended_while_the_systems_camera_is_open_has_kept_what_was_typed(lin: Phone) -> None:
    lin.page.get_by_role("textbox", name="说明").fill("窗口评价器坏了")
    lin.page.get_by_role("button", name="拍照", exact=True).click()
    with lin.page.expect_file_chooser():
        lin.page.locator("input[capture]").click()

    address = lin.page.url
    lin.page.close()
    lin.page = lin.context.new_page()
    lin.page.goto(address)

    expect(_status(lin.page)).to_contain_text("填写的都在；那张照片请从“相册”补选")
    lin.page.get_by_role("button", name="关闭相机").click()
    expect(lin.page.get_by_role("textbox", name="说明")).to_have_value("窗口评价器坏了")


def test_a_call_in_the_middle_of_a_word_loses_none_of_it(lin: Phone) -> None:
    note = lin.page.get_by_role("textbox", name="说明")
    lin.page.evaluate("window.setTimeout = () => 0")  # what waits for a pause in the typing never comes to it
    note.fill("评价器坏")
    lin.page.evaluate(HIDDEN)
    lin.wait_saved()

    address = lin.page.url
    lin.page.close()
    lin.page = lin.context.new_page()
    lin.page.goto(address)

    expect(lin.page.get_by_role("textbox", name="说明")).to_have_value("评价器坏")


def test_a_full_phone_costs_neither_words_nor_a_signature(house: House, lin: Phone) -> None:
    page = lin.page
    note = page.get_by_role("textbox", name="说明")
    page.evaluate("window.full = 'ops'")
    note.fill("评价器坏")
    page.get_by_role("button", name="拍照", exact=True).click()
    expect(page.get_by_text("手机存储已满，刚才这一步没有存下")).to_be_visible()
    expect(note).to_have_value("评价器坏")
    page.evaluate("window.full = null")
    page.get_by_role("button", name="拍照", exact=True).click()
    page.get_by_role("button", name="关闭相机").click()
    expect(note).to_have_value("评价器坏")
    lin.open_row("3.8")
    expect(note).to_have_value("评价器坏")

    page.goto(f"{house.url}/visit/{lin.visit}/finish")
    page.evaluate("window.full = 'ops'")
    lin.button("林 签字").click()
    sheet = page.get_by_role("dialog")
    box = page.get_by_role("img", name="签字板").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
    page.mouse.click(180, 20)  # beside the sheet
    lin.button("保存签字").click()
    expect(sheet.get_by_text("手机存储已满，刚才这一步没有存下")).to_be_visible()
    page.evaluate("window.full = null")
    lin.button("保存签字").click()
    expect(page.get_by_role("img", name="林 的签字")).to_be_visible()

    lin.button("中心负责人 签字").click()
    sheet.get_by_label("姓名").fill("石")
    sheet.get_by_role("button", name="拒绝签字").click()
    sheet.get_by_label("拒签理由").fill("负责人外出")
    page.evaluate(HIDDEN)
    page.wait_for_timeout(300)
    lin.close_and_reopen()
    lin.button("中心负责人 签字").click()
    expect(lin.page.get_by_label("拒签理由")).to_have_value("负责人外出")
    lin.button("保存签字").click()
    expect(lin.page.get_by_text("拒签：负责人外出")).to_be_visible()


def test_what_is_hidden_is_gone_from_the_bytes_and_a_marked_copy_names_its_original(house: House, lin: Phone) -> None:
    page = lin.page
    lin.photograph()
    page.get_by_label(re.compile("^照片：")).first.click()
    lin.button("标注 / 打码").click()
    canvas = page.get_by_role("application")
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    lin.button("箭头").click()
    canvas.press("Enter")
    for _ in range(6):
        canvas.press("ArrowUp")
    canvas.press("Enter")
    page.evaluate("window.full = true")
    lin.button("保存，含 2 处标注").click()
    expect(page.get_by_role("dialog").get_by_text("画的都在，清理空间后再点保存")).to_be_visible()
    page.evaluate("window.full = false")
    lin.button("保存，含 2 处标注").click()

    expect(page.get_by_label(re.compile("^照片："))).to_have_count(2)
    lin.wait_all_sent()
    told = Client(house, ZHOU).get(f"/api/v1/inspections/{lin.visit}").get_json()
    photos = {photo["id"]: photo for photo in told["photos"]}
    [(field, [said])] = [each for each in told["state"]["fields"].items() if each[0].endswith("/original")]
    copy = field.split("/")[1]
    assert {copy, said["value"]} == set(photos)
    values = [told["state"]["elements"][f"photo/{one}"]["value"] for one in (copy, said["value"])]
    assert len({each["sha256"] for each in values}) == 2
    assert all(photo["state"] == "verified" for photo in photos.values())


def test_no_position_and_a_clock_set_back_stop_nobody(house: House, phone_of) -> None:
    lin = phone_of(LIN)
    lin.prepare()
    lin.page.add_init_script(NOWHERE + SET_BACK)
    lin.page.goto(house.url)
    lin.page.get_by_role("link", name="出发").first.click()

    expect(lin.page.get_by_text(re.compile("手机时钟被调回过|手机时间差了约"))).to_be_visible()
    lin.button("记录位置").click()
    expect(lin.page.get_by_text("没有使用位置，不影响检查。")).to_be_visible()
    lin.button("记录位置").click()
    expect(lin.page.get_by_text("定位没有回应，不影响检查。")).to_be_visible(timeout=20_000)
    lin.button("开始检查").click()
    lin.page.locator("progress").wait_for()
    lin.open_row("2.2")
    lin.say("符合")
    lin.wait_all_sent()
    told = Client(house, ZHOU).get(f"/api/v1/inspections/{lin.visit}").get_json()
    assert told["state"]["fields"]["answer/2.2/verdict"][0]["value"] == "met"


def test_a_complaint_written_without_a_network_arrives_by_itself(house: House, phone_of) -> None:
    lin = phone_of(LIN)
    lin.prepare()
    house.stop()
    lin.page.goto(f"{house.url}/settings")
    lin.button(re.compile("^写一条")).click()
    sheet = lin.page.get_by_role("dialog")
    sheet.get_by_label("内容").fill("照片上传太慢")
    sheet.get_by_role("button", name="保存并发送").click()
    expect(sheet.get_by_text("仅在本机")).to_be_visible()

    house.start()
    expect(sheet.get_by_text("已送达")).to_be_visible(timeout=60_000)
    assert [each["text"] for each in Client(house, ZHOU).get("/api/v1/feedback").get_json()["feedback"]] == ["照片上传太慢"]


def _shoot(phone: Phone, expected: int) -> None:
    phone.button("按快门").click()
    expect(_status(phone.page)).to_contain_text(f"已保存在这台手机 · {expected} 张")


def _status(page: Page):
    return page.locator(".camera .status")


def _picture(folder: Path, seed: int = 7, taken: str = "") -> str:
    """`taken`: what the camera's clock said, as cameras write it."""
    file = folder / f"IMG_{seed:04}.jpg"
    picture, camera = Image.open(BytesIO(photo_bytes(seed))), Image.Exif()
    if taken:
        camera.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = taken
    picture.save(file, exif=camera)
    return str(file)


def _broken(folder: Path) -> str:
    file = folder / "broken.jpg"
    file.write_bytes(b"no picture at all")
    return str(file)
