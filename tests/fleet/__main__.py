"""`python -m tests.fleet`: many runs, one line each, and what became of them. A failing seed replays with `--seed`."""

import argparse
import sys
import time

from tests.fleet.database import Postgres
from tests.fleet.run import Outcome, Plan, run

#: In every third run on PostgreSQL the database itself dies too.
POSTGRES_DIES_EVERY = 3


def main() -> int:
    options = _options()
    nodes = options.nodes or (2 if options.database == "postgresql" else 1)
    first = options.seed if options.seed is not None else int(time.time()) % 1_000_000
    outcomes = []
    postgres = Postgres() if options.database == "postgresql" else None
    try:
        for seed in range(first, first + options.runs):
            dies = postgres is not None and seed % POSTGRES_DIES_EVERY == 0
            plan = Plan(seed, options.phones, options.ops, nodes, postgres_dies=dies)
            outcomes.append(run(plan, postgres))
            print(outcomes[-1].line(), flush=True)
    finally:
        if postgres:
            postgres.close()
    print(_summary(outcomes))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _summary(outcomes: list[Outcome]) -> str:
    passed = sum(outcome.passed for outcome in outcomes)
    faults = sum(number for outcome in outcomes for fate, number in outcome.faults.items() if fate != "pass")
    concurrent = [outcome.verdict.concurrent_percent for outcome in outcomes]
    ops = sum(outcome.verdict.ops for outcome in outcomes)
    return (
        f"{ops} ops, {faults} faults fired, concurrent {min(concurrent):.0f}–{max(concurrent):.0f} %\n"
        f"{passed} passed, {len(outcomes) - passed} failed"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--phones", type=int, default=8)
    parser.add_argument("--ops", type=int, default=200, help="of each phone")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--nodes", type=int, choices=(1, 2), help="default: 2 on postgresql, 1 on sqlite")
    parser.add_argument("--seed", type=int, help="of the first run; the others follow it")
    options = parser.parse_args()
    if options.database == "sqlite" and options.nodes == 2:
        parser.error("on SQLite one node is the rule")
    return options


if __name__ == "__main__":
    sys.exit(main())
