"""Grades of a campaign: what its places make of each site, and the decisions of people that change it.

A grade is computed each time it is read; only decisions are kept, each with its source, its reason and who made it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.checklist.model import Grades
from mingcha.core.problems import Refused
from mingcha.core.scoring import SiteStanding, check_decisions
from mingcha.core.sheets import parse_decision
from mingcha.flows import campaign_meant, campaign_standing, places, visit_facts
from mingcha.store import audit, grade_decisions, sites
from mingcha.store.db import new_id, transaction
from mingcha.store.grade_decisions import GradeDecision

#: `by` is the actor, or None for the person at the server's own shell, who is beyond every scope.
By = Actor | None


def read(by: By, tenant: str, campaign: str, awarded_on: str | None = None) -> dict[str, Any]:
    """Every site of a campaign (its id, or a title) whose checklist has grades, best first, and every decision, revoked
    ones too.
    """
    meant = campaign_meant.named(by, tenant, campaign, "grade.read")
    found = campaign_standing.seen(campaign_meant.visits(meant))
    return {
        "campaign": meant.key,
        "sites": [
            {**_told(row), "site": {"id": row["site"], "name": board.units[row["site"]].place.site.name},
             "inspection": board.units[row["site"]].place.id}
            for board in campaign_standing.ranked(meant, found, awarded_on=awarded_on) if board.checklist.grades
            for row in board.rows
        ],
        "decisions": [told(each) for each in grade_decisions.of_campaign(tenant, meant.key)],
    }  # fmt: skip


def decide(by: By, campaign: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keep one decision about a site of a campaign: {kind, site, source, reason, …} as in a sheet's campaign part, or
    {kind: revoke, of}. Raises Refused for a site or happening that is not of this campaign, and for one without source
    or reason.
    """
    site = sites.by_id(str(raw.get("site")))
    if site is None:
        raise Refused("not_found")
    if by is not None:
        demand(by, "grade.decide", Subject(site.region))
    # Visits apart are a town's own affair; a campaign is its leaders'.
    real = campaign_meant.named(None, site.tenant, campaign, "grade.decide")
    meant = campaign_meant.named(by, site.tenant, campaign, "grade.decide") if real.campaign else real
    units = [each for each in places.units(campaign_meant.visits(meant)) if _scale(each.checklist)]
    about = next((each for each in units if each.site.id == site.id), None)
    if about is None:
        raise Refused("sheet.decision_unknown", site=site.id)
    with transaction():
        earlier = grade_decisions.of_campaign(site.tenant, meant.key)
        same = {each.site.id for each in units if each.checklist == about.checklist}
        terms = _terms(raw, cast(Grades, _scale(about.checklist)), same, earlier)
        if by is not None:
            for each in units:
                if each.site.id in terms.get("order", ()):
                    demand(by, "grade.decide", Subject(each.site.region))
        made = GradeDecision(
            id=new_id(),
            campaign=meant.key,
            site=site.id,
            kind=str(raw["kind"]),
            terms=terms,
            source=str(raw["source"]).strip(),
            reason=str(raw["reason"]).strip(),
            decided_by=by.id if by else None,
            decided_at=clock.now(),
        )
        grade_decisions.add(made, tenant=site.tenant)
        audit.note(
            "grade.decide",
            tenant=site.tenant,
            region=site.region,
            actor=made.decided_by,
            subject=f"site/{site.id}",
            at=made.decided_at,
            decision=made.id,
            campaign=meant.key,
            kind=made.kind,
            terms=terms,
            source=made.source,
            reason=made.reason,
        )
    return told(made)


def _terms(
    raw: Mapping[str, Any], scale: Grades, campaign_sites: set[str], earlier: Sequence[GradeDecision]
) -> dict[str, Any]:
    """What the decision carries besides its founding, once it has proved well formed and founded."""
    if raw.get("kind") == "revoke":
        standing = {each.id for each in grade_decisions.standing(earlier) if each.site == raw["site"]}
        if raw.get("of") not in standing:
            raise Refused("sheet.decision_unknown", site=raw["site"])
        if not str(raw.get("source") or "").strip() or not str(raw.get("reason") or "").strip():
            raise Refused("sheet.decision_unfounded", site=raw["site"])
        return {"of": raw["of"]}
    decision = parse_decision(dict(raw), "decision")
    check_decisions(scale, campaign_sites, [decision])
    return {key: value for key, value in raw.items() if key not in ("kind", "site", "source", "reason")}


def _scale(digest: str) -> Grades | None:
    return visit_facts.checklist_of(digest).grades


def _told(row: SiteStanding) -> dict[str, Any]:
    result = row["result"]
    return {"low": result["low"], "high": result["high"], "full": result["full"], "place": row["place"],
            "places": row["places"], "grade": row["grade"]}  # fmt: skip


def told(made: GradeDecision) -> dict[str, Any]:
    return {
        "id": made.id, "campaign": made.campaign, "site": made.site, "kind": made.kind, **made.terms,
        "source": made.source, "reason": made.reason, "decided_by": made.decided_by,
        "decided_at": clock.wire(made.decided_at),
    }  # fmt: skip
