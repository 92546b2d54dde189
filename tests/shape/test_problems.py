"""Every problem that is raised is in the catalogue, so that it can be told in words."""

import re
from pathlib import Path

from mingcha.core.problems import PROBLEMS

SERVER = Path(__file__).resolve().parents[2] / "server" / "mingcha"


def test_every_problem_that_is_raised_by_name_is_in_the_catalogue():
    raised = {
        (file.name, code)
        for file in SERVER.rglob("*.py")
        for code in re.findall(r'Refused\(\s*"([^"…]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(raised) > 10
    assert [each for each in sorted(raised) if each[1] not in PROBLEMS] == []
