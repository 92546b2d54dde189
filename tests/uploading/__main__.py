"""`python -m tests.uploading`: how many photos, on what; prints one line for each run."""

import argparse
import sys

from tests.fleet.database import Postgres
from tests.uploading.run import Plan, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.uploading", description=__doc__)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    postgres = Postgres() if options.database == "postgresql" else None
    try:
        outcome = run(Plan(options.photos, 4, options.kills, options.seed, options.database), postgres)
    finally:
        if postgres:
            postgres.close()
    print(outcome.line())
    return 0 if outcome.passed else 1


if __name__ == "__main__":
    sys.exit(main())
