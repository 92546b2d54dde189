"""Setting up an inspection: a site, a checklist version, and the team."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.problems import Refused
from mingcha.core.regions import covers
from mingcha.core.uuid7 import is_id
from mingcha.flows import secrecy
from mingcha.store import accounts, assignments, audit, checklists, inspections, sites
from mingcha.store.db import new_id, transaction
from mingcha.store.inspections import Inspection

#: 双随机: nobody inspects alone.
SMALLEST_TEAM = 2


@dataclass(frozen=True)
class Place:
    """An inspection and what it is to the actor."""

    inspection: Inspection
    subject: Subject


def create(
    *,
    site_id: str,
    slug: str,
    version: str | None,
    team: Sequence[str],
    campaign_title: str,
    visit_on: str,
    inspection_id: str | None = None,
    campaign: str | None = None,
    noted_in: str | None = None,
) -> str:
    """A new inspection with its team of account ids; its id. The version is pinned here for good. `noted_in`: the region
    under which the trail has it, where that of the site would give the visit away.
    """
    site = sites.by_id(site_id)
    pinned = checklists.named(slug, version) if version else checklists.newest(slug, site.region if site else None)
    if site is None or pinned is None:
        raise Refused("not_found")
    if len(set(team)) < SMALLEST_TEAM:
        raise Refused("inspection.team", smallest=SMALLEST_TEAM)
    if unfit(team, site.region):
        raise Refused("not_found")
    new = inspection_id or new_id()
    now = clock.now()
    with transaction():
        inspections.add(
            new, site=site, checklist=pinned.digest, campaign_title=campaign_title, visit_on=visit_on, now=now,
            campaign=campaign,
        )  # fmt: skip
        for account_id in sorted(set(team)):
            assignments.assign(new, account_id, tenant=site.tenant, now=now)
        inspections.next_seq(new)
        audit.note(
            "inspection.create",
            tenant=site.tenant,
            region=noted_in or site.region,
            actor=None,
            subject=f"inspection/{new}",
            at=now,
            site=site.id,
            checklist=pinned.digest,
            team=sorted(set(team)),
        )
    return new


def assign(inspection_id: str, account_id: str) -> None:
    """Put somebody on the team; their phone gets the whole inspection at its next sync."""
    with transaction():
        place = inspections.lock([inspection_id]).get(inspection_id)
        if place is None:
            raise Refused("not_found")
        assignments.assign(inspection_id, account_id, tenant=place.tenant, now=clock.now())
        inspections.advance(inspection_id, place.seq + 1)


def unassign(inspection_id: str, account_id: str) -> None:
    """Take somebody off. Their phone drops the inspection, never what it has not sent."""
    with transaction():
        place = inspections.lock([inspection_id]).get(inspection_id)
        if place is None:
            raise Refused("not_found")
        assignments.end(inspection_id, account_id, clock.now())
        inspections.advance(inspection_id, place.seq + 1)


def unfit(team: Iterable[str], region: str) -> list[str]:
    """Those of a team who are no inspectors of this place, or no more."""
    known = {each: accounts.by_id(each) for each in team}
    return [
        each for each, account in known.items()
        if account is None or account.role != "inspector" or not covers(account.scope, region)
    ]  # fmt: skip


def find(actor: Actor, inspection_id: str, deed: str) -> Place:
    """The inspection, if the actor may do this deed to it. What they may not and what is missing look the same."""
    if not is_id(inspection_id):
        raise Refused("not_found")
    inspection = inspections.load([inspection_id]).get(inspection_id)
    # Asked of what is missing too: a secret visit must not take a question longer to deny than none.
    assigned = assignments.is_on(inspection_id, actor.id)
    if inspection is None:
        raise Refused("not_found")
    subject = Subject(inspection.region, frozenset({"assigned"} if assigned else ()))
    if not may(actor, deed, subject) or secrecy.sealed(actor, [inspection]):
        raise Refused("not_found")
    return Place(inspection, subject)


def subject_of(actor: Actor, inspection: Inspection) -> Subject:
    assigned = assignments.is_on(inspection.id, actor.id)
    return Subject(inspection.region, frozenset({"assigned"} if assigned else ()))


def anywhere(inspection: Inspection) -> Place:
    """An inspection for work that the house does itself, in nobody's name."""
    return Place(inspection, Subject(inspection.region))
