"""The record of a draw: everything that went in and came out, and whether it follows."""

from collections.abc import Mapping
from typing import Any

from mingcha.core.canonical import digest
from mingcha.core.draw.draw import RULE, Visits, commitment, draw
from mingcha.core.draw.pool import Pool
from mingcha.core.problems import Refused


def transcript(pool: Pool, seed: str, visits: Visits) -> dict[str, Any]:
    """`digest` names the record; change anything in it and it is another one."""
    record = {
        "rule": RULE,
        "commitment": commitment(seed),
        "seed": seed,
        "pool": pool.json(),
        "visits": [{"site": site, "team": team} for site, team in visits],
    }
    return {**record, "digest": digest(record)}


def differences(record: Mapping[str, Any], published: str | None = None) -> list[str]:
    """What does not follow in a record: none means anyone may trust it. `published` is the commitment made beforehand.

    Words: `rule`, `commitment`, `digest`, `visits`, or `impossible` when the pool allows no draw at all.
    """
    if record.get("rule") != RULE:
        return ["rule"]
    seed = str(record.get("seed"))
    pool = Pool.of(record["pool"])
    try:
        again = transcript(pool, seed, draw(pool, seed))
    except Refused:
        return ["impossible"]
    found = [part for part in ("commitment", "visits", "digest") if record.get(part) != again[part]]
    if published is not None and published != again["commitment"] and "commitment" not in found:
        found.insert(0, "commitment")
    return found
