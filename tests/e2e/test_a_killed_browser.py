"""The phone's system ends the browser without asking: between a tap and the next nothing may be gone."""

import os
import signal
import time
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.phone import CHROMIUM, LAUNCH, OPTIONS, Phone


def test_a_browser_killed_between_two_taps_has_kept_the_first(
    house: House, playwright: Playwright, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    lin = _open(playwright, house, profile)
    lin.sign_in(LIN)
    lin.prepare()
    lin.context.close()
    lin = _open(playwright, house, profile)
    lin.page.goto(house.url)
    house.stop()
    lin.arrive()
    lin.open_row("2.2")
    visit = lin.visit
    lin.say("有问题")
    lin.count("无法正常", 1)

    _kill_browser(profile)
    lin = _open(playwright, house, profile)
    lin.open_row("2.2", visit)

    verdict = lin.page.get_by_role("group", name="结论").get_by_role("button", name="有问题")
    expect(verdict).to_have_attribute("aria-pressed", "true")
    expect(lin.page.get_by_text("1台 × 1 = 1").first).to_be_visible()
    house.start()
    lin.wait_all_sent()
    lin.context.close()


def _open(playwright: Playwright, house: House, profile: Path) -> Phone:
    context = playwright.chromium.launch_persistent_context(
        str(profile), executable_path=CHROMIUM, args=LAUNCH, **OPTIONS
    )
    return Phone(house.url, context, house.password)


def _kill_browser(profile: Path) -> None:
    """SIGKILL to every process that runs on this profile."""
    mine = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if str(profile).encode() in _command(pid)]
    assert mine, "no browser to kill"
    for pid in mine:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    for leftover in profile.glob("Singleton*"):
        leftover.unlink()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
