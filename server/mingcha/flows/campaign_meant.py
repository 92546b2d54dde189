"""Which campaign an id or a title means, for whom, and which of its visits may be told.

A real campaign is named by its id. Visits that were set up apart from any belong together by their title; there any
one of them names them all. Nothing here tells of a visit that nobody has begun: a paper travels further than its reader.
"""

from dataclasses import dataclass
from typing import Any

from mingcha.core.access import Actor, Subject, demand, may
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.flows import inspections as place_of
from mingcha.store import campaigns, inspections, oplog
from mingcha.store.campaigns import Campaign
from mingcha.store.inspections import Inspection

Json = dict[str, Any]
Places = dict[str, dict[str, tuple[int, int]]]


@dataclass(frozen=True)
class Meant:
    """`key` as `Inspection.campaign_key`. `places`: of rank clauses, by inspection, once the campaign has closed; before,
    and for visits apart, None: they follow from the visits.
    """

    tenant: str
    region: str
    key: str
    title: dict[str, str]
    settings: dict[str, str]
    places: Places | None
    campaign: Campaign | None = None

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"campaign/{self.key}" if self.campaign else "campaign"


def find(actor: Actor, campaign_id: str, deed: str) -> Meant:
    """The campaign, for those who lead the whole of it, and for readers once it has closed. Everything else looks the
    same as what is missing.
    """
    if not may(actor, deed, Subject(actor.scope)):
        raise Refused("not_found")  # before anything is looked up: what a centre is denied must take as long as nothing
    found = campaigns.by_id(campaign_id) if is_id(campaign_id) else None
    if found is None:
        return _apart(actor, campaign_id, deed)
    if not may(actor, deed, Subject(found.region)) or (actor.role != "supervisor" and found.final is None):
        raise Refused("not_found")
    return of_campaign(found)


def named(by: Actor | None, tenant: str, key: str, deed: str) -> Meant:
    """The same by id or title. `by` None: the person at the server's own shell. Of titles that several campaigns bear
    none is meant.
    """
    real = [found] if is_id(key) and (found := campaigns.by_id(key)) else campaigns.titled(tenant, key)
    real = [each for each in real if each.tenant == tenant]
    if by is not None:
        demand(by, deed, Subject(real[0].region if len(real) == 1 else tenant))
    if len(real) > 1:
        raise Refused("campaign.title_shared", count=len(real))
    if not real:
        return Meant(tenant, tenant, key, {"zh": key, "en": key}, {}, None)
    if by is not None and by.role != "supervisor" and real[0].final is None:
        raise Refused("not_found")
    return of_campaign(real[0])


def of_campaign(found: Campaign) -> Meant:
    terms = campaigns.terms([found.id])[found.id]
    return Meant(
        found.tenant, found.region, found.id, found.plan["title"], terms.settings, terms.places if terms.closed else None, found
    )


def visits(meant: Meant) -> list[Inspection]:
    """Its visits with the numbers that they have at this moment: of a real campaign those that have begun, and once it
    has closed those that it ended with.
    """
    every = inspections.in_campaign(meant.tenant, meant.key)
    if meant.places is not None:
        return [each for each in every if each.id in (meant.places or {})]
    if meant.campaign is None:
        return every
    begun = oplog.begun([each.id for each in every])
    return [each for each in every if each.id in begun]


def _apart(actor: Actor, inspection_id: str, deed: str) -> Meant:
    place = place_of.find(actor, inspection_id, deed).inspection
    if place.campaign is not None:
        raise Refused("not_found")
    demand(actor, deed, Subject(place.tenant))
    title = place.campaign_title
    return Meant(place.tenant, place.tenant, title, {"zh": title, "en": title}, {}, None)
