"""The app in a phone's browser: first load on a slow line, cold start without any, taps, scrolling.

A phone here is Chromium at 412 × 915 × 2.6 with its processor slowed down over CDP; the line is slowed for the page
and for its service worker. Times are taken in the page by its own clock, so that the driver's round trips are in none
of them. Where a figure says CPU, it is what the main thread itself has used: what other load hardly spoils.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright, sync_playwright

from tests.bench.measure import Row
from tests.cast import LIN, ZHAO
from tests.e2e.house import ROOT, House
from tests.e2e.phone import LAUNCH, OPTIONS
from tests.e2e.phone import Phone as Hand

PIXEL: dict[str, Any] = {**OPTIONS, "viewport": {"width": 412, "height": 915}, "device_scale_factor": 2.6}
#: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
TAPS = 20

ROW = 'a[href*="/row/"]'
VERDICT = '[role="group"][aria-label="结论"] button:not([disabled])'

#: Notes when the sheet can be tapped; follows its first row, and notes when the verdict there can.
WATCH = """
window.noted = {}
const shown = (found) => Boolean(found && found.getClientRects().length)
function look() {
  const row = document.querySelector('ROW'), verdict = document.querySelector('VERDICT')
  if (shown(document.querySelector('input[type=password]'))) note('sign_in')
  if (!noted.rows && shown(row)) { note('rows'); row.click() }
  if (!noted.fillable && shown(verdict)) note('fillable')
}
function note(what) {
  if (noted[what]) return
  noted[what] = -1
  requestAnimationFrame(() => setTimeout(() => { noted[what] = performance.now() }))
}
new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true })
""".replace("ROW", ROW).replace("VERDICT", VERDICT)

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
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder, sync_playwright() as playwright:
        house = House(Path(folder, "house")).start()
        try:
            bench = Bench(playwright, house, Path(folder), options)
            for row in bench.rows():
                print(row.line(), file=sys.stderr, flush=True)  # the rest takes minutes
                yield row
        finally:
            house.stop()


class Bench:
    def __init__(self, playwright: Playwright, house: House, folder: Path, options: argparse.Namespace) -> None:
        self.playwright, self.house, self.folder = playwright, house, folder
        self.runs, self.profiles = options.runs, options.profile
        self.sheets: dict[str, str] = {}
        self._counter = iter(range(1, 1_000_000))
        with self.browser() as browser, _closing(browser.new_context(**PIXEL)) as context:
            self._begin_demo(context)

    def rows(self) -> Iterator[Row]:
        yield from self.first_loads()
        yield from self.cold_starts()
        self.house.start()
        self.write_long_sheets()
        yield from self.taps_and_scrolls()

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        browser = self.playwright.chromium.launch(executable_path=shutil.which("chromium"), args=LAUNCH)
        yield browser
        browser.close()

    def _begin_demo(self, context: BrowserContext) -> None:
        """赵 has arrived; nothing else is said."""
        person = self._signed_in(context, ZHAO.username)
        visits = [meta for meta in self._visits(context, person) if meta["checklist"]["slug"] == "county-grading"]
        self.sheets["county-grading"] = visits[0]["id"]
        self._sync(context, person, [self._op(person, visits[0]["id"], "visit/arrived", ARRIVED)])

    def write_long_sheets(self) -> None:
        """Two long sheets, where 赵 has answered every row but the first that the taps go to."""
        self.sheets |= _long_sheets(self.house)
        with self.browser() as browser, _closing(browser.new_context(**PIXEL)) as context:
            person = self._signed_in(context, ZHAO.username)
            ops = []
            for meta in self._visits(context, person):
                if meta["id"] not in self.sheets.values() or meta["checklist"]["slug"] == "county-grading":
                    continue
                address = f"{self.house.url}/api/v1/checklists/{meta['checklist']['digest']}"
                groups = [group for one in context.request.get(address).json()["categories"] for group in one["groups"]]
                indicators = [row["id"] for group in groups for row in group["indicators"]]
                ops.append(self._op(person, meta["id"], "visit/arrived", ARRIVED))
                ops += [self._op(person, meta["id"], f"answer/{row}/verdict", "met") for row in indicators[TAPS + 2 :]]
            for at in range(0, len(ops), 150):
                self._sync(context, person, ops[at : at + 150])

    def _visits(self, context: BrowserContext, person: dict[str, Any]) -> list[dict[str, Any]]:
        changes = self._sync(context, person, [])["changes"]
        return [change["inspection"] for change in changes if change["kind"] == "inspection"]

    def _op(self, person: dict[str, Any], visit: str, target: str, value: Any) -> dict[str, Any]:
        number = uuid.uuid4().int & ~(0xFFFF_FFFF_FFFF << 80) | (int(time.time() * 1000) << 80)
        op_id = str(uuid.UUID(int=number & ~(0xF << 76) | (7 << 76)))
        op = {"id": op_id, "inspection": visit, "device": _device(person), "seq": next(self._counter), "kind": "set"}
        op |= {"at": ARRIVED["at"], "target": target, "value": value, "over": [], "author": person["id"]}
        return op

    def _signed_in(self, context: BrowserContext, username: str) -> dict[str, Any]:
        words = {"username": username, "password": self.house.password}
        answer = context.request.post(f"{self.house.url}/api/v1/session", data=words, headers={"X-Mingcha": "1"})
        assert answer.ok, answer.text()
        return answer.json()["user"]

    def _sync(self, context: BrowserContext, person: dict[str, Any], ops: list[dict[str, Any]]) -> dict[str, Any]:
        body = {"device": _device(person), "protocol": 1, "cursor": None, "ops": ops}
        answer = context.request.post(f"{self.house.url}/api/v1/sync", data=body, headers={"X-Mingcha": "1"})
        assert answer.ok, answer.text()
        reply = answer.json()
        assert all(result["outcome"] in ("applied", "merged") for result in reply["results"]), reply["results"]
        return reply

    # First load

    def first_loads(self) -> Iterator[Row]:
        yield from self._first_load("sign-in page", "/sign-in", "sign_in", "", ("", "", ""))
        path = f"/visit/{self.sheets['county-grading']}"
        yield from self._first_load("a sheet of 37 rows", path, "fillable", LIN.username, ("≤ 1.6", "≤ 81", "≤ 8"))

    def _first_load(
        self, what: str, path: str, until: str, username: str, goals: tuple[str, str, str]
    ) -> Iterator[Row]:
        runs = []
        for run in range(self.runs):
            with self.browser() as browser, _closing(browser.new_context(**PIXEL)) as context:
                runs.append(self._loaded(browser, context, path, until, username))
                if username:  # it can really be answered
                    Hand(self.house.url, context, self.house.password).say(("不涉及", "符合")[run % 2])
        name = f"phone, first load: {what}"
        yield Row(f"{name}, until {'fillable' if username else 'usable'}", [run["s"] for run in runs], "s", goals[0])
        if username:
            yield Row(f"{name}, until its rows show", [run["rows_s"] for run in runs], "s")
        yield Row(f"{name}, on the wire", [run["kb"] for run in runs], "KB", goals[1])
        yield Row(f"{name}, requests", [run["requests"] for run in runs], "", goals[2])
        yield Row(f"{name}, by the worker in that time", [run["worker_kb"] for run in runs], "KB")
        if self.profiles:
            _written(self.profiles / f"{until}.requests.json", runs[0]["log"])

    def _loaded(
        self, browser: Browser, context: BrowserContext, path: str, until: str, username: str
    ) -> dict[str, Any]:
        page = context.new_page()
        if username:
            person = self._signed_in(context, username)
            page.goto(f"{self.house.url}/api/v1/health")
            page.evaluate(REMEMBER, person)
        page.add_init_script(WATCH)
        phone = Slow(context, page)
        wire, worker = Wire(phone.cdp.on), WorkerLine(browser)
        phone.slow(4)
        phone.cdp.send("Network.emulateNetworkConditions", LINE)
        page.goto(self.house.url + path, wait_until="commit")
        _until(page, f"noted.{until} > 0")
        noted = page.evaluate("({ ...noted, began: performance.timeOrigin / 1000 })")
        end = noted["began"] + noted[until] / 1000
        log, by_worker = wire.until(end), worker.wire.until(end)
        return {
            "s": noted[until] / 1000,
            "rows_s": noted.get("rows", 0) / 1000,
            "kb": sum(each["bytes"] for each in log) / 1000,
            "requests": len(log),
            "worker_kb": sum(each["bytes"] for each in by_worker) / 1000,
            "log": [noted, *log, *by_worker],
        }

    # Without network

    def cold_starts(self) -> Iterator[Row]:
        profile = self.folder / "profile"
        path = f"/visit/{self.sheets['county-grading']}"
        with self._kept_browser(profile) as context:
            hand = Hand(self.house.url, context, self.house.password)
            hand.sign_in(LIN)
            hand.button("准备离线").first.wait_for()
            for done in range(hand.button("准备离线").count()):
                hand.button("准备离线").first.click()
                hand.button("再准备一次").nth(done).wait_for()
            hand.page.wait_for_timeout(2000)
        self.house.stop()
        for rate, goal in ((4, "≤ 0.67"), (1, "")):
            found = [self._cold_start(profile, path, rate) for _ in range(self.runs)]
            slow = f"at {rate}×" if rate > 1 else "without slow-down"
            yield Row(
                f"phone, offline cold start: rows show, {slow}", [noted["rows"] / 1000 for noted in found], "s", goal
            )
            yield Row(
                f"phone, offline cold start: fillable, {slow}", [noted["fillable"] / 1000 for noted in found], "s"
            )
            yield Row(f"phone, offline cold start: main thread CPU, {slow}", [noted["cpu"] for noted in found], "ms")

    def _cold_start(self, profile: Path, path: str, rate: int) -> dict[str, float]:
        with self._kept_browser(profile) as context:
            page = context.pages[0] if context.pages else context.new_page()
            page.add_init_script(WATCH)
            phone = Slow(context, page)
            phone.slow(rate)
            if self.profiles:
                phone.cdp.send("Profiler.enable")
                phone.cdp.send("Profiler.start")
            page.goto(self.house.url + path, wait_until="commit")
            _until(page, "noted.fillable > 0")
            noted = page.evaluate("noted")
            if self.profiles:
                _written(self.profiles / f"cold-{rate}.cpuprofile", phone.cdp.send("Profiler.stop")["profile"])
            return {**noted, "cpu": phone.cpu_ms()}

    @contextmanager
    def _kept_browser(self, profile: Path) -> Iterator[BrowserContext]:
        options = {**PIXEL, "executable_path": shutil.which("chromium"), "args": LAUNCH}
        context = self.playwright.chromium.launch_persistent_context(str(profile), **options)
        yield context
        context.close()

    # In the hand

    def taps_and_scrolls(self) -> Iterator[Row]:
        with self.browser() as browser, _closing(browser.new_context(**PIXEL)) as context:
            hand = Hand(self.house.url, context, self.house.password)
            hand.sign_in(LIN)
            hand.wait_all_sent()
            hand.page.add_init_script(TAP)
            phone = Slow(context, hand.page)
            for slug, size in (("county-grading", 37), ("long", 500)):
                yield from self._taps(hand, phone, slug, f"phone, sheet of {size} rows")
            for slug, size in (("service-systems", 100), ("long", 500)):
                yield from self._scroll(hand, phone, slug, f"phone, sheet of {size} rows")

    def _taps(self, hand: Hand, phone: "Slow", slug: str, what: str) -> Iterator[Row]:
        found: dict[int, tuple[list[float], list[float], float]] = {}
        for rate in (6, 1):
            hand.page.goto(f"{self.house.url}/visit/{self.sheets[slug]}")
            hand.page.locator(ROW).first.click()
            phone.slow(rate)
            found[rate] = self._twenty(hand, phone, f"taps-{slug}-{rate}", "符合" if rate == 6 else "不涉及")
            phone.slow(1)
        painted, seen, _ = found[6]
        yield Row(f"{what}: tap to paint at 6×", painted, "ms", "≤ 50")
        yield Row(f"{what}: tap to paint at 6×, p95", [statistics.quantiles(painted, n=20)[18]], "ms", "≤ 50")
        yield Row(f"{what}: the browser's own event timing at 6×", seen or [16], "ms")
        yield Row(f"{what}: main thread CPU per tap, saving and score included", [found[1][2] / TAPS], "ms")

    def _twenty(self, hand: Hand, phone: "Slow", name: str, verdict: str) -> tuple[list[float], list[float], float]:
        """One verdict on each of twenty rows; the walk from row to row is not counted in the CPU time."""
        page, spent = hand.page, 0.0
        page.evaluate("taps.length = slow.length = 0")
        for _ in range(TAPS):
            page.wait_for_timeout(400)
            if self.profiles:
                phone.cdp.send("Profiler.enable")
                phone.cdp.send("Profiler.start")
            before, count = phone.cpu_ms(), page.evaluate("taps.length")
            page.get_by_role("group", name="结论").get_by_role("button", name=verdict).tap()
            _until(page, f"taps.length > {count}")
            page.get_by_text("已保存在这台手机").first.wait_for()
            page.wait_for_timeout(300)
            spent += phone.cpu_ms() - before
            if self.profiles:
                _written(self.profiles / f"{name}.cpuprofile", phone.cdp.send("Profiler.stop")["profile"])
            row = page.url
            page.get_by_role("link", name=re.compile("^(下一项|未查|去收尾)")).click()
            page.wait_for_url(lambda url, row=row: url != row)
        return page.evaluate("taps"), page.evaluate("slow"), spent

    def _scroll(self, hand: Hand, phone: "Slow", slug: str, what: str) -> Iterator[Row]:
        longest, typical = [], []
        for _ in range(3):
            hand.page.goto(f"{self.house.url}/visit/{self.sheets[slug]}")
            hand.page.locator(ROW).first.wait_for()
            hand.page.wait_for_timeout(1500)
            phone.slow(6)
            if self.profiles:
                phone.cdp.send("Profiler.enable")
                phone.cdp.send("Profiler.start")
            hand.page.evaluate(FRAMES)
            swipe = {"x": 200, "y": 600, "yDistance": -6000, "speed": 3000, "gestureSourceType": "touch"}
            phone.cdp.send("Input.synthesizeScrollGesture", swipe)
            frames = hand.page.evaluate("watching = false, frames_ms")[1:]
            assert hand.page.evaluate("scrollY") > 1000
            phone.slow(1)
            if self.profiles:
                _written(self.profiles / f"scroll-{slug}.cpuprofile", phone.cdp.send("Profiler.stop")["profile"])
            longest.append(max(frames))
            typical.append(statistics.median(frames))
        yield Row(f"{what}: longest frame while scrolling at 6×", longest, "ms", "≤ 50")
        yield Row(f"{what}: median frame while scrolling at 6×", typical, "ms", "≤ 17")


ARRIVED = {"at": "2026-09-14T01:30:00.000Z", "position": None}


class Slow:
    """A page whose processor can be slowed down."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.cdp: CDPSession = context.new_cdp_session(page)
        self.cdp.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
        self.cdp.send("Performance.enable")
        self.cdp.send("Network.enable")

    def slow(self, rate: int) -> None:
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})

    def cpu_ms(self) -> float:
        metrics = {each["name"]: each["value"] for each in self.cdp.send("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"]) * 1000


class Wire:
    """What went over the line: requests of one target, and the bytes of each answer, heads included."""

    def __init__(self, on: Any) -> None:
        self._found: dict[str, dict[str, Any]] = {}
        on("Network.requestWillBeSent", self._asked)
        on("Network.responseReceived", self._answered)
        on("Network.dataReceived", lambda event: self._more(event, event["encodedDataLength"]))
        on("Network.loadingFinished", self._done)

    def _asked(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):
            self._found[event["requestId"]] = {"url": url, "at": event["wallTime"], "bytes": 0, "local": False}

    def _answered(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if found := self._found.get(event["requestId"]):
            found["local"] = response.get("fromServiceWorker") or response.get("fromDiskCache", False)
            found["bytes"] += response.get("encodedDataLength", 0)

    def _more(self, event: dict[str, Any], size: int) -> None:
        if found := self._found.get(event["requestId"]):
            found["bytes"] += size

    def _done(self, event: dict[str, Any]) -> None:
        if found := self._found.get(event["requestId"]):
            found["bytes"] = event["encodedDataLength"]

    def until(self, end: float) -> list[dict[str, Any]]:
        """Requests begun before that moment (Unix seconds) that a line had to carry."""
        return [found for found in self._found.values() if found["at"] <= end and not found["local"]]


class WorkerLine:
    """Slows the line of every service worker down and counts what it fetches. CDP's page sessions do not reach it."""

    def __init__(self, browser: Browser) -> None:
        self._cdp = browser.new_browser_cdp_session()
        self._hearers: dict[str, Any] = {}
        self.wire = Wire(self._hearers.__setitem__)
        self._cdp.on("Target.targetCreated", lambda event: self._found(event["targetInfo"]))
        self._cdp.on("Target.receivedMessageFromTarget", self._heard)
        self._cdp.send("Target.setDiscoverTargets", {"discover": True})
        self._number = 0

    def _found(self, target: dict[str, Any]) -> None:
        if target["type"] != "service_worker":
            return
        attached = self._cdp.send("Target.attachToTarget", {"targetId": target["targetId"], "flatten": False})
        for method, params in (("Network.enable", {}), ("Network.emulateNetworkConditions", LINE)):
            self._number += 1
            message = json.dumps({"id": self._number, "method": method, "params": params})
            self._cdp.send("Target.sendMessageToTarget", {"sessionId": attached["sessionId"], "message": message})

    def _heard(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if hearer := self._hearers.get(message.get("method", "")):
            hearer(message["params"])


def _long_sheets(house: House) -> dict[str, str]:
    env = {**os.environ, "MINGCHA_DATA": str(house.data), "PYTHONPATH": f"{ROOT / 'server'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.bench.sheets"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _device(person: dict[str, Any]) -> str:
    return f"bench-{person['id'][-12:]}"


def _until(page: Page, true: str) -> None:
    """Playwright's own waiting needs `eval`, which the app's policy forbids."""
    for _ in range(600):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"{true} at {page.url}: {page.inner_text('body')[:500]}")


@contextmanager
def _closing(context: BrowserContext) -> Iterator[BrowserContext]:
    yield context
    context.close()


def _written(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
