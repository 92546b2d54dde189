"""Papers of a whole campaign: ranking, circular (通报), and its results as CSV and JSON.

Which inspections, and up to which number, is fixed in one reading (`campaign_meant.visits`); everything after is worked
out from that, so a paper made while somebody approves is of one moment. Places and grades heed every decision that
stands; of visits that nobody has begun no paper says anything.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import today
from mingcha.core.scoring import SiteStanding
from mingcha.flows import campaign_meant, paper_templates, report_pictures, visit_facts
from mingcha.flows.campaign_meant import Meant
from mingcha.flows.campaign_standing import Ranked, Seen, ranked, seen
from mingcha.flows.papers import DOCX, XLSX, Paper
from mingcha.papers import tables, word
from mingcha.papers.plain import file_name
from mingcha.papers.tables import Board
from mingcha.papers.words import chinese_day, span
from mingcha.store import audit
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

Json = dict[str, Any]
MOST_FAULTS = 10
MOST_PICTURES = 6
MOST_EXAMPLES = 2
RESULT_COLUMNS = ("inspection", "region", "site", "visit_on", "campaign", "checklist", "version", "stage", "low", "high",
                  "full", "tier", "snapshot", "place_best", "place_worst", "grade", "bonus")  # fmt: skip
FINDING_COLUMNS = ("inspection", "site", "visit_on", "indicator", "title", "clause", "clause_text", "count", "note",
                   "photos", "taken")  # fmt: skip


def ranking(actor: Actor, campaign_id: str) -> Paper:
    meant, found = _fixed(actor, campaign_id)
    data = ranking_bytes(meant, found)
    _note(actor, meant, "ranking")
    return Paper(data, _name("排名", meant, "xlsx"), XLSX)


def circular(actor: Actor, campaign_id: str) -> Paper:
    """通报 of what is approved; what is not is counted and not named."""
    meant, found = _fixed(actor, campaign_id)
    data = circular_bytes(meant, found)
    _note(actor, meant, "circular")
    return Paper(data, _name("通报", meant, "docx"), DOCX)


def results(actor: Actor, campaign_id: str, what: str, form: str) -> Paper:
    """`what`: results | findings, for other systems; as JSON both are in one document."""
    meant, found = _fixed(actor, campaign_id)
    _note(actor, meant, f"{what}.{form}")
    if form == "json":
        return Paper(tables.as_json(document(meant, found)), _name("数据", meant, "json"), "application/json")
    name, data = ("结果", results_csv(meant, found)) if what == "results" else ("问题", findings_csv(found))
    return Paper(data, _name(name, meant, "csv"), "text/csv; charset=utf-8")


def _fixed(actor: Actor, campaign_id: str) -> tuple[Meant, list[Seen]]:
    meant = campaign_meant.find(actor, campaign_id, "paper.read")
    found = seen(campaign_meant.visits(meant))
    if not found:
        raise Refused("paper.nothing_yet")
    return meant, found


def ranking_bytes(meant: Meant, found: Sequence[Seen], upto: datetime | None = None) -> bytes:
    return tables.ranking([_board(meant, each) for each in ranked(meant, found, upto=upto)])


def circular_bytes(meant: Meant, found: Sequence[Seen], upto: datetime | None = None) -> bytes:
    approved = [each for each in found if each.visit.approval]
    facts = {
        **_overall(meant, approved, found[0].place),
        "ranks": [row for each in ranked(meant, approved, upto=upto) for row in _ranks(each)],
        "faults": _faults(approved),
        "pictures": _pictures(approved),
        "waiting": len(found) - len(approved),
    }
    return word.fill(paper_templates.template(meant.tenant, "circular"), facts)


def results_csv(meant: Meant, found: Sequence[Seen], upto: datetime | None = None) -> bytes:
    at = _placed(meant, found, upto)
    return tables.as_csv(RESULT_COLUMNS, (_result_row(each, at.get(each.place.id)) for each in found))


def findings_csv(found: Sequence[Seen]) -> bytes:
    return tables.as_csv(FINDING_COLUMNS, (row for each in found for row in _finding_rows(each)))


def document(meant: Meant, found: Sequence[Seen]) -> Json:
    """Everything about the campaign's results for another system, figures as the engine's decimal texts."""
    at = _placed(meant, found, None)
    return {
        "format": "mingcha.campaign/1",
        "campaign": meant.title["zh"],
        "made_at": clock.wire(clock.now()),
        "visits": [of_visit(each, at.get(each.place.id)) for each in found],
    }


def of_visit(each: Seen, row: SiteStanding | None = None) -> Json:
    """`row`: where it stands in its campaign, where that is to be told."""
    visit = each.visit
    return {
        **_result_row(each, row),
        "upto": visit.upto,
        "result": visit.result,
        "findings": _finding_rows(each),
        "photos": [
            {"id": photo, "indicator": indicator, "sha256": visit_facts.hash_of(each.state, photo)}
            for photo, indicator in visit.photos.items()
        ],
    }


def _placed(meant: Meant, found: Sequence[Seen], upto: datetime | None) -> dict[str, SiteStanding]:
    """By inspection. Of several visits to one site the one that counts."""
    return {
        each.units[row["site"]].place.id: row for each in ranked(meant, found, upto=upto) for row in each.rows
    }


def _result_row(each: Seen, row: SiteStanding | None) -> Json:
    """Figures in their campaign where the row is known: there the places of rank clauses are."""
    visit = each.visit
    result = row["result"] if row else visit.result
    tier, grade = result["tier"], row["grade"] if row else None
    return {
        "inspection": visit.id, "region": visit.region, "site": visit.site, "visit_on": visit.visit_on,
        "campaign": visit.campaign, "checklist": visit.checklist.slug, "version": visit.checklist.version,
        "stage": visit.stage, "low": result["low"], "high": result["high"], "full": result["full"],
        "tier": tier["reached"] if tier else None, "snapshot": visit.approval.digest if visit.approval else None,
        "place_best": row["place"][0] if row else None, "place_worst": row["place"][1] if row else None,
        "grade": grade["now"] if grade else None, "bonus": grade["bonus"] if grade else None,
    }  # fmt: skip


def _finding_rows(each: Seen) -> list[Json]:
    visit, lines = each.visit, each.visit.lines
    return [
        {
            "inspection": visit.id, "site": visit.site, "visit_on": visit.visit_on, "indicator": finding.indicator,
            "title": visit.checklist.indicators[finding.indicator].title.zh, "clause": finding.clause,
            "clause_text": finding.clause_text, "count": finding.count, "note": finding.note,
            "photos": len(finding.photos), "taken": lines[finding.indicator]["taken"],
        }
        for finding in visit.findings
    ]  # fmt: skip


def _board(meant: Meant, one: Ranked) -> Board:
    rows = []
    names = {each.id: each.title.zh for each in one.checklist.categories}
    for row in one.rows:
        result, visit = row["result"], one.units[row["site"]].visit
        rows.append(
            {
                "place": row["place"], "site": visit.site, "visit_on": visit.visit_on, "stage": visit.stage,
                "low": result["low"], "high": result["high"], "full": result["full"],
                "grade": grade_of(one.checklist, row),
                "categories": [
                    {"title": names[each["id"]], "low": each["low"], "high": each["high"]}
                    for each in result["categories"]
                ],
            }
        )
    county = visit_facts.county(meant.tenant)
    list_ = one.checklist
    told = "" if meant.places is not None or meant.campaign is None else "　（暂定：批次尚未结束）"
    under = f"批次：{meant.title['zh']}　依据：《{list_.title.zh}》{list_.version}　截至 {today(clock.now()).isoformat()}{told}"
    return Board(f"{county}检查结果排名", under, list_.scheme == "points", rows)


def grade_of(list_: Checklist, row: SiteStanding) -> str:
    """The grade or tier in words, "" where there is none or it is not settled."""
    tier = row["result"]["tier"]
    if tier:
        return next((each.title.zh for each in list_.tiers if each.id == tier["reached"]), "未达标")
    grade = row["grade"]
    if not grade or not grade["settled"] or not list_.grades:
        return ""
    return next((band.title.zh for band in list_.grades.bands if band.id == grade["now"]), list_.grades.none.zh)


def _overall(meant: Meant, approved: Sequence[Seen], first: Inspection) -> Json:
    days = sorted(each.visit.visit_on for each in approved) or [first.visit_on]
    results = [each.visit.result for each in approved]
    points = [each for each in approved if each.visit.checklist.scheme == "points"]
    alike = len({each["full"] for each in results}) == 1 and len(points) == len(approved)
    average = ""
    if approved and alike and all(each["low"] == each["high"] for each in results):
        total = sum((Decimal(each["high"]) for each in results), Decimal(0))
        average = f"{(total / len(results)).quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}"
    titles = sorted({each.visit.checklist.title.zh for each in approved or ()}) or [first.title["zh"]]
    return {
        "county": visit_facts.county(meant.tenant), "campaign": meant.title["zh"], "count": len(approved),
        "first_on": chinese_day(days[0]), "last_on": chinese_day(days[-1]), "average": average,
        "full": results[0]["full"] if results else "", "checklist": "》《".join(titles),
        "made_on": chinese_day(today(clock.now()).isoformat()),
    }  # fmt: skip


def _ranks(one: Ranked) -> list[Json]:
    unit = {"points": "分", "conformity": "%"}.get(one.checklist.scheme, "")
    return [
        {
            "place": span(*(str(each) for each in row["place"])), "site": one.units[row["site"]].visit.site,
            "score": f"{span(row['result']['low'], row['result']['high'])}{unit}", "grade": grade_of(one.checklist, row),
        }
        for row in one.rows
    ]  # fmt: skip


def _faults(approved: Sequence[Seen]) -> list[Json]:
    """What was found at most sites, then what cost most."""
    count: Counter[tuple[str, str]] = Counter()
    taken: dict[tuple[str, str], Decimal] = {}
    told: dict[tuple[str, str], list[str]] = {}
    titles: dict[tuple[str, str], str] = {}
    for each in approved:
        visit = each.visit
        for id, indicator in visit.checklist.indicators.items():
            line, found = visit.lines[id], visit.of(id)
            if line["state"] != "lost" and not found:
                continue
            key = (visit.checklist.slug, id)
            titles[key] = indicator.title.zh
            count[key] += 1
            if visit.checklist.scheme == "points":
                taken[key] = taken.get(key, Decimal(0)) + Decimal(line["taken"])
            told.setdefault(key, []).extend(f"{visit.site}：{one.note}" for one in found if one.note)
    order = sorted(count, key=lambda key: (-count[key], -taken.get(key, Decimal(0)), key))
    return [
        {
            "indicator": key[1], "title": titles[key], "sites": count[key],
            "taken": f"{taken[key].normalize():f}" if taken.get(key) else "",
            "examples": "；".join(told.get(key, ())[:MOST_EXAMPLES]),
        }
        for key in order[:MOST_FAULTS]
    ]  # fmt: skip


def _pictures(approved: Sequence[Seen]) -> list[Json]:
    """The first picture of a finding from each site, never a badge."""
    found: list[Json] = []
    for each in approved:
        if len(found) == MOST_PICTURES:
            break
        for finding in each.visit.findings:
            data = next(filter(None, (picture_of(each, photo) for photo in finding.photos)), None)
            if data:
                text = finding.note or finding.clause_text
                found.append({"photo": word.Picture(data, 95), "site": each.visit.site, "text": text})
                break
    return found


def picture_of(each: Seen, photo: str) -> bytes | None:
    return report_pictures.picture(each.place.id, photo)


def _name(what: str, meant: Meant, ending: str) -> str:
    return f"{what}_{file_name(meant.title['zh'])}_{today(clock.now()).isoformat()}.{ending}"


def _note(actor: Actor, meant: Meant, paper: str) -> None:
    with transaction():
        audit.note(
            "paper.read", tenant=meant.tenant, region=meant.region, actor=actor.id, subject=meant.subject,
            at=clock.now(), paper=paper, campaign=meant.key,
        )
