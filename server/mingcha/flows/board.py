"""Everything at once: the supervisor's board, the ledger (台账), the figures."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.problems import Refused
from mingcha.core.rectification import figures as rules
from mingcha.core.rectification.items import KINDS
from mingcha.core.rectification.moves import STATES, WITH_CENTRE
from mingcha.core.rectification.working_days import between, today
from mingcha.flows import orders as reading
from mingcha.flows.orders import Case
from mingcha.flows.working_days import china
from mingcha.store import accounts, inspections, sites

Json = dict[str, Any]
MOST_SHOWN = 500
#: What is due within so many working days is due soon.
SOON = 3

#: The ledger's columns, in the order of the paper one.
COLUMNS = (
    ("number", "通知书编号", "Order"),
    ("site", "单位", "Site"),
    ("visit_on", "检查日期", "Visited on"),
    ("indicator", "指标", "Indicator"),
    ("title", "指标名称", "Indicator's name"),
    ("text", "存在问题", "Finding"),
    ("kind", "整改类型", "Kind"),
    ("severity", "程度", "Severity"),
    ("person", "责任人", "Responsible"),
    ("issued_on", "下发日期", "Issued on"),
    ("issued_due_on", "原定期限", "Due at first"),
    ("due_on", "整改期限", "Due on"),
    ("acknowledged_on", "签收日期", "Acknowledged on"),
    ("done_on", "完成日期", "Reported on"),
    ("closed_on", "销号日期", "Closed on"),
    ("state", "状态", "State"),
    ("overdue", "是否超期", "Overdue"),
    ("days_used", "用时（工作日）", "Working days"),
    ("sent_back", "退回次数", "Sent back"),
    ("repeats", "重复次数", "Repeats"),
    ("words", "整改情况", "What was done"),
)


def board(
    actor: Actor, *, state: str | None, kind: str | None, overdue: bool, waiting: bool, words: str | None
) -> Json:
    """Items by deadline and state, the overdue first, and how many there are of each; closed ones only if asked for."""
    if state is not None and state not in STATES:
        raise Refused("invalid", fields={"state": list(STATES)})
    if kind is not None and kind not in KINDS:
        raise Refused("invalid", fields={"kind": list(KINDS)})
    on = today(clock.now())
    cases = reading.cases_in(actor.scope)
    standing = {each.kept.id: each.standing for each in cases}

    def is_chosen(case: Case) -> bool:
        now = standing[case.kept.id]
        return (
            (now.state == state if state else waiting or overdue or not now.over)
            and (kind is None or case.kept.kind == kind)
            and (not overdue or now.is_overdue(on))
            and (not waiting or now.waits_for_desk)
            and (not words or _mentions(case, words))
        )

    chosen = [each for each in cases if is_chosen(each)]
    chosen.sort(key=lambda each: (standing[each.kept.id].over, standing[each.kept.id].due_on, each.kept.id))
    left = [between(on, each.due_on, china) for each in standing.values() if each.state in WITH_CENTRE]
    return {
        "items": reading.shown_cases(actor, chosen[:MOST_SHOWN], moves=False),
        "counts": {
            "by_state": dict(Counter(each.state for each in standing.values())),
            "overdue": sum(each.is_overdue(on) for each in standing.values()),
            "waiting": sum(each.waits_for_desk for each in standing.values()),
            "due_soon": sum(0 <= each <= SOON for each in left),
        },
    }


def ledger(actor: Actor, first: date | None, last: date | None) -> Json:
    """台账: one flat row for each item, oldest order first, always as things stand now."""
    demand(actor, "rectification.figures", Subject(actor.scope))
    return _told(_between(reading.cases_in(actor.scope), first, last), actor.scope, clock.now())


def ledger_of(visits: Collection[str], tenant: str, at: datetime) -> Json:
    """The same of these inspections of a county as it was at a moment, for whoever has asked already whether it may be
    told.
    """
    known = [
        replace(each, logged=[one for one in each.logged if one.move.at <= at])
        for each in reading.cases_in(tenant)
        if each.kept.inspection in visits and each.order.issued_at <= at
    ]
    return _told(known, tenant, at)


def _told(cases: list[Case], scope: str, at: datetime) -> Json:
    on = today(at)
    cases = sorted(cases, key=lambda each: (each.order.issued_at, each.order.id, each.kept.place))
    places = inspections.load(each.kept.inspection for each in cases)
    people = accounts.names({each.kept.person or "" for each in cases})
    names = {site.id: site.name["zh"] for site in sites.in_area(scope)}
    return {
        "columns": [{"key": key, "zh": zh, "en": en} for key, zh, en in COLUMNS],
        "rows": [_row(each, on, places[each.kept.inspection].visit_on, people, names) for each in cases],
    }


def figures(actor: Actor, first: date | None, last: date | None) -> Json:
    """All, by kind, and by indicator of each checklist; never by person."""
    demand(actor, "rectification.figures", Subject(actor.scope))
    on = today(clock.now())
    cases = _between(reading.cases_in(actor.scope), first, last)
    titles = {(each.kept.slug, each.kept.indicator): each.kept.title for each in cases}
    counted = [rules.Case(each.item, each.standing, each.kept.slug, each.kept.indicator) for each in cases]
    by_row = rules.grouped(counted, lambda each: (each.slug, each.indicator), on, china)
    return {
        "all": rules.figures(counted, on, china),
        "by_kind": rules.grouped(counted, lambda each: each.item.kind, on, china),
        "by_indicator": [
            {"slug": slug, "indicator": indicator, "title": titles[slug, indicator], **found}
            for (slug, indicator), found in sorted(by_row.items(), key=lambda row: (-row[1]["items"], row[0]))
        ],
    }


def _between(cases: Iterable[Case], first: date | None, last: date | None) -> list[Case]:
    return [
        each
        for each in cases
        if (first is None or each.kept.issued_on >= first) and (last is None or each.kept.issued_on <= last)
    ]


def _row(case: Case, on: date, visit_on: str, people: dict[str, str], names: dict[str, str]) -> Json:
    kept, standing = case.kept, case.standing
    ended = standing.done_at or standing.closed_at
    said = [each.move.content.get("words", "") for each in case.logged if each.move.kind == "done"]
    return {
        "number": f"{case.order.year}-{case.order.number:03d}",
        "site": names.get(kept.site, ""),
        "visit_on": visit_on,
        "indicator": kept.indicator,
        "title": kept.title["zh"],
        "text": kept.text,
        "kind": kept.kind,
        "severity": kept.severity,
        "person": people.get(kept.person or "", ""),
        "issued_on": kept.issued_on.isoformat(),
        "issued_due_on": kept.due_on.isoformat(),
        "due_on": standing.due_on.isoformat(),
        "acknowledged_on": _day(standing.acknowledged_at),
        "done_on": _day(standing.done_at),
        "closed_on": _day(standing.closed_at),
        "state": standing.state,
        "overdue": standing.is_overdue(on),
        "days_used": between(kept.issued_on, today(ended), china) if ended else None,
        "sent_back": sum(
            each.move.kind == "send_back" and each.move.id not in standing.noted for each in case.logged
        ),
        "repeats": len(kept.earlier),
        "words": said[-1] if said else "",
    }


def _day(moment: Any) -> str | None:
    return today(moment).isoformat() if moment else None


def _mentions(case: Case, words: str) -> bool:
    site = sites.by_id(case.kept.site)
    text = " ".join((case.kept.text, case.kept.title["zh"], case.kept.title["en"], *(site.name.values() if site else ())))
    return all(word in text.lower() for word in words.lower().split())
