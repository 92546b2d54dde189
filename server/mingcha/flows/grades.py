"""Grades of a campaign: what its places make of each site, and the decisions of people that change it.

A grade is computed each time it is read; only decisions are kept, each with its source, its reason and who made it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.checklist.model import Checklist, Grades
from mingcha.core.oplog import fold
from mingcha.core.problems import Refused
from mingcha.core.scoring import Decision, SiteStanding, check_decisions, facts_of_state
from mingcha.core.scoring import standings as core_standings
from mingcha.core.sheets import parse_decision
from mingcha.flows import places
from mingcha.store import audit, checklists, grade_decisions, inspections, oplog, sites
from mingcha.store.db import new_id, transaction
from mingcha.store.grade_decisions import GradeDecision
from mingcha.store.inspections import Inspection

#: `by` is the actor, or None for the person at the server's own shell, who is beyond every scope.
By = Actor | None


def read(by: By, tenant: str, campaign: str, awarded_on: str | None = None) -> dict[str, Any]:
    """Every site of a campaign whose checklist has grades, best first, and every decision, revoked ones too."""
    if by is not None:
        demand(by, "grade.read", Subject(tenant))
    decisions = grade_decisions.of_campaign(tenant, campaign)
    units = _units(tenant, campaign)
    return {
        "campaign": campaign,
        "sites": [
            {**_told(row), "site": {"id": row["site"], "name": unit.site.name}, "inspection": unit.id}
            for row, unit in _graded(units, grade_decisions.standing(decisions), awarded_on)
        ],
        "decisions": [_wire(each) for each in decisions],
    }


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
    units = [each for each in _units(site.tenant, campaign) if _scale(each.checklist)]
    about = next((each for each in units if each.site.id == site.id), None)
    if about is None:
        raise Refused("sheet.decision_unknown", site=site.id)
    with transaction():
        earlier = grade_decisions.of_campaign(site.tenant, campaign)
        same = {each.site.id for each in units if each.checklist == about.checklist}
        terms = _terms(raw, cast(Grades, _scale(about.checklist)), same, earlier)
        if by is not None:
            for each in units:
                if each.site.id in terms.get("order", ()):
                    demand(by, "grade.decide", Subject(each.site.region))
        made = GradeDecision(
            id=new_id(),
            campaign=campaign,
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
            campaign=campaign,
            kind=made.kind,
            terms=terms,
            source=made.source,
            reason=made.reason,
        )
    return _wire(made)


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


def _graded(
    units: Sequence[Inspection], decisions: Sequence[GradeDecision], awarded_on: str | None
) -> list[tuple[SiteStanding, Inspection]]:
    found: list[tuple[SiteStanding, Inspection]] = []
    for digest in sorted({each.checklist for each in units if _scale(each.checklist)}):
        checklist = _checklist(digest)
        ranked = {each.site.id: each for each in units if each.checklist == digest}
        logs = oplog.ops_of_several(each.id for each in ranked.values())
        facts = {site: facts_of_state(fold(logs[each.id]), checklist) for site, each in ranked.items()}
        own = [_decision(each) for each in decisions if each.site in ranked]
        rows = core_standings(checklist, facts, None, own, None, awarded_on)
        found += [(row, ranked[row["site"]]) for row in rows]
    return found


def _units(tenant: str, campaign: str) -> list[Inspection]:
    return places.units(inspections.in_campaign(tenant, campaign))


def _scale(digest: str) -> Grades | None:
    return _checklist(digest).grades


@lru_cache(maxsize=16)
def _checklist(digest: str) -> Checklist:
    content = checklists.content(digest)
    if content is None:
        raise LookupError(f"checklist {digest}")
    return Checklist.parse(content)


def _decision(kept: GradeDecision) -> Decision:
    return cast(Decision, {
        "kind": kept.kind, "site": kept.site, "source": kept.source, "reason": kept.reason, **kept.terms,
    })  # fmt: skip


def _told(row: SiteStanding) -> dict[str, Any]:
    result = row["result"]
    return {"low": result["low"], "high": result["high"], "full": result["full"], "place": row["place"],
            "places": row["places"], "grade": row["grade"]}  # fmt: skip


def _wire(made: GradeDecision) -> dict[str, Any]:
    return {
        "id": made.id, "campaign": made.campaign, "site": made.site, "kind": made.kind, **made.terms,
        "source": made.source, "reason": made.reason, "decided_by": made.decided_by,
        "decided_at": clock.wire(made.decided_at),
    }  # fmt: skip
