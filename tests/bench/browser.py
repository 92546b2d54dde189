"""A phone for benches: Chromium at 412 × 915 × 2.6, its processor slowed down over CDP, its line slowed for the page and for
its service worker. Knows nothing of what is measured.

Times are taken in the page by its own clock, so that the driver's round trips are in none of them. Where a figure says
CPU, it is what the main thread itself has used: what other load hardly spoils.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright, sync_playwright

from tests.e2e.house import House
from tests.e2e.phone import CHROMIUM, LAUNCH, OPTIONS

PIXEL: dict[str, Any] = {**OPTIONS, "viewport": {"width": 412, "height": 915}, "device_scale_factor": 2.6}
#: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}

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


@contextmanager
def a_house() -> Iterator[tuple[House, Playwright, Path]]:
    """A demo county that serves, a driver for its browsers, and a folder for what they keep."""
    with tempfile.TemporaryDirectory(prefix="mingcha-bench-") as folder, sync_playwright() as playwright:
        house = House(Path(folder, "house")).start()
        try:
            yield house, playwright, Path(folder)
        finally:
            house.stop()


@contextmanager
def a_browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
    yield browser
    browser.close()


@contextmanager
def a_phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PIXEL)
    yield context
    context.close()


@contextmanager
def a_kept_phone(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """One whose storage outlives it."""
    options = {**PIXEL, "executable_path": CHROMIUM, "args": LAUNCH}
    context = playwright.chromium.launch_persistent_context(str(profile), **options)
    yield context
    context.close()


def until(page: Page, true: str) -> None:
    """Playwright's own waiting needs `eval`, which the app's policy forbids."""
    for _ in range(600):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"{true} at {page.url}: {page.inner_text('body')[:500]}")


def written(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


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

    @contextmanager
    def profiled(self, into: Path | None) -> Iterator[None]:
        """Writes a CPU profile of the main thread there, if anywhere."""
        if into:
            self.cdp.send("Profiler.enable")
            self.cdp.send("Profiler.start")
        yield
        if into:
            written(into, self.cdp.send("Profiler.stop")["profile"])


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
