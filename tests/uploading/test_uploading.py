"""A small run of real clients in every test run; `make uploads` does the large one."""

from tests.fleet.database import Postgres
from tests.uploading.run import Plan, run


def test_photos_of_12_megapixels_begun_on_one_node_end_on_another_through_cuts_and_kills():
    postgres = Postgres()
    try:
        outcome = run(Plan(photos=5, phones=2, kills=1, seed=2), postgres)
    finally:
        postgres.close()

    assert outcome.passed, outcome.line()


def test_photos_of_12_megapixels_reach_a_single_node_with_a_folder_through_cuts_and_kills():
    outcome = run(Plan(photos=5, phones=2, kills=1, seed=3, database="sqlite"))

    assert outcome.passed, outcome.line()
