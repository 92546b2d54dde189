"""Places of rank clauses among the inspections of a campaign, as their logs have it now.

A unit is a site: of several inspections of one site under one checklist the latest visit counts. A figure that is not
known yet may be any, so places are bounds; until the campaign closes they may still move (`scoring` calls the row
provisional), then they stand as they were written down. How many units there are says how many visits there are, so
places are told only to those who may see every inspection of the county.
"""

from collections.abc import Callable, Sequence

from mingcha.core.access import Actor, Subject, may
from mingcha.core.checklist.model import Checklist
from mingcha.core.scoring import clause_places
from mingcha.flows import standings
from mingcha.store import campaigns, inspections
from mingcha.store.inspections import Inspection

Places = dict[str, tuple[int, int]]


def told_to(actor: Actor, tenant: str) -> bool:
    return may(actor, "inspection.list", Subject(tenant))


def of(actor: Actor, inspection: Inspection, checklist_of: Callable[[str], Checklist]) -> Places:
    """By "<indicator>/<clause>": best and worst place of this inspection; empty where the actor is not told."""
    if not told_to(actor, inspection.tenant):
        return {}
    return throughout(inspection, checklist_of).get(inspection.id, {})


def throughout(inspection: Inspection, checklist_of: Callable[[str], Checklist]) -> dict[str, Places]:
    """By inspection, for the whole campaign that this one belongs to: as they stand, or as they were when it closed."""
    terms = campaigns.terms([inspection.campaign]).get(inspection.campaign) if inspection.campaign else None
    return terms.places if terms and terms.closed else among(inspections.of_campaign(inspection), checklist_of)


def units(campaign: Sequence[Inspection]) -> list[Inspection]:
    """Of each site under each checklist its latest visit."""
    latest: dict[tuple[str, str], Inspection] = {}
    for each in sorted(campaign, key=lambda one: (one.visit_on, one.id)):
        latest[each.checklist, each.site.id] = each
    return list(latest.values())


def among(campaign: Sequence[Inspection], checklist_of: Callable[[str], Checklist]) -> dict[str, Places]:
    """By inspection. The inspections of one campaign; those of another checklist version rank among themselves."""
    by_checklist: dict[str, list[Inspection]] = {}
    for each in units(campaign):
        by_checklist.setdefault(each.checklist, []).append(each)
    found: dict[str, Places] = {}
    for ranked in by_checklist.values():
        aparts = {id: one.apart for id, one in standings.of(ranked, checklist_of).items() if one.apart}
        if aparts:
            ground = next(iter(aparts.values())).ground
            found |= clause_places(ground, {id: apart.facts for id, apart in aparts.items()}, {})
    return found
