"""Roles × endpoints × relations, by hand: every route is really called by everybody.

`Y` is let through (whatever the rules of the deed then say), `-` is told that there is no such thing, `x` that the role may
never, `s` is asked to sign in. A route without a row fails the build.
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text

from mingcha import clock
from mingcha.flows import accounts as account_flow
from mingcha.flows import demo
from mingcha.store.db import db
from tests.campaigning import campaign, crew, list_, plan
from tests.cast import CHEN, LIN, QIAN, SHI, WU, ZHOU, Person
from tests.conftest import PASSWORD, problem_of
from tests.rectifying import approve_visit, approved, desk, hands, issue
from tests.stories.phone import Phone, described
from tests.stories.test_joining import invitation
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "campaign", "crew", "desk", "hands", "issue", "list_", "plan"]

SUN = Person("sun", "孙", "inspector", "990123")            # of the county, not on the team
FAR = Person("far", "方", "supervisor", "990456")           # leads another county
BAI = Person("bai", "白", "centre", "990123102")            # of a hall to which nothing was issued
COLUMNS = (LIN, SUN, ZHOU, FAR, SHI, BAI, WU, CHEN, QIAN, None)
#: The table knows no engine, and the database is put back after each call by copying its file.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
NOBODY_HAS = str(uuid.UUID(int=7))
UPLOAD = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}

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
    ("POST", "/api/v1/campaigns/<id:campaign_id>/swaps", "swap", "xxY-xxxxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/visits", None, "xxY-xx-xxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/draws", None, "xxY-xxYxxs"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/draws/<int:number>", None, "xx--xx-xxs"),       # not drawn yet
    ("POST", "/api/v1/campaigns/<id:campaign_id>/start", {}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/release", "release", "xxY-xxxxxs"),
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
    ("POST", "/api/v1/uploads", None, "YYYYYYxxYs"),       # a supervisor brings what a colleague carried
    ("OPTIONS", "/api/v1/uploads", None, "YYYYYYYYYY"),
    ("OPTIONS", "/api/v1/uploads/<upload_id>", None, "YYYYYYYYYY"),
    ("HEAD", "/api/v1/uploads/<upload_id>", None, "Y-----xx-s"),       # 林 began it
    ("PATCH", "/api/v1/uploads/<upload_id>", None, "Y-----xx-s"),
    ("DELETE", "/api/v1/uploads/<upload_id>", None, "Y-----xx-s"),
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
    # Results of campaigns: of a planned one, which has none; and what anybody may read, of a county that published nothing
    ("GET", "/api/v1/campaigns/<id:campaign_id>/results", None, "xxY-xx-xxs"),
    ("PUT", "/api/v1/campaigns/<id:campaign_id>/publication", {"public": True}, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/withdrawal", {"reason": "x"}, "xxY-xxxxxs"),
    ("GET", "/api/v1/results", None, "xxxxYYxxxs"),
    ("GET", "/api/v1/results/<id:inspection_id>", None, "xxxx--xxxs"),
    ("GET", "/api/v1/results/<id:inspection_id>/pictures/<id:photo_id>", None, "xxxx--xxxs"),
    ("GET", "/public/<county>", None, "----------"),
    ("GET", "/public/style.css", None, "YYYYYYYYYY"),
    ("GET", "/public/<county>/pictures/<id:photo_id>", None, "----------"),
    ("GET", "/api/v1/public/<county>", None, "----------"),
    # Signing in further, one's own sessions and factors; a session and a factor of 林
    ("POST", "/api/v1/session/code", {"code": "123456"}, "YYYYYYYYYs"),
    ("POST", "/api/v1/session/passkey", {"credential": {}}, "YYYYYYYYYs"),
    ("POST", "/api/v1/session/passkey/options", None, "YYYYYYYYYs"),
    ("POST", "/api/v1/session/password", {"password": "a-new-one-of-my-own"}, "YYYYYYYYYs"),
    ("GET", "/api/v1/sessions", None, "YYYYYYYYYs"),
    ("DELETE", "/api/v1/sessions/<id:session_id>", None, "Y--------s"),
    ("GET", "/api/v1/sign-on", None, "YYYYYYYYYY"),
    ("GET", "/api/v1/sign-on/departure", None, "----------"),        # no other house is named
    ("GET", "/api/v1/sign-on/return", None, "----------"),
    ("GET", "/api/v1/factors", None, "YYYYYYYYYs"),
    ("DELETE", "/api/v1/factors/<id:factor_id>", {}, "Y--------s"),
    ("POST", "/api/v1/factors/totp", {}, "YYYYYYYYYs"),
    ("POST", "/api/v1/factors/totp/confirmation", {"code": "123456"}, "YYYYYYYYYs"),
    ("POST", "/api/v1/factors/passkey", {}, "YYYYYYYYYs"),
    ("POST", "/api/v1/factors/passkey/confirmation", {"credential": {}}, "YYYYYYYYYs"),
    ("POST", "/api/v1/factors/recovery", {}, "YYYYYYYYYs"),
    # Accounts of others: 林's, by the administrator alone
    ("GET", "/api/v1/account-rules", None, "xxxxxxxYxs"),
    ("PUT", "/api/v1/account-rules", {"second_factor": []}, "xxxxxxxYxs"),
    ("GET", "/api/v1/accounts/<id:account_id>/devices", None, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/devices/revocation", {"reason": "x"}, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/devices/<id:session_id>/revocation", {"reason": "x"}, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/disabling", {"reason": "x"}, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/enabling", None, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/factors/removal", {"reason": "x"}, "xxxxxxxYxs"),
    ("GET", "/api/v1/invitations", None, "xxxxxxxYxs"),
    ("POST", "/api/v1/invitations", {"name": "新", "role": "viewer", "scope": "990123"}, "xxxxxxxYxs"),
    ("DELETE", "/api/v1/invitations/<id:invitation_id>", None, "xxxxxxxYxs"),
    ("POST", "/api/v1/invitation/offer", "offer", "YYYYYYYYYY"),
    ("POST", "/api/v1/invitation/acceptance", "acceptance", "YYYYYYYYYY"),
    # What is stored of people, and for how long
    ("GET", "/api/v1/accounts/<id:account_id>/export", None, "xxxxxxxYxs"),
    ("POST", "/api/v1/accounts/<id:account_id>/erasure", {"reason": "本人要求"}, "xxxxxxxYxs"),
    ("POST", "/api/v1/persons/export", {"name": "某某"}, "xxxxxxxYxs"),
    ("POST", "/api/v1/persons/erasure", {"name": "某某", "reason": "本人要求"}, "xxxxxxxYxs"),
    ("GET", "/api/v1/retention", None, "xxYYxxYYxs"),
    ("PUT", "/api/v1/retention", {"periods": {"badge": 90}}, "xxxxxxxYxs"),
    # 林's open work; what was held of 林's; a wish of 孙's to join the approved visit
    ("GET", "/api/v1/hand-over", None, "xxYYxxxxxs"),
    ("POST", "/api/v1/hand-over", "hand_over", "xxY-xxxxxs"),
    ("POST", "/api/v1/held/<id:held>/setting-aside", {"reason": "x"}, "Y-Y-xxxx-s"),
    ("POST", "/api/v1/held/<id:held>/taking-in", {}, "xxY-xxxxxs"),
    ("GET", "/api/v1/seal", None, "YYYYxxxxYs"),
    ("POST", "/api/v1/rescue", {"device": "phone-one", "ops": []}, "YYYYxxxxYs"),
    ("GET", "/api/v1/joins", None, "xxYYxxxxxs"),
    ("POST", "/api/v1/joins", "wish", "YYxxxxxxYs"),                 # 钱 is told that the invitation is none
    ("POST", "/api/v1/joins/<id:inspection_id>/<id:account_id>", {"admit": False}, "xxY-xxxxxs"),
    # More of the visit: a centre has its order, not the visit
    ("GET", "/api/v1/inspections/<inspection_id>/history", None, "Y-Y-xxxx-s"),
    ("GET", "/api/v1/inspections/<id:inspection_id>/photos", None, "Y-Y---Yx-s"),
    ("GET", "/api/v1/inspections/<id:inspection_id>/proof", None, "xxY-xxYxxs"),
    ("GET", "/api/v1/photos/<photo_id>/report", None, "Y-Y---Yx-s"),
    ("PUT", "/api/v1/photos/<photo_id>/redaction", {"boxes": []}, "xxY-xxxxxs"),
    # Papers of the visit, of its order, of the area
    ("GET", "/api/v1/inspections/<id:inspection_id>/papers", None, "Y-Y---Yx-s"),
    ("GET", "/api/v1/inspections/<id:inspection_id>/papers/report.pdf", None, "Y-Y---Yx-s"),
    ("GET", "/api/v1/inspections/<id:inspection_id>/papers/score-sheet.xlsx", None, "Y-Y---Yx-s"),
    ("GET", "/api/v1/rectification/orders/<id:order_id>/notice.docx", None, "--Y-Y-Yx-s"),
    ("GET", "/api/v1/rectification/ledger.<any(xlsx, csv, json):form>", None, "--YY--Yx-s"),
    ("GET", "/api/v1/verify/<digest>", None, "YYYYYYYYYY"),
    ("GET", "/api/v1/paper-templates", None, "xxxxxxxYxs"),
    ("GET", "/api/v1/paper-templates/<kind>.docx", None, "xxxxxxxYxs"),
    ("PUT", "/api/v1/paper-templates/<kind>.docx", None, "xxxxxxxYxs"),
    ("DELETE", "/api/v1/paper-templates/<kind>.docx", None, "xxxxxxxYxs"),
    # Papers, exports and grades of a whole campaign: of the approved visit's
    ("GET", "/api/v1/campaigns/<id:campaign_id>/papers/ranking.xlsx", None, "--Y---Yx-s"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/papers/circular.docx", None, "--Y---Yx-s"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/papers/results.json", None, "--Y---Yx-s"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/papers/<any(results, findings):what>.csv", None, "--Y---Yx-s"),
    ("GET", "/api/v1/campaigns/<id:campaign_id>/exports", None, "xxY-xxxxxs"),
    ("POST", "/api/v1/campaigns/<id:campaign_id>/exports", None, "xxY-xxxxxs"),
    ("GET", "/api/v1/exports/<id:export_id>", None, "xxY-xxxxxs"),
    ("GET", "/api/v1/exports/<id:export_id>/archive.zip", None, "xxY-xxxxxs"),
    ("GET", "/api/v1/grades", None, "xxYYxxYxxs"),
    ("POST", "/api/v1/grade-decisions", "grade", "xxY-xxxxxs"),
    # 投诉建议
    ("GET", "/api/v1/feedback", None, "xxYYxxxYxs"),
    ("POST", "/api/v1/feedback", "feedback", "YYYYYYYYYs"),
]  # fmt: skip


def _routes(app):
    for rule in app.url_map.iter_rules():
        automatic = {"OPTIONS"} if rule.provide_automatic_options else set()
        automatic |= {"HEAD"} if "GET" in (rule.methods or ()) else set()
        for method in sorted((rule.methods or set()) - automatic):
            yield method, rule.rule


def test_every_route_has_a_row_in_the_table_by_hand(app):
    assert sorted((method, rule) for method, rule, *_ in ROWS) == sorted(_routes(app))


def test_everybody_is_let_through_exactly_where_the_table_says(app, config, client_of, approved, issue, campaign, crew, list_, plan):
    with app.app_context():
        for person in (FAR, BAI):
            account_flow.add(None, username=person.username, name=person.name, role=person.role, scope=person.scope, password=PASSWORD)
    clients = [(person, client_of(person) if person else app.test_client()) for person in COLUMNS]
    clients[-1][1].environ_base["HTTP_X_MINGCHA"] = "1"
    places, bodies = _world({person.username: client for person, client in clients if person}, approved, issue, campaign, crew, list_, plan)
    kept = Path(config.data) / "kept.db"
    file = Path(config.database.removeprefix("sqlite:///"))
    _copy(app, file, kept)
    wrong = []
    for method, rule, body, expected in ROWS:
        path = _path(rule, places)
        sent = bodies.get(body, body) if isinstance(body, str) else body
        for (person, client), wanted in zip(clients, expected, strict=True):
            outside = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}} if rule == "/metrics" else {}
            jar = dict(client._cookies)
            answer = client.open(path, method=method, json=sent, headers=UPLOAD if "uploads" in rule else {}, **outside)
            client._cookies.clear()
            client._cookies.update(jar)
            got = _signed_in(answer) if answer.status_code == 401 else {403: "x", 404: "-"}.get(answer.status_code, "Y")
            if answer.status_code >= 500 and "<" not in rule[:3] and rule != "/":
                wrong.append((method, rule, person and person.username, answer.status_code))
            if got != wanted and not (wanted == "Y" and _about_something_else(answer, rule)):
                wrong.append((method, path, person.username if person else "nobody", wanted, answer.status_code, answer.data[:80]))
            if method != "GET":
                _copy(app, kept, file)
    assert not wrong, "\n".join(str(each) for each in wrong)


def test_another_countys_administrator_finds_nothing_and_changes_nothing(app, config, client_of, approved, issue, campaign, crew, list_, plan):
    """By hand: of what 陈 may, what is about a thing or a person of the county is not there for 孔; the rest is 孔's own."""
    own = {
        "/metrics", "/api/v1/account-rules", "/api/v1/accounts", "/api/v1/audit", "/api/v1/registry/<kind>/template",
        "/api/v1/registry/<kind>/sheet", "/api/v1/registry/<kind>/preview", "/api/v1/registry/<kind>/import",
        "/api/v1/registry/imports", "/api/v1/registry/people", "/api/v1/registry/regions", "/api/v1/registry/sites",
        "/api/v1/checklists", "/api/v1/checklists/<digest>/excel", "/api/v1/checklists/compare", "/api/v1/checklist-drafts",
        "/api/v1/invitations", "/api/v1/persons/export", "/api/v1/persons/erasure", "/api/v1/retention",
        "/api/v1/paper-templates", "/api/v1/paper-templates/<kind>.docx", "/api/v1/feedback",
    }  # fmt: skip
    foreign = {("POST", "/api/v1/accounts"), ("POST", "/api/v1/invitations")}  # they name 990123
    with app.app_context():
        account_flow.add(None, username="kong", name="孔", role="admin", scope="990456", password=PASSWORD)
    kong = client_of(Person("kong", "孔", "admin", "990456"))
    clients = {person.username: client_of(person) for person in COLUMNS if person and person not in (FAR, BAI)}
    places, bodies = _world(clients, approved, issue, campaign, crew, list_, plan)
    wrong = []
    for method, rule, body, expected in ROWS:
        if expected[COLUMNS.index(CHEN)] != "Y" or expected[COLUMNS.index(ZHOU)] == "Y" == expected[COLUMNS.index(SHI)]:
            continue
        sent = bodies.get(body, body) if isinstance(body, str) else body
        answer = kong.open(_path(rule, places), method=method, json=sent)
        found = answer.status_code not in (403, 404)
        if found != (rule in own and (method, rule) not in foreign) or answer.status_code >= 500:
            wrong.append((method, rule, answer.status_code, answer.data[:200]))
    assert not wrong, "\n".join(str(each) for each in wrong)


def _path(rule, places):
    special = {
        "/api/v1/verify/<digest>": {"<digest>": places["snapshot"]},
        "/api/v1/joins/<id:inspection_id>/<id:account_id>": {"<id:account_id>": places["wisher"]},
        "/api/v1/paper-templates/<kind>.docx": {"<kind>": "notice"},
    }
    if rule.endswith(("/swaps", "/release")):
        special[rule] = {"<id:campaign_id>": places["running"]}
    if "/campaigns/" in rule and ("/papers/" in rule or "/exports" in rule):
        special[rule] = {"<id:campaign_id>": places["<inspection_id>"]}
    path = rule
    for name, value in {**places, **special.get(rule, {})}.items():
        path = path.replace(name, value)
    asked = {
        "/api/v1/checklists/compare": f"?a={places['<digest>']}&b={places['<digest>']}",
        "/api/v1/seal": "?device=phone-one", "/api/v1/grades": "?campaign=x",
    }  # fmt: skip
    return path + asked.get(rule, "")


def _signed_in(answer):
    """Who is told that a code or passkey is wrong was let through to say it."""
    return "s" if answer.request.method == "HEAD" or problem_of(answer) == "sign_in" else "Y"


def _about_something_else(answer, rule):
    """Let through, and then told that there is no such page: the phone's app is not built here."""
    return answer.status_code == 404 and (rule.endswith("<outside_api:path>") or rule == "/")


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
    with clients["zhou"].application.app_context():
        snapshot = db.session.execute(text("SELECT digest FROM snapshot")).scalar_one()
    phone = Phone(clients["lin"], approved, "phone-of-lin-again")
    phone.write("answer/1/note", "x", author=crew["zhao"])
    assert list(phone.sync().values()) == ["held"]
    [held] = clients["lin"].get("/api/v1/held").get_json()["held"]
    wish = invitation(phone)
    assert clients["sun"].post("/api/v1/joins", json=wish).get_json() == {"standing": "waiting"}
    offered = {"name": "新", "role": "viewer", "scope": "990123"}
    offer = clients["chen"].post("/api/v1/invitations", json=offered).get_json()
    exported = clients["zhou"].post(f"/api/v1/campaigns/{approved}/exports").get_json()["export"]["id"]
    clients["lin"].post("/api/v1/factors/totp/confirmation", json={"code": _code(clients["lin"])})
    [factor] = clients["lin"].get("/api/v1/factors").get_json()["factors"]
    session = next(each for each in clients["lin"].get("/api/v1/sessions").get_json()["sessions"] if each["here"])["id"]
    running = campaign("running", release={"mode": "departure"})
    drawn = clients["zhou"].get(f"/api/v1/campaigns/{running}/visits").get_json()["visits"][0]
    data = photo_bytes(3)
    told = {**UPLOAD, "Upload-Length": str(len(data)), "Upload-Metadata": described(str(uuid.UUID(int=10, version=4)), approved, data)}
    begun = clients["lin"].post("/api/v1/uploads", headers=told)
    assert begun.status_code == 201, begun.get_json()
    places = {
        "running": running, "<upload_id>": begun.headers["Location"].rpartition("/")[2],
        "<id:held>": held["id"], "<id:invitation_id>": offer["id"], "<id:export_id>": exported, "<id:factor_id>": factor["id"],
        "<id:session_id>": session, "<any(xlsx, csv, json):form>": "json", "<any(results, findings):what>": "results",
        "snapshot": snapshot, "wisher": crew["sun"],
        "<id:account_id>": crew["lin"], "<id:campaign_id>": made, "<id:inspection_id>": approved, "<inspection_id>": approved,
        "<id:item_id>": item["id"], "<id:order_id>": order["id"], "<photo_id>": photo, "<digest>": list_, "<id:draft_id>": draft,
        "<id:import_id>": brought.get_json()["id"], "<kind>": "sites", "<int:number>": "1", "<token>": "x",
        "<id:channel_id>": NOBODY_HAS, "<id:subscription_id>": NOBODY_HAS, "<outside_api:path>": "nowhere",
        "<id:photo_id>": shot, "<county>": "990123",
    }  # fmt: skip
    bodies = {
        "swap": {"visit": drawn["id"], "out": drawn["team"][0]["id"], "reason": "x"}, "release": {"visits": [drawn["id"]]},
        "plan": plan, "replan": {**plan, "seq": 1}, "join": {"account": crew["sun"]}, "carry": {"to": list_},
        "draft": {"from": list_, "version": "3"}, "wish": wish, "offer": {"token": offer["link"].partition("#")[2]},
        "acceptance": {"token": offer["link"].partition("#")[2], "username": "neu", "password": "a-new-one-of-my-own"},
        "hand_over": {"giver": crew["lin"], "taker": crew["sun"], "visits": [approved], "reason": "x"},
        "grade": {"campaign": "第四季度", "kind": "lower", "site": demo.site_id("990123101"), "source": "x", "reason": "x", "steps": 1},
        "feedback": {"id": str(uuid.UUID(int=8, version=4)), "kind": "complaint", "text": "x", "at": "2026-09-21T02:00:00.000Z"},
        "adhoc": {"id": str(uuid.UUID(int=9)), "site": demo.site_id("990123103"), "checklist": list_, "begun_at": "2026-09-21T02:00:00.000Z"},
    }  # fmt: skip
    assert json.dumps(bodies)
    return places, bodies


def _code(client):
    return pyotp.TOTP(client.post("/api/v1/factors/totp", json={}).get_json()["secret"]).at(clock.now())
