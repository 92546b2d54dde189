"""`python -m tests.fleet`: many runs, one line each, and what became of them. A failing seed replays with `--seed`."""

import argparse
import sys
import time
import traceback

from tests.fleet.database import Postgres
from tests.fleet.flushing import can_watch, check
from tests.fleet.run import Outcome, Plan, run

#: In every third run on PostgreSQL the database itself dies too.
POSTGRES_DIES_EVERY = 3


def main() -> int:
    options = _options()
    nodes = options.nodes or (2 if options.database == "postgresql" else 1)
    if not options.no_strace and not can_watch():
        print("strace is not here, so nothing would show that data is on the disk before the answer: install it, or say --no-strace")
        return 1
    first = options.seed if options.seed is not None else int(time.time()) % 1_000_000
    outcomes, broken = [], 0
    postgres = Postgres() if options.database == "postgresql" else None
    try:
        flushed = options.no_strace or check(postgres)
        watched = "not checked (--no-strace)" if options.no_strace else f"{'yes' if flushed else 'NO'} (strace)"
        print(f"on the disk before the answer: {watched}", flush=True)
        for seed in range(first, first + options.runs):
            dies = postgres is not None and seed % POSTGRES_DIES_EVERY == 0
            plan = Plan(seed, options.phones, options.ops, nodes, postgres_dies=dies)
            try:
                outcomes.append(run(plan, postgres))
                print(outcomes[-1].line(), flush=True)
            except Exception:  # the harness itself: the run does not count, and the others go on
                broken += 1
                print(f"seed {seed}: COULD NOT BE RUN\n{traceback.format_exc()}", flush=True)
    finally:
        if postgres:
            postgres.close()
    print(_summary(outcomes, broken))
    return 0 if flushed and not broken and all(outcome.passed for outcome in outcomes) else 1


def _summary(outcomes: list[Outcome], broken: int) -> str:
    passed = sum(outcome.passed for outcome in outcomes)
    faults = sum(number for outcome in outcomes for fate, number in outcome.faults.items() if fate != "pass")
    concurrent = [outcome.verdict.concurrent_percent for outcome in outcomes]
    ops = sum(outcome.verdict.ops for outcome in outcomes)
    return (
        f"{ops} ops, {faults} faults fired, concurrent {min(concurrent, default=0):.0f}–{max(concurrent, default=0):.0f} %\n"
        f"{passed} passed, {len(outcomes) - passed} failed, {broken} could not be run"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--phones", type=int, default=8)
    parser.add_argument("--ops", type=int, default=200, help="of each phone")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--nodes", type=int, choices=(1, 2), help="default: 2 on postgresql, 1 on sqlite")
    parser.add_argument("--seed", type=int, help="of the first run; the others follow it")
    parser.add_argument("--no-strace", action="store_true", help="do not check that data is flushed before the answer")
    options = parser.parse_args()
    if options.database == "sqlite" and options.nodes == 2:
        parser.error("on SQLite one node is the rule")
    return options


if __name__ == "__main__":
    sys.exit(main())
