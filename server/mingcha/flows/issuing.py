"""Proposing and issuing the one order of an approved visit. Before it exists a centre knows nothing of the visit."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.problems import words as in_words
from mingcha.core.rectification.items import APPEAL_DAYS, DAYS, KINDS, MOST_APPEAL_DAYS, SEVERITIES, deadline
from mingcha.core.rectification.working_days import moved, today
from mingcha.core.regions import covers
from mingcha.core.uuid7 import uuid7
from mingcha.flows import inspections as place_of
from mingcha.flows import pull, reminding
from mingcha.flows.approved_findings import Approved, approved_of, candidates, photos_of, spoken_under
from mingcha.flows.orders import Case, earlier, read, site_of
from mingcha.flows.working_days import china, exceptions
from mingcha.store import accounts, audit, inspections, orders
from mingcha.store.accounts import Account
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection
from mingcha.store.orders import Kept, Order

MOST_ITEMS = 200
#: The longest deadline, holidays and all.
COUNTED_AHEAD = timedelta(days=400)
Json = dict[str, Any]


def proposal(actor: Actor, inspection_id: str) -> Json:
    """What could be ordered after an approved inspection, with the usual deadlines and what happened before."""
    place = place_of.find(actor, inspection_id, "rectification.issue").inspection
    approved = approved_of(place)
    on = today(clock.now())
    found = candidates(approved)
    alike = orders.alike(place.site.id, place.slug, [(each["indicator"], each["clause"]) for each in found])
    for each in found:
        same = [item for item in alike[each["indicator"], each["clause"]] if item.inspection != place.id]
        each["earlier"] = earlier(same)
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
        "site": site_of(place.site.id),
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
        approved = approved_of(place)
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


def people_of(region: str, tenant: str) -> list[Account]:
    """Who answers for a site: the centre accounts whose scope covers it."""
    return [each for each in accounts.in_area(tenant) if each.role == "centre" and covers(each.scope, region)]


def _item(
    place: Inspection, approved: Approved, asked: Mapping[str, Any], number: int, on: date,
    people: Sequence[Account], now: datetime,
) -> Kept:  # fmt: skip
    """One item as asked for, checked against what was approved. Its order is filled in later."""
    indicator = approved.checklist.indicators.get(asked["indicator"])
    if indicator is None:
        raise Refused("rectification.item_invalid", place=number, what="indicator")
    clause = spoken_under(indicator, asked.get("clause"))
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
        clause_text=clause, text=asked["text"],
        photos_wanted=bool(proof.get("photos")), why=proof.get("why") or "", person=person, days=days, issued_on=on,
        due_on=counted.day, due_guessed=counted.guessed, before=photos_of(approved, finding) if finding else [],
        earlier=[each.id for each in same[indicator.id, asked.get("clause")]],
    )  # fmt: skip


def _in_order(kept: Kept, order: Order) -> Kept:
    return Kept(**{**vars(kept), "order": order.id})


def _known_until(on: date) -> str:
    """The last day of the years whose holidays have been announced; the day before `on` if not even this one's."""
    year = on.year
    while china(date(year, 12, 31)) is not None:
        year += 1
    return date(year - 1, 12, 31).isoformat() if year > on.year else (on - timedelta(days=1)).isoformat()


def _warning(code: str, **details: Any) -> Json:
    return {"code": code, "message": in_words(PROBLEMS[code], details), "details": details}


def _new_id(now: datetime) -> str:
    return uuid7(now, secrets.token_bytes(10))
