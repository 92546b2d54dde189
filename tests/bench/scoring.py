"""How fast sheets are scored: a thousand full 002 sheets and a campaign of a thousand sites, and a tap on the phone.

Times are CPU time of one core. The phone's engine runs under node; a phone six times as slow is taken as six times
the median, which is arithmetic and no measurement on a phone.
"""

import argparse
import json
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mingcha.core.checklist.model import Checklist
from mingcha.core.scoring import campaign, score
from mingcha.store.checklist_files import read
from tests.bench.measure import Row

HOUSE = Path(__file__).parents[2]
SITES = 1000
SLOWER = 6


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scoring-runs", type=int, default=5, help="rounds of the scoring section")


def rows(options: argparse.Namespace) -> list[Row]:
    checklist = read(HOUSE / "checklists", "county-grading")
    sheets = full_sheets(checklist, SITES)
    alone: list[float] = []
    together: list[float] = []
    for _ in range(options.scoring_runs):
        alone.append(_seconds(lambda: [score(checklist, sheet) for sheet in sheets.values()]))
        together.append(_seconds(lambda: campaign(checklist, sheets)))
    taps = _taps(checklist, next(iter(sheets.values())))
    score_ms, whole_ms = ([SLOWER * ms for ms in taps[name]] for name in ("score", "whole"))
    return [
        Row("Scoring 1,000 full sheets of 002 and ranking them as a campaign, one core", together, "s", "< 1 s"),
        Row("Scoring 1,000 full sheets of 002, each by itself", alone, "s"),
        Row(f"Live score after a tap: node's CPU time × {SLOWER}", score_ms, "ms", "< 4 ms"),
        Row(f"The same with folding the visit's {taps['ops']} ops anew", whole_ms, "ms"),
    ]


def full_sheets(checklist: Checklist, sites: int) -> dict[str, dict[str, Any]]:
    """Every indicator answered, no two sheets alike: a good third of the rows has findings, figures differ."""
    dice = random.Random(58)
    return {f"site {number:04}": _sheet(checklist.content, dice) for number in range(sites)}


def _sheet(content: Any, dice: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    findings: list[dict[str, Any]] = []
    photos: list[dict[str, Any]] = []
    rows = [row for part in content["categories"] for group in part["groups"] for row in group["indicators"]]
    for row in rows:
        counted = [each for each in row["clauses"] if each["kind"] in ("each", "missing", "sample", "all_or_nothing")]
        lost = bool(counted) and dice.random() < 0.5
        answers[row["id"]] = {
            "verdict": "not_met" if lost else "met",
            "measures": {each["id"]: _figure(each, dice) for each in row["measures"]},
            "awards": {
                each["id"]: dice.choice(("0", each.get("max") or each["points"]))
                for each in row["clauses"] if each["kind"] in ("judge", "award")
            },
        }  # fmt: skip
        for clause in counted[: 1 + dice.randrange(2)] if lost else ():
            for number in range(dice.randint(1, 3)):
                id = f"{row['id']}:{clause['id']}:{number}"
                item = clause["items"][number % len(clause["items"])]["id"] if "items" in clause else None
                case = 1 + number if "cases" in clause else None
                findings.append({"id": id, "indicator": row["id"], "clause": clause["id"], "item": item, "case": case})
                photos.append({"id": f"p-{id}", "finding": id, "kind": "document"})
    return {"checklist": content["slug"], "version": content["version"], "answers": answers, "findings": findings,
            "photos": photos}  # fmt: skip


def _figure(measure: Any, dice: random.Random) -> str:
    return f"{dice.randint(9000, 10000) / 100:.2f}" if measure["type"] == "percent" else str(dice.randint(0, 900))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _taps(checklist: Checklist, sheet: dict[str, Any]) -> Any:
    """`score`, `whole`: CPU milliseconds of each tap, without and with folding; `ops`: how many the visit has."""
    asked = json.dumps({"checklist": checklist.content, "sheet": sheet})
    script = HOUSE / "tests" / "bench" / "taps.mjs"
    done = subprocess.run(["node", str(script)], input=asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
