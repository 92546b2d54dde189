"""The app opened without any network, as a phone does whose browser was ended: until rows show, until one can be answered."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Playwright

from tests.bench.browser import WATCH, Slow, a_house, a_kept_phone, until
from tests.bench.measure import Row
from tests.bench.visits import begin_demo
from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.phone import Phone as Hand


def rows(options: argparse.Namespace) -> Iterator[Row]:
    with a_house() as (house, playwright, folder):
        path = f"/visit/{begin_demo(house, playwright)}"
        profile = folder / "profile"
        _prepare(house, playwright, profile)
        house.stop()
        for rate, goal in ((4, "≤ 0.67"), (1, "")):
            found = [_start(house, playwright, profile, path, rate, options.profile) for _ in range(options.runs)]
            empty = [_empty(playwright, folder / "empty", rate) for _ in range(options.runs)]
            slow = f"at {rate}×" if rate > 1 else "without slow-down"
            what = "phone, offline cold start"
            for row in (
                Row(f"{what}: rows show, {slow}", [noted["rows"] / 1000 for noted in found], "s", goal),
                Row(f"{what}: fillable, {slow}", [noted["fillable"] / 1000 for noted in found], "s"),
                Row(f"{what}: main thread CPU, {slow}", [noted["cpu"] for noted in found], "ms"),
                Row(f"an empty page in the same browser, {slow}", empty, "s"),
            ):
                print(row.line(), file=sys.stderr, flush=True)
                yield row


def _prepare(house: House, playwright: Playwright, profile: Path) -> None:
    with a_kept_phone(playwright, profile) as context:
        hand = Hand(house.url, context, house.password)
        hand.sign_in(LIN)
        hand.button("准备离线").first.wait_for()
        for done in range(hand.button("准备离线").count()):
            hand.button("准备离线").first.click()
            hand.button("再准备一次").nth(done).wait_for()
        hand.page.wait_for_timeout(2000)


def _start(
    house: House, playwright: Playwright, profile: Path, path: str, rate: int, into: Path | None
) -> dict[str, float]:
    with a_kept_phone(playwright, profile) as context:
        page = context.pages[0] if context.pages else context.new_page()
        page.add_init_script(WATCH)
        phone = Slow(context, page)
        phone.slow(rate)
        with phone.profiled(into and into / f"cold-{rate}.cpuprofile"):
            page.goto(house.url + path, wait_until="commit")
            until(page, "noted.fillable > 0")
        return {**page.evaluate("noted"), "cpu": phone.cpu_ms()}


def _empty(playwright: Playwright, profile: Path, rate: int) -> float:
    """Seconds until the first frame of a page without anything: what the browser itself takes."""
    with a_kept_phone(playwright, profile) as context:
        page = context.pages[0] if context.pages else context.new_page()
        page.add_init_script("requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now() }))")
        Slow(context, page).slow(rate)
        page.goto("data:text/html,<p>.", wait_until="commit")
        until(page, "window.painted > 0")
        return float(page.evaluate("painted")) / 1000
