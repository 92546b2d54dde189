"""The app in the hand, six times slower than here: from the finger to the paint, and frames while long sheets scroll."""

import argparse
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.bench.browser import ROW, Slow, a_browser, a_house, a_phone, until
from tests.bench.measure import Row
from tests.bench.visits import begin_demo, write_long_sheets
from tests.cast import LIN
from tests.e2e.phone import Phone as Hand

TAPS = 20

#: From the finger (the event's own time) until the frame after the choice stands in the page.
TAP = """
window.taps = []
window.slow = []
addEventListener('click', ({ target, timeStamp }) => {
  const button = target.closest('[role=group] button')
  if (!button) return
  const seen = new MutationObserver(() => {
    if (button.getAttribute('aria-pressed') !== 'true') return
    seen.disconnect()
    requestAnimationFrame(() => setTimeout(() => taps.push(performance.now() - timeStamp)))
  })
  seen.observe(button, { attributes: true })
}, { capture: true })
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) if (name === 'click' || name === 'pointerup') slow.push(duration)
}).observe({ type: 'event', durationThreshold: 16 })
"""

BARE = '<meta name="viewport" content="width=device-width"><div role="group"><button style="height: 48px">+</button></div>'
PRESS = """() => document.querySelector('button').addEventListener('click', ({ target }) => {
  target.setAttribute('aria-pressed', 'false')
  target.setAttribute('aria-pressed', 'true')
})"""

FRAMES = """
() => {
  window.frames_ms = []
  let last = performance.now()
  window.watching = true
  const frame = () => {
    const now = performance.now()
    frames_ms.push(now - last)
    last = now
    if (watching) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}
"""


def rows(options: argparse.Namespace) -> Iterator[Row]:
    with a_house() as (house, playwright, _):
        sheets = {"county-grading": begin_demo(house, playwright), **write_long_sheets(house, playwright)}
        with a_browser(playwright) as browser, a_phone(browser) as context:
            hand = Hand(house.url, context, house.password)
            hand.sign_in(LIN)
            hand.wait_all_sent()
            hand.page.add_init_script(TAP)
            bench = InHand(hand, Slow(context, hand.page), sheets, options.profile)
            for row in bench.rows():
                print(row.line(), file=sys.stderr, flush=True)
                yield row


class InHand:
    def __init__(self, hand: Hand, phone: Slow, sheets: dict[str, str], profiles: Path | None) -> None:
        self.hand, self.phone, self.sheets, self.profiles = hand, phone, sheets, profiles

    def rows(self) -> Iterator[Row]:
        yield from self._bare()
        for slug, size in (("county-grading", 37), ("long", 500)):
            yield from self._taps(slug, f"phone, sheet of {size} rows")
        for slug, size in (("service-systems", 100), ("long", 500)):
            yield from self._scroll(slug, f"phone, sheet of {size} rows")

    def _bare(self) -> Iterator[Row]:
        """What the browser itself takes here and now: one button on an empty page that only changes its own state."""
        page = self.hand.page
        page.goto(f"data:text/html,{quote(BARE)}")
        page.evaluate(PRESS)
        self.phone.slow(6)
        for count in range(TAPS):
            page.wait_for_timeout(100)
            page.get_by_role("button").tap()
            until(page, f"taps.length > {count}")
        self.phone.slow(1)
        yield Row("an empty page with one button: tap to paint at 6×", page.evaluate("taps"), "ms")

    def _taps(self, slug: str, what: str) -> Iterator[Row]:
        found: dict[int, tuple[list[float], list[float], float]] = {}
        for rate in (6, 1):
            self.hand.page.goto(f"{self.hand.url}/visit/{self.sheets[slug]}")
            self.hand.page.locator(ROW).first.click()
            self.phone.slow(rate)
            found[rate] = self._twenty(f"taps-{slug}-{rate}", "符合" if rate == 6 else "不涉及")
            self.phone.slow(1)
        painted, seen, _ = found[6]
        yield Row(f"{what}: tap to paint at 6×", painted, "ms", "≤ 50")
        yield Row(f"{what}: tap to paint at 6×, p95", [statistics.quantiles(painted, n=20)[18]], "ms", "≤ 50")
        yield Row(f"{what}: the browser's own event timing at 6×", seen or [16], "ms")
        yield Row(f"{what}: main thread CPU per tap, saving and score included", [found[1][2] / TAPS], "ms")

    def _twenty(self, name: str, verdict: str) -> tuple[list[float], list[float], float]:
        """One verdict on each of twenty rows; the walk from row to row is not counted in the CPU time."""
        page, phone, spent = self.hand.page, self.phone, 0.0
        page.evaluate("taps.length = slow.length = 0")
        for _ in range(TAPS):
            page.wait_for_timeout(400)
            before, count = phone.cpu_ms(), page.evaluate("taps.length")
            with phone.profiled(self.profiles and self.profiles / f"{name}.cpuprofile"):
                page.get_by_role("group", name="结论").get_by_role("button", name=verdict).tap()
                until(page, f"taps.length > {count}")
                page.get_by_text("已保存在这台手机").first.wait_for()
                page.wait_for_timeout(300)
                spent += phone.cpu_ms() - before
            row = page.url
            page.get_by_role("link", name=re.compile("^(下一项|未查|去收尾)")).click()
            page.wait_for_url(lambda url, row=row: url != row)
        return page.evaluate("taps"), page.evaluate("slow"), spent

    def _scroll(self, slug: str, what: str) -> Iterator[Row]:
        page, phone = self.hand.page, self.phone
        longest, typical = [], []
        for _ in range(3):
            page.goto(f"{self.hand.url}/visit/{self.sheets[slug]}")
            page.locator(ROW).first.wait_for()
            page.wait_for_timeout(1500)
            phone.slow(6)
            with phone.profiled(self.profiles and self.profiles / f"scroll-{slug}.cpuprofile"):
                page.evaluate(FRAMES)
                self._swipe(8)
                frames = page.evaluate("watching = false, frames_ms")[1:]
                until(page, "scrollY > 1000")
                phone.slow(1)
            longest.append(max(frames))
            typical.append(statistics.median(frames))
        yield Row(f"{what}: longest frame while scrolling at 6×", longest, "ms", "≤ 50")
        yield Row(f"{what}: median frame while scrolling at 6×", typical, "ms", "≤ 17")

    def _swipe(self, times: int) -> None:
        """A finger that goes up and leaves. Chromium's own made gesture does not scroll a page with touch of a phone."""
        def touch(kind: str, *heights: int) -> None:
            points = [{"x": 200, "y": height} for height in heights]
            self.phone.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        for _ in range(times):
            touch("touchStart", 750)
            for height in range(700, 100, -50):
                touch("touchMove", height)
                self.hand.page.wait_for_timeout(16)
            touch("touchEnd")
            self.hand.page.wait_for_timeout(300)
