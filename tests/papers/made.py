"""Visits for papers without a database: a sheet scored by the engine under one of the five checklists."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from mingcha.core.checklist.model import Checklist
from mingcha.core.scoring import score
from mingcha.papers.facts import Approval, Finding, Visit
from mingcha.store import checklist_files

ROOT = Path(__file__).resolve().parents[2] / "checklists"
FORMULA = "=cmd|' /C calc'!A0"
SLUGS = ("county-grading", "ningbo-58", "wuhai-halls", "yiyuan-tiers", "service-systems")
VERSIONS = {"county-grading": "2022.1", "ningbo-58": "2022.1", "wuhai-halls": "2022.1", "yiyuan-tiers": "2023.1",
            "service-systems": "2021.1"}  # fmt: skip


@lru_cache
def checklist(slug: str) -> Checklist:
    return checklist_files.read(ROOT, slug, VERSIONS[slug])


def filled(list_: Checklist) -> dict[str, Any]:
    """Every third row has a fault under its first clause, every seventh does not apply, the rest is met."""
    answers: dict[str, Any] = {}
    findings = []
    for number, indicator in enumerate(list_.indicators.values(), 1):
        measures = {each.id: _figure(each) for each in indicator.measures.values()}
        verdict = "not_applicable" if number % 7 == 0 else "met"
        answer: dict[str, Any] = {"verdict": verdict, "measures": measures}
        if indicator.requirements:
            answer["requirements"] = {
                one.id: "not_met" if number % 3 == 0 and one.tiers == (list_.tiers[-1].id,) else "met"
                for one in indicator.requirements.values()
            }
        awards = {each.id: "0.5" for each in indicator.clauses.values() if each.kind in ("judge", "award")}
        if awards:
            answer["awards"] = awards
        kinds = ("each", "all_or_nothing", "forfeit", "missing")
        clause = next((each for each in indicator.clauses.values() if each.kind in kinds), None)
        if number % 3 == 0 and verdict == "met" and (clause or not indicator.clauses) and not indicator.requirements:
            answer["verdict"] = "not_met"
            item = next(iter(clause.items)) if clause and clause.kind == "missing" else None  # type: ignore[attr-defined]
            findings.append(
                {"id": f"f{number}", "indicator": indicator.id, "clause": clause.id if clause else None, "item": item,
                 "case": None, "count": 1, "note": FORMULA, "photos": []}
            )  # fmt: skip
        answers[indicator.id] = answer
    return {"checklist": list_.slug, "version": list_.version, "answers": answers, "findings": findings}


def visit(slug: str, *, sheet: dict[str, Any] | None = None, site: str = FORMULA, approved: bool = True) -> Visit:
    list_ = checklist(slug)
    made = filled(list_) if sheet is None else sheet
    places = {
        f"{indicator.id}/{clause.id}": (1, 1)
        for indicator in list_.indicators.values()
        for clause in indicator.clauses.values()
        if clause.kind == "rank"
    }
    result = score(list_, made, None, places)
    clauses = {
        (row.id, each.id): each.text.zh for row in list_.indicators.values() for each in row.clauses.values()
    }
    findings = tuple(
        Finding(each["id"], each["indicator"], each["clause"], clauses.get((each["indicator"], each["clause"]), ""),
                each["count"], each["note"], ("p1", "p2") if number == 0 else ())
        for number, each in enumerate(made.get("findings", ()))
    )  # fmt: skip
    return Visit(
        id="0197a000-0000-7000-8000-000000000001", county="明溪县（演示）", site=site, address="石桥镇石桥街1号",
        region="990123101", campaign="第四季度", visit_on="2026-11-22", stage="approved" if approved else "submitted",
        checklist=list_, result=dict(result), findings=findings,
        photos={"p1": findings[0].indicator, "p2": findings[0].indicator, "p3": next(iter(list_.indicators))}
        if findings else {}, team=("林", "赵喆"), upto=70,
        approval=Approval("ab12" * 16, "2026-11-22T06:00:00.000Z", "周") if approved else None,
    )  # fmt: skip


def _figure(measure: Any) -> str:
    most = 100 if measure.type == "percent" else measure.max
    return str(int(most)) if most is not None else "200"
