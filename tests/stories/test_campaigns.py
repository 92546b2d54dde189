"""Stories of a campaign: from the plan to the draw to the morning of the visit, to somebody who is ill, to the end."""

from __future__ import annotations

import json

import pytest

from mingcha.core.campaign import misfits
from mingcha.core.checklist.model import Checklist
from mingcha.core.draw import commitment
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, demo, opening
from mingcha.store import accounts, audit, people
from mingcha.store.db import transaction
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import CHEN, COUNTY, LIN, SHI, SHIQIAO, WU, ZHAO, ZHOU, Person
from tests.conftest import PASSWORD, problem_of
from tests.stories.phone import Phone, new_id
from tests.visits import photo_bytes, small_checklist

__all__ = ["campaign", "crew", "desk", "hands", "list_", "plan"]


def known_to(client):
    """The ids of what a phone gets at its first sync."""
    phone = Phone(client, "-", "phone-that-looks")
    phone.sync()
    return set(phone.known)


def tie(app, username, **ties):
    with app.app_context(), transaction():
        account = accounts.by_username(username)
        people.put(people.Person(account.id, account.tenant, ties=ties))


def trail(client, deed):
    return [each for each in client.get("/api/v1/audit?limit=200").get_json()["events"] if each.get("deed") == deed]


def kept(app, deed):
    """Everything of this deed as it was written down, whoever may read it."""
    with app.app_context():
        return [each for each in audit.latest(COUNTY, COUNTY, limit=200) if each["deed"] == deed]


# The draw


def test_a_seed_is_promised_first_and_told_only_once_it_was_used(desk, campaign):
    made = campaign("committed")
    before = desk.get(f"/campaigns/{made}")
    assert before["seed"] is None
    assert len(before["commitment"]) == 64
    drawn = desk.post(f"/campaigns/{made}/draw")
    assert commitment(drawn["seed"]) == before["commitment"]
    record = desk.get(f"/campaigns/{made}/draws/1")
    assert misfits(record, before["commitment"]) == []
    assert len(record["visits"]) == len(demo.TOWNS)


def test_a_seed_may_come_from_a_public_number_that_was_named_beforehand(desk, campaign):
    made = campaign("planned")
    promised = desk.post(f"/campaigns/{made}/commitment", source="双色球 2026136 期")["commitment"]
    refused = desk.ask("POST", f"/campaigns/{made}/draw", {})
    assert problem_of(refused) == "draw.number_wanted"
    desk.post(f"/campaigns/{made}/draw", number="03 11 27")
    assert misfits(desk.get(f"/campaigns/{made}/draws/1"), promised) == []


def test_the_pool_is_frozen_with_the_seed(app, desk, campaign, crew):
    made = campaign("committed")
    tie(app, "lin", own_town=["990123"])
    assert desk.get(f"/campaigns/{made}/pool")["frozen"] is True
    desk.post(f"/campaigns/{made}/draw")
    assert any(crew["lin"] in each["team"] for each in desk.get(f"/campaigns/{made}/draws/1")["visits"])


def test_nobody_is_drawn_for_their_own_town_unless_the_rule_is_off(app, desk, campaign, crew):
    tie(app, "lin", own_town=[SHIQIAO], relative=["990123102"])
    for rules, free in ((["own_town", "relative"], False), (["relative"], True)):
        pool = desk.get(f"/campaigns/{campaign('planned', rules=rules)}/pool")["pool"]
        ties = next(each for each in pool["inspectors"] if each["id"] == crew["lin"])["ties"]
        assert (SHIQIAO in {each["region"] for each in ties}) is not free


def test_whoever_inspected_a_site_last_time_does_not_go_there_again(app, desk, campaign, client_of, crew):
    first = campaign("running")
    before = {each["site"]["id"]: {one["id"] for one in each["team"]} for each in desk.get(f"/campaigns/{first}/visits")["visits"]}
    with app.app_context():
        from mingcha.store import campaigns

        with transaction():
            for each in campaigns.drawn(first):
                campaigns.set_opening(each.id, each.opens_at.replace(year=2020))
        assert opening.open_due() == len(before)
        # All but one are begun; to be set up is not to inspect.
        *begun, other = campaigns.drawn(first)
    clients = {account: client_of(Person(name, "", "inspector", "990123")) for name, account in crew.items()}
    for each in begun:
        phone = Phone(clients[each.team[0]], each.id, f"phone-{each.id[:8]}")
        phone.say("1", "met")
        phone.sync()
    second = campaign("drawn")
    for each in desk.get(f"/campaigns/{second}/visits")["visits"]:
        if each["site"]["id"] != other.site:
            assert not before[each["site"]["id"]] & {one["id"] for one in each["team"]}
    pool = desk.get(f"/campaigns/{second}/pool")["pool"]
    assert not [one["id"] for one in pool["inspectors"] if other.site in one["last"]]
    assert sorted({site for one in pool["inspectors"] for site in one["last"]}) == sorted(each.site for each in begun)


def test_an_impossible_pool_says_which_rule_makes_it_so(app, desk, campaign):
    for name in ("lin", "zhao", "sun", "li", "he"):
        tie(app, name, relative=[SHIQIAO])
    made = campaign("planned")
    [found] = desk.get(f"/campaigns/{made}/pool")["hindrances"]
    assert (found["free"], found["blame"]) == (1, ["relative"])
    refused = desk.ask("POST", f"/campaigns/{made}/commitment", {})
    assert problem_of(refused) == "draw.impossible"
    assert "relative" in refused.get_json()["problem"]["message"]["en"]


def test_a_redraw_needs_a_reason_and_a_new_seed_and_keeps_the_old_draw(desk, campaign):
    made = campaign("drawn")
    first = desk.get(f"/campaigns/{made}/draws/1")
    assert desk.ask("POST", f"/campaigns/{made}/redraw", {"reason": ""}).status_code == 422
    assert desk.post(f"/campaigns/{made}/redraw", reason="名单漏了一个镇")["state"] == "planned"
    desk.post(f"/campaigns/{made}/commitment")
    desk.post(f"/campaigns/{made}/draw")
    kept = desk.get(f"/campaigns/{made}/draws")["draws"]
    assert [(each["number"], each["kind"], each["reason"]) for each in kept] == [
        (1, "draw", ""), (2, "redraw", "名单漏了一个镇"), (3, "draw", ""),
    ]
    assert desk.get(f"/campaigns/{made}/draws/1") == first
    assert desk.get(f"/campaigns/{made}/draws/3")["seed"] != first["seed"]
    desk.post(f"/campaigns/{made}/start")
    for method, path, body in (("POST", "/redraw", {"reason": "x"}), ("DELETE", "", None)):
        assert problem_of(desk.ask(method, f"/campaigns/{made}{path}", body)) == "campaign.state"


def test_steps_are_done_in_their_order_alone(desk, campaign):
    made = campaign("planned")
    for path in ("draw", "start", "close", "publication"):
        assert problem_of(desk.ask("POST", f"/campaigns/{made}/{path}", {})) == "campaign.state", path
    desk.post(f"/campaigns/{made}/commitment")
    assert problem_of(desk.ask("POST", f"/campaigns/{made}/commitment", {})) == "campaign.state"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"team": 1}, "team"), ({"region": "990456"}, "region"), ({"to_on": "2026-09-01"}, "from_on"), ({"days": []}, "days"),
        ({"days": ["2026-10-30"]}, "days"), ({"rules": ["dislikes"]}, "rules"), ({"regions": ["990456101"]}, "regions"),
        ({"sites": ["7b1f7a36-53a5-5d61-9a5f-0c6d1a0f9e11"]}, "sites"), ({"release": {"mode": "hour", "hour": "25:00"}}, "release"),
        ({"title": {"zh": " "}}, "title"), ({"from_on": "morgen"}, "from_on"), ({"wanted": 0}, "wanted"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_with_its_reason(desk, plan, crew, change, why):
    refused = desk.ask("POST", "/campaigns", {**plan, **change})
    assert refused.status_code == 422
    assert why in refused.get_json()["problem"]["details"]["why"]


@pytest.mark.parametrize("usual", ["campaign", "listed"])
def test_a_reading_that_needs_the_counts_of_units_nobody_visits_is_refused_in_words(app, desk, plan, usual):
    """“21个单位（含派出所）”: nothing in the house holds the counts of police stations, so its places would be wrong."""
    asked = {"id": "rank_units", "value": usual, "choices": ["campaign", "listed"], "text": {"zh": "在哪些单位中排名", "en": "Among whom"}}
    content = small_checklist()
    content |= {"version": f"units-{usual}", "settings": [*content["settings"], asked]}
    with app.app_context():
        digest = checklists.keep(content, Checklist.parse(content)).digest
    for chosen in ({"rank_units": "listed"}, {} if usual == "listed" else {"rank_units": "listed"}):
        refused = desk.ask("POST", "/campaigns", {**plan, "checklist": digest, "settings": chosen})
        assert (refused.status_code, problem_of(refused)) == (422, "campaign.listed_units")
        assert "派出所" in refused.get_json()["problem"]["message"]["zh"]
        assert "police stations" in refused.get_json()["problem"]["message"]["en"]
    saved = desk.post("/campaigns", **{**plan, "checklist": digest, "settings": {"rank_units": "campaign"}})
    assert saved["settings"] == {"rank_units": "campaign"}


def test_a_plan_is_saved_twice_only_by_whoever_saw_the_first_save(desk, campaign, plan):
    made = campaign("planned")
    assert desk.ask("PUT", f"/campaigns/{made}", {**plan, "wanted": 3, "seq": 1}).status_code == 200
    assert problem_of(desk.ask("PUT", f"/campaigns/{made}", {**plan, "seq": 1})) == "campaign.moved"
    assert desk.get(f"/campaigns/{made}")["wanted"] == 3
    assert desk.ask("DELETE", f"/campaigns/{made}").status_code == 204


# The morning


def test_a_visit_reaches_its_team_at_its_hour_and_nobody_before(app, hands, desk, campaign, client_of, crew):
    made = campaign("running")
    first = desk.get(f"/campaigns/{made}/visits")["visits"][0]
    names = {account: name for name, account in crew.items()}
    one = Person(names[first["team"][0]["id"]], "", "inspector", "990123")
    month, day = (int(part) for part in first["visit_on"].split("-")[1:])
    hands.set(month, day, 7, 29)
    with app.app_context():
        opening.open_due()
    client = client_of(one)
    assert first["id"] not in known_to(client)
    assert client.get(f"/api/v1/inspections/{first['id']}").status_code == 404
    hands.set(month, day, 7, 30)
    with app.app_context():
        assert opening.open_due() >= 1
        assert opening.open_due() == 0
    assert first["id"] in known_to(client)
    [seen] = [each for each in kept(app, "assignment.seen") if each["subject"].endswith(first["id"])]
    assert seen["actor"] == first["team"][0]["id"]
    known_to(client)
    assert len([each for each in kept(app, "assignment.seen") if each["subject"].endswith(first["id"])]) == 1
    assert trail(client_of(CHEN), "assignment.seen") == []
    phone = Phone(client, first["id"])
    phone.say("1", "met")
    phone.sync()
    assert seen in trail(client_of(CHEN), "assignment.seen")
    told = next(each for each in desk.get(f"/campaigns/{made}/visits")["visits"] if each["id"] == first["id"])
    assert {each["id"]: bool(each["seen_at"]) for each in told["team"]}[seen["actor"]]


def test_in_the_mode_of_departure_a_visit_opens_when_one_of_the_team_sets_out(hands, desk, campaign, client_of, crew):
    made = campaign("running", release={"mode": "departure"})
    visit = desk.get(f"/campaigns/{made}/visits")["visits"][0]
    names = {account: name for name, account in crew.items()}
    one, other = (client_of(Person(names[each["id"]], "", "inspector", "990123")) for each in visit["team"])
    assert one.post("/api/v1/departure").get_json() == {"opened": 0}
    hands.set(*(int(part) for part in visit["visit_on"].split("-")[1:]), 8, 20)
    assert visit["id"] not in known_to(other)
    assert one.post("/api/v1/departure").get_json()["opened"] >= 1
    assert visit["id"] in known_to(other)
    assert one.post("/api/v1/departure").get_json() == {"opened": 0}


def test_readers_and_supervisors_of_a_town_see_a_drawn_visit_from_its_first_step_on(app, hands, desk, campaign, client_of, crew):
    made = campaign("running", sites=[demo.site_id(SHIQIAO)])
    [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
    desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
    with app.app_context():
        account_flow.add(None, username="town", name="镇", role="supervisor", scope=SHIQIAO, password=PASSWORD)
    town = client_of(Person("town", "镇", "supervisor", SHIQIAO))

    def seen_by(client):
        queue = client.get("/api/v1/inspections").get_json()["inspections"]
        listed = visit["id"] in {each["id"] for each in queue}
        assert (client.get(f"/api/v1/inspections/{visit['id']}").status_code == 200) is listed
        return listed

    assert (seen_by(desk.client), seen_by(client_of(WU)), seen_by(town)) == (True, False, False)
    names = {account: name for name, account in crew.items()}
    phone = Phone(client_of(Person(names[visit["team"][0]["id"]], "", "inspector", "990123")), visit["id"])
    phone.say("1", "met")
    phone.sync()
    assert (seen_by(desk.client), seen_by(client_of(WU)), seen_by(town)) == (True, True, True)


def test_the_trail_gives_no_town_away_before_the_visit(app, desk, campaign, client_of):
    made = campaign("running", sites=[demo.site_id(SHIQIAO)])
    [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
    desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
    written = kept(app, "inspection.create") + kept(app, "draw.run")
    assert {each["deed"] for each in written} == {"inspection.create", "draw.run"}
    for each in written:
        assert each["region"] == "990123"
    [learned] = trail(client_of(CHEN), "draw.read")
    assert learned["actor"] == desk.get("/session")["user"]["id"]


def test_somebody_is_ill_and_another_steps_in_by_lot(app, hands, desk, campaign, client_of, crew):
    tie(app, "xu", relative=["990123"])
    made = campaign("running")
    visit = desk.get(f"/campaigns/{made}/visits")["visits"][0]
    desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
    names = {account: name for name, account in crew.items()}
    ill, stays = (each["id"] for each in visit["team"])
    clients = {account: client_of(Person(name, "", "inspector", "990123")) for account, name in names.items()}
    assert visit["id"] in known_to(clients[ill])
    assert problem_of(desk.ask("POST", f"/campaigns/{made}/swaps",
                               {"visit": visit["id"], "out": ill, "into": crew["xu"], "reason": "病"})) == "draw.recused"
    swapped = desk.post(f"/campaigns/{made}/swaps", visit=visit["id"], out=ill, reason="发烧")
    assert swapped["in"] not in (ill, stays, crew["xu"])
    assert visit["id"] not in known_to(clients[ill])
    assert visit["id"] in known_to(clients[swapped["in"]])
    assert visit["id"] in known_to(clients[stays])
    [event] = [each for each in desk.get(f"/campaigns/{made}/draws")["draws"] if each["kind"] == "swap"]
    assert (event["reason"], event["swap"]["by_lot"]) == ("发烧", True)
    absent = sorted(set(crew.values()) - {swapped["in"], stays})
    left = desk.ask("POST", f"/campaigns/{made}/swaps", {"visit": visit["id"], "out": stays, "absent": absent, "reason": "x"})
    assert problem_of(left) == "draw.nobody_left"


# The end


def finish(app, desk, client_of, crew, visit, faults=()):
    names = {account: name for name, account in crew.items()}
    phone = Phone(client_of(Person(names[visit["team"][0]["id"]], "", "inspector", "990123")), visit["id"], f"phone-{visit['id'][:8]}")
    phone.sync()
    for number in ("1", "2", "3", "4"):
        phone.say(number, "not_met" if number in faults else "met")
    for number in faults:
        phone.write(f"finding/{number}:a", {"indicator": number, "clause": "a", "item": None, "case": None}, "add")
    data = photo_bytes()
    photo = phone.announce(data, "4")
    phone.write("visit/submitted", {"at": "2026-09-22T03:00:00.000Z"})
    phone.sync()
    assert phone.upload(photo, data).status_code == 201
    seen = desk.get(f"/inspections/{visit['id']}")["seq"]
    desk.post(f"/inspections/{visit['id']}/approval", seen=seen)


def test_closing_makes_places_final_and_says_what_is_left_out(app, hands, desk, campaign, client_of, crew):
    made = campaign("running", wanted=3)
    visits = desk.get(f"/campaigns/{made}/visits")["visits"]
    desk.post(f"/campaigns/{made}/release", visits=[each["id"] for each in visits])
    finish(app, desk, client_of, crew, visits[0], ("1", "2"))
    finish(app, desk, client_of, crew, visits[1])
    assert problem_of(desk.ask("POST", f"/campaigns/{made}/close", {})) == "campaign.unfinished"
    final = desk.post(f"/campaigns/{made}/close", reason="第三处停电")["final"]
    assert final["left"] == 1
    assert [(each["site"], each["place"], each["low"]) for each in final["standings"]] == [
        (visits[1]["site"]["id"], [1, 1], "8"), (visits[0]["site"]["id"], [2, 2], "7"),
    ]
    assert desk.post(f"/campaigns/{made}/publication")["state"] == "published"
    reader = client_of(WU)
    assert reader.get(f"/api/v1/campaigns/{made}/draws/1").status_code == 200
    assert len(reader.get(f"/api/v1/campaigns/{made}/board").get_json()["towns"]) == len(demo.TOWNS)


def test_the_board_shows_how_far_what_is_stuck_and_which_towns_are_covered(app, hands, desk, campaign, client_of, crew):
    made = campaign("running", wanted=4)
    visits = desk.get(f"/campaigns/{made}/visits")["visits"]
    desk.post(f"/campaigns/{made}/release", visits=[each["id"] for each in visits[:2]])
    finish(app, desk, client_of, crew, visits[0])
    hands.set(9, 30)
    board = desk.get(f"/campaigns/{made}/board")
    assert {name: board["progress"][name] for name in ("visits", "approved", "assigned", "drawn")} == {
        "visits": 4, "approved": 1, "assigned": 1, "drawn": 2,
    }
    why = {each["visit"]: each["why"] for each in board["stuck"]}
    assert why[visits[1]["id"]] == ["unseen", "not_begun"]
    assert why[visits[2]["id"]] == ["not_opened"]
    town = next(each for each in board["towns"] if each["region"] == visits[0]["site"]["region"])
    assert (town["state"], town["sites"][0]["lat"][:2]) == ("approved", "36")
    assert "inspector" not in json.dumps([board["stuck"], board["towns"], board["progress"]])
    assert not set(crew.values()) & set(json.dumps([board["stuck"], board["towns"], board["days"]]).split('"'))
    same = desk.ask("GET", f"/campaigns/{made}/board", headers={"If-None-Match": f'"{board["digest"]}"'})
    assert (same.status_code, same.data) == (304, b"")
    part = client_of(WU).get(f"/api/v1/campaigns/{made}/board").get_json()
    states = {site["state"] for each in part["towns"] for site in each["sites"]}
    assert states == {None, "approved"}


# Outside campaigns


@pytest.fixture
def begun(list_, client_of, crew):
    """林 begins a visit where she stands, without a network; this is what her phone sends later."""

    def send(client=None, inspection=None, **change):
        told = {"id": inspection or new_id(), "site": demo.site_id("990123103"), "checklist": list_,
                "begun_at": "2026-09-21T02:00:00.000Z", **change}
        return told["id"], (client or client_of(LIN)).post("/api/v1/visits", json=told)

    return send


def test_a_visit_begun_offline_is_taken_in_once_with_its_steps(hands, begun, client_of):
    client = client_of(LIN)
    visit, answer = begun(client)
    assert answer.status_code == 201
    phone = Phone(client, visit)
    phone.say("1", "met")
    assert set(phone.sync().values()) == {"applied"}
    again = begun(client, visit)[1]
    assert again.get_json()["inspection"]["id"] == visit
    assert problem_of(begun(client, visit, site=demo.site_id("990123104"))[1]) == "visit.id_taken"
    assert problem_of(begun(client_of(ZHAO), visit)[1]) == "visit.id_taken"
    assert problem_of(begun(site="7b1f7a36-53a5-5d61-9a5f-0c6d1a0f9e11")[1]) == "not_found"
    assert problem_of(begun(client_of(SHI))[1]) == "not_allowed"


def test_a_lone_inspectors_visit_waits_for_a_second_before_it_is_approved(app, hands, desk, begun, client_of, crew):
    client = client_of(LIN)
    visit, _ = begun(client)
    phone = Phone(client, visit)
    for number in ("1", "2", "3", "4"):
        phone.say(number, "met")
    data = photo_bytes()
    photo = phone.announce(data, "4")
    phone.write("visit/submitted", {"at": "2026-09-21T03:00:00.000Z"})
    phone.sync()
    phone.upload(photo, data)
    seen = desk.get(f"/inspections/{visit}")["seq"]
    assert problem_of(desk.ask("POST", f"/inspections/{visit}/approval", {"seen": seen})) == "inspection.team"
    assert client_of(ZHAO).post(f"/api/v1/visits/{visit}/team", json={"account": crew["zhao"]}).status_code == 404
    assert client.post(f"/api/v1/visits/{visit}/team", json={"account": crew["zhao"]}).status_code == 200
    assert visit in known_to(client_of(ZHAO))
    desk.post(f"/inspections/{visit}/approval", seen=desk.get(f"/inspections/{visit}")["seq"])


def test_a_tie_keeps_an_inspector_away_outside_campaigns_too(app, begun):
    tie(app, "lin", relative=["990123103"])
    assert problem_of(begun()[1]) == "draw.recused"


def test_only_who_looks_after_the_whole_campaign_may_touch_it(campaign, client_of, plan):
    made = campaign("drawn")
    for person, status in ((LIN, 403), (SHI, 403), (CHEN, 403), (WU, 404)):
        assert client_of(person).get(f"/api/v1/campaigns/{made}/visits").status_code == status
    assert client_of(WU).get(f"/api/v1/campaigns/{made}").get_json()["id"] == made
    assert client_of(ZHOU).post("/api/v1/campaigns", json={**plan, "region": "990456"}).status_code == 422
