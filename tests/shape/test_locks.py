"""What the project fetches from a package registry, it fetches by version and hash."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("list_", sorted((ROOT / "server").glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_package_of_a_list_has_one_version_and_hashes(list_: Path) -> None:
    packages = re.split(r"\n(?=\w)", list_.read_text(encoding="utf-8").strip())

    loose = [each for each in packages if not re.match(r"[\w.-]+(\[[\w,]+\])?==\S+.*\n\s+--hash=sha256:[0-9a-f]{64}", each)]

    assert packages
    assert loose == []


def test_no_script_of_the_setup_installs_by_name() -> None:
    lines = [line for script in (ROOT / ".ci").iterdir() for line in script.read_text(encoding="utf-8").splitlines()]

    installs = [line for line in lines if "pip install" in line]

    assert len(installs) == 2
    assert [line for line in installs if "--require-hashes" not in line] == []
