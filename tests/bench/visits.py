"""What the benches of the phone begin with: people signed in over the line, arrivals, and long sheets that are nearly done."""

import json
import os
import subprocess
import sys
import time
import uuid
from typing import Any

from playwright.sync_api import BrowserContext, Playwright

from tests.bench.browser import a_browser, a_phone
from tests.cast import ZHAO
from tests.e2e.house import ROOT, House

ARRIVED = {"at": "2026-09-14T01:30:00.000Z", "position": None}
#: Rows left open at the top of a long sheet, for the taps.
OPEN = 22
_counter = iter(range(1, 1_000_000))


def begin_demo(house: House, playwright: Playwright) -> str:
    """赵 has arrived at the first visit of the demo county; nothing else is said. The visit."""
    with a_browser(playwright) as browser, a_phone(browser) as context:
        person = signed_in(house, context, ZHAO.username)
        visits = [meta for meta in _visits(house, context, person) if meta["checklist"]["slug"] == "county-grading"]
        _sync(house, context, person, [_op(person, visits[0]["id"], "visit/arrived", ARRIVED)])
        return str(visits[0]["id"])


def write_long_sheets(house: House, playwright: Playwright) -> dict[str, str]:
    """Two long sheets, where 赵 has answered every row but the first ones, by the name of their checklist."""
    sheets = _long_sheets(house)
    with a_browser(playwright) as browser, a_phone(browser) as context:
        person = signed_in(house, context, ZHAO.username)
        ops = []
        for meta in _visits(house, context, person):
            if meta["id"] not in sheets.values():
                continue
            address = f"{house.url}/api/v1/checklists/{meta['checklist']['digest']}"
            groups = [group for one in context.request.get(address).json()["categories"] for group in one["groups"]]
            indicators = [row["id"] for group in groups for row in group["indicators"]]
            ops.append(_op(person, meta["id"], "visit/arrived", ARRIVED))
            ops += [_op(person, meta["id"], f"answer/{row}/verdict", "met") for row in indicators[OPEN:]]
        for at in range(0, len(ops), 150):
            _sync(house, context, person, ops[at : at + 150])
    return sheets


def signed_in(house: House, context: BrowserContext, username: str) -> dict[str, Any]:
    words = {"username": username, "password": house.password}
    answer = context.request.post(f"{house.url}/api/v1/session", data=words, headers={"X-Mingcha": "1"})
    assert answer.ok, answer.text()
    return dict(answer.json()["user"])


def _visits(house: House, context: BrowserContext, person: dict[str, Any]) -> list[dict[str, Any]]:
    changes = _sync(house, context, person, [])["changes"]
    return [change["inspection"] for change in changes if change["kind"] == "inspection"]


def _op(person: dict[str, Any], visit: str, target: str, value: Any) -> dict[str, Any]:
    number = uuid.uuid4().int & ~(0xFFFF_FFFF_FFFF << 80) | (int(time.time() * 1000) << 80)
    op_id = str(uuid.UUID(int=number & ~(0xF << 76) | (7 << 76)))
    op = {"id": op_id, "inspection": visit, "device": _device(person), "seq": next(_counter), "kind": "set"}
    op |= {"at": ARRIVED["at"], "target": target, "value": value, "over": [], "author": person["id"]}
    return op


def _sync(house: House, context: BrowserContext, person: dict[str, Any], ops: list[dict[str, Any]]) -> dict[str, Any]:
    body = {"device": _device(person), "protocol": 1, "cursor": None, "ops": ops}
    answer = context.request.post(f"{house.url}/api/v1/sync", data=body, headers={"X-Mingcha": "1"})
    assert answer.ok, answer.text()
    reply = dict(answer.json())
    assert all(result["outcome"] in ("applied", "merged") for result in reply["results"]), reply["results"]
    return reply


def _long_sheets(house: House) -> dict[str, str]:
    env = {**os.environ, "MINGCHA_DATA": str(house.data), "PYTHONPATH": f"{ROOT / 'server'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.bench.sheets"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _device(person: dict[str, Any]) -> str:
    return f"bench-{person['id'][-12:]}"
