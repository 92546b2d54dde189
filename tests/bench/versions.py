"""What a start costs a phone that holds one checklist version, and one that holds ten."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from tests.bench.browser import PIXEL, Slow
from tests.bench.measure import Row
from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.kept_versions import keep_versions
from tests.e2e.phone import CHROMIUM, LAUNCH, Phone

RUNS = 15


def rows(_: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder, sync_playwright() as playwright:
        house = House(Path(folder, "house")).start()
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
            contexts = {many: _prepared(browser.new_context(**PIXEL), house, many) for many in (1, 10)}
            house.stop()
            found: dict[int, list[float]] = {many: [] for many in contexts}
            for _ in range(RUNS):  # by turns, so that other load spoils both alike
                for many, context in contexts.items():
                    found[many].append(_start(context, house.url))
            browser.close()
        finally:
            house.stop()
    for many, spent in found.items():
        yield Row(f"phone, start without a network, {many} checklist version(s) kept: main thread CPU", spent, "ms")
    ratio = [ten / one for one, ten in zip(found[1], found[10], strict=True)]
    yield Row("phone, start with 10 versions against start with 1", ratio, "×", "1")


def _prepared(context: BrowserContext, house: House, many: int) -> BrowserContext:
    hand = Phone(house.url, context, house.password)
    hand.sign_in(LIN)
    hand.prepare()
    hand.wait_all_sent()
    if many > 1:
        keep_versions(hand.page, many)
    hand.page.close()
    return context


def _start(context: BrowserContext, url: str) -> float:
    """CPU of the main thread until the day's visits stand, and a second of what follows."""
    page = context.new_page()
    phone = Slow(context, page)
    page.goto(url)
    page.get_by_role("link", name="出发").first.wait_for()
    page.wait_for_timeout(1000)
    spent = phone.cpu_ms()
    page.close()
    return spent
