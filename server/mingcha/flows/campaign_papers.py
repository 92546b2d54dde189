"""Papers of a whole campaign: ranking, circular (通报), and its results as CSV and JSON.

`fixed` says which inspections and up to which number, in one reading; everything after is worked out from that, so a
paper made while somebody approves is of one moment.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import State
from mingcha.core.rectification.working_days import today
from mingcha.core.scoring import SiteStanding, facts_of_state, standings
from mingcha.flows import inspections as place_of
from mingcha.flows import paper_templates, report_pictures, visit_facts
from mingcha.flows.papers import DOCX, XLSX, Paper
from mingcha.papers import tables, word
from mingcha.papers.facts import Visit
from mingcha.papers.plain import file_name
from mingcha.papers.tables import Board
from mingcha.papers.words import chinese_day, span
from mingcha.store import audit, inspections
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

Json = dict[str, Any]
MOST_FAULTS = 10
MOST_PICTURES = 6
MOST_EXAMPLES = 2
RESULT_COLUMNS = ("inspection", "region", "site", "visit_on", "campaign", "checklist", "version", "stage", "low", "high",
                  "full", "tier", "snapshot")  # fmt: skip
FINDING_COLUMNS = ("inspection", "site", "visit_on", "indicator", "title", "clause", "clause_text", "count", "note",
                   "photos", "taken")  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One visit of the campaign at its fixed number."""

    place: Inspection
    visit: Visit
    state: State


def fixed(actor: Actor, campaign_id: str, deed: str) -> list[Inspection]:
    """The inspections of a campaign, each with the number that it has at this moment. Until campaigns have ids of their
    own, `campaign_id` is any inspection of it. Only for those who may see the whole county.
    """
    place = place_of.find(actor, campaign_id, deed).inspection
    demand(actor, deed, Subject(place.tenant))
    return inspections.of_campaign(place)


def seen(places: Sequence[Inspection]) -> list[Seen]:
    return [Seen(each, *visit_facts.of(each, each.seq)) for each in places]


def ranking(actor: Actor, campaign_id: str) -> Paper:
    places = fixed(actor, campaign_id, "paper.read")
    _note(actor, places[0], "ranking")
    return Paper(ranking_bytes(seen(places)), _name("排名", places[0], "xlsx"), XLSX)


def circular(actor: Actor, campaign_id: str) -> Paper:
    """通报 of what is approved; what is not is counted and not named."""
    places = fixed(actor, campaign_id, "paper.read")
    data = circular_bytes(seen(places))
    _note(actor, places[0], "circular")
    return Paper(data, _name("通报", places[0], "docx"), DOCX)


def results(actor: Actor, campaign_id: str, what: str, form: str) -> Paper:
    """`what`: results | findings, for other systems; as JSON both are in one document."""
    places = fixed(actor, campaign_id, "paper.read")
    found = seen(places)
    _note(actor, places[0], f"{what}.{form}")
    if form == "json":
        return Paper(tables.as_json(document(found)), _name("数据", places[0], "json"), "application/json")
    name, data = ("结果", results_csv(found)) if what == "results" else ("问题", findings_csv(found))
    return Paper(data, _name(name, places[0], "csv"), "text/csv; charset=utf-8")


def ranking_bytes(found: Sequence[Seen]) -> bytes:
    boards = [_board(list_, units) for list_, units in _by_checklist(found)]
    return tables.ranking(boards)


def circular_bytes(found: Sequence[Seen]) -> bytes:
    approved = [each for each in found if each.visit.approval]
    first = found[0].place
    facts = {
        **_overall(approved, first),
        "ranks": [row for list_, units in _by_checklist(approved) for row in _ranks(list_, units)],
        "faults": _faults(approved),
        "pictures": _pictures(approved),
        "waiting": len(found) - len(approved),
    }
    return word.fill(paper_templates.template(first.tenant, "circular"), facts)


def results_csv(found: Sequence[Seen]) -> bytes:
    return tables.as_csv(RESULT_COLUMNS, (_result_row(each) for each in found))


def findings_csv(found: Sequence[Seen]) -> bytes:
    return tables.as_csv(FINDING_COLUMNS, (row for each in found for row in _finding_rows(each)))


def document(found: Sequence[Seen]) -> Json:
    """Everything about the campaign's results for another system, figures as the engine's decimal texts."""
    return {
        "format": "mingcha.campaign/1",
        "campaign": found[0].place.campaign_title,
        "made_at": clock.wire(clock.now()),
        "visits": [of_visit(each) for each in found],
    }


def of_visit(each: Seen) -> Json:
    visit = each.visit
    return {
        **_result_row(each),
        "upto": visit.upto,
        "result": visit.result,
        "findings": _finding_rows(each),
        "photos": [
            {"id": photo, "indicator": indicator, "sha256": visit_facts.hash_of(each.state, photo)}
            for photo, indicator in visit.photos.items()
        ],
    }


def _result_row(each: Seen) -> Json:
    visit = each.visit
    tier = visit.result["tier"]
    return {
        "inspection": visit.id, "region": visit.region, "site": visit.site, "visit_on": visit.visit_on,
        "campaign": visit.campaign, "checklist": visit.checklist.slug, "version": visit.checklist.version,
        "stage": visit.stage, "low": visit.result["low"], "high": visit.result["high"], "full": visit.result["full"],
        "tier": tier["reached"] if tier else None, "snapshot": visit.approval.digest if visit.approval else None,
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


def _by_checklist(found: Sequence[Seen]) -> list[tuple[Checklist, dict[str, Seen]]]:
    """By checklist version, by site: of several visits to one site the latest counts."""
    latest: dict[str, dict[str, Seen]] = {}
    for each in sorted(found, key=lambda one: (one.place.visit_on, one.place.id)):
        latest.setdefault(each.place.checklist, {})[each.place.site.id] = each
    return [(visit_facts.checklist_of(digest), units) for digest, units in sorted(latest.items())]


def _standings(list_: Checklist, units: dict[str, Seen]) -> list[SiteStanding]:
    return standings(list_, {site: facts_of_state(each.state, list_) for site, each in units.items()})


def _board(list_: Checklist, units: dict[str, Seen]) -> Board:
    rows = []
    names = {each.id: each.title.zh for each in list_.categories}
    for row in _standings(list_, units):
        result, visit = row["result"], units[row["site"]].visit
        rows.append(
            {
                "place": row["place"], "site": visit.site, "visit_on": visit.visit_on, "stage": visit.stage,
                "low": result["low"], "high": result["high"], "full": result["full"],
                "grade": grade_of(list_, row),
                "categories": [
                    {"title": names[each["id"]], "low": each["low"], "high": each["high"]}
                    for each in result["categories"]
                ],
            }
        )
    last = next(iter(units.values())).visit
    under = f"批次：{last.campaign}　依据：《{list_.title.zh}》{list_.version}　截至 {today(clock.now()).isoformat()}"
    return Board(f"{last.county}检查结果排名", under, list_.scheme == "points", rows)


def grade_of(list_: Checklist, row: SiteStanding) -> str:
    """The grade or tier in words, "" where there is none or it is not settled."""
    tier = row["result"]["tier"]
    if tier:
        return next((each.title.zh for each in list_.tiers if each.id == tier["reached"]), "未达标")
    grade = row["grade"]
    if not grade or not grade["settled"] or not list_.grades:
        return ""
    return next((band.title.zh for band in list_.grades.bands if band.id == grade["now"]), "不定等")


def _overall(approved: Sequence[Seen], first: Inspection) -> Json:
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
        "county": visit_facts.county(first.tenant), "campaign": first.campaign_title, "count": len(approved),
        "first_on": chinese_day(days[0]), "last_on": chinese_day(days[-1]), "average": average,
        "full": results[0]["full"] if results else "", "checklist": "》《".join(titles),
        "made_on": chinese_day(today(clock.now()).isoformat()),
    }  # fmt: skip


def _ranks(list_: Checklist, units: dict[str, Seen]) -> list[Json]:
    unit = {"points": "分", "conformity": "%"}.get(list_.scheme, "")
    return [
        {
            "place": span(*(str(each) for each in row["place"])), "site": units[row["site"]].visit.site,
            "score": f"{span(row['result']['low'], row['result']['high'])}{unit}", "grade": grade_of(list_, row),
        }
        for row in _standings(list_, units)
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
            told.setdefault(key, []).extend(f"{visit.site}{one.note}" for one in found if one.note)
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


def _name(what: str, place: Inspection, ending: str) -> str:
    return f"{what}_{file_name(place.campaign_title)}_{today(clock.now()).isoformat()}.{ending}"


def _note(actor: Actor, place: Inspection, paper: str) -> None:
    with transaction():
        audit.note(
            "paper.read", tenant=place.tenant, region=place.tenant, actor=actor.id, subject="campaign",
            at=clock.now(), paper=paper, campaign=place.campaign_title,
        )
