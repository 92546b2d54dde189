"""How the sites of a campaign stand: places, grades and figures over its visits, with every decision that counts.

An approved visit counts as it was approved, whatever came after; once the campaign has closed, the places of its rank
clauses are the ones written down then, while figures follow an appeal that was upheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import State
from mingcha.core.rectification.working_days import today
from mingcha.core.scoring import Decision, SiteStanding, facts_of_state, standings
from mingcha.flows import visit_facts
from mingcha.flows.campaign_meant import Meant
from mingcha.papers.facts import Visit
from mingcha.store import grade_decisions
from mingcha.store.grade_decisions import GradeDecision
from mingcha.store.inspections import Inspection


@dataclass(frozen=True)
class Seen:
    """One visit of the campaign at its fixed number."""

    place: Inspection
    visit: Visit
    state: State


@dataclass(frozen=True)
class Ranked:
    """The sites under one checklist version, best first; `units`: by site the visit that counts."""

    checklist: Checklist
    rows: list[SiteStanding]
    units: dict[str, Seen]


def seen(places: Sequence[Inspection]) -> list[Seen]:
    return [Seen(each, *visit_facts.of(each, each.seq)) for each in places]


def ranked(
    meant: Meant, found: Sequence[Seen], *, upto: datetime | None = None, awarded_on: str | None = None
) -> list[Ranked]:
    """By checklist version. `upto`: decisions that came later do not count yet."""
    decisions = decided(meant, upto)
    return [_ranked(meant, list_, units, decisions, awarded_on or _closed_on(meant)) for list_, units in by_checklist(found)]


def by_checklist(found: Sequence[Seen]) -> list[tuple[Checklist, dict[str, Seen]]]:
    """By checklist version, by site: of several visits to one site the latest counts."""
    latest: dict[str, dict[str, Seen]] = {}
    for each in sorted(found, key=lambda one: (one.place.visit_on, one.place.id)):
        latest.setdefault(each.place.checklist, {})[each.place.site.id] = each
    return [(visit_facts.checklist_of(digest), units) for digest, units in sorted(latest.items())]


def decided(meant: Meant, upto: datetime | None = None) -> list[GradeDecision]:
    """The decisions that stand."""
    every = grade_decisions.of_campaign(meant.tenant, meant.key)
    return grade_decisions.standing([each for each in every if upto is None or each.decided_at <= upto])


def _ranked(
    meant: Meant, list_: Checklist, units: dict[str, Seen], decisions: Sequence[GradeDecision], awarded_on: str | None
) -> Ranked:
    known = {setting.id for setting in list_.settings}
    settings = {name: value for name, value in meant.settings.items() if name in known}
    facts = {site: facts_of_state(each.state, list_) for site, each in units.items()}
    fixed = None if meant.places is None else {site: meant.places.get(each.place.id, {}) for site, each in units.items()}
    # A tie among sites of which one has left the campaign is no tie of these any more.
    own = [as_decision(each) for each in decisions if {each.site, *each.terms.get("order", ())} <= set(units)]
    return Ranked(list_, standings(list_, facts, settings, own, None, awarded_on, fixed), units)


def as_decision(kept: GradeDecision) -> Decision:
    told: dict[str, Any] = {"kind": kept.kind, "site": kept.site, "source": kept.source, "reason": kept.reason, **kept.terms}
    return cast(Decision, told)


def _closed_on(meant: Meant) -> str | None:
    """The day from which grades are valid."""
    final = meant.campaign.final if meant.campaign else None
    return today(datetime.fromisoformat(final["at"])).isoformat() if final else None
