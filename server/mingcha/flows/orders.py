"""Rectification orders: proposing, issuing, and reading them.

An order turns findings of an approved inspection into items. Before it exists a centre knows nothing of the visit; from
then on it reads its own order, and never what is planned behind it.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import State, fold, value
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.problems import words as in_words
from mingcha.core.rectification import moves as rules
from mingcha.core.rectification.items import (
    APPEAL_DAYS,
    DAYS,
    KINDS,
    MOST_APPEAL_DAYS,
    SEVERITIES,
    Item,
    deadline,
)
from mingcha.core.rectification.moves import Standing
from mingcha.core.rectification.working_days import between, moved, today
from mingcha.core.regions import covers
from mingcha.core.uuid7 import is_id, uuid7
from mingcha.flows import evidence, pull, reminding, review
from mingcha.flows import inspections as place_of
from mingcha.flows.working_days import china, exceptions
from mingcha.store import accounts, after_photos, audit, inspections, oplog, orders, sites
from mingcha.store.accounts import Account
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection
from mingcha.store.orders import Kept, Logged, Order

MOST_ITEMS = 200
#: How far behind the last deadline a phone may count: the longest extension, and a long overdue.
COUNTED_BEYOND = timedelta(days=120)
#: The longest deadline, holidays and all.
COUNTED_AHEAD = timedelta(days=400)
Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """An item with its order, its moves, and where it stands."""

    order: Order
    kept: Kept
    logged: Sequence[Logged]

    @property
    def item(self) -> Item:
        return self.kept.rules(self.order)

    @property
    def standing(self) -> Standing:
        return rules.fold(self.item, (each.move for each in self.logged))


def proposal(actor: Actor, inspection_id: str) -> Json:
    """What could be ordered after an approved inspection, with the usual deadlines and what happened before."""
    place = place_of.find(actor, inspection_id, "rectification.issue").inspection
    approved = _approved(place)
    on = today(clock.now())
    found = _candidates(approved)
    alike = orders.alike(place.site.id, place.slug, [(each["indicator"], each["clause"]) for each in found])
    for each in found:
        same = [item for item in alike[each["indicator"], each["clause"]] if item.inspection != place.id]
        each["earlier"] = _earlier(same)
        kind = "deadline"
        days, counted = deadline(kind, {}, on, china)
        each["suggested"] = {
            "kind": kind, "severity": "serious" if same else "minor", "days": days,
            "due_on": counted.day.isoformat(), "due_guessed": counted.guessed,
        }  # fmt: skip
    issued = orders.of_inspection(place.id)
    people = people_of(place.site.region, place.tenant)
    return {
        "inspection": pull.described({place.id: place})[place.id],
        "site": _site(place.site.id),
        "snapshot": approved.snapshot,
        "findings": found,
        "people": [{"id": each.id, "name": each.name} for each in people],
        "issued": issued.id if issued else None,
        "today": on.isoformat(),
        "calendar": exceptions(on, on + COUNTED_AHEAD),
        "guessed_after": _known_until(on),
        "kinds": {kind: {"least": least, "usual": usual, "most": most} for kind, (least, usual, most) in DAYS.items()},
        "warnings": [] if people else [_warning("rectification.nobody_there")],
    }


def issue(
    actor: Actor, inspection_id: str, wanted: Sequence[Mapping[str, Any]], *, words: str = "",
    appeal_days: int = APPEAL_DAYS, order_id: str | None = None,
) -> Json:  # fmt: skip
    """Issue the one order of a visit: the order, and what the supervisor should know about it. Safe to repeat."""
    place = place_of.find(actor, inspection_id, "rectification.issue").inspection
    if not 0 < len(wanted) <= MOST_ITEMS:
        raise Refused("rectification.no_items")
    if not 1 <= appeal_days <= MOST_APPEAL_DAYS:
        raise Refused("invalid", fields={"appeal_days": [f"1–{MOST_APPEAL_DAYS}"]})
    now = clock.now()
    on = today(now)
    appeal_until = moved(on, appeal_days, china)
    people = people_of(place.site.region, place.tenant)
    with transaction():
        inspections.lock([place.id])
        before = orders.of_inspection(place.id)
        if before is not None:
            if before.id != order_id:
                raise Refused("rectification.already_issued", order=before.id)
            return {"order": read(actor, before.id), "warnings": []}
        approved = _approved(place)
        kept = [
            _item(place, approved, each, number, on, people, now) for number, each in enumerate(wanted, start=1)
        ]
        order = Order(
            id=order_id or _new_id(now), tenant=place.tenant, region=place.region, site=place.site.id,
            inspection=place.id, year=on.year, number=orders.next_number(place.tenant, on.year), words=words,
            issued_by=actor.id, issued_at=now, appeal_until=appeal_until.day, seq=1,
        )  # fmt: skip
        kept = [_in_order(each, order) for each in kept]
        orders.add(order, kept)
        for each in kept:
            reminding.plan(order, each, Case(order, each, ()).standing, now)
        reminding.tell(order, None, "issued", "centre", key=order.id, now=now)
        if not people:
            reminding.tell(order, None, "nobody", order.issued_by, key=order.id, now=now)
        audit.note(
            "rectification.issue", tenant=order.tenant, region=order.region, actor=actor.id,
            subject=f"order/{order.id}", at=now, inspection=place.id, number=order.number,
            items=[each.id for each in kept],
        )  # fmt: skip
    warnings = [] if people else [_warning("rectification.nobody_there")]
    if appeal_until.guessed or any(each.due_guessed for each in kept):
        year = max(each.due_on for each in kept).year
        warnings.append(_warning("rectification.calendar_unknown", year=year))
    return {"order": read(actor, order.id), "warnings": warnings}


def read(actor: Actor, order_id: str) -> Json:
    order = orders.by_id(order_id) if is_id(order_id) else None
    if order is None or not _may_read(actor, order.region):
        raise Refused("not_found")
    return shown(actor, [order])[0]


def read_item(actor: Actor, item_id: str) -> Json:
    return shown_case(actor, find(actor, item_id, "rectification.read"))


def find(actor: Actor, item_id: str, deed: str) -> Case:
    """An item, if the actor may do this deed to it; what is not theirs looks like nothing."""
    kept = orders.item(item_id) if is_id(item_id) else None
    if kept is None or not may(actor, deed, Subject(kept.region, frozenset({"issued"}))):
        raise Refused("not_found")
    order = orders.load([kept.order])[kept.order]
    return Case(order, kept, orders.moves_of([kept.id])[kept.id])


def cases_in(scope: str) -> list[Case]:
    """Every item of an area with its moves, latest order first."""
    return cases_of(orders.in_area(scope))


def cases_of(wanted: Sequence[Order]) -> list[Case]:
    items = orders.items_of(order.id for order in wanted)
    moves = orders.moves_of(each.id for kept in items.values() for each in kept)
    return [Case(order, kept, moves[kept.id]) for order in wanted for kept in items[order.id]]


def shown(actor: Actor, wanted: Sequence[Order]) -> list[Json]:
    """Orders as people and phones see them, with their items."""
    places = inspections.load(order.inspection for order in wanted)
    people = accounts.names({order.issued_by for order in wanted})
    cases = cases_of(wanted)
    items = dict(zip((each.kept.id for each in cases), shown_cases(actor, cases), strict=True))
    described = pull.described(places) if actor.role != "centre" else {}
    return [
        {
            "id": order.id,
            "number": f"{order.year}-{order.number:03d}",
            "inspection": order.inspection,
            "site": _site(order.site),
            "visit_on": places[order.inspection].visit_on,
            "checklist": _checklist_of(places[order.inspection]),
            "inspection_state": described[order.inspection]["state"] if described else "approved",
            "issued_at": clock.wire(order.issued_at),
            "issued_by": {"id": order.issued_by, "name": people.get(order.issued_by, "")},
            "words": order.words,
            "appeal_until": order.appeal_until.isoformat(),
            "seq": order.seq,
            "calendar": _calendar(order, [each for each in cases if each.order.id == order.id]),
            "items": [items[each.kept.id] for each in cases if each.order.id == order.id],
        }
        for order in wanted
    ]


def _known_until(on: date) -> str:
    """The last day of the years whose holidays have been announced; the day before `on` if not even this one's."""
    year = on.year
    while china(date(year, 12, 31)) is not None:
        year += 1
    return date(year - 1, 12, 31).isoformat() if year > on.year else (on - timedelta(days=1)).isoformat()


def _calendar(order: Order, cases: Sequence[Case]) -> Json:
    """What a phone needs to count working days offline. Depends on the order alone, never on the day it is read."""
    latest = max((each.standing.due_on for each in cases), default=order.appeal_until)
    return exceptions(today(order.issued_at), latest + COUNTED_BEYOND)


def shown_case(actor: Actor, case: Case) -> Json:
    return shown_cases(actor, [case])[0]


def shown_cases(actor: Actor, cases: Sequence[Case], *, moves: bool = True) -> list[Json]:
    """Items as people and phones see them. A centre never hears of a recheck: that is a visit to come."""
    now = clock.now()
    ids = [each.kept.id for each in cases]
    here = after_photos.of_items(ids)
    earlier = orders.items(other for each in cases for other in each.kept.earlier)
    told = {each["item"]: each for each in _earlier(earlier.values())}
    rechecks = _rechecks(ids) if actor.role != "centre" else None
    names = accounts.names(
        {logged.move.by for each in cases for logged in each.logged} | {each.kept.person or "" for each in cases}
    )
    found = []
    for each in cases:
        view = _view(actor, each, now, names, here[each.kept.id])
        view["earlier"] = [told[other] for other in each.kept.earlier if other in told]
        view["repeats"] = len(view["earlier"])
        if moves:
            view["moves"] = [_move(logged, each.standing, names) for logged in each.logged]
        if rechecks is not None:
            view["rechecks"] = rechecks[each.kept.id]
        found.append(view)
    return found


def people_of(region: str, tenant: str) -> list[Account]:
    """Who answers for a site: the centre accounts whose scope covers it."""
    return [each for each in accounts.in_area(tenant) if each.role == "centre" and covers(each.scope, region)]


@dataclass(frozen=True)
class _Approved:
    snapshot: str
    state: State
    checklist: Checklist
    result: Mapping[str, Any]
    photos: Mapping[str, set[str]]


def _approved(place: Inspection) -> _Approved:
    """What the standing approval covers, no more."""
    folded = review.as_it_stands(place)
    approval = folded.approval
    if approval is None:
        raise Refused("rectification.not_approved")
    covered = fold(op for _, op in oplog.ops_of(place.id, approval["upto"]))
    return _Approved(
        approval["snapshot"], covered, folded.checklist, folded.result, evidence.verified_hashes(place.id)
    )


def _candidates(approved: _Approved) -> list[Json]:
    """Every live finding, and every row that lost something without one, in the order of the sheet."""
    by_row: dict[str, list[Json]] = {}
    for target, element in sorted(approved.state["elements"].items()):
        kind, _, finding = target.partition("/")
        if kind == "finding" and element["live"]:
            said = element["value"]
            by_row.setdefault(said["indicator"], []).append(_candidate(approved, finding, said))
    lines = {line["indicator"]: line for line in approved.result["lines"]}
    found = []
    for indicator in approved.checklist.indicators:
        line = lines.get(indicator)
        rows = by_row.get(indicator, [])
        if not rows and line is not None and line["state"] == "lost":
            rows = [_candidate(approved, None, {"indicator": indicator, "clause": None})]
        for row in rows:
            row["taken"] = line["taken"] if line else "0"
        found += rows
    return found


def _candidate(approved: _Approved, finding: str | None, said: Mapping[str, Any]) -> Json:
    indicator = approved.checklist.indicators[said["indicator"]]
    clause = indicator.clauses.get(said["clause"] or "")
    note = value(approved.state, f"finding/{finding}/note") if finding else None
    spoken = clause.text.zh if clause else indicator.title.zh
    return {
        "finding": finding,
        "indicator": indicator.id,
        "clause": said["clause"],
        "title": {"zh": indicator.title.zh, "en": indicator.title.en},
        "clause_text": {"zh": clause.text.zh, "en": clause.text.en} if clause else None,
        "text": f"{spoken}：{note}" if note else spoken,
        "before": _photos_of(approved, finding) if finding else [],
    }


def _photos_of(approved: _Approved, finding: str) -> list[str]:
    """The photos that cite a finding and may leave the house: live, here, and nobody's badge."""
    found = []
    for target, element in sorted(approved.state["elements"].items()):
        kind, _, photo = target.partition("/")
        if kind != "photo" or not element["live"] or photo not in approved.photos:
            continue

        def said(name: str, target: str = target, given: Mapping[str, Any] = element["value"]) -> Any:
            field = f"{target}/{name}"
            return value(approved.state, field) if field in approved.state["fields"] else given.get(name)

        if said("finding") == finding and said("kind") != "badge":
            found.append(photo)
    return found


def _item(
    place: Inspection, approved: _Approved, asked: Mapping[str, Any], number: int, on: date,
    people: Sequence[Account], now: datetime,
) -> Kept:  # fmt: skip
    """One item as asked for, checked against what was approved. Its order is filled in later."""
    indicator = approved.checklist.indicators.get(asked["indicator"])
    if indicator is None:
        raise Refused("rectification.item_invalid", place=number, what="indicator")
    clause = indicator.clauses.get(asked["clause"]) if asked.get("clause") is not None else None
    if asked.get("clause") is not None and clause is None:
        raise Refused("rectification.item_invalid", place=number, what="clause")
    finding = asked.get("finding")
    if finding is not None:
        element = approved.state["elements"].get(f"finding/{finding}")
        if element is None or not element["live"] or element["value"]["indicator"] != indicator.id:
            raise Refused("rectification.item_invalid", place=number, what="finding")
    if asked["kind"] not in KINDS or asked["severity"] not in SEVERITIES:
        raise Refused("rectification.item_invalid", place=number, what="kind")
    proof = asked.get("proof") or {}
    if proof.get("photos") and not (proof.get("why") or "").strip():
        raise Refused("rectification.proof_why", place=number)
    person = asked.get("person")
    if person is not None and person not in {each.id for each in people}:
        raise Refused("rectification.person")
    days, counted = deadline(asked["kind"], asked, on, china)
    same = orders.alike(place.site.id, place.slug, [(indicator.id, asked.get("clause"))])
    return Kept(
        id=_new_id(now), tenant=place.tenant, region=place.region, order="", inspection=place.id, site=place.site.id,
        place=number, kind=asked["kind"], severity=asked["severity"], slug=place.slug, indicator=indicator.id,
        clause=asked.get("clause"), finding=finding, title={"zh": indicator.title.zh, "en": indicator.title.en},
        clause_text={"zh": clause.text.zh, "en": clause.text.en} if clause else None, text=asked["text"],
        photos_wanted=bool(proof.get("photos")), why=proof.get("why") or "", person=person, days=days, issued_on=on,
        due_on=counted.day, due_guessed=counted.guessed, before=_photos_of(approved, finding) if finding else [],
        earlier=[each.id for each in same[indicator.id, asked.get("clause")]],
    )  # fmt: skip


def _in_order(kept: Kept, order: Order) -> Kept:
    return Kept(**{**vars(kept), "order": order.id})


def _view(actor: Actor, case: Case, now: datetime, names: Mapping[str, str], here: Mapping[str, str]) -> Json:
    kept, standing, on = case.kept, case.standing, today(now)
    return {
        "id": kept.id,
        "order": kept.order,
        "inspection": kept.inspection,
        "site": _site(kept.site),
        "kind": kept.kind,
        "severity": kept.severity,
        "indicator": kept.indicator,
        "clause": kept.clause,
        "finding": kept.finding,
        "title": kept.title,
        "clause_text": kept.clause_text,
        "text": kept.text,
        "proof": {"photos": kept.photos_wanted, "why": kept.why},
        "person": {"id": kept.person, "name": names.get(kept.person, "")} if kept.person else None,
        "days": kept.days,
        "before": kept.before,
        "issued_at": clock.wire(case.order.issued_at),
        "issued_due_on": kept.due_on.isoformat(),
        "due_on": standing.due_on.isoformat(),
        "due_guessed": kept.due_guessed,
        "appeal_until": case.order.appeal_until.isoformat(),
        "state": standing.state,
        "overdue": standing.is_overdue(on),
        "days_left": between(on, standing.due_on, china),
        "extension": _asked(standing.extension, "extension"),
        "appeal": _asked(standing.appeal, "appeal"),
        "escalated": standing.escalated,
        "after": [{"id": photo, "verified": photo in here} for photo in standing.photos],
        "acknowledged_at": _wire(standing.acknowledged_at),
        "done_at": _wire(standing.done_at),
        "closed_at": _wire(standing.closed_at),
        "may": rules.may_now(case.item, standing, actor.role, now),
    }


def _asked(asked: rules.Asked | None, sort: str) -> Json | None:
    if asked is None:
        return None
    answer = asked.answer.content if asked.answer else {}
    common = {"move": asked.move, "late": asked.late}
    if sort == "extension":
        state = "asked" if asked.open else ("granted" if answer.get("granted") else "refused")
        return {
            **common, "state": state, "days": asked.content.get("days"), "reason": asked.content.get("reason", ""),
            "due_on": answer.get("due_on"), "answer": answer.get("reason"),
        }  # fmt: skip
    state = "open" if asked.open else ("upheld" if answer.get("upheld") else "rejected")
    told = {name: answer.get(name) for name in ("reason", "points", "verdict", "snapshot", "score")}
    return {**common, "state": state, "words": asked.content.get("words", ""), **told}


def _move(logged: Logged, standing: Standing, names: Mapping[str, str]) -> Json:
    move = logged.move
    code = standing.noted.get(move.id)
    return {
        "id": move.id,
        "kind": move.kind,
        "by": {"id": move.by, "name": names.get(move.by, "")},
        "role": move.role,
        "at": clock.wire(move.at),
        "said_at": logged.said_at,
        "content": dict(move.content),
        "effect": "applied" if code is None else "noted",
        "code": code,
    }


def _earlier(items: Iterable[Kept]) -> list[Json]:
    found = list(items)
    held = orders.load(each.order for each in found)
    moves = orders.moves_of(each.id for each in found)
    places = inspections.load(each.inspection for each in found)
    return [
        {
            "item": each.id,
            "order": each.order,
            "inspection": each.inspection,
            "visit_on": places[each.inspection].visit_on,
            "state": Case(held[each.order], each, moves[each.id]).standing.state,
        }
        for each in found
    ]


def _rechecks(ids: Sequence[str]) -> dict[str, list[Json]]:
    found = orders.rechecks_of(ids)
    places = inspections.load(each.inspection for some in found.values() for each in some)
    stages = pull.stages_of(places) if places else {}
    return {
        item: [
            {
                "id": each.id,
                "inspection": each.inspection,
                "visit_on": places[each.inspection].visit_on,
                "at": clock.wire(each.at),
                "state": stages[each.inspection],
            }
            for each in some
        ]
        for item, some in found.items()
    }


def _may_read(actor: Actor, region: str) -> bool:
    return may(actor, "rectification.read", Subject(region, frozenset({"issued"})))


def _site(site_id: str) -> Json:
    site = sites.by_id(site_id)
    return {"id": site_id, "name": site.name, "region": site.region} if site else {"id": site_id}


def _checklist_of(place: Inspection) -> Json:
    return {"slug": place.slug, "version": place.version, "digest": place.checklist, "title": place.title}


def _warning(code: str, **details: Any) -> Json:
    return {"code": code, "message": in_words(PROBLEMS[code], details), "details": details}


def _wire(moment: datetime | None) -> str | None:
    return clock.wire(moment) if moment else None


def _new_id(now: datetime) -> str:
    return uuid7(now, secrets.token_bytes(10))
