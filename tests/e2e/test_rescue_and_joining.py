"""When the network or the phone itself fails: a file for a colleague, a code for a partner; and how soon each sees the other."""

import io
import re
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Playwright, expect

from tests.cast import LIN, ZHAO, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import CHROMIUM, DESK, LAUNCH, OPTIONS, Phone


def test_a_phone_that_cannot_send_saves_a_file_and_the_supervisor_brings_it_in(
    house: House, phone_of, tmp_path: Path
) -> None:
    lin = phone_of(LIN)
    lin.prepare()
    lin.arrive()
    visit = lin.visit
    lin.wait_all_sent()
    house.stop()
    lin.open_row("2.2", visit)
    lin.say("不涉及")
    lin.photograph()

    lin.page.goto(f"{house.url}/waiting")
    with lin.page.expect_download() as saving:
        lin.button("存成文件").click()
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)
    expect(lin.page.get_by_text(re.compile("文件已备好：2 步操作，1 张照片"))).to_be_visible()
    lin.context.close()

    house.start()
    zhou = phone_of(ZHOU, **DESK)
    zhou.page.goto(f"{house.url}/waiting")
    choose = zhou.page.get_by_label("选择文件")
    for said in ("已收下林的 2 步操作、1 张照片", "这个文件先前已收下"):
        choose.set_input_files(file)
        expect(zhou.page.get_by_text(said)).to_be_visible()
    carried = zhou.page.get_by_role("region", name="正在替人带回")
    expect(carried.get_by_text("服务器已核对")).to_be_visible(timeout=30_000)
    expect(carried.get_by_text("操作 2/2 · 照片 1/1")).to_be_visible()

    torn = tmp_path / "torn.zip"
    torn.write_bytes(file.read_bytes()[:-400])
    choose.set_input_files(torn)
    expect(zhou.page.get_by_role("alert").filter(has_text="没有导入")).to_be_visible()

    zhao = phone_of(ZHAO)
    zhao.page.goto(f"{house.url}/visit/{visit}")
    expect(zhao.button("2.2 电脑，不涉及")).to_be_visible(timeout=30_000)


def test_a_second_inspector_joins_by_the_code_on_the_firsts_screen_with_no_server(
    house: House, phone_of, playwright: Playwright, tmp_path: Path
) -> None:
    lin = phone_of(LIN)
    lin.prepare()
    zhao = _with_camera(playwright, house, tmp_path)
    zhao.sign_in(ZHAO)
    zhao.prepare()
    lin.arrive()
    visit = lin.visit
    _forget_visit(zhao, visit)
    house.stop()

    lin.page.goto(f"{house.url}/visit/{visit}/invite")
    _point_camera(lin, tmp_path)
    zhao.page.goto(f"{house.url}/join")
    expect(zhao.page.get_by_text("已加入林的检查")).to_be_visible(timeout=60_000)
    zhao.page.get_by_role("link", name="开始检查").click()
    zhao.button("开始检查").click()
    expect(zhao.page.get_by_text(re.compile("由林邀请加入"))).to_be_visible()
    zhao.open_row("2.2", visit)
    zhao.say("不涉及")
    lin.open_row("3.8", visit)
    lin.say("不涉及")

    house.start()
    for phone in (lin, zhao):
        phone.wait_all_sent()
    lin.page.goto(f"{house.url}/visit/{visit}")
    expect(lin.button("2.2 电脑，不涉及")).to_be_visible(timeout=30_000)
    zhao.page.goto(f"{house.url}/visit/{visit}")
    expect(zhao.button(re.compile("^3.8 .*不涉及"))).to_be_visible(timeout=30_000)
    expect(zhao.page.get_by_text(re.compile("由林邀请加入"))).to_have_count(0)
    zhao.context.close()


def test_each_sees_what_the_other_does_while_both_only_look(house: House, phone_of) -> None:
    """The figure is printed for the README; other work on the machine makes it larger."""
    lin, zhao = phone_of(LIN), phone_of(ZHAO)
    lin.prepare()
    zhao.prepare()
    lin.arrive()
    zhao.page.goto(f"{house.url}/visit/{lin.visit}")
    expect(zhao.page.get_by_role("group", name="得分")).to_be_visible(timeout=30_000)
    took = []
    for writer, reader, row, seen in (
        (lin, zhao, "2.2", "2.2 电脑，不涉及"),
        (zhao, lin, "2.1", re.compile("^2.1 .*不涉及")),
    ):
        writer.open_row(row, lin.visit)
        reader.page.goto(f"{house.url}/visit/{lin.visit}")
        expect(reader.page.get_by_role("group", name="得分")).to_be_visible(timeout=30_000)
        writer.say("不涉及")
        began = time.monotonic()
        expect(reader.button(seen)).to_be_visible(timeout=30_000)
        took.append(time.monotonic() - began)
    print(f"seen by the partner after {took[0]:.1f} s and {took[1]:.1f} s")


def _with_camera(playwright: Playwright, house: House, folder: Path) -> Phone:
    """A phone whose camera shows what lies in `seen.mjpeg`; grey at first."""
    _film(folder / "seen.mjpeg", Image.new("RGB", (640, 640), "grey"))
    args = [*LAUNCH, f"--use-file-for-fake-video-capture={folder / 'seen.mjpeg'}"]
    context = playwright.chromium.launch_persistent_context(
        str(folder / "profile"), executable_path=CHROMIUM, args=args, **OPTIONS
    )
    return Phone(house.url, context, house.password)


def _point_camera(at: Phone, folder: Path) -> None:
    """The code as the other phone's screen shows it, pixel by pixel, before this phone's camera."""
    code = at.page.get_by_role("img", name="邀请码")
    expect(code).to_be_visible()
    picture = Image.open(io.BytesIO(code.screenshot())).convert("RGB")
    side = 640
    scene = Image.new("RGB", (side, side), (90, 96, 104))
    size = side - 60
    scene.paste(picture.resize((size, size), Image.Resampling.BILINEAR), (30, 30))
    _film(folder / "seen.mjpeg", scene)


def _film(path: Path, frame: Image.Image) -> None:
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=92)
    path.write_bytes(out.getvalue() * 5)


def _forget_visit(phone: Phone, visit: str) -> None:
    """As if the assignment had not reached this phone yet: the checklist stays, the visit and the cursor go."""
    phone.page.evaluate(
        """async (visit) => {
          const name = (await indexedDB.databases()).map((one) => one.name).find((one) => /^mingcha-[0-9a-f]/.test(one))
          const db = await new Promise((done) => { const ask = indexedDB.open(name); ask.onsuccess = () => done(ask.result) })
          const writing = db.transaction(['inspections', 'meta'], 'readwrite')
          writing.objectStore('inspections').delete(visit)
          writing.objectStore('meta').delete('cursor')
          await new Promise((done) => { writing.oncomplete = done })
          db.close()
        }""",
        visit,
    )
