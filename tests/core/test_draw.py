"""The draw: by lot, replayable, fair, and never somebody where they must not go."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.core.draw import Pool, commitment, differences, draw, hindrances, recusals, transcript
from mingcha.core.draw.dice import Dice
from mingcha.core.problems import PROBLEMS, Refused, words

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "draw" / "draws.json").read_text("utf-8"))
SEED = "5a" * 32


def pool(sites=11, inspectors=6, wanted=None, team=2, ties=None, last=None):
    """Towns 990123101, 990123102 …; inspectors p01, p02 … with `ties` and `last` by id."""
    people = [
        {"id": f"p{n:02}", "ties": (ties or {}).get(f"p{n:02}", []), "last": (last or {}).get(f"p{n:02}", [])}
        for n in range(1, inspectors + 1)
    ]
    towns = [{"id": f"s{n:04}", "region": f"990123{n:03}" if n < 1000 else f"9901{n:05}"} for n in range(101, 101 + sites)]
    return Pool.of({"sites": towns, "inspectors": people, "wanted": wanted or sites, "team": team})


@st.composite
def pools(dice):
    sites, people = dice(st.integers(1, 14)), dice(st.integers(2, 9))
    town = st.integers(101, 100 + sites).map(lambda n: f"990123{n}")
    tie = st.fixed_dictionaries({"rule": st.sampled_from(["own_town", "relative", "former_post"]), "region": town})
    ties = {f"p{n:02}": dice(st.lists(tie, max_size=3)) for n in range(1, people + 1)}
    site = st.integers(101, 100 + sites).map(lambda n: f"s{n:04}")
    last = {f"p{n:02}": dice(st.lists(site, max_size=3, unique=True)) for n in range(1, people + 1)}
    return pool(sites, people, dice(st.integers(1, sites)), dice(st.integers(2, min(3, people))), ties, last)


# What always holds


@given(pools(), st.text(min_size=1, max_size=20))
def test_nobody_is_drawn_for_a_site_that_a_rule_keeps_them_from_and_every_team_is_whole(drawn_from, seed):
    people = {one.id: one for one in drawn_from.inspectors}
    sites = {site.id: site for site in drawn_from.sites}
    if hindrances(drawn_from):
        with pytest.raises(Refused) as refused:
            draw(drawn_from, seed)
        assert refused.value.code == "draw.impossible"
        return
    visits = draw(drawn_from, seed)
    assert len({site for site, _ in visits}) == len(visits) == drawn_from.wanted
    for site, team in visits:
        assert len(set(team)) == drawn_from.team
        assert all(not recusals(people[one], sites[site]) for one in team)


@given(pools(), st.text(min_size=1, max_size=20))
def test_no_single_change_of_hands_would_make_the_work_more_even(drawn_from, seed):
    if hindrances(drawn_from):
        return
    visits = draw(drawn_from, seed)
    people = {one.id: one for one in drawn_from.inspectors}
    sites = {site.id: site for site in drawn_from.sites}
    load = {one: sum(one in team for _, team in visits) for one in people}
    for site, team in visits:
        for busy in team:
            for idle in people:
                may_go = idle not in team and not recusals(people[idle], sites[site])
                assert not (may_go and load[busy] - load[idle] >= 2)


@given(pools(), st.randoms())
def test_the_order_in_which_the_lists_came_changes_nothing(drawn_from, shuffle):
    told = drawn_from.json()
    shuffle.shuffle(told["sites"])
    shuffle.shuffle(told["inspectors"])
    assert Pool.of(told) == drawn_from


def test_without_recusals_nobody_has_two_visits_more_than_another():
    for seed in range(50):
        load = Counter(one for _, team in draw(pool(11, 6), str(seed)) for one in team)
        assert max(load.values()) - min(load.values()) <= 1


def test_one_changed_bit_of_the_seed_is_another_draw():
    large = pool(20, 6)
    first = draw(large, SEED)
    for bit in range(256):
        other = f"{int(SEED, 16) ^ (1 << bit):064x}"
        assert draw(large, other) != first
        assert commitment(other) != commitment(SEED)


def test_every_site_and_every_person_is_drawn_as_often_as_chance_would_have_it():
    """3 of 6 sites, 2 of 5 people a site, 4,000 draws: each site 2,000 times, each pair of people 1,200. The bounds are
    five standard deviations."""
    sites, pairs = Counter(), Counter()
    small = pool(6, 5, wanted=3)
    for seed in range(4000):
        for site, team in draw(small, f"fair-{seed}"):
            sites[site] += 1
            pairs[tuple(team)] += 1
    assert all(abs(count - 2000) < 158 for count in sites.values())
    assert len(pairs) == 10
    assert all(abs(count - 1200) < 157 for count in pairs.values())


def test_where_a_rule_keeps_somebody_away_the_others_are_drawn_there_as_often_as_one_another():
    """As above, and one of five may not go to one of the six sites: it is drawn 2,000 times all the same, by each of the
    other four 1,000 times, by each pair of them 333 times; again five standard deviations."""
    pairs, people, drawn = Counter(), Counter(), 0
    small = pool(6, 5, wanted=3, ties={"p01": [{"rule": "own_town", "region": "990123101"}]})
    for seed in range(4000):
        for site, team in draw(small, f"recused-{seed}"):
            if site == "s0101":
                drawn += 1
                pairs[tuple(team)] += 1
                people.update(team)
    assert abs(drawn - 2000) < 158
    assert set(people) == {"p02", "p03", "p04", "p05"}
    assert all(abs(count - 1000) < 137 for count in people.values())
    assert len(pairs) == 6
    assert all(abs(count - 333) < 88 for count in pairs.values())


def test_the_dice_are_even_where_the_bound_does_not_divide_the_range():
    dice = Dice("even")
    counts = Counter(dice.below(7) for _ in range(70_000))
    assert all(abs(count - 10_000) < 470 for count in counts.values())


# The rules by name


@pytest.mark.parametrize(
    ("ties", "last", "rule"),
    [
        ([{"rule": "own_town", "region": "990123101"}], [], "own_town"),
        ([{"rule": "relative", "region": "990123101001"}], [], None),
        ([{"rule": "former_post", "region": "990123"}], [], "former_post"),
        ([{"rule": "named", "site": "s0101"}], [], "named"),
        ([{"rule": "named", "site": "s0102"}], [], None),
        ([], ["s0101"], "inspected_last"),
    ],
)
def test_a_recusal_covers_its_region_and_all_below_it_or_one_site_alone(ties, last, rule):
    drawn_from = pool(3, 3, ties={"p01": ties}, last={"p01": last})
    found = recusals(drawn_from.inspectors[0], drawn_from.sites[0])
    assert found == ([rule] if rule else [])


def test_an_impossible_pool_says_which_rule_makes_it_so():
    ties = {"p01": [{"rule": "own_town", "region": "990123101"}], "p02": [{"rule": "relative", "region": "990123101"}]}
    drawn_from = pool(3, 3, ties=ties)
    assert hindrances(drawn_from) == [
        {"site": "s0101", "free": 1, "kept_away": {"own_town": 1, "relative": 1}, "blame": ["own_town", "relative"]}
    ]
    with pytest.raises(Refused) as refused:
        draw(drawn_from, SEED)
    assert "own_town" in words(PROBLEMS["draw.impossible"], refused.value.details)["en"]


def test_a_pool_with_too_few_people_blames_no_rule():
    [only] = hindrances(Pool.of({"sites": [{"id": "s", "region": "9"}], "inspectors": [{"id": "p"}], "wanted": 1, "team": 2}))
    assert only == {"site": "s", "free": 1, "kept_away": {}, "blame": []}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"team": 1}, "draw.team_of_two"),
        ({"wanted": 0}, "draw.too_few_sites"),
        ({"wanted": 4}, "draw.too_few_sites"),
        ({"wanted": "many"}, "draw.pool"),
        ({"sites": [{"id": "s", "region": "9"}] * 2, "wanted": 1}, "draw.pool"),
        ({"inspectors": [{"id": "p", "ties": [{"rule": "dislikes", "region": "9"}]}]}, "draw.pool"),
        ({"inspectors": [{"ties": []}]}, "draw.pool"),
        ({"sites": None}, "draw.pool"),
    ],
)
def test_a_faulty_pool_is_refused_with_its_reason(change, code):
    told = {"sites": [{"id": f"s{n}", "region": "9"} for n in range(3)], "inspectors": [], "wanted": 1, "team": 2}
    with pytest.raises(Refused) as refused:
        Pool.of({**told, **change})
    assert refused.value.code == code


# The record


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["why"])
def test_a_draw_comes_out_as_it_always_did(case):
    record = case["record"]
    assert differences(record) == []
    assert [recusals(Pool.of(record["pool"]).inspectors[0], site) for site in Pool.of(record["pool"]).sites] == case["first_person"]


def test_a_record_that_was_touched_is_found_out():
    drawn_from = pool()
    record = transcript(drawn_from, SEED, draw(drawn_from, SEED))
    published = commitment(SEED)
    assert differences(record, published) == []
    other = f"{int(SEED, 16) ^ 1:064x}"
    redrawn = transcript(drawn_from, other, draw(drawn_from, other))
    assert differences(redrawn, published) == ["commitment"]
    assert differences({**record, "seed": other}) == ["commitment", "visits", "digest"]
    swapped = [{**record["visits"][0], "team": record["visits"][1]["team"]}, *record["visits"][1:]]
    assert differences({**record, "visits": swapped}) == ["visits"]
    assert differences({**record, "rule": "another"}) == ["rule"]


def test_thirteen_hundred_towns_are_shared_evenly_by_two_hundred_inspectors():
    ties = {f"p{n:02}": [{"rule": "own_town", "region": f"990123{101 + n}"}] for n in range(1, 100)}
    large = pool(1300, 200, ties=ties)
    visits = draw(large, SEED)
    load = Counter(one for _, team in visits for one in team)
    assert (len(visits), min(load.values()), max(load.values())) == (1300, 13, 13)
