"""Who may know of a campaign's visit before its team has arrived: the team, and the supervisors of the whole campaign.

Readers, administrators, and supervisors of a part of it, know of it from the first step that somebody writes there.
Visits that are not open yet need no rule: they are no inspections (`store/campaigns.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.regions import covers
from mingcha.store import audit, campaigns, inspections, oplog
from mingcha.store.campaigns import Campaign
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection

_WATCHING = frozenset({"supervisor", "viewer", "admin"})
OVER = frozenset({"closed", "published"})


@dataclass(frozen=True)
class Unspoken:
    """What somebody must not read of yet: campaigns that have not closed, and visits of them that nobody has begun."""

    campaigns: frozenset[str] = frozenset()
    visits: frozenset[str] = frozenset()


def sealed(actor: Actor, found: Iterable[Inspection]) -> set[str]:
    """Those of these inspections that the actor must not know of yet."""
    asked = [each for each in found if each.campaign] if actor.role in _WATCHING else []
    if not asked:
        return set()
    known = campaigns.states({each.campaign for each in asked if each.campaign})
    waiting = [each for each in asked if each.campaign and not _plans(actor, known[each.campaign][1])]
    if not waiting:
        return set()
    begun = oplog.begun([each.id for each in waiting])
    return {each.id for each in waiting if each.id not in begun}


def planned_by(actor: Actor) -> frozenset[str] | None:
    """The campaigns whose unbegun visits somebody of the desk may know; None for those who are asked no such thing."""
    if actor.role not in _WATCHING:
        return None
    return frozenset(each.id for each in campaigns.in_area(actor.scope) if _plans(actor, each.region))


def knows(actor: Actor, campaign: Campaign) -> bool:
    """Whether the actor may know where the campaign goes before anybody has arrived."""
    return _plans(actor, campaign.region)


def open_to(actor: Actor, campaign: Campaign) -> bool:
    """Whether the actor may be told what a campaign's draw came from and to: once it has closed, everybody of the desk."""
    return campaign.state in OVER or knows(actor, campaign)


def unspoken(actor: Actor) -> Unspoken:
    """What the trail keeps from the actor."""
    if actor.role not in _WATCHING:
        return Unspoken()
    closed_off = {
        each for each, (state, region) in campaigns.standing(actor.tenant).items()
        if state not in OVER and not _plans(actor, region)
    }
    waiting = {each.id for each in inspections.not_begun(actor.tenant) if each.campaign in closed_off} if closed_off else set()
    return Unspoken(frozenset(closed_off), frozenset(waiting | campaigns.unopened(closed_off)))


def learned(actor: Actor, campaign: Campaign, what: str) -> None:
    """Write into the trail that somebody of the desk now knows where a draw sends people: once for each draw."""
    with transaction():
        now = clock.now()
        if campaigns.first_sight(what, actor.id, tenant=campaign.tenant, at=now):
            audit.note(
                "draw.read", tenant=campaign.tenant, region=campaign.region, actor=actor.id,
                subject=f"campaign/{campaign.id}", at=now, draw=what,
            )  # fmt: skip


def pulled(actor: Actor, inspection_ids: Iterable[str]) -> None:
    """Write into the trail that a phone of the team has these visits of campaigns now: once for each person."""
    found = [each for each in inspections.load(inspection_ids).values() if each.campaign]
    seen = campaigns.sights([each.id for each in found]) if found else {}
    fresh = [each for each in found if (each.id, actor.id) not in seen]
    if not fresh:
        return
    with transaction():
        now = clock.now()
        region_of = {id: region for id, (_, region) in campaigns.states({str(each.campaign) for each in fresh}).items()}
        for each in sorted(fresh, key=lambda one: one.id):
            if campaigns.first_sight(each.id, actor.id, tenant=each.tenant, at=now):
                # Under the campaign's region, not the town's: a reader of the town must not see it coming.
                audit.note(
                    "assignment.seen", tenant=each.tenant, region=region_of[str(each.campaign)], actor=actor.id,
                    subject=f"inspection/{each.id}", at=now,
                )  # fmt: skip


def _plans(actor: Actor, region: str) -> bool:
    return actor.role == "supervisor" and covers(actor.scope, region)
