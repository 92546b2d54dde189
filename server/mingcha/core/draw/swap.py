"""Who steps in for somebody who cannot go: by lot among those who may and have least to do."""

from collections.abc import Collection, Mapping

from mingcha.core.draw.dice import Dice
from mingcha.core.draw.pool import Pool
from mingcha.core.draw.recusal import recusals
from mingcha.core.problems import Refused


def may_step_in(pool: Pool, site: str, team: Collection[str], absent: Collection[str]) -> list[str]:
    """Everyone of the pool who may take a place in this team, sorted by id."""
    place = next(each for each in pool.sites if each.id == site)
    return [
        one.id for one in pool.inspectors if one.id not in team and one.id not in absent and not recusals(one, place)
    ]


def step_in(
    pool: Pool, site: str, team: Collection[str], load: Mapping[str, int], absent: Collection[str], seed: str
) -> str:
    """Raises Refused("draw.nobody_left", blame=…) where the rules, or the absences, leave nobody."""
    free = may_step_in(pool, site, team, absent)
    if not free:
        place = next(each for each in pool.sites if each.id == site)
        left = [one for one in pool.inspectors if one.id not in team and one.id not in absent]
        blame = sorted({rule for one in left for rule in recusals(one, place)})
        raise Refused("draw.nobody_left", blame=", ".join(blame) or "–")
    fewest = min(load.get(one, 0) for one in free)
    idle = [one for one in free if load.get(one, 0) == fewest]
    return idle[Dice(seed).below(len(idle))]
