"""A version is published while a phone is out of reach with work on the version before."""

import json
import time
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from playwright.sync_api import expect

from tests.cast import LIN, ZHOU
from tests.e2e.house import House


class Desk:
    """周 at the API, as another program would be."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.ask("POST", "/session", {"username": ZHOU.username, "password": house.password})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self._house.url}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-Mingcha": "1"},
            method=method,
        )
        with self._web.open(request, timeout=30) as answer:
            return json.load(answer)

    def wait_submitted(self, visit: str) -> Any:
        """The inspection as the server sees it, once the phone's submission has arrived."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            seen = self.ask("GET", f"/inspections/{visit}")
            if seen["inspection"]["state"] == "submitted":
                return seen
            time.sleep(0.3)
        raise TimeoutError(seen["inspection"]["state"])

    def publish_after(
        self, digest: str, version: str, row: str, per: str, asks_anew: dict[str, str] | None = None
    ) -> str:
        """A version in which the first clause of a row takes `per` each time, and other rows ask something else; its
        digest.
        """
        draft = self.ask("POST", "/checklist-drafts", {"from": digest, "version": version})
        for category in draft["content"]["categories"]:
            for group in category["groups"]:
                for indicator in group["indicators"]:
                    if indicator["id"] == row:
                        indicator["clauses"][0]["per"] = per
                    if indicator["id"] in (asks_anew or {}):
                        indicator["text"]["zh"] = asks_anew[indicator["id"]]
        saved = self.ask("PUT", f"/checklist-drafts/{draft['id']}", {"content": draft["content"], "seq": draft["seq"]})
        assert not [each for each in saved["faults"] if each["severity"] == "error"]
        note = {"zh": "改了 2.2 的扣分", "en": "2.2 takes another amount"}
        published: str = self.ask("POST", f"/checklist-drafts/{draft['id']}/publish", {"note": note})["digest"]
        return published


def test_a_draft_finishes_under_its_own_version_when_a_newer_one_was_published_meanwhile(
    house: House, phone_of
) -> None:
    lin = phone_of(LIN)
    lin.prepare()
    house.stop()
    lin.arrive()
    visit = lin.visit
    lin.open_row("2.2")
    lin.say("有问题")
    lin.count("无法正常", 1)

    house.start()
    house_desk = Desk(house)
    before = house_desk.ask("GET", f"/inspections/{visit}")["inspection"]["checklist"]
    newer = house_desk.publish_after(before["digest"], "2031.1", "2.2", "0.5")
    assert newer != before["digest"]
    lin.page.reload()
    lin.count("无法正常", 1)
    expect(lin.page.get_by_text("2台 × 1 = 2").or_(lin.page.get_by_text("× 1 = 2")).first).to_be_visible()
    lin.page.goto(lin.url)
    lin.wait_all_sent()

    # The desk carries this very draft over: two faults at 0.5 each there, and the phone goes on in both.
    made = house_desk.ask("POST", f"/inspections/{visit}/carry", {"to": newer})["inspection"]
    assert made != visit
    lin.page.goto(f"{lin.url}/visit/{made}/row/2.2")
    expect(lin.page.get_by_text("× 0.5 = 1").first).to_be_visible(timeout=60_000)
    lin.count("无法正常", 1)
    expect(lin.page.get_by_text("× 0.5 = 1.5").first).to_be_visible()
    lin.page.goto(f"{lin.url}/visit/{visit}/row/2.2")
    expect(lin.page.get_by_text("× 1 = 2").first).to_be_visible()
    lin.submit()
    lin.page.goto(lin.url)
    lin.wait_all_sent()

    seen = house_desk.wait_submitted(visit)
    assert seen["inspection"]["checklist"]["digest"] == before["digest"]
    assert seen["result"]["checklist"] == {key: before[key] for key in ("slug", "version", "digest")}
    assert next(line for line in seen["result"]["lines"] if line["indicator"] == "2.2")["taken"] == "2"
    carried = house_desk.ask("GET", f"/inspections/{made}")
    assert carried["inspection"]["checklist"]["digest"] == newer
    assert next(line for line in carried["result"]["lines"] if line["indicator"] == "2.2")["taken"] == "1.5"
