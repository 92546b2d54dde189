"""Planning a campaign and taking it from step to step: plan, start, release, close.

Fixing the seed, drawing and swapping are `drawing.py`; how it stands is `campaign_board.py`; what goes out,
`publishing.py`.
"""

import secrets
from datetime import datetime, time
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.campaign import plan_of, step
from mingcha.core.canonical import digest as digest_of
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import CHINA, today
from mingcha.core.sheets import chosen
from mingcha.core.uuid7 import is_id
from mingcha.flows import campaign_meant, campaign_standing, checklists, opening, pull, secrecy
from mingcha.flows.working_days import china
from mingcha.store import audit, campaigns, inspections, sites
from mingcha.store.campaigns import Campaign
from mingcha.store.db import new_id, transaction
from mingcha.store.inspections import Inspection

Json = dict[str, Any]


def find(actor: Actor, campaign_id: str, deed: str) -> Campaign:
    """The campaign, if the actor may do this deed to it. What they may not and what is missing look the same."""
    found = campaigns.by_id(campaign_id) if is_id(campaign_id) else None
    if found is None or not may(actor, deed, Subject(found.region)):
        raise Refused("not_found")
    return found


def listed(actor: Actor) -> list[Json]:
    return [shown(actor, each) for each in campaigns.in_area(actor.scope) if may(actor, "campaign.read", Subject(each.region))]


def read(actor: Actor, campaign_id: str) -> Json:
    return shown(actor, find(actor, campaign_id, "campaign.read"))


def shown(actor: Actor, found: Campaign) -> Json:
    """A campaign as somebody of the desk may know it. From the seed and the list of sites anybody can draw again, so
    until the closing readers get neither, nor what the list is drawn from.
    """
    if secrecy.open_to(actor, found):
        return described(found)
    source = {name: value for name, value in (found.source or {}).items() if name in ("kind", "source")}
    hidden = dict.fromkeys(("seed", "sites", "regions", "inspectors"))
    return {**described(found), **hidden, "source": source or None, "withheld": True}


def described(found: Campaign) -> Json:
    """A campaign as those who plan it know it. The seed is told once it is used, never before."""
    drawn = found.state not in ("planned", "committed")
    return {
        "id": found.id, "region": found.region, "state": found.state, "seq": found.seq, **found.plan,
        "commitment": found.commitment, "source": found.source, "seed": found.seed if drawn else None,
        "created_at": clock.wire(found.created_at), "final": found.final,
    }  # fmt: skip


def plan(actor: Actor, told: Json, campaign_id: str | None = None) -> Json:
    """A new campaign. Repeating it under the id that the client made is harmless."""
    wanted = _planned(actor, told)
    if campaign_id is not None and (known := campaigns.by_id(campaign_id)) is not None:
        if not may(actor, "campaign.plan", Subject(known.region)) or known.plan != wanted:
            raise Refused("campaign.id_taken")
        return described(known)
    now = clock.now()
    with transaction():
        new = Campaign(
            id=campaign_id or new_id(), tenant=actor.tenant, region=wanted["region"], state="planned", plan=wanted,
            checklist=wanted["checklist"], seq=1, commitment=None, source=None, seed=None, pool=None, final=None,
            created_at=now,
        )  # fmt: skip
        campaigns.add(new)
        note(actor, "campaign.plan", new, plan=digest_of(wanted), salt=salt())
    return described(new)


def replan(actor: Actor, campaign_id: str, told: Json, seen: int) -> Json:
    find(actor, campaign_id, "campaign.plan")
    wanted = _planned(actor, told)
    with transaction():
        found = held(campaign_id, "campaign.plan")
        if found.seq != seen:
            raise Refused("campaign.moved", seq=found.seq)
        campaigns.change(campaign_id, plan=wanted, region=wanted["region"], checklist=wanted["checklist"])
        note(actor, "campaign.plan", found, plan=digest_of(wanted), before=digest_of(found.plan), salt=salt())
    return described(again(campaign_id))


def drop(actor: Actor, campaign_id: str) -> None:
    """Take back a plan that never was drawn."""
    find(actor, campaign_id, "campaign.plan")
    with transaction():
        found = held(campaign_id, "campaign.plan")
        if campaigns.events(campaign_id):
            raise Refused("campaign.drawn_before")
        campaigns.drop(campaign_id)
        note(actor, "campaign.plan", found, dropped=True, before=digest_of(found.plan))


def start(actor: Actor, campaign_id: str) -> Json:
    """From now on visits open: each at its hour, or when the team departs."""
    find(actor, campaign_id, "campaign.start")
    with transaction():
        found = held(campaign_id, "campaign.start")
        if found.plan["release"]["mode"] == "hour":
            for visit in campaigns.drawn(campaign_id):
                campaigns.set_opening(visit.id, _opens_at(visit.visit_on, found.plan["release"]["hour"]))
        campaigns.change(campaign_id, state=step("campaign.start", found.state))
        note(actor, "campaign.start", found)
    opening.open_due()
    return described(again(campaign_id))


def release(actor: Actor, campaign_id: str, visits: list[str]) -> int:
    """Open these visits to their teams now; how many were not open before."""
    find(actor, campaign_id, "campaign.release")
    now = clock.now()
    with transaction():
        found = held(campaign_id, "campaign.release")
        known = {each.id: each for each in campaigns.drawn(campaign_id)}
        if not set(visits) <= set(known):
            raise Refused("not_found")
        closed = sorted(id for id in set(visits) if known[id].opened_at is None)
        for visit_id in closed:
            campaigns.set_opening(visit_id, now)
        if closed:
            note(actor, "campaign.release", found, visits=closed)
    opening.open_due()
    return len(closed)


def close(actor: Actor, campaign_id: str, reason: str) -> Json:
    """End it: places and grades become final. Needs a reason where visits are not approved; they stay out of the ranks."""
    find(actor, campaign_id, "campaign.close")
    with transaction():
        found = held(campaign_id, "campaign.close")
        every = inspections.in_campaign(found.tenant, campaign_id)
        stages = pull.stages_of({each.id: each for each in every})
        approved = [each for each in every if stages[each.id] == "approved"]
        at_all = len({each.site for each in campaigns.drawn(campaign_id)} | {each.site.id for each in every})
        left = at_all - len({each.site.id for each in approved})
        if left and not reason:
            raise Refused("campaign.unfinished", count=left)
        final = {"at": clock.wire(clock.now()), "reason": reason, "left": left, "standings": _final(found, approved)}
        campaigns.change(campaign_id, state=step("campaign.close", found.state), final=final)
        note(actor, "campaign.close", found, reason=reason, left=left, standings=digest_of(final["standings"]))
    return described(again(campaign_id))


def note(actor: Actor, deed: str, found: Campaign, **details: Any) -> None:
    audit.note(
        deed, tenant=found.tenant, region=found.region, actor=actor.id, subject=f"campaign/{found.id}", at=clock.now(),
        **details,
    )  # fmt: skip


def salt() -> str:
    """Kept with a digest of what can be guessed, so that nobody finds it out by trying from the event's own digest."""
    return secrets.token_hex(16)


def _planned(actor: Actor, told: Json) -> Json:
    """The plan with everything that it names looked up in the actor's area."""
    wanted = plan_of(told, actor.scope, china)
    if not may(actor, "campaign.plan", Subject(wanted["region"])):
        raise Refused("not_found")
    checklist = checklists.known(actor, str(wanted.get("checklist", "")))
    if not isinstance(wanted["settings"], dict):
        raise Refused("campaign.plan", why="settings")
    wanted["settings"] = chosen(checklist, wanted["settings"].items())
    if checklist.readings(wanted["settings"]).get("rank_units") == "listed":
        # Nothing here holds the counts of units that are not inspected; marks without them would be wrong.
        raise Refused("campaign.listed_units")
    if wanted["sites"]:
        there = {site.id for site in sites.in_area(wanted["region"])}
        if not set(wanted["sites"]) <= there:
            raise Refused("campaign.plan", why="sites")
    return wanted


def held(campaign_id: str, deed: str) -> Campaign:
    """The campaign, locked, in a state in which the deed may be done."""
    found = campaigns.lock(campaign_id)
    if found is None:
        raise Refused("not_found")
    step(deed, found.state)
    return found


def again(campaign_id: str) -> Campaign:
    found = campaigns.by_id(campaign_id)
    if found is None:
        raise Refused("not_found")
    return found


def _opens_at(visit_on: str, hour: str) -> datetime:
    day = datetime.fromisoformat(visit_on).date()
    return datetime.combine(day, time.fromisoformat(hour), CHINA)


def _final(found: Campaign, approved: list[Inspection]) -> list[Json]:
    """Standings over the approved inspections as they were approved, the latest of each site, by checklist version."""
    rows: list[Json] = []
    meant = campaign_meant.of_campaign(found)
    day = today(clock.now()).isoformat()
    for board in campaign_standing.ranked(meant, campaign_standing.seen(approved), awarded_on=day):
        for row in board.rows:
            result, unit = row["result"], board.units[row["site"]].place
            rows.append(
                {
                    "site": row["site"], "inspection": unit.id, "name": unit.site.name, "region": unit.region,
                    "checklist": unit.checklist, "place": row["place"], "places": row["places"],
                    "grade": _plain(row["grade"]), "low": result["low"], "high": result["high"], "full": result["full"],
                }
            )  # fmt: skip
    return rows


def _plain(grade: Any) -> Any:
    return dict(grade) if grade is not None else None
