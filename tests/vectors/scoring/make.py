"""Writes the small checklists and the generated vectors: python -m tests.vectors.scoring.make

`hand.json` is written by people and never by this script. Generated vectors pin what the engine said when both
languages agreed; a change in them is a change of the engine and wants a new engine number or a good reason.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from mingcha.core.canonical import digest
from mingcha.core.checklist.model import Checklist
from mingcha.core.scoring import score
from tests.vectors.scoring import random_sheets

HERE = Path(__file__).parent
CASES_EACH = 60


def main() -> None:
    for name, content in {**LISTS, "facts": FACTS}.items():
        write(HERE / "lists" / f"{name}.json", content)
    cases = []
    dice = random.Random(4)
    for name, content in LISTS.items():
        for number in range(CASES_EACH):
            cases.append(case(f"{name} {number + 1}", name, content, dice))
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases)
    (HERE / "generated.json").write_text(f"[\n{lines}\n]\n")


def case(name: str, list_: str, content: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    sheet = random_sheets.sheet(content, dice)
    settings, places = random_sheets.settings(content, dice), random_sheets.places(content, dice)
    checklist = Checklist.parse(content)
    result = score(checklist, sheet, settings, {key: (best, worst) for key, (best, worst) in places.items()})
    return {"name": name, "list": list_, "sheet": sheet, "settings": settings, "places": places,
            "expect": {"low": result["low"], "high": result["high"], "full": result["full"], "open": result["open"],
                       "reached": result["tier"] and result["tier"]["reached"], "digest": digest(result)}}


def write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def measure(id: str, type: str = "percent", decimals: int = 2, most: str | None = None) -> dict[str, Any]:
    return {"id": id, "text": words("数值", "figure"), "unit": words("%", "%") if type == "percent" else words("个", "pieces"), "type": type,
            "min": "0", "max": most, "decimals": decimals}


def clause(kind: str, id: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "text": words(f"条款{id}", f"clause {id}"), "phrases": [], **more}


def indicator(id: str, measures: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": words(f"指标{id}", f"indicator {id}"), "text": words("全文", "text"),
            "source_text": "源文", "method": ["on_site"], "place": "hall", "aspect": "order",
            "evidence": [{"kind": "scene", "min": 1, "when": "deduction"}], "measures": measures or [], "notes": [],
            **more}


def checklist(slug: str, scheme: str, indicators: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    half = len(indicators) // 2
    parts = [{"id": str(n + 1), "title": words(f"部分{n + 1}", f"part {n + 1}"),
              "groups": [{"id": f"{n + 1}.0", "title": None, "indicators": each}]}
             for n, each in enumerate((indicators[:half], indicators[half:]))]
    return {"format": 1, "slug": slug, "version": "1", "replaces": None, "title": words(slug, slug),
            "source": {"document": "test"}, "scheme": scheme, "settings": [], "notes": [], "categories": parts, **more}


UNIT = words("处", "place")
ITEMS = [{"id": id, "text": words(id, id)} for id in ("x", "y", "z")]
RATE = [measure("rate")]
COUNT = [measure("n", "count", 0)]
FALL = {"measure": "rate", "target": "100"}

CLAUSES = checklist("clauses", "points", [
    indicator("each", full_marks="2", clauses=[clause("each", per="0.5", unit=UNIT)]),
    indicator("each-cap", full_marks="3", clauses=[clause("each", per="0.5", unit=UNIT, cap="1"),
                                                   clause("each", "b", per="1", unit=UNIT, cap="1.5")]),
    indicator("missing", full_marks="2", clauses=[clause("missing", per="0.5", items=ITEMS)]),
    indicator("whole", RATE, full_marks="3", clauses=[clause("shortfall", **FALL, step="1", per="0.3", parts="whole")]),
    indicator("parts", RATE, full_marks="3",
              clauses=[clause("shortfall", **FALL, step="3", per="0.1", parts="proportional", cap="2")]),
    indicator("sample", full_marks="1", clauses=[clause("sample", per="0.2", cases=10, unit=UNIT)]),
    indicator("rank", COUNT, full_marks="4",
              clauses=[clause("rank", measure="n", first="4", step="0.2", **{"from": 20}, rest="0.2")]),
    indicator("judge", full_marks="3", clauses=[clause("judge", max="3", rubric=words("评", "rubric"))]),
    indicator("aon", full_marks="2", clauses=[clause("all_or_nothing", points="1.5")]),
    indicator("award", full_marks="3", clauses=[clause("award", points="3")]),
    indicator("forfeit", full_marks="2", clauses=[clause("each", per="0.5", unit=UNIT), clause("forfeit", "b")]),
    indicator("mixed", RATE, full_marks="5", clauses=[
        clause("shortfall", **FALL, step="0.5", per="0.25", parts="whole"),
        clause("each", "b", per="0.75", unit=UNIT), clause("judge", "c", max="2", rubric=words("评", "rubric"))]),
    indicator("either", full_marks="3", clauses=[clause("award", points="3"), clause("award", "b", points="2")]),
    indicator("plain", full_marks="1", clauses=[]),
], full_marks="37", settings=[
    {"id": "not_applicable", "value": "full", "choices": ["full", "excluded", "zero"], "text": words("不适用", "n/a")},
    {"id": "parts", "value": "whole", "choices": ["whole", "proportional"], "text": words("零头", "parts"),
     "sets": [{"indicator": "whole", "clause": "a", "field": "parts"}]},
])


def demand(necessary: bool, at_least: str | None = None, name: str = "rate") -> dict[str, Any]:
    return {"necessary": necessary, "thresholds": [{"measure": name, "at_least": at_least}] if at_least else []}


TIERS = checklist("steps", "tiers", [
    indicator("both", tiers={"low": demand(True), "top": demand(True)}),
    indicator("top", tiers={"low": demand(False), "top": demand(True)}),
    indicator("none", tiers={"low": demand(False), "top": demand(False)}),
    indicator("area", [measure("rate", "number")], tiers={"low": demand(True, "100"), "top": demand(True, "150")}),
    indicator("share", RATE, tiers={"low": demand(False), "top": demand(True, "99")}),
    indicator("free", RATE, tiers={"low": demand(False, "50"), "top": demand(False, "50")}),
], tiers=[{"id": "low", "title": words("标准型", "Standard")}, {"id": "top", "title": words("示范型", "Model")}],
    settings=[{"id": "single_tick", "value": "top", "choices": ["top", "both"], "text": words("单√", "tick"),
               "sets": [{"indicator": id, "tier": "low", "field": "necessary", "when": ["both"]}
                        for id in ("top", "share")]},
              {"id": "indicator_none", "value": "neither", "choices": ["neither", "top", "both"],
               "text": words("无√", "none"),
               "sets": [{"indicator": "none", "tier": "low", "field": "necessary", "when": ["both"]},
                        {"indicator": "none", "tier": "top", "field": "necessary", "when": ["top", "both"]}]}])


def need(id: str, tiers: str, implies: str = "", at_least: str | None = None) -> dict[str, Any]:
    names = {"b": "basic", "s": "standard", "t": "top"}
    return {"id": id, "text": words(f"要求{id}", f"requirement {id}"), "tiers": [names[each] for each in tiers],
            "implies": list(implies), "threshold": {"measure": "rate", "at_least": at_least} if at_least else None}


MATRIX = checklist("rows", "matrix", [
    indicator("1", requirements=[need("a", "bst"), need("b", "b"), need("c", "st", "b"), need("d", "t")]),
    indicator("2", RATE, requirements=[need("a", "b", at_least="70"), need("b", "s", "a", "85"),
                                       need("c", "t", "b", "90")]),
    indicator("3", requirements=[need("a", "b"), need("b", "s", "a"), need("c", "t", "b")]),
    indicator("4", requirements=[need("a", "bs"), need("b", "t")]),
], tiers=[{"id": "basic", "title": words("基础型", "Basic")}, {"id": "standard", "title": words("标准型", "Standard")},
          {"id": "top", "title": words("标杆型", "Benchmark")}],
    settings=[{"id": "overall_tier", "value": "lowest_row", "choices": ["lowest_row", "all_but_one", "most_rows"],
               "text": words("合计", "overall")}])

DUTIES = checklist("duties", "conformity", [indicator(str(number)) for number in range(1, 8)])

#: Clauses of one row that meet; for vectors by hand alone.
FACTS = checklist("facts", "points", [
    indicator("either", full_marks="2", clauses=[clause("each", per="0.5", unit=UNIT, cap="2"),
                                                 clause("all_or_nothing", "b", points="1")]),
    indicator("whole-two", full_marks="2", clauses=[clause("all_or_nothing", points="1"),
                                                    clause("all_or_nothing", "b", points="0.5")]),
    indicator("walls", full_marks="3", clauses=[clause("missing", per="0.5", items=ITEMS),
                                                clause("missing", "b", per="0.5", items=ITEMS)]),
    indicator("dear", full_marks="5", clauses=[clause("missing", per="0.5", items=ITEMS),
                                               clause("missing", "b", per="1", items=ITEMS)]),
    indicator("capped", full_marks="3", clauses=[clause("missing", per="0.5", items=ITEMS),
                                                 clause("missing", "b", per="0.5", items=ITEMS, cap="0.5")]),
    indicator("cases", full_marks="4", clauses=[clause("sample", per="0.3", cases=10, unit=words("件", "case"))]),
], full_marks="19")

LISTS = {"clauses": CLAUSES, "steps": TIERS, "rows": MATRIX, "duties": DUTIES}

if __name__ == "__main__":
    main()
