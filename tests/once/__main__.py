"""`make reminders`: 4,000 due reminders, 6 workers, 50 kills, on both databases; prints the counts. 1 if any is off."""

import argparse
import sys
import tempfile
from pathlib import Path

from mingcha.config import Config
from tests.fleet.database import Postgres
from tests.once.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.once", description=__doc__)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = vars(parser.parse_args())
    database = options.pop("database")
    wrong = 0
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("sqlite", "postgresql") if database == "both" else (database,):
                data = Path(folder) / name
                data.mkdir()
                url = f"sqlite:///{data / 'mingcha.db'}" if name == "sqlite" else postgres.fresh("once")
                found = run(Config(data=data, database=url), bare=True, **options)
                print(found.line(), flush=True)
                wrong += found.doubles + found.missing + (found.kills != options["kills"])
    finally:
        postgres.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
