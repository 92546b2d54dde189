"""A visit outside any campaign, begun where somebody stands, also without a network: the phone makes the id, the server
takes the visit in when it hears of it. A second inspector joins before it can be approved.
"""

from collections.abc import Sequence
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.draw import Pool, recusals
from mingcha.core.evidence import moment
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import today
from mingcha.core.regions import covers
from mingcha.core.uuid7 import is_id
from mingcha.flows import checklists as versions
from mingcha.flows import inspections as inspection_flow
from mingcha.flows import pull
from mingcha.store import accounts, assignments, audit, inspections, people, sites
from mingcha.store.accounts import Account
from mingcha.store.db import transaction
from mingcha.store.sites import Site

#: What stands where a campaign's title would.
TITLE = "临时检查"


def begin(
    actor: Actor, inspection_id: str, *, site_id: str, checklist: str, title: str, begun_at: str, team: Sequence[str]
) -> dict[str, Any]:
    """Take in a visit that the actor began. Repeating it is harmless; an id that is another visit's is refused."""
    site = sites.by_id(site_id) if is_id(site_id) else None
    if site is None or not is_id(inspection_id):
        raise Refused("not_found")
    demand(actor, "visit.adhoc", Subject(site.region))
    if not site.active:
        raise Refused("visit.site_closed")
    versions.known(actor, checklist)
    began = moment(begun_at)
    if began is None:
        raise Refused("op.bad_time")
    companions = [_inspector(each, site) for each in sorted({*team} - {actor.id})]
    for one in (actor.id, *(each.id for each in companions)):
        demand_free(one, site)
    with transaction():
        known = inspections.load([inspection_id]).get(inspection_id)
        if known is not None:
            mine = assignments.is_on(inspection_id, actor.id)
            if not mine or known.campaign is not None or (known.site.id, known.checklist) != (site.id, checklist):
                raise Refused("visit.id_taken")
        else:
            now = clock.now()
            inspections.add(
                inspection_id, site=site, checklist=checklist, campaign_title=title.strip() or TITLE,
                visit_on=today(began).isoformat(), now=now,
            )  # fmt: skip
            for one in sorted({actor.id, *(each.id for each in companions)}):
                assignments.assign(inspection_id, one, tenant=site.tenant, now=now)
            inspections.next_seq(inspection_id)
            audit.note(
                "visit.adhoc", tenant=site.tenant, region=site.region, actor=actor.id,
                subject=f"inspection/{inspection_id}", at=now, site=site.id, checklist=checklist, begun_at=begun_at,
            )  # fmt: skip
    return told(inspection_id)


def join(actor: Actor, inspection_id: str, account_id: str) -> dict[str, Any]:
    """Put another inspector on a visit outside a campaign: the team itself, or a supervisor."""
    place = inspection_flow.find(actor, inspection_id, "visit.team")
    if place.inspection.campaign is not None:
        raise Refused("visit.drawn")
    account = _inspector(account_id, place.inspection.site)
    demand_free(account.id, place.inspection.site)
    with transaction():
        if not assignments.is_on(inspection_id, account.id):
            inspection_flow.assign(inspection_id, account.id)
            audit.note(
                "visit.team", tenant=place.inspection.tenant, region=place.inspection.region, actor=actor.id,
                subject=f"inspection/{inspection_id}", at=clock.now(), account=account.id,
            )  # fmt: skip
    return told(inspection_id)


def told(inspection_id: str) -> dict[str, Any]:
    return pull.described(inspections.load([inspection_id]))[inspection_id]


def _inspector(account_id: str, site: Site) -> Account:
    account = accounts.by_id(account_id)
    if account is None or account.role != "inspector" or not covers(account.scope, site.region):
        raise Refused("not_found")
    return account


def demand_free(account_id: str, site: Site) -> None:
    """Refused where a recorded tie keeps this person from this site: what holds for the draw holds here."""
    person = people.known(account_id)
    if person is None:
        return
    ties = [
        {"rule": rule, **({"site": site.id if code == site.code else "-"} if rule == "named" else {"region": code})}
        for rule, codes in person.ties.items()
        for code in codes
    ]
    told = {"sites": [{"id": site.id, "region": site.region}], "inspectors": [{"id": account_id, "ties": ties}]}
    pool = Pool.of({**told, "wanted": 1, "team": 2})
    rules = recusals(pool.inspectors[0], pool.sites[0])
    if rules:
        raise Refused("draw.recused")
