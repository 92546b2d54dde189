"""Results go out: to the centres, each its own, with time to appeal; then, where the county wants it, to the public page
(`public_page.py`). What has gone out can be taken back, with a reason.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.campaign import step
from mingcha.core.canonical import digest as digest_of
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import moved, today
from mingcha.core.regions import covers
from mingcha.flows import rectified, reminding
from mingcha.flows.campaign_standing import Seen
from mingcha.flows.campaigns import again, described, find, held, note
from mingcha.flows.working_days import china
from mingcha.store import accounts, campaigns, publications
from mingcha.store.campaigns import Campaign
from mingcha.store.db import transaction
from mingcha.store.publications import Publication

Json = dict[str, Any]
#: Working days, unless the supervisor says otherwise.
APPEAL_DAYS = 5


def publish(actor: Actor, campaign_id: str, appeal_days: int, public: bool) -> Json:
    """Give the results to the centres, and tell them. `public`: the page shows them once the appeal period is over."""
    find(actor, campaign_id, "campaign.publish")
    now = clock.now()
    with transaction():
        found = held(campaign_id, "campaign.publish")
        until = moved(today(now), appeal_days, china).day
        publications.add(Publication(found.id, found.tenant, now, actor.id, until, public))
        campaigns.change(campaign_id, state=step("campaign.publish", found.state))
        standings = (found.final or {}).get("standings")
        note(
            actor, "campaign.publish", found, standings=digest_of(standings), appeal_until=until.isoformat(), public=public
        )
        people = [each for each in accounts.in_area(found.region) if each.role == "centre"]
        for row in standings or ():
            there = [each for each in people if covers(each.scope, row["region"])]
            key = f"{row['inspection']}:{clock.wire(now)}"
            reminding.announce(there, "result", key=key, link=f"/results/{row['inspection']}", now=now)
    return described(again(campaign_id))


def make_public(actor: Actor, campaign_id: str, public: bool, reason: str) -> Json:
    """Let the public page show them, or no longer: that needs a reason."""
    find(actor, campaign_id, "campaign.public")
    if not public and not reason.strip():
        raise Refused("campaign.reason_wanted")
    with transaction():
        found = held(campaign_id, "campaign.public")
        publications.set_public(campaign_id, public)
        note(actor, "campaign.public", found, public=public, reason=reason.strip())
    return described(again(campaign_id))


def withdraw(actor: Actor, campaign_id: str, reason: str) -> Json:
    """Take them back from everybody. Published again, they begin anew, with a new appeal period."""
    find(actor, campaign_id, "campaign.withdraw")
    if not reason.strip():
        raise Refused("campaign.reason_wanted")
    with transaction():
        found = held(campaign_id, "campaign.withdraw")
        publications.remove(campaign_id)
        campaigns.change(campaign_id, state=step("campaign.withdraw", found.state))
        note(actor, "campaign.withdraw", found, reason=reason.strip())
    return described(again(campaign_id))


def is_shown(publication: Publication) -> bool:
    """Whether the public page shows it today."""
    return publication.public and today(clock.now()) > publication.appeal_until


def told(campaign: Campaign, found: Sequence[Seen]) -> Json | None:
    """What has gone out, for the desk. `waiting`: sites whose row the public page keeps back, and how many appeals are
    undecided.
    """
    publication = publications.of(campaign.id)
    if publication is None:
        return None
    states = rectified.of([each.place.id for each in found])
    return {
        "at": clock.wire(publication.at), "by": accounts.names({publication.by}).get(publication.by, ""),
        "appeal_until": publication.appeal_until.isoformat(), "public": publication.public,
        "opens_on": (publication.appeal_until + timedelta(days=1)).isoformat(), "shown": is_shown(publication),
        "address": f"/public/{campaign.tenant}",
        "waiting": {
            "sites": sum(each.visit.approval is None or states[each.place.id].disputed for each in found),
            "appeals": sum(each.appeals for each in states.values()),
        },
    }  # fmt: skip

