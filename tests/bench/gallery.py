"""The gallery of a visit with 200 photos on a slow phone and a slow line; and how fast derivatives are made.

First paint: from the navigation until every picture of the first screen is painted, by the page's own clock. Beside the
derivatives stands the bare work of the same run: decode and two encodes, without a process apart, hashing or writing.
"""

import hashlib
import io
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from mingcha.core.lookalikes import probes
from mingcha.media import apart
from mingcha.media.decoder import MEMORY_BYTES
from tests.bench.browser import LINE, PIXEL, Slow
from tests.bench.measure import Row, cpu_ms
from tests.cast import LIN, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import CHROMIUM, Phone
from tests.e2e.sender import sender

PHOTOS = 200
RUNS = 5
INDEXED = 100_000

#: Notes in the page, frame by frame, when all pictures of the first screen are there and painted.
WATCHED = """(() => {
  const look = () => {
    const pictures = [...document.querySelectorAll('main li img')].filter((each) => each.getBoundingClientRect().top < innerHeight)
    const there = pictures.length >= 4 && pictures.every((each) => each.complete && each.naturalWidth > 0)
    requestAnimationFrame(there ? (now) => { window.painted = now } : look)
  }
  requestAnimationFrame(look)
})()"""


def rows(options: Any) -> Iterator[Row]:
    yield from _derivatives()
    yield from _index()
    yield from _first_paint()


def photo(seed: int, width: int = 2048, height: int = 1536, kilobytes: int = 300) -> bytes:
    """A JPEG of about that weight, another for each seed."""
    dice = random.Random(seed)
    image = Image.effect_noise((width, height), 12).convert("RGB")
    pen = ImageDraw.Draw(image)
    for _ in range(30):
        x, y = dice.randrange(width), dice.randrange(height)
        pen.ellipse((x, y, x + width // 5, y + height // 5), fill=tuple(dice.randrange(256) for _ in range(3)))
    for quality in range(90, 10, -5):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= kilobytes * 1000:
            break
    return out.getvalue()


def _derivatives() -> Iterator[Row]:
    pictures = [photo(seed) for seed in range(4)]
    apart.read(pictures[0])
    (pid,) = [each.pid for each in list(apart._free.queue) if each.pid]
    for times, what in ((4, "derivatives of a 300 KB photo, made apart"),):
        before, began = cpu_ms(pid), time.perf_counter()
        cpu = time.process_time()
        for _ in range(times):
            for each in pictures:
                apart.read(each)
        count = times * len(pictures)
        seconds = time.perf_counter() - began
        spent = cpu_ms(pid) - before + (time.process_time() - cpu) * 1000
        yield Row(f"{what}, one process", [count / seconds], "/s")
        yield Row(f"{what}: CPU each", [spent / count], "ms")
    bare = []
    for each in pictures * 2:
        cpu = time.process_time()
        hashlib.sha256(each).digest()
        image = Image.open(io.BytesIO(each))
        image.draft("RGB", (1600, 1600))
        image = image.convert("RGB")
        for edge in (1600, 320):
            image.thumbnail((edge, edge))
            image.save(io.BytesIO(), "JPEG", quality=82)
        bare.append((time.process_time() - cpu) * 1000)
    yield Row("the bare cost of hash, decode and two thumbnails", bare, "ms")
    peak = int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    yield Row("memory of the process that opens pictures, 300 KB photos", [peak], "MB", f"≤ {MEMORY_BYTES >> 20}")


def _index() -> Iterator[Row]:
    """The question that finds lookalikes, in a table of 100,000 pictures."""
    from mingcha.app import create_app
    from mingcha.config import HOUSE, Config
    from mingcha.core.lookalikes import keys
    from mingcha.store import lookalikes, revisions
    from mingcha.store.db import ask, table_of, transaction

    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data=Path(folder), database=f"sqlite:///{folder}/bench.db"))
        with app.app_context():
            revisions.upgrade(HOUSE / "migrations")
            hashes = [f"{dice.getrandbits(64):016x}" for _ in range(INDEXED)]
            with transaction():
                ask(table_of(lookalikes.BandRow).insert(), [
                    {"tenant": "990123", "key": key, "sha256": f"{number:064x}", "phash": each}
                    for number, each in enumerate(hashes) for key in keys(each)
                ])  # fmt: skip
            spent, asked = [], []
            for each in hashes[:200]:
                cpu = time.process_time()
                found = lookalikes.candidates("990123", each)
                spent.append((time.process_time() - cpu) * 1000)
                asked.append(len({name for name, _ in found}))
            assert len(probes(hashes[0])) == 68
            yield Row(f"lookalikes among {INDEXED:,} pictures: CPU of the question", spent, "ms")
            yield Row(f"lookalikes among {INDEXED:,} pictures: candidates looked at", asked, "")


def _first_paint() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder, sync_playwright() as playwright:
        house = House(Path(folder, "house")).start()
        try:
            visit = _two_hundred(house)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for line, where in ((None, "4×"), (LINE, "4×, 1.6 Mbit/s")):
                found, sent = [], []
                for _ in range(RUNS):
                    zhou = Phone.new(browser, house.url, house.password, **{**PIXEL, "permissions": []})
                    zhou.sign_in(ZHOU)
                    zhou.page.wait_for_timeout(2000)
                    slow = Slow(zhou.context, zhou.page)
                    if line:
                        slow.cdp.send("Network.emulateNetworkConditions", line)
                    slow.slow(4)
                    asked: list[str] = []
                    zhou.page.on("request", lambda request, asked=asked: asked.append(request.url))
                    zhou.page.add_init_script(WATCHED)
                    zhou.page.goto(f"{house.url}/gallery/{visit}", wait_until="commit")
                    while not zhou.page.evaluate("window.painted"):
                        zhou.page.wait_for_timeout(100)
                    found.append(zhou.page.evaluate("window.painted") / 1000)
                    sent.append(sum(url.endswith("/thumb") for url in asked))
                    zhou.context.close()
                yield Row(f"gallery of {PHOTOS} photos: first screen painted, {where}", found, "s", "≤ 1")
                yield Row(f"gallery of {PHOTOS} photos: small pictures fetched by themselves until then, {where}", sent, "")
            browser.close()
        finally:
            house.stop()


def _two_hundred(house: House) -> str:
    lin, found = sender(house, LIN)
    for number in range(PHOTOS):
        data = photo(number, 800, 600, 60)
        taken = lin.announce(data, found[number % len(found)]["id"])
        if number % 50 == 49:
            lin.sync()
        assert lin.upload(taken, data).status_code == 201
    zhou_waits = time.monotonic() + 120
    while time.monotonic() < zhou_waits:
        told = lin.client.get(f"/api/v1/inspections/{lin.inspection}/photos").get_json()["photos"]
        if all(each["width"] for each in told):
            break
        time.sleep(1)
    return str(lin.inspection)
