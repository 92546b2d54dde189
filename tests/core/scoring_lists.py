"""The five checklists and the phone's engine, for the scoring tests."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from mingcha.core.checklist.model import Checklist
from mingcha.store.checklist_files import read

ROOT = Path(__file__).parents[2]
SLUGS = ("county-grading", "ningbo-58", "service-systems", "wuhai-halls", "yiyuan-tiers")
VECTORS = ROOT / "tests" / "vectors" / "scoring"


@cache
def checklist(slug: str) -> Checklist:
    return read(ROOT / "checklists", slug)


@cache
def small(name: str) -> Checklist:
    """A small test checklist beside the vectors."""
    return Checklist.parse(json.loads((VECTORS / "lists" / f"{name}.json").read_text()))


def ask_the_phone(questions: Iterable[dict[str, Any]]) -> list[bytes]:
    """Canonical answers of the TypeScript twin; node starts once."""
    lines = "\n".join(json.dumps(each, ensure_ascii=True) for each in questions)
    done = subprocess.run(["node", str(VECTORS / "twin.mjs")], input=lines.encode(), capture_output=True, check=False,
                          timeout=1200)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.splitlines()


def the_checklists() -> list[dict[str, Any]]:
    return [{"ask": "checklist", "digest": one.digest, "checklist": one.content} for one in map(checklist, SLUGS)]
