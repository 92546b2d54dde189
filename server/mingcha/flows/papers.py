"""Papers of one visit: 评分表, 检查报告, 整改通知书; and the ledger of an area. Every paper that leaves is written down."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand, may
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import today
from mingcha.core.uuid7 import is_id
from mingcha.flows import board, paper_templates, places, report_pictures, visit_facts
from mingcha.flows import inspections as place_of
from mingcha.papers import tables, word
from mingcha.papers.facts import Visit
from mingcha.papers.plain import file_name
from mingcha.papers.score_sheet import score_sheet
from mingcha.papers.words import KIND, SEVERITY, chinese_day
from mingcha.store import accounts, audit, inspections, orders
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection
from mingcha.store.operator import config
from mingcha.store.orders import Order

Json = dict[str, Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: A notice shows so many pictures of one item.
MOST_PICTURES = 4


@dataclass(frozen=True)
class Paper:
    """A file to hand out under a name that people recognise."""

    data: bytes
    name: str
    type: str


def listed(actor: Actor, inspection_id: str) -> list[Json]:
    """Which papers there are of this visit, for this person, and where: the address after `/api/v1`."""
    place = place_of.find(actor, inspection_id, "paper.read").inspection
    order = orders.of_inspection(place.id)
    found = [
        {"kind": "score_sheet", "path": f"/inspections/{place.id}/papers/score-sheet.xlsx"},
        {"kind": "report", "path": f"/inspections/{place.id}/papers/report.pdf"},
    ]
    if order and may(actor, "paper.read", _of_order(order)):
        found.append({"kind": "notice", "path": f"/rectification/orders/{order.id}/notice.docx"})
    return found


def score_sheet_of(actor: Actor, inspection_id: str) -> Paper:
    place = place_of.find(actor, inspection_id, "paper.read").inspection
    visit = visit_of(actor, place)
    _note(actor, place, "score_sheet", visit)
    return Paper(score_sheet(visit), named("评分表", visit, "xlsx"), XLSX)


def report_of(actor: Actor, inspection_id: str, origin: str) -> Paper:
    """`origin`: how this server is reached, for the QR code where the operator named no address."""
    place = place_of.find(actor, inspection_id, "paper.read").inspection
    visit = visit_of(actor, place)
    _note(actor, place, "report", visit)
    return Paper(report_bytes(place, visit, origin), named("检查报告", visit, "pdf"), "application/pdf")


def report_bytes(place: Inspection, visit: Visit, origin: str) -> bytes:
    from mingcha.papers import report as pdf  # 34 MB with its fonts: not before somebody wants a report

    def picture(photo: str) -> bytes | None:
        return report_pictures.picture(place.id, photo)

    return pdf.report(visit, picture, made_at=clock.now(), check=check_address(visit, origin))


def check_address(visit: Visit, origin: str) -> str | None:
    base = config().address or origin.rstrip("/")
    return f"{base}/api/v1/verify/{visit.approval.digest}" if visit.approval and base else None


def visit_of(actor: Actor, place: Inspection) -> Visit:
    """As it is now, with its places where the actor may know of the whole campaign."""
    return visit_facts.of(place, None, places.of(actor, place, visit_facts.checklist_of))[0]


def notice_of(actor: Actor, order_id: str) -> Paper:
    """整改通知书 of an order, as it was issued: deadlines that moved later are in the ledger, not in it."""
    order = orders.by_id(order_id) if is_id(order_id) else None
    if order is None or not may(actor, "paper.read", _of_order(order)):
        raise Refused("not_found")
    place = inspections.load([order.inspection])[order.inspection]
    data, name = notice_bytes(order, place)
    with transaction():
        audit.note(
            "paper.read", tenant=order.tenant, region=order.region, actor=actor.id, subject=f"order/{order.id}",
            at=clock.now(), paper="notice",
        )
    return Paper(data, name, DOCX)


def notice_bytes(order: Order, place: Inspection) -> tuple[bytes, str]:
    """The document and its name."""
    facts = _notice(order, place)
    data = word.fill(paper_templates.template(order.tenant, "notice"), facts)
    return data, f"整改通知书_{file_name(facts['number'])}_{file_name(facts['site'])}.docx"


def ledger(actor: Actor, first: date | None, last: date | None, form: str) -> Paper:
    """台账 as Excel, CSV or JSON."""
    demand(actor, "paper.read", Subject(actor.scope))
    told = board.ledger(actor, first, last)
    name = f"整改台账_{today(clock.now()).isoformat()}"
    with transaction():
        audit.note(
            "paper.read", tenant=actor.tenant, region=actor.scope, actor=actor.id, subject="ledger", at=clock.now(),
            paper=f"ledger.{form}", rows=len(told["rows"]),
        )
    return _ledger_as(told, f"{visit_facts.county(actor.tenant)}整改台账", name, form)


def _ledger_as(told: Json, title: str, name: str, form: str) -> Paper:
    if form == "csv":
        columns = [each["key"] for each in told["columns"]]
        return Paper(tables.as_csv(columns, told["rows"]), f"{name}.csv", "text/csv; charset=utf-8")
    if form == "json":
        return Paper(tables.as_json(told), f"{name}.json", "application/json")
    return Paper(tables.ledger(title, told["columns"], told["rows"]), f"{name}.xlsx", XLSX)


def named(what: str, visit: Visit, ending: str) -> str:
    return f"{what}_{file_name(visit.site)}_{visit.visit_on}.{ending}"


def _of_order(order: Order) -> Subject:
    """An order is what a centre knows of: to it the visit is issued."""
    return Subject(order.region, frozenset({"issued"}))


def _notice(order: Order, place: Inspection) -> Json:
    kept = orders.items_of([order.id])[order.id]
    names = accounts.names({order.issued_by, *(each.person or "" for each in kept)})
    visit, state = visit_facts.of(place, place.seq)
    things = []
    for each in kept:
        pictures = []
        for photo in each.before[:MOST_PICTURES]:
            shown = report_pictures.may_be_shown(state, photo)
            data = report_pictures.picture(place.id, photo) if shown else None
            if data:
                pictures.append(word.Picture(data, 75))
        things.append(
            {
                "place": each.place, "indicator": each.indicator, "title": each.title["zh"], "text": each.text,
                "clause_text": (each.clause_text or {}).get("zh", ""), "kind": KIND[each.kind],
                "severity": SEVERITY[each.severity], "due_on": chinese_day(each.due_on.isoformat()),
                "due_guessed": each.due_guessed, "person": names.get(each.person or "", ""),
                "proof": each.why if each.photos_wanted else "", "repeats": len(each.earlier), "photos": pictures,
            }
        )
    return {
        "county": visit.county, "number": f"{order.year}-{order.number:03d}", "site": visit.site,
        "visit_on": chinese_day(visit.visit_on), "checklist": visit.checklist.title.zh, "words": order.words,
        "issued_on": chinese_day(today(order.issued_at).isoformat()), "issued_by": names.get(order.issued_by, ""),
        "appeal_until": chinese_day(order.appeal_until.isoformat()), "count": len(things), "things": things,
        "snapshot": visit.approval.digest if visit.approval else "",
    }  # fmt: skip


def _note(actor: Actor, place: Inspection, paper: str, visit: Visit) -> None:
    with transaction():
        audit.note(
            "paper.read", tenant=place.tenant, region=place.region, actor=actor.id, subject=f"inspection/{place.id}",
            at=clock.now(), paper=paper, upto=visit.upto, snapshot=visit.approval.digest if visit.approval else None,
        )
