"""Places of a rank clause among the visits of a campaign: on the desk, in the snapshot, and never told to the wrong person."""

from __future__ import annotations

import pytest

from mingcha.core.access import Actor
from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo, inspections, places, recompute, review
from mingcha.store import accounts
from tests.cast import LIN, SHIQIAO, WU, ZHAO
from tests.visits import indicator, small_checklist

TOWNS = (SHIQIAO, "990123102", "990123001")
COUNT = {"id": "cases", "text": {"zh": "办件量", "en": "cases"}, "unit": {"zh": "件", "en": "cases"}, "type": "count", "min": "0", "max": None,
         "decimals": 0}


def ranked_list():
    """One row for two marks, and one ranked row: first 4, then 0.2 less per place, from the 20th on 0.2."""
    rank = {"id": "a", "kind": "rank", "text": {"zh": "办件量", "en": "cases"}, "measure": "cases", "first": "4",
            "step": "0.2", "from": 20, "rest": "0.2"}
    content = small_checklist(slug="ranked", full_marks="6")
    content["categories"][0]["groups"][0]["indicators"] = [
        indicator("1"), indicator("2", full_marks="4", measures=[COUNT], clauses=[rank])]
    return content


@pytest.fixture
def campaign(app):
    """A visit in each of three towns, by 林 and 赵."""
    with app.app_context():
        content = ranked_list()
        checklist_flow.keep(content, Checklist.parse(content))
        team = [accounts.by_username(person.username).id for person in (LIN, ZHAO)]
        return [
            inspections.create(site_id=demo.site_id(town), slug="ranked", version="1", team=team,
                               campaign_title="第四季度", visit_on="2026-11-22")
            for town in TOWNS
        ]


@pytest.fixture
def count(phone_of):
    def tell(inspection, cases):
        phone = phone_of(LIN, inspection=inspection)
        phone.sync()
        phone.say("1", "met")
        phone.write("answer/2/measure/cases", cases)
        phone.sync()
        return phone

    return tell


def line(zhou, inspection):
    result = zhou.client.get(f"/api/v1/inspections/{inspection}").get_json()["result"]
    return next(each for each in result["lines"] if each["indicator"] == "2"), result


def test_places_follow_the_figures_of_the_campaign_and_stay_provisional(campaign, count, zhou):
    """300, 500, and one not known: the first may be 1st or 2nd of those known, or lose a place to the third."""
    first, second, third = campaign
    count(first, "300")
    count(second, "500")
    assert (line(zhou, first)[0]["low"], line(zhou, first)[0]["high"]) == ("3.6", "3.8")      # place 2 or 3
    assert (line(zhou, second)[0]["low"], line(zhou, second)[0]["high"]) == ("3.8", "4")      # place 1 or 2
    count(third, "400")
    found, result = line(zhou, first)
    assert (found["low"], found["high"]) == ("3.6", "3.6")                                    # 500, 400, 300: third
    assert "第3名，记3.6" in found["working"]["zh"]
    assert result["provisional"] == ["2"]
    assert (result["low"], result["high"]) == ("5.6", "5.6")


def test_the_queue_shows_the_same_totals_as_the_sheets(campaign, count, zhou):
    for inspection, cases in zip(campaign, ("300", "500", "500"), strict=True):
        count(inspection, cases)
    rows = zhou.client.get("/api/v1/inspections").get_json()["inspections"]
    shown = {row["id"]: (row["low"], row["high"]) for row in rows}
    # 500 twice: both first by the setting `shared`, 300 is third.
    assert [shown[each] for each in campaign] == [("5.6", "5.6"), ("6", "6"), ("6", "6")]
    for each in campaign:
        result = line(zhou, each)[1]
        assert (result["low"], result["high"]) == shown[each]


def test_a_snapshot_names_the_places_it_was_scored_at_and_recomputes_when_they_have_moved(app, campaign, count, zhou):
    phone = count(campaign[0], "300")
    second = count(campaign[1], "100")
    count(campaign[2], "50")
    phone.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    phone.sync()
    address = f"/api/v1/inspections/{campaign[0]}"
    answer = zhou.client.post(f"{address}/approval", json={"seen": zhou.client.get(address).get_json()["seq"]})
    assert answer.status_code == 200, answer.get_json()
    snapshot = zhou.client.get(address).get_json()["snapshot"]
    assert snapshot["places"] == {"2/a": [1, 1]}
    assert (snapshot["result"]["low"], snapshot["result"]["provisional"]) == ("6", ["2"])

    second.write("answer/2/measure/cases", "900")
    second.sync()
    assert line(zhou, campaign[0])[0]["high"] == "3.8"
    with app.app_context():
        assert [each.verdict for each in recompute.recompute_all()] == ["same"]


def test_only_who_may_see_every_visit_of_the_county_is_told_places(app, campaign, count, client_of):
    """How many places there are says how many visits there are."""
    count(campaign[0], "300")
    assert line(type("Desk", (), {"client": client_of(WU)}), campaign[0])[0]["high"] == "4"
    with app.app_context():
        inspection = review.inspections.load([campaign[0]])[campaign[0]]
        for role, scope, told in (("supervisor", "990123", True), ("supervisor", SHIQIAO, False),
                                  ("viewer", "990123", True), ("inspector", "990123", False), ("centre", SHIQIAO, False)):
            found = places.of(Actor("somebody", role, scope), inspection, review._checklist)
            assert bool(found) is told, (role, scope)
    seen = line(type("Desk", (), {"client": client_of(LIN)}), campaign[0])[0]
    assert "名次待批次结束后确定" in seen["working"]["zh"]


def test_a_site_visited_again_counts_once_by_its_latest_visit(app, campaign, count, zhou):
    count(campaign[0], "300")
    count(campaign[1], "500")
    count(campaign[2], "100")
    with app.app_context():
        team = [accounts.by_username(person.username).id for person in (LIN, ZHAO)]
        again = inspections.create(site_id=demo.site_id(TOWNS[1]), slug="ranked", version="1", team=team,
                                   campaign_title="第四季度", visit_on="2026-11-23")
    count(again, "200")
    assert line(zhou, campaign[0])[0]["high"] == "4"
    assert line(zhou, again)[0]["high"] == "3.8"
    assert "名次待" in line(zhou, campaign[1])[0]["working"]["zh"]      # replaced: no place of its own
