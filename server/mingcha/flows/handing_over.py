"""Handing an inspector's open work over to another: because of leave, illness, or for good.

The visits go to the other's phone at its next sync; the first one's phone drops them, never what it has not sent: that
is held for the supervisor, who lets it in under its writer's name (`flows/held`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.handover import OPEN, Taker, Visit, obstacle
from mingcha.core.problems import Refused
from mingcha.flows.pull import stages_of
from mingcha.store import accounts, assignments, audit, inspections
from mingcha.store.accounts import Account, Standing
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection


@dataclass(frozen=True)
class Person:
    """An inspector of the area, with the open work that the asker leads."""

    account: Account
    enabled: bool
    open: list[str]


@dataclass(frozen=True)
class Work:
    """An open visit; `obstacles`: by account id, why somebody cannot take it. Whoever is missing there can."""

    inspection: Inspection
    state: str
    team: list[dict[str, str]]
    obstacles: dict[str, str]


def board(actor: Actor) -> tuple[list[Person], list[Work]]:
    """The inspectors whom the actor leads and their open visits."""
    people = [(each, standing) for each, standing in accounts.search(actor.scope, "") if each.role == "inspector"]
    seats = {each.id: assignments.of_account(each.id) for each, _ in people}
    found = inspections.load({place for mine in seats.values() for place in mine})
    led = {key: each for key, each in found.items() if may(actor, "assignment.hand_over", Subject(each.region))}
    states, teams = stages_of(led), assignments.teams(led)
    work = [
        Work(
            each, states[key], teams[key],
            {
                account.id: why for account, standing in people
                if (why := obstacle(_taker(account, standing), _visit(each, states[key], teams[key])))
            },
        )
        for key, each in led.items() if states[key] in OPEN
    ]  # fmt: skip
    work.sort(key=lambda one: (one.inspection.visit_on, one.inspection.site.id))
    still = {one.inspection.id for one in work}
    return [
        Person(account, standing.disabled_at is None, sorted(still & set(seats[account.id]))) for account, standing in people
    ], work


def hand_over(actor: Actor, *, giver: str, taker: str, visits: Sequence[str], reason: str) -> int:
    """All of these visits or none. How many. Raises handover.obstacle with the first reason why not."""
    now = clock.now()
    with transaction():
        locked = inspections.lock(set(visits))
        found = inspections.load(set(visits))
        account = accounts.by_id(taker)
        if account is None or len(found) != len(set(visits)):
            raise Refused("not_found")
        for each in found.values():
            led = may(actor, "assignment.hand_over", Subject(each.region))
            if not led or not assignments.is_on(each.id, giver):
                raise Refused("not_found")
        standing, states, teams = accounts.standing(taker), stages_of(found), assignments.teams(found)
        for key in sorted(found):
            why = obstacle(_taker(account, standing), _visit(found[key], states[key], teams[key]))
            if why is not None:
                raise Refused("handover.obstacle", why=why, inspection=key)
        for key in sorted(found):
            assignments.end(key, giver, now)
            assignments.assign(key, taker, tenant=found[key].tenant, now=now)
            inspections.advance(key, locked[key].seq + 1)
        for key in sorted(found):
            audit.note(
                "assignment.hand_over", tenant=found[key].tenant, region=found[key].region, actor=actor.id,
                subject=f"inspection/{key}", at=now, giver=giver, taker=taker, reason=reason,
            )
    return len(found)


def _taker(account: Account, standing: Standing) -> Taker:
    return Taker(account.id, account.role, account.scope, standing.disabled_at is None)


def _visit(each: Inspection, state: str, team: list[dict[str, str]]) -> Visit:
    return Visit(each.site.id, each.region, state, frozenset(one["id"] for one in team))
