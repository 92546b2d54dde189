"""Joining a team from the site: a member's phone invites, the server checks the seal, a supervisor decides.

An invitation alone puts nobody on a team: who inspects what was drawn by lot, and recusals must hold. What the invited
person wrote meanwhile is kept, held under `join.waiting`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from mingcha import clock
from mingcha.core import seals
from mingcha.core.access import Actor, Subject, demand, may
from mingcha.core.problems import Refused
from mingcha.flows import inspections as place_of
from mingcha.flows import secrecy
from mingcha.store import accounts, assignments, audit, inspections, joins, settings
from mingcha.store.db import transaction

Standing = Literal["member", "waiting", "refused"]


@dataclass(frozen=True)
class Invitation:
    """What a code on a colleague's screen said. `at` is their phone's clock and decides nothing."""

    inspection: str
    checklist: str
    inviter: str
    device: str
    at: str
    seal: str


def seal_key(actor: Actor, device: str) -> str:
    """The key by which this person's phone seals what others may carry."""
    return seals.key_of(settings.secret(), actor.id, device)


def ask(actor: Actor, invitation: Invitation) -> Standing:
    """Who is on the team already needs nothing; else the wish is noted for a supervisor. Safe to repeat."""
    place = inspections.load([invitation.inspection]).get(invitation.inspection)
    if place is None or not may(actor, "inspection.join", Subject(place.region)):
        raise Refused("join.invitation")
    if assignments.is_on(place.id, actor.id):
        return "member"
    text = seals.invitation_text(
        inspection=invitation.inspection, checklist=invitation.checklist, inviter=invitation.inviter,
        device=invitation.device, at=invitation.at,
    )  # fmt: skip
    known = seals.is_sealed(settings.secret(), invitation.inviter, invitation.device, text, invitation.seal)
    if not known or not assignments.is_on(place.id, invitation.inviter) or invitation.checklist != place.checklist:
        raise Refused("join.invitation")
    now = clock.now()
    with transaction():
        fresh = joins.ask(
            place.id, actor.id, tenant=place.tenant, region=place.region, inviter=invitation.inviter, now=now
        )
        if fresh:
            audit.note(
                "inspection.join", tenant=place.tenant, region=place.region, actor=actor.id,
                subject=f"inspection/{place.id}", at=now, inviter=invitation.inviter,
            )  # fmt: skip
    wish = joins.find(place.id, actor.id)
    return "refused" if wish and wish.admitted is False else "waiting"


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """Who waits for this supervisor's word."""
    demand(actor, "team.admit", Subject(actor.scope))
    open_ones = joins.open_in_area(actor.scope)
    places = inspections.load(each.inspection for each in open_ones)
    hidden = secrecy.sealed(actor, places.values())
    open_ones = [each for each in open_ones if each.inspection not in hidden]
    names = accounts.names({person for each in open_ones for person in (each.account, each.inviter)})
    return [
        {
            "inspection": each.inspection,
            "site": places[each.inspection].site.name,
            "account": {"id": each.account, "name": names[each.account]},
            "inviter": {"id": each.inviter, "name": names[each.inviter]},
            "asked_at": each.asked_at,
        }
        for each in open_ones
    ]


def decide(actor: Actor, inspection_id: str, account_id: str, *, admit: bool) -> None:
    """Put the person on the team, or refuse. The same word twice changes nothing."""
    place = place_of.find(actor, inspection_id, "team.admit").inspection
    wish = joins.find(place.id, account_id)
    if wish is None:
        raise Refused("not_found")
    if wish.admitted is admit:
        return
    now = clock.now()
    with transaction():
        joins.decide(place.id, account_id, admitted=admit, by=actor.id, now=now)
        if admit:
            place_of.assign(place.id, account_id)
        audit.note(
            "team.admit", tenant=place.tenant, region=place.region, actor=actor.id,
            subject=f"inspection/{place.id}", at=now, account=account_id, inviter=wish.inviter, admitted=admit,
        )  # fmt: skip
