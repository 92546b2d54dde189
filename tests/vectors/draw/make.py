"""Writes `draws.json`: pools of every kind with their whole record; and `records.json`: what a campaign keeps of a draw,
whole and touched. Run once for each new rule of the draw.

    PYTHONPATH=server:. python -m tests.vectors.draw.make
"""

import json
import random
from pathlib import Path

from mingcha.core.campaign import commitment_of_source, misfits, seed_of_public
from mingcha.core.draw import Pool, commitment, draw, hindrances, recusals, transcript
from mingcha.core.draw.days import dates

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
    _write("draws.json", cases)
    _write("records.json", _records([Pool.of(case["record"]["pool"]) for case in cases if case["record"]["pool"]["wanted"] > 3]))


def _records(pools: list[Pool]) -> list[dict]:
    """`misfits`: what does not follow when `published` had been shown beforehand (null: nothing was)."""
    days = ["2026-11-23", "2026-11-24", "2026-11-26"]
    named = "双色球 2026136 期"
    cases = []

    def add(why: str, record: dict, published: str | None) -> None:
        cases.append({"why": why, "record": record, "published": published, "misfits": misfits(record, published)})

    for number, pool in enumerate(pools[:4]):
        public = number % 2
        seed = seed_of_public(named, " 03 11  27 ") if public else f"{number}a" * 32
        source = {"kind": "public", "source": named, "number": "03 11 27"} if public else {"kind": "random"}
        shown = commitment_of_source(named) if public else commitment(seed)
        visits = draw(pool, seed)
        record = {
            **transcript(pool, seed, visits), "days": days, "dates": dates(visits, days), "source": source,
            "committed": shown, "names": {"sites": {}, "inspectors": {}},
        }  # fmt: skip
        add("as it was drawn", record, shown)
        add("as it was drawn, by what was kept", record, None)
        add("another commitment was shown", record, "00" * 32)
        add("the days were changed", {**record, "dates": [*record["dates"][::-1], "2026-11-23"]}, shown)
        add("a visit is gone", {**record, "visits": record["visits"][1:]}, shown)
        add("another seed", {**record, "seed": f"{seed}!"}, shown)
        add("another number", {**record, "source": {**source, "number": "03 11 28"}}, shown)
        add("another rule", {**record, "rule": "by hand"}, shown)
    return cases


def _write(name: str, cases: list[dict]) -> None:
    path = Path(__file__).with_name(name)
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
