"""What goes wrong between the draw and the visit: somebody cannot go any more, a site moves or is to be taken back."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from mingcha import clock
from mingcha.core.problems import Refused
from mingcha.flows import demo, opening
from mingcha.store import accounts, people, sites
from mingcha.store.db import db, transaction
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import SHIQIAO, Person
from tests.conftest import problem_of
from tests.stories import test_registry as registry
from tests.stories.phone import Phone
from tests.stories.test_campaigns import kept

__all__ = ["campaign", "crew", "desk", "hands", "list_", "plan"]


def test_a_visit_that_cannot_open_keeps_no_other_closed_and_the_board_says_who(app, hands, desk, campaign, client_of, crew):
    made = campaign("running", release={"mode": "departure"}, wanted=6, days=["2026-09-22"])
    visits = desk.get(f"/campaigns/{made}/visits")["visits"]
    names = {account: name for name, account in crew.items()}
    hands.set(9, 22, 8, 0)
    # 6 visits of 2 for 6 inspectors: everybody has two. One of them goes elsewhere for good.
    gone, called = visits[0]["team"][0]["id"], visits[0]["team"][0]["name"]
    hers = {each["id"] for each in visits if gone in {one["id"] for one in each["team"]}}
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE account SET scope = '990456' WHERE id = :id"), {"id": gone})
    well = {one["id"] for each in visits for one in each["team"]} - {gone}
    opened = 0
    for account in sorted(well):
        answer = client_of(Person(names[account], "", "inspector", "990123")).post("/api/v1/departure")
        assert answer.status_code == 200, answer.get_json()
        opened += answer.get_json()["opened"]
    assert opened == len(visits) - len(hers)
    stuck = {each["visit"]: each for each in desk.get(f"/campaigns/{made}/board")["stuck"]}
    assert {key for key, each in stuck.items() if each["why"] == ["cannot_open"]} == hers
    assert {tuple(each["who"]) for each in stuck.values() if "who" in each} == {(called,)}
    # Another steps in, and the visit opens by itself.
    for each in hers:
        desk.post(f"/campaigns/{made}/swaps", visit=each, out=gone, reason="调走了")
    with app.app_context():
        assert opening.open_due() == len(hers)


def test_many_that_cannot_open_leave_room_for_the_others(app, hands, desk, campaign, monkeypatch):
    monkeypatch.setattr(opening, "AT_ONCE", 2)
    made = campaign("running", wanted=6, days=["2026-09-22"])
    hands.set(9, 22, 8, 0)
    stuck = sorted(each["id"] for each in desk.get(f"/campaigns/{made}/visits")["visits"])[:3]
    with app.app_context():
        whole = opening._opened

        def opened(visit):
            if visit.id in stuck:
                raise Refused("not_found")
            return whole(visit)

        monkeypatch.setattr(opening, "_opened", opened)
        assert (opening.open_due(), opening.open_due(), opening.open_due()) == (2, 1, 0)


def test_nobody_steps_in_who_is_disabled_or_away_nor_once_a_visit_is_handed_in(app, desk, campaign, client_of, crew):
    made = campaign("running", wanted=1)
    [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
    desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
    ill, stays = (each["id"] for each in visit["team"])
    disabled, away, left_out, *others = sorted(set(crew.values()) - {ill, stays})
    with app.app_context(), transaction():
        accounts.disable(disabled, clock.now())
        people.put(people.Person(away, "990123", available=False))
    by_name = {"visit": visit["id"], "out": ill, "into": away, "reason": "病"}
    assert problem_of(desk.ask("POST", f"/campaigns/{made}/swaps", by_name)) == "draw.recused"
    swapped = desk.post(f"/campaigns/{made}/swaps", visit=visit["id"], out=ill, absent=[left_out], reason="病")
    assert swapped["in"] in others
    assert swapped["free"] == others
    [event] = [each for each in desk.get(f"/campaigns/{made}/draws")["draws"] if each["kind"] == "swap"]
    told = {"absent": sorted([disabled, away, left_out]), "named_absent": [left_out], "free": len(others)}
    assert {name: event["swap"][name] for name in told} == told
    [noted] = kept(app, "draw.swap")
    assert {name: noted["details"][name] for name in told} == told

    names = {account: name for name, account in crew.items()}
    phone = Phone(client_of(Person(names[stays], "", "inspector", "990123")), visit["id"])
    phone.write("visit/submitted", {"at": "2026-09-22T03:00:00.000Z"})
    phone.sync()
    late = desk.ask("POST", f"/campaigns/{made}/swaps", {"visit": visit["id"], "out": stays, "reason": "病"})
    assert problem_of(late) == "draw.visit_done"


def test_an_import_is_refused_its_undoing_alike_whether_its_sites_were_drawn_or_not(app, desk, campaign):
    def taken(*rows):
        return f"/registry/imports/{registry.take(desk.client, 'sites', list(rows)).get_json()['id']}/undo"

    campaign("planned")
    assert desk.ask("POST", taken(registry.site(1))).status_code == 200
    undo = taken(registry.site(1), registry.site(2))
    one = next(each.id for each in registry.held(app).values() if each.code == "S-0001")
    campaign("drawn", sites=[one])
    refused = desk.ask("POST", undo)
    assert problem_of(refused) == "registry.used"
    assert refused.get_json()["problem"]["details"]["count"] == 2


def test_a_site_that_moved_out_of_the_campaign_keeps_its_visit(app, desk, campaign):
    made = campaign("drawn", region=SHIQIAO)
    with app.app_context(), transaction():
        site = sites.by_id(demo.site_id(SHIQIAO))
        sites.put(replace(site, region="990123102"))
    [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
    assert visit["site"]["region"] == "990123102"
