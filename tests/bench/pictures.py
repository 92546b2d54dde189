"""Sixty pictures of 12 megapixels brought into one row: what the page's process holds at its peak and afterwards.

Memory is what the process that draws the page has for itself (`RssAnon` and `RssShmem`, read every 10 ms); the code of the
browser, which all its processes share, is another 100 MB. Whether a photo is held twice is asked of the store and of the page: every picture once
in the table of bytes, and next to nothing in the page's own buffers when all are kept.
"""

import argparse
import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext

from tests.bench.browser import Slow, a_browser, a_house, a_phone, until
from tests.bench.measure import Row
from tests.bench.visits import begin_demo
from tests.cast import LIN
from tests.e2e.phone import Phone as Hand

PICTURES = 60
#: As an iPhone or a mid-range Android takes them.
WIDE, HIGH = 4000, 3000

#: What lies in the table of bytes of whoever is signed in here: how many, how many different, how large.
STORED = """
async () => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => /^mingcha-[0-9a-f-]{36}$/.test(one))
  const open = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result) })
  const store = open.transaction('bytes').objectStore('bytes')
  const found = { photos: 0, bytes: 0, hashes: [] }
  for (const key of await new Promise((done) => { const asked = store.getAllKeys(); asked.onsuccess = () => done(asked.result) })) {
    if (String(key).startsWith('thumb:')) continue
    const row = await new Promise((done) => {
      const asked = open.transaction('bytes').objectStore('bytes').get(key); asked.onsuccess = () => done(asked.result)
    })
    const hash = await crypto.subtle.digest('SHA-256', row.bytes)
    found.photos += 1
    found.bytes += row.bytes.byteLength
    found.hashes.push([...new Uint8Array(hash)].join())
  }
  open.close()
  return { photos: found.photos, different: new Set(found.hashes).size, bytes: found.bytes }
}
"""


def rows(_: argparse.Namespace) -> Iterator[Row]:
    with a_house() as (house, playwright, folder):
        visit = begin_demo(house, playwright)
        files = _pictures(folder / "pictures")
        with a_browser(playwright) as browser, a_phone(browser) as context:
            hand = Hand(house.url, context, house.password)
            hand.sign_in(LIN)
            hand.prepare()
            house.stop()  # all of them wait on the phone
            hand.open_row("1.2", visit)
            found = _taken(browser, context, hand, files)
    for row in (
        Row(f"phone, {PICTURES} pictures of 12 MP: memory at the peak", [found["peak"]], "MB", "< 250"),
        Row(f"phone, {PICTURES} pictures of 12 MP: memory before, after", [found["before"], found["after"]], "MB"),
        Row("the page's own buffers afterwards", [found["buffers"]], "MB"),
        Row("photos in the store, each once", [found["photos"]], "", str(PICTURES)),
        Row("the store's bytes of one photo", [found["bytes"] / found["photos"] / 1000], "KB"),
    ):
        print(row.line(), file=sys.stderr, flush=True)
        yield row


def _taken(browser: Browser, context: BrowserContext, hand: Hand, files: list[str]) -> dict[str, float]:
    page = hand.page
    phone = Slow(context, page)
    process = _renderer(browser, phone)
    before = _memory_mb(process)
    watch = Watch(process)
    page.get_by_role("button", name="拍照", exact=True).click()
    hand.button("按快门").wait_for()
    for at in range(0, PICTURES, 10):
        page.locator("input[type=file][multiple]").set_input_files(files[at : at + 10])
        until(page, f"document.querySelector('.camera .status').innerText.includes('{at + 10} 张')")
    page.get_by_role("button", name="完成，返回指标").click()
    page.get_by_label("照片：").nth(PICTURES - 1).wait_for()
    page.wait_for_timeout(2000)
    peak = watch.ended()
    phone.cdp.send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(1000)
    after, buffers = _memory_mb(process), _buffers_mb(phone)
    stored = page.evaluate(STORED)
    assert stored["photos"] == stored["different"] == PICTURES, stored
    return {"before": before, "peak": peak, "after": after, "buffers": buffers, **stored}


def _renderer(browser: Browser, phone: Slow) -> int:
    """The process that draws the page: of all renderers the one that this work makes busy."""
    asked = browser.new_browser_cdp_session()

    def spent() -> dict[int, float]:
        found: list[dict[str, Any]] = asked.send("SystemInfo.getProcessInfo")["processInfo"]
        return {each["id"]: each["cpuTime"] for each in found if each["type"] == "renderer"}

    before = spent()
    phone.cdp.send("Runtime.evaluate", {"expression": "for (const end = Date.now() + 1500; Date.now() < end;);"})
    after = spent()
    return max(after, key=lambda each: after[each] - before.get(each, 0))


class Watch(threading.Thread):
    """The most that a process held while this ran."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process, self._over, self._most = process, threading.Event(), 0.0
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.01):
            self._most = max(self._most, _memory_mb(self._process))

    def ended(self) -> float:
        self._over.set()
        self.join()
        return self._most


def _memory_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return sum(int(status.split(f"{what}:")[1].split()[0]) for what in ("RssAnon", "RssShmem")) / 1024


def _buffers_mb(phone: Slow) -> float:
    usage = phone.cdp.send("Runtime.getHeapUsage")
    return float(usage.get("backingStorageSize", 0)) / 1_000_000


def _pictures(folder: Path) -> list[str]:
    """As large and as hard to press as a hall's: a coarse grain under large shapes."""
    folder.mkdir()
    grain = Image.effect_noise((WIDE // 4, HIGH // 4), 40).resize((WIDE, HIGH)).convert("RGB")
    names = []
    for number in range(PICTURES):
        image = grain.copy()
        pen = ImageDraw.Draw(image)
        pen.ellipse((number * 60, 400, number * 60 + 900, 1300), fill=(200, 40 + number * 3, 90))
        pen.rectangle((300, 1800 + number * 10, 1600, 2600 + number * 5), fill=(30, number * 4, 160))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=88)
        file = folder / f"image-{number}.jpg"
        file.write_bytes(out.getvalue())
        names.append(str(file))
    return names
