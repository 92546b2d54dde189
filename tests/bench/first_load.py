"""The app's first load on a slow line, until a person can do something: bytes, requests, time."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.bench.browser import LINE, WATCH, Slow, Wire, WorkerLine, a_browser, a_house, a_phone, until, written
from tests.bench.measure import Row
from tests.bench.visits import begin_demo, signed_in
from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.phone import Phone as Hand

#: What the phone keeps of a sign-in, and nothing else: the phone's databases bear the number 10.
REMEMBER = """
(user) => new Promise((done, failed) => {
  const asked = indexedDB.open('mingcha', 10)
  asked.onupgradeneeded = () => asked.result.createObjectStore('settings', { keyPath: 'key' })
  asked.onerror = () => failed(asked.error)
  asked.onsuccess = () => {
    const kept = asked.result.transaction('settings', 'readwrite')
    kept.objectStore('settings').put({ key: 'user', value: user })
    kept.oncomplete = () => { asked.result.close(); done() }
  }
})
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=5, help="of each first load and cold start of the phone")
    parser.add_argument("--profile", type=Path, help="folder for CPU profiles of the phone's main thread")


def rows(options: argparse.Namespace) -> Iterator[Row]:
    with a_house() as (house, playwright, _):
        path = f"/visit/{begin_demo(house, playwright)}"
        wanted = (
            ("sign-in page", "/sign-in", "sign_in", "", ("", "", "")),
            ("a sheet of 37 rows", path, "fillable", LIN.username, ("≤ 1.6", "≤ 81", "≤ 8")),
        )
        for what, at, done, username, goals in wanted:
            for row in _first_load(house, playwright, options, what, at, done, username, goals):
                print(row.line(), file=sys.stderr, flush=True)  # the rest takes minutes
                yield row


def _first_load(
    house: House, playwright: Playwright, options: argparse.Namespace,
    what: str, path: str, done: str, username: str, goals: tuple[str, str, str],
) -> Iterator[Row]:  # fmt: skip
    runs = []
    for run in range(options.runs):
        with a_browser(playwright) as browser, a_phone(browser) as context:
            runs.append(_loaded(house, browser, context, path, done, username))
            if username:  # it can really be answered
                Hand(house.url, context, house.password).say(("不涉及", "符合")[run % 2])
    name = f"phone, first load: {what}"
    yield Row(f"{name}, until {'fillable' if username else 'usable'}", [run["s"] for run in runs], "s", goals[0])
    if username:
        yield Row(f"{name}, until its rows show", [run["rows_s"] for run in runs], "s")
    yield Row(f"{name}, on the wire", [run["kb"] for run in runs], "KB", goals[1])
    yield Row(f"{name}, requests", [run["requests"] for run in runs], "", goals[2])
    yield Row(f"{name}, by the worker in that time", [run["worker_kb"] for run in runs], "KB")
    if options.profile:
        written(options.profile / f"{done}.requests.json", runs[0]["log"])


def _loaded(
    house: House, browser: Browser, context: BrowserContext, path: str, done: str, username: str
) -> dict[str, Any]:
    page = context.new_page()
    if username:
        person = signed_in(house, context, username)
        page.goto(f"{house.url}/api/v1/health")
        page.evaluate(REMEMBER, person)
    page.add_init_script(WATCH)
    phone = Slow(context, page)
    wire, worker = Wire(phone.cdp.on), WorkerLine(browser)
    phone.slow(4)
    phone.cdp.send("Network.emulateNetworkConditions", LINE)
    page.goto(house.url + path, wait_until="commit")
    until(page, f"noted.{done} > 0")
    noted = page.evaluate("({ ...noted, began: performance.timeOrigin / 1000 })")
    end = noted["began"] + noted[done] / 1000
    log, by_worker = wire.until(end), worker.wire.until(end)
    return {
        "s": noted[done] / 1000,
        "rows_s": noted.get("rows", 0) / 1000,
        "kb": sum(each["bytes"] for each in log) / 1000,
        "requests": len(log),
        "worker_kb": sum(each["bytes"] for each in by_worker) / 1000,
        "log": [noted, *log, *by_worker],
    }
