"""`python -m tests.bench [section …]`: each section is a module here with `rows(options)`; all of them by default."""

import argparse
import importlib
from pathlib import Path

from tests.bench.measure import print_table


def main() -> None:
    files = sorted(file for file in Path(__file__).parent.glob("*.py") if "\ndef rows(" in file.read_text("utf-8"))
    sections = {file.stem: importlib.import_module(f"tests.bench.{file.stem}") for file in files}
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("section", nargs="*", help=", ".join(sections))
    for module in sections.values():
        if hasattr(module, "arguments"):
            module.arguments(parser)
    options = parser.parse_args()
    unknown = set(options.section) - set(sections)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(sections)}")
    print_table([row for name in options.section or sections for row in sections[name].rows(options)])


if __name__ == "__main__":
    main()
