"""Opening drawn visits to their teams: at the hour, at departure, or by the supervisor's hand. Only then does an
inspection exist.
"""

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import today
from mingcha.flows import inspections as inspection_flow
from mingcha.logs import log
from mingcha.store import audit, campaigns, checklists, sites
from mingcha.store.campaigns import Drawn
from mingcha.store.db import transaction

AT_ONCE = 100


def open_due() -> int:
    """Open the visits whose time has come, so many at once; how many. What cannot open keeps no other closed. Safe
    for several workers.
    """
    now, done = clock.now(), 0
    left: set[str] = set()
    while done < AT_ONCE:
        due = [each for each in campaigns.due_to_open(now, AT_ONCE + len(left)) if each.id not in left]
        if not due:
            break
        for visit in due[: AT_ONCE - done]:
            if _open(visit):
                done += 1
            else:
                left.add(visit.id)
    return done


def depart(actor: Actor) -> int:
    """The actor sets out: today's visits that wait for departure open, for their whole teams. How many. One that cannot
    open yet does so by itself once its team can go.
    """
    now = clock.now()
    waiting = [
        each for each in campaigns.unopened_on(actor.tenant, today(now).isoformat())
        if actor.id in each.team and each.opens_at is None
    ]
    with transaction():
        for each in waiting:
            campaigns.set_opening(each.id, now)
            campaign = campaigns.by_id(each.campaign)
            audit.note(
                "assignment.depart", tenant=each.tenant, region=campaign.region if campaign else actor.scope,
                actor=actor.id, subject=f"inspection/{each.id}", at=now,
            )  # fmt: skip
    return sum(_open(each) for each in waiting)


def _open(visit: Drawn) -> bool:
    """False where it is open already, or cannot be: the board says who of the team keeps it from opening."""
    try:
        return _opened(visit)
    except Refused as refused:
        log().error("visit.not_opened", visit=visit.id, problem=refused.code)
        return False


def _opened(visit: Drawn) -> bool:
    with transaction():
        campaign, site = campaigns.by_id(visit.campaign), sites.by_id(visit.site)
        pinned = checklists.by_digest(campaign.checklist) if campaign else None
        if campaign is None or site is None or pinned is None or not campaigns.claim_opening(visit.id, clock.now()):
            return False
        fresh = campaigns.drawn_by_id(visit.id) or visit
        inspection_flow.create(
            site_id=site.id, slug=pinned.slug, version=pinned.version, team=fresh.team,
            campaign_title=campaign.plan["title"]["zh"], visit_on=fresh.visit_on, inspection_id=fresh.id,
            campaign=campaign.id, noted_in=campaign.region,
        )  # fmt: skip
    return True
