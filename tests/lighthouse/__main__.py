"""Lighthouse over every address of an inspector, 21 of them, and sign-in once more as WeChat shows it: accessibility and best
practices, 100 each, or what is missing.

`python -m tests.lighthouse [--lighthouse PATH]`. Lighthouse is no dependency of the project: it is fetched by npx, at the
version named here, unless a path is given. Sheets have no address of their own; `test_every_screen_for_everybody` opens
each of them under axe, the engine of Lighthouse's accessibility part.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.phone import CHROMIUM, LAUNCH, OPTIONS, Phone
from tests.e2e.sender import sender
from tests.e2e.test_every_screen_for_everybody import _arrive_and_disagree, _offer

VERSION = "lighthouse@12.8.2"
CATEGORIES = ("accessibility", "best-practices")
#: What WeChat's own browser calls itself: there the app says that nothing can be kept, and shows the way out.
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
HOME = ("/?stay=1", "/settings", "/waiting", "/inbox", "/reminders", "/security", "/sites", "/begin")
BEFORE = ("", "/invite")
AFTER = ("", "/row/1.2", "/row/1.4", "/row/5.3", "/row/3.7", "/camera/1.2", "/settle", "/finish")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lighthouse", description=__doc__)
    parser.add_argument("--lighthouse", help="the command, where it is installed")
    options = parser.parse_args()
    command = [options.lighthouse] if options.lighthouse else ["npx", "--yes", VERSION]
    missing = 0
    with tempfile.TemporaryDirectory(prefix="mingcha-lighthouse-") as folder, sync_playwright() as playwright:
        house = House(Path(folder, "house")).start()
        port = _free_port()
        try:
            context = playwright.chromium.launch_persistent_context(
                str(Path(folder, "profile")), executable_path=CHROMIUM,
                args=[*LAUNCH, f"--remote-debugging-port={port}"], **OPTIONS,
            )  # fmt: skip
            phone = Phone(house.url, context, house.password)
            missing += _walk(command, port, house.url, ("/sign-in", f"/invitation#{_offer(house, 'zh')}"))
            missing += _walk([*command, f"--emulated-user-agent={WECHAT}"], port, house.url, ("/sign-in",))
            phone.sign_in(LIN)
            phone.prepare()
            lin, _ = sender(house, LIN)
            visit = sorted(lin.known)[0]
            missing += _walk(command, port, house.url, HOME)
            missing += _walk(command, port, f"{house.url}/visit/{visit}", BEFORE)
            _arrive_and_disagree(house, visit)
            phone.page.goto(f"{house.url}/visit/{visit}")
            phone.page.locator("progress").wait_for()
            missing += _walk(command, port, f"{house.url}/visit/{visit}", AFTER)
            missing += _walk(command, port, house.url, ("/join",))
            context.close()
        finally:
            house.stop()
    return 1 if missing else 0


def _walk(command: list[str], port: int, base: str, paths: tuple[str, ...]) -> int:
    """How many of these addresses lack something; each is told as it is found."""
    return sum(_lacks(path.partition("#")[0] or "/visit", _report(command, port, base + path)) for path in paths)


def _report(command: list[str], port: int, url: str) -> dict[str, Any] | None:
    """None where it did not come to an end, as on a busy machine."""
    words = [
        *command, url, f"--port={port}", "--disable-storage-reset", "--quiet", "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=180, env={**os.environ, "CI": "1"})
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return None
    return dict(json.loads(done.stdout))


def _lacks(name: str, report: dict[str, Any] | None) -> bool:
    if report is None:
        print(f"{name:16} no report", flush=True)
        return True
    scores = {category: round(100 * (report["categories"][category]["score"] or 0)) for category in CATEGORIES}
    print(f"{name:16} {' '.join(f'{category} {score}' for category, score in scores.items())}", flush=True)
    for category in CATEGORIES:
        for part in report["categories"][category]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] not in (None, 1):
                items = (audit.get("details") or {}).get("items", [])[:3]
                print(f"    {audit['id']}: {audit['title']} {json.dumps(items, ensure_ascii=False)[:600]}", flush=True)
    return any(score < 100 for score in scores.values())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
