"""Who reads what of a drawn visit, from the draw to the publication, by hand: what one may know changes as it goes on.

One letter for each state, in order: drawn (opens later), sealed (open, nobody has begun), begun, issued (approved, the order
sent), closed, published. `Y` is told, `-` is told that there is no such thing, `x` that the role may never.
"""

from __future__ import annotations

import pytest

from mingcha.flows import accounts as account_flow
from mingcha.flows import demo
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import CHEN, SHI, SHIQIAO, WU, ZHOU, Person
from tests.conftest import PASSWORD
from tests.rectifying import issue, wanted
from tests.stories.phone import Phone
from tests.stories.test_campaigns import finish

__all__ = ["campaign", "crew", "desk", "hands", "issue", "list_", "plan"]

#: The table knows no engine.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
TOWN = Person("town", "镇", "supervisor", SHIQIAO)     # leads the hall's town, not the campaign
MAYOR = Person("mayor", "长", "viewer", SHIQIAO)       # reads in that town
COLUMNS = ("zhou", "member", "ex", "town", "wu", "mayor", "chen", "shi")

#: Rule, and by state:                   zhou      member    ex        town      wu        mayor     chen      shi
ROWS = [
    ("/inspections/{visit}",             "-YYYYY", "-YYYYY", "------", "--YYYY", "--YYYY", "--YYYY", "xxxxxx", "------"),
    ("/inspections/{visit}/history",     "-YYYYY", "-YYYYY", "------", "--YYYY", "xxxxxx", "xxxxxx", "xxxxxx", "xxxxxx"),
    ("/inspections/{visit}/photos",      "-YYYYY", "-YYYYY", "------", "--YYYY", "--YYYY", "--YYYY", "xxxxxx", "------"),
    ("/inspections/{visit}/proof",       "-YYYYY", "xxxxxx", "xxxxxx", "--YYYY", "--YYYY", "--YYYY", "xxxxxx", "xxxxxx"),
    ("/inspections/{visit}/papers/report.pdf", "-YYYYY", "-YYYYY", "------", "--YYYY", "--YYYY", "--YYYY", "xxxxxx", "------"),
    ("/campaigns/{campaign}",            "YYYYYY", "xxxxxx", "xxxxxx", "------", "YYYYYY", "------", "xxxxxx", "xxxxxx"),
    ("/campaigns/{campaign}/visits",     "YYYYYY", "xxxxxx", "xxxxxx", "------", "----YY", "------", "xxxxxx", "xxxxxx"),
    ("/campaigns/{campaign}/draws",      "YYYYYY", "xxxxxx", "xxxxxx", "------", "YYYYYY", "------", "xxxxxx", "xxxxxx"),
    ("/campaigns/{campaign}/draws/1",    "YYYYYY", "xxxxxx", "xxxxxx", "------", "----YY", "------", "xxxxxx", "xxxxxx"),
    ("/campaigns/{campaign}/board",      "YYYYYY", "xxxxxx", "xxxxxx", "------", "YYYYYY", "------", "xxxxxx", "xxxxxx"),
    ("/campaigns/{campaign}/pool",       "YYYYYY", "xxxxxx", "xxxxxx", "------", "xxxxxx", "xxxxxx", "xxxxxx", "xxxxxx"),
    ("/results/{visit}",                 "xxxxxx", "xxxxxx", "xxxxxx", "xxxxxx", "xxxxxx", "xxxxxx", "xxxxxx", "-----Y"),
]  # fmt: skip
#: Addresses that answer everybody of the role: by state, whether the answer names the visit or its hall.
NAMED = [
    ("/inspections",                     "-YYYYY", "-YYYYY", "------", "--YYYY", "--YYYY", "--YYYY", None, None),
    ("/audit?limit=200",                 None, None, None, None, "--YYYY", "--YYYY", "--YYYY", None),
    ("/campaigns",                       "YYYYYY", None, None, "------", "----YY", "------", None, None),
    ("/rectification/changes",           None, None, None, None, None, None, None, "---YYY"),
    ("/results",                         None, None, None, None, None, None, None, "-----Y"),
    # No inspector is of the town alone, so its supervisor hands nobody's work over.
    ("/hand-over",                       "-YY---", None, None, "------", None, None, None, None),
]  # fmt: skip


def test_what_each_may_read_of_a_drawn_visit_changes_as_it_goes_on(app, hands, desk, campaign, client_of, crew, issue):
    with app.app_context():
        for each in (TOWN, MAYOR):
            account_flow.add(None, username=each.username, name=each.name, role=each.role, scope=each.scope, password=PASSWORD)
    names = {account: name for name, account in crew.items()}
    hall = demo.site_id(SHIQIAO)
    made = campaign("running", sites=[hall], days=["2026-09-22"])
    [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
    places = {"visit": visit["id"], "campaign": made}
    ex, stays = (each["id"] for each in visit["team"])
    seen = {rule: [""] * len(COLUMNS) for rule, *_ in [*ROWS, *NAMED]}
    people = {"zhou": ZHOU, "town": TOWN, "wu": WU, "mayor": MAYOR, "chen": CHEN, "shi": SHI}
    people |= {"member": Person(names[stays], "", "inspector", "990123"), "ex": Person(names[ex], "", "inspector", "990123")}
    clients = [client_of(people[name]) for name in COLUMNS]

    def look():
        for at, client in enumerate(clients):
            for rule, *_ in ROWS:
                status = client.get("/api/v1" + rule.format(**places)).status_code
                seen[rule][at] += {404: "-", 403: "x"}.get(status, "Y" if status < 500 else "!")
            for rule, *expected in NAMED:
                if expected[at] is not None:
                    told = client.get("/api/v1" + rule).get_data(as_text=True)
                    seen[rule][at] += "Y" if visit["id"] in told or hall in told else "-"

    look()
    desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
    desk.post(f"/campaigns/{made}/swaps", visit=visit["id"], out=ex, reason="病")
    look()
    phone = Phone(client_of(people["member"]), visit["id"])
    phone.say("1", "not_met")
    phone.sync()
    look()
    finish(app, desk, client_of, crew, {"id": visit["id"], "team": [{"id": stays}]}, ("1",))
    issue(visit["id"], wanted("1"))
    look()
    desk.post(f"/campaigns/{made}/close")
    look()
    desk.post(f"/campaigns/{made}/publication")
    look()
    wrong = [
        (rule, name, "wanted", one, "got", got)
        for rule, *expected in [*ROWS, *NAMED] for name, one, got in zip(COLUMNS, expected, seen[rule], strict=True)
        if one is not None and one != got
    ]  # fmt: skip
    assert not wrong, "\n".join(str(each) for each in wrong)
