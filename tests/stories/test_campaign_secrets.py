"""What readers and administrators are not told of a campaign before its visits have begun, or before it has closed."""

from __future__ import annotations

import json

from mingcha.core.trail import Head, Link, verify
from mingcha.flows import accounts as account_flow
from mingcha.flows import demo
from mingcha.store import sites
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import CHEN, SHIQIAO, WU, Person
from tests.conftest import PASSWORD
from tests.stories.phone import Phone
from tests.stories.test_campaigns import known_to, trail

__all__ = ["campaign", "crew", "desk", "hands", "list_", "plan"]


def test_readers_of_the_trail_learn_nothing_of_a_visit_before_it_has_begun(app, desk, campaign, client_of, crew):
    made = campaign("running", sites=[demo.site_id(SHIQIAO)])
    [visit] = desk.get(f"/campaigns/{made}/visits")["visits"]
    desk.post(f"/campaigns/{made}/release", visits=[visit["id"]])
    ill = visit["team"][0]["id"]
    going = desk.post(f"/campaigns/{made}/swaps", visit=visit["id"], out=ill, reason="去石桥的人病了")["team"]
    names = {account: name for name, account in crew.items()}
    with app.app_context():
        account_flow.add(None, username="town", name="镇", role="viewer", scope=SHIQIAO, password=PASSWORD)
        place = sites.by_id(visit["site"]["id"])
    town = client_of(Person("town", "镇", "viewer", SHIQIAO))
    clients = [client_of(WU), client_of(CHEN), town]
    team = {account: client_of(Person(names[account], "", "inspector", "990123")) for account in going}
    assert visit["id"] in known_to(team[going[0]])
    secret = [visit["id"], place.id, place.name["zh"], "去石桥的人病了"]
    for client in clients:
        said = client.get("/api/v1/audit?limit=200").get_json()["events"]
        assert not [word for word in secret if word in json.dumps(said, ensure_ascii=False)]
        about = [each for each in said if not each.get("deed", "").startswith(("session.", "account."))]
        assert not [one for one in crew.values() if one in json.dumps(about)]
    assert not [each for each in said if each["details"].get("withheld")]  # the town's: not even that there is one
    events = clients[0].get("/api/v1/audit?limit=200").get_json()["events"]
    assert {"withheld": True} in [each["details"] for each in events]
    chain = [Link(each["seq"], each["digest"], each["link"], None) for each in reversed(events)]
    assert verify(chain, Head(chain[-1].seq, chain[-1].link)) == []

    phone = Phone(team[going[0]], visit["id"])
    phone.say("1", "met")
    phone.sync()
    for client in clients[:2]:
        [created] = trail(client, "inspection.create")
        assert (created["details"]["site"], set(created["details"]["team"])) == (place.id, {one["id"] for one in visit["team"]})
        assert trail(client, "draw.swap")[0]["details"] == {"withheld": True}
    desk.post(f"/campaigns/{made}/close", reason="到此为止")
    assert trail(clients[0], "draw.swap")[0]["details"]["out"] == ill


def test_pages_of_the_trail_miss_nothing_where_words_are_withheld(app, desk, campaign, client_of):
    made = campaign("running")
    desk.post(f"/campaigns/{made}/release", visits=[each["id"] for each in desk.get(f"/campaigns/{made}/visits")["visits"]])
    reader, found, before = client_of(WU), [], ""
    while page := reader.get(f"/api/v1/audit?limit=7{before}").get_json()["events"]:
        found += [each["seq"] for each in page]
        before = f"&before={found[-1]}"
    assert found == list(range(found[0], 0, -1))


def test_readers_cannot_draw_again_before_the_closing(desk, campaign, client_of):
    made = campaign("running", sites=[demo.site_id(SHIQIAO)])
    reader = client_of(WU)
    addresses = (f"/campaigns/{made}", "/campaigns", f"/campaigns/{made}/board", f"/campaigns/{made}/draws")
    seed = desk.get(f"/campaigns/{made}")["seed"]

    def told():
        return [reader.get(f"/api/v1{each}").get_json() for each in addresses]

    one, every, board, draws = told()
    for each in (one, every["campaigns"][0], board["campaign"]):
        assert [each[name] for name in ("seed", "sites", "regions", "inspectors")] == [None] * 4
        assert (each["withheld"], each["source"]) == (True, {"kind": "random"})
    assert seed not in json.dumps([one, every, board, draws])
    assert demo.site_id(SHIQIAO) not in json.dumps([one, every, draws])
    desk.post(f"/campaigns/{made}/close", reason="到此为止")
    one, *_ = told()
    assert (one["seed"], one["sites"], "withheld" in one) == (seed, [demo.site_id(SHIQIAO)], False)
