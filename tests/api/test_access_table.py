"""Roles × endpoints × relations, by hand: every route is really called by everybody.

`Y` is let through (whatever the rules of the deed then say), `-` is told that there is no such thing, `x` that the role may
never, `s` is asked to sign in. A route without a row fails the build.
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

import pytest

from mingcha.flows import accounts as account_flow
from mingcha.flows import demo
from mingcha.store.db import db
from tests.campaigning import campaign, crew, list_, plan
from tests.cast import CHEN, LIN, QIAN, SHI, WU, ZHOU, Person
from tests.conftest import PASSWORD
from tests.rectifying import approve_visit, approved, desk, hands, issue

__all__ = ["approve_visit", "approved", "campaign", "crew", "desk", "hands", "issue", "list_", "plan"]

SUN = Person("sun", "孙", "inspector", "990123")            # of the county, not on the team
FAR = Person("far", "方", "supervisor", "990456")           # leads another county
BAI = Person("bai", "白", "centre", "990123102")            # of a hall to which nothing was issued
COLUMNS = (LIN, SUN, ZHOU, FAR, SHI, BAI, WU, CHEN, QIAN, None)
NOBODY_HAS = str(uuid.UUID(int=7))
UPLOAD = {"Tus-Resumable": "1.0.0"}

#: Method, rule, what stands in its places, body, and who may:   lin sun zhou far shi bai wu chen qian nobody
ROWS = [
    ("GET", "/", None, "YYYYYYYYYY"),
    ("GET", "/<outside_api:path>", None, "YYYYYYYYYY"),
    ("GET", "/metrics", None, "xxxxxxxYxs"),
    ("GET", "/api/v1/openapi.json", None, "YYYYYYYYYY"),
    ("GET", "/api/v1/health", None, "YYYYYYYYYY"),
    ("POST", "/api/v1/session", {"username": "lin", "password": PASSWORD}, "YYYYYYYYYY"),
    ("GET", "/api/v1/session", None, "YYYYYYYYYs"),
    ("DELETE", "/api/v1/session", None, "YYYYYYYYYY"),
    ("GET", "/api/v1/accounts", None, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts", {"username": "neu", "name": "新", "role": "viewer", "scope": "990123", "password": "p" * 12}, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/password", {"password": "p" * 12, "current": PASSWORD}, "Y------Y-s"),
    ("GET", "/api/v1/audit", None, "xxxxxxYYxs"),
    ("GET", "/api/v1/sites", None, "YYYYYYYYYs"),
    ("GET", "/api/v1/calendar/<token>.ics", None, "----------"),
    ("POST", "/api/v1/calendar", None, "YYYYYYYYYs"),
    ("DELETE", "/api/v1/calendar", None, "YYYYYYYYYs"),
    # Campaigns: a planned one of the whole county
    ("GET", "/api/v1/campaigns", None, "xxYYxxYxxs"),
    ("POST", "/api/v1/campaigns", "plan", "xxYYxxxxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>", None, "xxY-xxYxxs"),
    ("PUT", "/api/v1/campaigns/<id:campaign_id>", "replan", "xxY-xxxxxs"),
    ("DELETE", "/api/v1/campaigns/<id:campaign_id>", None, "xxY-xxxxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/board", None, "xxY-xxYxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/pool", None, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/commitment", {}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/draw", {}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/redraw", {"reason": "x"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/swaps", {"visit": NOBODY_HAS, "out": NOBODY_HAS, "reason": "x"}, "xxY-xxxxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/visits", None, "xxY-xx-xxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/draws", None, "xxY-xxYxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/draws/<int:number>", None, "xx--xx-xxs"),       # not drawn yet
    ("POST", "/api/v1/campaigns/<id:campaign_id>/start", {}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/release", {"visits": [NOBODY_HAS]}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/close", {}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/publication", {}, "xxY-xxxxxs"),
    ("POST", "/api/v1/departure", {}, "YYxxxxxxYs"),
    ("POST", "/api/v1/visits", "adhoc", "YYxxxxxx-s"),
    ("POST", "/api/v1/visits/<id:inspection_id>/team", "join", "Y-Y-xxxx-s"),
    # The registry
    ("GET", "/api/v1/registry/<kind>/template", None, "xxYYxxxYxs"),
    ("GET", "/api/v1/registry/<kind>/sheet", None, "xxYYxxxYxs"),
    ("POST", "/api/v1/registry/<kind>/preview", {"rows": [{"code": "a"}]}, "xxYYxxxYxs"),
    ("POST", "/api/v1/registry/<kind>/import", {"rows": [{"code": "a"}]}, "xxYYxxxYxs"),
    ("GET", "/api/v1/registry/imports", None, "xxYYxxxYxs"),
    ("POST", "/api/v1/registry/imports/<id:import_id>/undo", {}, "xxY-xxxYxs"),
    ("GET", "/api/v1/registry/people", None, "xxYYxxxYxs"),
    ("GET", "/api/v1/registry/regions", None, "xxYYxxxYxs"),
    ("GET", "/api/v1/registry/sites", None, "xxYYxxxYxs"),
    # What reaches people: everybody their own
    ("GET", "/api/v1/channels", None, "YYYYYYYYYs"),
    ("POST", "/api/v1/channels", {"name": "x", "url": "wecombot://x"}, "YYYYYYYYYs"),
    ("PUT", "/api/v1/channels/<id:channel_id>", {"on": True}, "---------s"),
    ("DELETE", "/api/v1/channels/<id:channel_id>", None, "---------s"),
    ("PUT", "/api/v1/channels/settings", {"zone": "x", "quiet_from": "21:00", "quiet_to": "07:00", "rest_days": True}, "YYYYYYYYYs"),
    ("POST", "/api/v1/channels/test", {}, "YYYYYYYYYs"),
    ("GET", "/api/v1/inbox", None, "YYYYYYYYYs"),
    ("POST", "/api/v1/inbox/read", {}, "YYYYYYYYYs"),
    ("GET", "/api/v1/push/key", None, "YYYYYYYYYs"),
    ("POST", "/api/v1/push/subscriptions", {"endpoint": "https://x", "keys": {"p256dh": "x", "auth": "x"}}, "YYYYYYYYYs"),
    ("DELETE", "/api/v1/push/subscriptions/<id:subscription_id>", None, "---------s"),
    ("GET", "/api/v1/unsubscribe/<token>", None, "----------"),
    ("POST", "/api/v1/unsubscribe/<token>", None, "----------"),
    # Checklists: published ones are everybody's; the draft is the county's own
    ("GET", "/api/v1/checklists", None, "xxYYxxYYxs"),
    ("GET", "/api/v1/checklists/<digest>", None, "YYYYYYYYYs"),
    ("GET", "/api/v1/checklists/<digest>/excel", None, "xxYYxxYYxs"),
    ("GET", "/api/v1/checklists/<digest>/inspections", None, "YYYYxxYxYs"),
    ("GET", "/api/v1/checklists/compare", None, "xxYYxxYYxs"),
    ("POST", "/api/v1/checklist-drafts", "draft", "xxYYxxxYxs"),
    ("GET", "/api/v1/checklist-drafts/<id:draft_id>", None, "xxY-xxxYxs"),
    ("PUT", "/api/v1/checklist-drafts/<id:draft_id>", {"content": {}, "seq": 1}, "xxY-xxxYxs"),
    ("DELETE", "/api/v1/checklist-drafts/<id:draft_id>", None, "xxY-xxxYxs"),
    ("GET", "/api/v1/checklist-drafts/<id:draft_id>/excel", None, "xxY-xxxYxs"),
    ("POST", "/api/v1/checklist-drafts/<id:draft_id>/publish", {"note": {"zh": "x", "en": "x"}}, "xxY-xxxYxs"),
    # The desk: an approved visit
    ("GET", "/api/v1/inspections/choices", None, "YYYYxxYxYs"),
    ("PUT", "/api/v1/inspections/<inspection_id>/look", {"seq": 1}, "Y-Y-xxYx-s"),
    ("GET", "/api/v1/inspections/<inspection_id>/trace", None, "Y-Y-xxYx-s"),
    ("POST", "/api/v1/inspections/<inspection_id>/doubles", {"how": "join", "keep": "a", "other": "b", "seen": 1}, "xxY-xxxxxs"),
    ("POST", "/api/v1/inspections/<inspection_id>/late", {"how": "take_in", "seen": 1, "reason": "x"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/inspections/<inspection_id>/reopening", {"reason": "x"}, "xxY-xxxxxs"),
    # The visit: approved, and its order issued to the hall of Shiqiao
    ("GET", "/api/v1/held", None, "YYYYxxxxYs"),
    ("POST", "/api/v1/sync", {"device": "phone-one", "protocol": 1, "ops": []}, "YYYYxxxxYs"),
    ("GET", "/api/v1/inspections", None, "YYYYxxYxYs"),
    ("GET", "/api/v1/inspections/<inspection_id>", None, "Y-Y---Yx-s"),
    ("POST", "/api/v1/inspections/<inspection_id>/approval", {"seen": 1}, "xxY-xxxxxs"),
    ("POST", "/api/v1/inspections/<inspection_id>/return", {"comment": "x"}, "xxY-xxxxxs"),
    ("GET", "/api/v1/inspections/<inspection_id>/carry", None, "xxY-xxxxxs"),
    ("POST", "/api/v1/inspections/<inspection_id>/carry", "carry", "xxY-xxxxxs"),
    ("POST", "/api/v1/inspections/<id:inspection_id>/rectification", {"items": []}, "xxY-xxxxxs"),
    ("GET", "/api/v1/photos/<photo_id>/large", None, "Y-Y---Yx-s"),
    ("GET", "/api/v1/photos/<photo_id>/thumb", None, "Y-Y---Yx-s"),
    ("GET", "/api/v1/photos/<photo_id>/original", None, "Y-Y-xxxx-s"),
    ("POST", "/api/v1/uploads", None, "YYxxYYxxYs"),
    ("POST", "/api/v1/uploads/<upload_id>", None, "YYxxYYxxYs"),
    ("PATCH", "/api/v1/uploads/<upload_id>", None, "YYxxYYxxYs"),
    ("DELETE", "/api/v1/uploads/<upload_id>", None, "YYxxYYxxYs"),
    # Rectification
    ("GET", "/api/v1/rectification/board", None, "xxYYxxYxxs"),
    ("GET", "/api/v1/rectification/figures", None, "xxYYxxYxxs"),
    ("GET", "/api/v1/rectification/ledger", None, "xxYYxxYxxs"),
    ("GET", "/api/v1/rectification/changes", None, "xxYYYYYxxs"),
    ("GET", "/api/v1/rectification/items/<id:item_id>", None, "xxY-Y-Yxxs"),
    ("GET", "/api/v1/rectification/orders/<id:order_id>", None, "xxY-Y-Yxxs"),
    ("GET", "/api/v1/rectification/items/<id:item_id>/photos/<id:photo_id>/large", None, "xxY-Y-Yxxs"),
    ("GET", "/api/v1/rectification/items/<id:item_id>/photos/<id:photo_id>/thumb", None, "xxY-Y-Yxxs"),
    ("GET", "/api/v1/rectification/proposal/<id:inspection_id>", None, "xxY-xxxxxs"),
    ("POST", "/api/v1/rectification/moves", {"cursor": None, "moves": []}, "xxxxYYxxxs"),
    ("POST", "/api/v1/rectification/items/<id:item_id>/appeal", {"id": NOBODY_HAS, "upheld": False, "reason": "x"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/rectification/items/<id:item_id>/close", {"id": NOBODY_HAS, "reason": "x"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/rectification/items/<id:item_id>/escalate", {"id": NOBODY_HAS, "reason": "x"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/rectification/items/<id:item_id>/extension", {"id": NOBODY_HAS, "granted": False, "reason": "x"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/rectification/items/<id:item_id>/recheck",
     {"id": NOBODY_HAS, "team": [NOBODY_HAS, NOBODY_HAS], "visit_on": "2026-12-01"}, "xxY-xxxxxs"),
    ("POST", "/api/v1/rectification/items/<id:item_id>/return", {"id": NOBODY_HAS, "reason": "x"}, "xxY-xxxxxs"),
]  # fmt: skip


def _routes(app):
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield method, rule.rule


def test_every_route_has_a_row_in_the_table_by_hand(app):
    assert sorted((method, rule) for method, rule, *_ in ROWS) == sorted(_routes(app))


def test_everybody_is_let_through_exactly_where_the_table_says(app, config, client_of, approved, issue, campaign, crew, list_, plan):
    if not config.is_sqlite:
        pytest.skip("the table knows no engine; the database is put back after each call by copying its file")
    with app.app_context():
        for person in (FAR, BAI):
            account_flow.add(None, username=person.username, name=person.name, role=person.role, scope=person.scope, password=PASSWORD)
    clients = [(person, client_of(person) if person else app.test_client()) for person in COLUMNS]
    clients[-1][1].environ_base["HTTP_X_MINGCHA"] = "1"
    places, bodies = _world({person.username: client for person, client in clients if person}, approved, issue, campaign, crew, list_, plan)
    kept = Path(config.data) / "kept.db"
    file = Path(config.data) / "mingcha.db"
    _copy(app, file, kept)
    wrong = []
    for method, rule, body, expected in ROWS:
        path = rule
        for name, value in places.items():
            path = path.replace(name, value)
        if rule == "/api/v1/checklists/compare":
            path += f"?a={places['<digest>']}&b={places['<digest>']}"
        sent = bodies.get(body, body) if isinstance(body, str) else body
        for (person, client), wanted in zip(clients, expected, strict=True):
            outside = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}} if rule == "/metrics" else {}
            jar = dict(client._cookies)
            answer = client.open(path, method=method, json=sent, headers=UPLOAD if "uploads" in rule else {}, **outside)
            client._cookies.clear()
            client._cookies.update(jar)
            got = {401: "s", 403: "x", 404: "-"}.get(answer.status_code, "Y")
            if answer.status_code >= 500 and "<" not in rule[:3] and rule != "/":
                wrong.append((method, rule, person and person.username, answer.status_code))
            if got != wanted and not (wanted == "Y" and _about_something_else(answer, rule)):
                wrong.append((method, path, person.username if person else "nobody", wanted, answer.status_code, answer.data[:80]))
            if method != "GET":
                _copy(app, kept, file)
    assert not wrong, "\n".join(str(each) for each in wrong)


def _about_something_else(answer, rule):
    """Let through, and then told that a thing which the body or the address names is not there."""
    return answer.status_code == 404 and ("uploads/" in rule or rule.endswith(("<outside_api:path>", "/swaps", "/release")) or rule == "/")


def _copy(app, source, target):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for end in ("-wal", "-shm"):
        Path(f"{target}{end}").unlink(missing_ok=True)
    shutil.copy(source, target)


def _world(clients, approved, issue, campaign, crew, list_, plan):
    """What the addresses name, and the bodies that depend on it."""
    order = issue(approved)["order"]
    made = campaign("planned")
    told = clients["zhou"].get(f"/api/v1/inspections/{approved}").get_json()
    photo = next(each for each in told["photos"] if each["kind"] == "scene")["id"]
    item = order["items"][0]
    shot = next(each for each in told["photos"] if each["kind"] == "scene" and each["id"] != photo)["id"]
    rows = {"rows": [{"code": "990123109", "name_zh": "新"}]}
    looked = clients["zhou"].post("/api/v1/registry/regions/preview", json=rows).get_json()
    brought = clients["zhou"].post(f"/api/v1/registry/regions/import?seen={looked['digest']}", json=rows)
    draft = clients["zhou"].post("/api/v1/checklist-drafts", json={"from": list_, "version": "2"}).get_json()["id"]
    places = {
        "<id:account_id>": crew["lin"], "<id:campaign_id>": made, "<id:inspection_id>": approved, "<inspection_id>": approved,
        "<id:item_id>": item["id"], "<id:order_id>": order["id"], "<photo_id>": photo, "<digest>": list_, "<id:draft_id>": draft,
        "<id:import_id>": brought.get_json()["id"], "<kind>": "sites", "<int:number>": "1", "<token>": "x", "<upload_id>": NOBODY_HAS,
        "<id:channel_id>": NOBODY_HAS, "<id:subscription_id>": NOBODY_HAS, "<outside_api:path>": "nowhere",
        "<id:photo_id>": shot,
    }  # fmt: skip
    bodies = {
        "plan": plan, "replan": {**plan, "seq": 1}, "join": {"account": crew["sun"]}, "carry": {"to": list_},
        "draft": {"from": list_, "version": "3"},
        "adhoc": {"id": str(uuid.UUID(int=9)), "site": demo.site_id("990123103"), "checklist": list_, "begun_at": "2026-09-21T02:00:00.000Z"},
    }  # fmt: skip
    assert json.dumps(bodies)
    return places, bodies
