"""A small fleet in every test run; `make fleet` sends the large one."""

from tests.fleet.database import Postgres
from tests.fleet.run import Plan, run


def test_three_phones_lose_nothing_while_the_one_node_is_killed():
    outcome = run(Plan(seed=1, phones=3, ops=30, nodes=1, kills=1), None)

    assert outcome.passed, outcome.line()


def test_three_phones_lose_nothing_while_two_nodes_and_postgresql_are_killed():
    postgres = Postgres()
    try:
        outcome = run(Plan(seed=3, phones=3, ops=30, nodes=2, kills=1, postgres_dies=True), postgres)
    finally:
        postgres.close()

    assert outcome.passed, outcome.line()
