"""The draw itself, written so that an auditor can repeat it by hand.

1. The sites, sorted by id, are shuffled: for i from the last place down to the second, place i changes with place
   `below(i + 1)`. The first `wanted` are visited.
2. Site by site, in that order, a team is chosen one by one: of those who may go and are not yet in the team, those with
   the fewest visits so far, sorted by id: of them the one at place `below(how many they are)`.
3. Evening out: while somebody has two visits more than somebody else who could take one of them over, the first such visit
   changes hands: the busiest gives first, of that person's visits the first drawn, to the least busy; equals by id.
"""

import hashlib
from bisect import insort

from mingcha.core.draw.dice import Dice
from mingcha.core.draw.pool import Pool, Site
from mingcha.core.draw.recusal import hindrances, recusals
from mingcha.core.problems import Refused

RULE = "mingcha-draw-1"

#: Site id and the ids of its team, sorted; in the drawn order.
Visits = list[tuple[str, list[str]]]


def draw(pool: Pool, seed: str) -> Visits:
    """Raises Refused("draw.impossible") when the rules leave a site of the pool without a team."""
    hindered = hindrances(pool)
    if hindered:
        raise Refused("draw.impossible", sites=hindered[:20], count=len(hindered), **_first(hindered[0]))
    dice = Dice(seed)
    sites = _shuffled(list(pool.sites), dice)[: pool.wanted]
    free = {site.id: {one.id for one in pool.inspectors if not recusals(one, site)} for site in sites}
    load = {one.id: 0 for one in pool.inspectors}
    visits: Visits = [(site.id, _team(free[site.id], pool.team, load, dice)) for site in sites]
    _even_out(visits, free, load)
    return [(site, sorted(team)) for site, team in visits]


def commitment(seed: str) -> str:
    """What is published before the draw: it fixes the seed and gives nothing of it away."""
    return hashlib.sha256(f"{RULE}:{seed}".encode()).hexdigest()


def _shuffled(sites: list[Site], dice: Dice) -> list[Site]:
    for i in range(len(sites) - 1, 0, -1):
        j = dice.below(i + 1)
        sites[i], sites[j] = sites[j], sites[i]
    return sites


def _team(free: set[str], size: int, load: dict[str, int], dice: Dice) -> list[str]:
    team: list[str] = []
    for _ in range(size):
        left = sorted(free.difference(team))
        fewest = min(load[one] for one in left)
        idle = [one for one in left if load[one] == fewest]
        chosen = idle[dice.below(len(idle))]
        team.append(chosen)
        load[chosen] += 1
    return team


def _even_out(visits: Visits, free: dict[str, set[str]], load: dict[str, int]) -> None:
    of: dict[str, list[int]] = {one: [] for one in load}
    for number, (_, team) in enumerate(visits):
        for one in team:
            of[one].append(number)
    while (change := _unfair(visits, free, load, of)) is not None:
        number, busy, idle = change
        team = visits[number][1]
        team[team.index(busy)] = idle
        of[busy].remove(number)
        insort(of[idle], number)
        load[busy] -= 1
        load[idle] += 1


def _unfair(
    visits: Visits, free: dict[str, set[str]], load: dict[str, int], of: dict[str, list[int]]
) -> tuple[int, str, str] | None:
    """The first visit that should change hands: its place in the drawn order, who gives it, who takes it."""
    idlest = sorted(load, key=lambda one: (load[one], one))
    for busy in sorted(load, key=lambda one: (-load[one], one)):
        for number in of[busy]:
            site, team = visits[number]
            for idle in idlest:
                if load[busy] - load[idle] < 2:
                    break
                if idle in free[site] and idle not in team:
                    return number, busy, idle
        if load[busy] - load[idlest[0]] < 2:
            return None
    return None


def _first(hindered: dict[str, object]) -> dict[str, object]:
    return {"site": hindered["site"], "free": hindered["free"], "blame": hindered["blame"]}
