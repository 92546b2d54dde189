"""Open work goes to whom the rules of its campaign let go there, and nobody hears of a visit by way of its hand-over."""

import pytest

from mingcha.flows import accounts as account_flow
from mingcha.flows import demo
from mingcha.store import accounts, audit, people
from mingcha.store.db import transaction
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import CHEN, COUNTY, SHIQIAO, WU, ZHOU, Person
from tests.conftest import PASSWORD, problem_of
from tests.stories.phone import Phone

__all__ = ["campaign", "crew", "desk", "hands", "list_", "plan"]


def tie(app, username, **ties):
    with app.app_context(), transaction():
        account = accounts.by_username(username)
        people.put(people.Person(account.id, account.tenant, ties=ties))


def hand_over(desk, visit, giver, taker):
    return desk.ask("POST", "/hand-over", {"giver": giver, "taker": taker, "visits": [visit], "reason": "病假"})


def why_not(answer):
    assert problem_of(answer) == "handover.obstacle", answer.get_json()
    return answer.get_json()["problem"]["details"]["why"]


@pytest.fixture
def released(desk, campaign):
    """The id of a campaign's one visit, at Shiqiao, open to its team; and the campaign's."""

    def run(**change):
        made = campaign("running", sites=[demo.site_id(SHIQIAO)], **change)
        [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
        desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
        return made, visit["id"], [each["id"] for each in visit["team"]]

    return run


@pytest.fixture
def town(app, client_of):
    """Leads the town of Shiqiao alone."""
    with app.app_context():
        account_flow.add(None, username="town", name="镇", role="supervisor", scope=SHIQIAO, password=PASSWORD)
    return client_of(Person("town", "镇", "supervisor", SHIQIAO))


def test_who_may_not_be_drawn_for_a_place_does_not_get_it_by_hand_either(app, desk, released, crew):
    _, visit, team = released(rules=["own_town", "relative", "former_post", "named"])
    others = [name for name, account in crew.items() if account not in team]
    tie(app, others[0], own_town=[SHIQIAO])
    tie(app, others[1], relative=["990123102"], former_post=[SHIQIAO])
    tie(app, others[2], relative=["990123102"])
    [work] = desk.get("/hand-over")["work"]
    obstacles = {name: work["obstacles"].get(crew[name]) for name in others}
    assert obstacles == {others[0]: "own_town", others[1]: "former_post", others[2]: None, others[3]: None}
    assert why_not(hand_over(desk, visit, team[0], crew[others[0]])) == "own_town"
    assert why_not(hand_over(desk, visit, team[0], crew[others[1]])) == "former_post"
    assert hand_over(desk, visit, team[0], crew[others[2]]).get_json() == {"handed": 1}


def test_only_the_rules_that_the_campaign_switched_on_keep_somebody_away(app, desk, released, crew):
    _, visit, team = released(rules=["relative"])
    taker = next(name for name, account in crew.items() if account not in team)
    tie(app, taker, own_town=[SHIQIAO])
    assert hand_over(desk, visit, team[0], crew[taker]).status_code == 200


def test_who_was_there_the_time_before_does_not_take_it_over(app, desk, released, crew, client_of):
    _, before, _ = released(rules=[])
    with app.app_context():
        from mingcha.store import assignments

        was_there = [each["id"] for each in assignments.teams([before])[before]]
    names = {account: name for name, account in crew.items()}
    phone = Phone(client_of(Person(names[was_there[0]], "", "inspector", "990123")), before)
    phone.say("1", "met")
    phone.sync()
    _, visit, team = released(rules=["inspected_last"])
    assert not set(team) & set(was_there)
    assert why_not(hand_over(desk, visit, team[0], was_there[0])) == "inspected_last"


def test_a_visit_outside_any_campaign_keeps_to_every_recorded_tie(app, desk, crew, list_):
    with app.app_context():
        from mingcha.flows import inspections

        visit = inspections.create(site_id=demo.site_id(SHIQIAO), slug="small", version="1", visit_on="2026-09-22",
                                   team=[crew["lin"], crew["zhao"]], campaign_title="临时")  # fmt: skip
    tie(app, "sun", named=[SHIQIAO], own_town=[SHIQIAO])
    assert why_not(hand_over(desk, visit, crew["lin"], crew["sun"])) == "own_town"
    assert hand_over(desk, visit, crew["lin"], crew["li"]).status_code == 200


def test_a_drawn_visits_record_says_who_took_it_over(app, desk, released, crew, client_of):
    made, visit, team = released(rules=[])
    taker = next(account for account in crew.values() if account not in team)
    assert hand_over(desk, visit, team[0], taker).status_code == 200
    [drawn] = desk.get(f"/campaigns/{made}/visits")["visits"]
    assert {each["id"] for each in drawn["team"]} == {team[1], taker}
    [event] = [each for each in desk.get(f"/campaigns/{made}/draws")["draws"] if each["kind"] == "swap"]
    assert event["reason"] == "病假"
    assert event["swap"] == {"visit": visit, "out": team[0], "in": taker, "by_lot": False}
    with app.app_context():
        [deed] = [each for each in audit.latest(COUNTY, COUNTY, limit=200) if each["deed"] == "assignment.hand_over"]
    assert deed["region"] == "990123"
    told = client_of(CHEN).get("/api/v1/audit?limit=200").get_json()["events"]
    assert not [each for each in told if visit in str(each) or each.get("deed") == "assignment.hand_over"]


def test_a_towns_supervisor_neither_sees_nor_hands_over_a_visit_that_is_still_secret(desk, released, crew, town, client_of):
    _, visit, team = released(rules=[])
    names = {account: name for name, account in crew.items()}
    body = {"giver": team[0], "taker": team[1], "visits": [visit], "reason": "x"}
    assert problem_of(town.post("/api/v1/hand-over", json=body)) == "not_found"
    phone = Phone(client_of(Person(names[team[0]], "", "inspector", "990123")), visit)
    phone.say("1", "met")
    phone.sync()
    assert why_not(town.post("/api/v1/hand-over", json=body)) == "on_team"


def test_a_checklists_users_are_counted_without_visits_that_are_still_secret(desk, released, crew, town, client_of):
    _, visit, team = released(rules=[])
    clients = {"zhou": client_of(ZHOU), "town": town, "wu": client_of(WU), "chen": client_of(CHEN)}

    def counted():
        return {name: sum(each["inspections"] for list_ in client.get("/api/v1/checklists").get_json()["checklists"]
                          for each in list_["versions"]) for name, client in clients.items()}  # fmt: skip

    assert counted() == {"zhou": 1, "town": 0, "wu": 0, "chen": 0}
    names = {account: name for name, account in crew.items()}
    phone = Phone(client_of(Person(names[team[0]], "", "inspector", "990123")), visit)
    phone.say("1", "met")
    phone.sync()
    assert counted() == {"zhou": 1, "town": 1, "wu": 1, "chen": 1}
