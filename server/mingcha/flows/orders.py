"""Rectification orders and their items: finding them, and showing them as people and phones see them.

A centre reads its own orders, and never what is planned behind them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.problems import Refused
from mingcha.core.rectification import moves as rules
from mingcha.core.rectification.items import Item
from mingcha.core.rectification.moves import Standing
from mingcha.core.rectification.working_days import between, today
from mingcha.core.uuid7 import is_id
from mingcha.flows import pull
from mingcha.flows.working_days import china, exceptions
from mingcha.store import accounts, after_photos, inspections, orders, sites
from mingcha.store.inspections import Inspection
from mingcha.store.orders import Kept, Logged, Order

#: How far behind the last deadline a phone may count: the longest extension, and a long overdue.
COUNTED_BEYOND = timedelta(days=120)
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
            "site": site_of(order.site),
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


def shown_case(actor: Actor, case: Case) -> Json:
    return shown_cases(actor, [case])[0]


def shown_cases(actor: Actor, cases: Sequence[Case], *, moves: bool = True) -> list[Json]:
    """Items as people and phones see them. A centre never hears of a recheck: that is a visit to come."""
    now = clock.now()
    ids = [each.kept.id for each in cases]
    here = after_photos.of_items(ids)
    before = orders.items(other for each in cases for other in each.kept.earlier)
    told = {each["item"]: each for each in earlier(before.values())}
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


def _calendar(order: Order, cases: Sequence[Case]) -> Json:
    """What a phone needs to count working days offline. Depends on the order alone, never on the day it is read."""
    latest = max((each.standing.due_on for each in cases), default=order.appeal_until)
    return exceptions(today(order.issued_at), latest + COUNTED_BEYOND)


def _view(actor: Actor, case: Case, now: datetime, names: Mapping[str, str], here: Mapping[str, str]) -> Json:
    kept, standing, on = case.kept, case.standing, today(now)
    return {
        "id": kept.id,
        "order": kept.order,
        "inspection": kept.inspection,
        "site": site_of(kept.site),
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


def earlier(items: Iterable[Kept]) -> list[Json]:
    """Items of visits before, as a link shows them: when, and where each stands."""
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


def site_of(site_id: str) -> Json:
    site = sites.by_id(site_id)
    return {"id": site_id, "name": site.name, "region": site.region} if site else {"id": site_id}


def _checklist_of(place: Inspection) -> Json:
    return {"slug": place.slug, "version": place.version, "digest": place.checklist, "title": place.title}


def _wire(moment: datetime | None) -> str | None:
    return clock.wire(moment) if moment else None
