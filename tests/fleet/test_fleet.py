"""A small fleet in every test run; `make fleet` sends the large one."""

from dataclasses import replace

from tests.fleet.database import Postgres
from tests.fleet.run import Outcome, Plan, run


def test_three_phones_lose_nothing_while_the_one_node_is_killed():
    outcome = _that_counts(Plan(seed=1, phones=3, ops=30, nodes=1, kills=1), None)

    assert outcome.passed, outcome.line()


def test_three_phones_lose_nothing_while_two_nodes_and_postgresql_are_killed():
    postgres = Postgres()
    try:
        outcome = _that_counts(Plan(seed=3, phones=3, ops=30, nodes=2, kills=1, postgres_dies=True), postgres)
    finally:
        postgres.close()

    assert outcome.passed, outcome.line()


def _that_counts(plan: Plan, postgres: Postgres | None) -> Outcome:
    """On a busy machine a small run may be too tame to say anything: then the next seed is asked, a few times. One that
    found a fault counts in any case.
    """
    for seed in range(plan.seed, plan.seed + 5):
        outcome = run(replace(plan, seed=seed), postgres)
        if outcome.counts or outcome.verdict.faults or outcome.errors:
            break
    return outcome
