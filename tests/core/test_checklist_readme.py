"""The README teaches by an example; the example must be one that lint accepts, and no rule may go unexplained."""

import re
from pathlib import Path

from mingcha.core.checklist.faults import RULES
from mingcha.core.checklist.model import CLAUSE_KINDS
from mingcha.core.scoring import score
from mingcha.core.sheets import parse_sheet, parse_terms
from mingcha.store import checklist_files

ROOT = Path(__file__).parents[2] / "checklists"
README = (ROOT / "README.md").read_text("utf-8")


def test_the_annotated_example_is_a_checklist_without_fault() -> None:
    content = checklist_files.parse(example("format"))

    assert checklist_files.faults(ROOT, content) == []


def test_the_examples_of_a_sheet_and_of_a_campaign_are_taken() -> None:
    checklist = checklist_files.read(ROOT, "county-grading", "2022.1")

    sheet = parse_sheet(checklist_files.parse(example("checklist")), checklist)
    terms = parse_terms(checklist_files.parse(example("campaign"))["campaign"], checklist)

    assert score(checklist, sheet)["problems"] == []
    assert {decision["kind"] for decision in terms.decisions} == {"trigger", "lower", "withdraw", "tie", "bonus"}


def example(beginning: str) -> bytes:
    """The one block of YAML that begins with this key."""
    blocks = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (found,) = [block for block in blocks if block.startswith(f"{beginning}:")]
    return str(found).encode()


def test_every_rule_stands_in_the_readme_with_its_reason() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.*?) \|", README, re.MULTILINE))

    assert rows == {rule.code: rule.why for rule in RULES.values()}


def test_every_clause_kind_stands_in_the_readme() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| ", README, re.MULTILINE)) >= set(CLAUSE_KINDS)
