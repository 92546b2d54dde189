"""Writes `draws.json`: pools of every kind with their whole record. Run once for each new rule of the draw.

    PYTHONPATH=server:. python -m tests.vectors.draw.make
"""

import json
import random
from pathlib import Path

from mingcha.core.draw import Pool, draw, hindrances, recusals, transcript

KINDS = ("own_town", "relative", "former_post", "named")


def main() -> None:
    dice = random.Random(20261122)
    cases = []
    while len(cases) < 40:
        pool = Pool.of(_told(dice, len(cases)))
        if hindrances(pool):
            continue
        seed = f"{dice.getrandbits(256):064x}" if len(cases) % 2 else f"福彩3D 2026{len(cases):03} 期"
        visits = draw(pool, seed)
        why = f"{pool.wanted} of {len(pool.sites)} sites, teams of {pool.team} out of {len(pool.inspectors)}, case {len(cases)}"
        first = [recusals(pool.inspectors[0], site) for site in pool.sites]
        cases.append({"why": why, "record": transcript(pool, seed, visits), "first_person": first})
    path = Path(__file__).with_name("draws.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n", "utf-8")


def _told(dice: random.Random, number: int) -> dict:
    sites = [{"id": f"s{n}", "region": f"990123{n:03}"} for n in range(1, dice.randint(2, 30))]
    people = []
    for _n in range(dice.randint(3, 12)):
        ties = []
        for _tie in range(dice.randint(0, 2)):
            rule = dice.choice(KINDS)
            where = {"site": dice.choice(sites)["id"]} if rule == "named" else {"region": dice.choice(sites)["region"]}
            ties.append({"rule": rule, **where})
        last = [site["id"] for site in sites if dice.random() < 0.1 * (number % 3)]
        people.append({"id": f"p{dice.getrandbits(40):x}", "ties": ties, "last": last})
    return {"sites": sites, "inspectors": people, "wanted": dice.randint(1, len(sites)), "team": dice.choice((2, 2, 3))}


if __name__ == "__main__":
    main()
