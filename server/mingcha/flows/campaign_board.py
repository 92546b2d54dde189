"""How a campaign stands: how far, what is stuck and why, and which town has been covered. Visits are counted, never
people: nobody is ranked here.

Who may not know yet where it goes sees only what has begun.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.canonical import digest as digest_of
from mingcha.core.rectification.working_days import today
from mingcha.flows import inspections as inspection_flow
from mingcha.flows import pull, review, secrecy, standings
from mingcha.flows.campaigns import find, shown
from mingcha.store import accounts, campaigns, inspections, regions, sites
from mingcha.store.campaigns import Campaign, Drawn
from mingcha.store.inspections import Inspection

Json = dict[str, Any]
#: Furthest first.
STAGES = ("approved", "submitted", "returned", "in_progress", "assigned", "drawn")


def read(actor: Actor, campaign_id: str) -> Json:
    """The board; `digest` names its content, so that a phone that has it fetches nothing."""
    found = find(actor, campaign_id, "campaign.read")
    knows = secrecy.open_to(actor, found)
    drawn = campaigns.drawn(campaign_id)
    every = inspections.in_campaign(found.tenant, campaign_id)
    hidden = set() if knows else secrecy.sealed(actor, every)
    opened = {each.id: each for each in every if each.id not in hidden}
    stages = pull.stages_of(opened)
    known = {each.id: each for each in drawn if knows or each.id in opened}
    if knows and drawn and secrecy.knows(actor, found):
        secrecy.learned(actor, found, [each for each in campaigns.events(campaign_id) if each.kind == "draw"][-1].id)
    stage_of = {visit_id: stages.get(visit_id, "drawn") for visit_id in {*known, *opened}}
    board = {
        "campaign": shown(actor, found),
        "progress": {"visits": len(drawn), **dict.fromkeys(STAGES, 0), **Counter(stage_of.values())},
        "days": _days(known, opened, stage_of),
        "stuck": _stuck(found, known, opened, stages),
        "towns": _towns(found, known, opened, stage_of),
    }
    return {**board, "digest": digest_of(board)}


def _days(known: dict[str, Drawn], opened: dict[str, Inspection], stage_of: dict[str, str]) -> list[Json]:
    day_of = {visit_id: each.visit_on for visit_id, each in opened.items()} | {
        visit_id: each.visit_on for visit_id, each in known.items()
    }
    planned, done = Counter(day_of.values()), Counter(day_of[id] for id, stage in stage_of.items() if stage == "approved")
    return [{"on": day, "visits": planned[day], "approved": done[day]} for day in sorted(planned)]


def _stuck(found: Campaign, known: dict[str, Drawn], opened: dict[str, Inspection], stages: dict[str, str]) -> list[Json]:
    """What waits for somebody, the longest first. `why`: cannot_open (and `who` keeps it), not_opened, unseen, not_begun, not_submitted, returned,
    waits_for_review, conflicts, evidence_missing.
    """
    now = today(clock.now())
    standing = standings.of(list(opened.values()), review.checklist_of)
    seen = {visit_id for visit_id, _ in campaigns.sights(opened)}
    rows: list[Json] = []
    where = {each.id: each.region for each in sites.in_area(found.tenant)}
    for visit_id in sorted({*known, *opened}):
        inspection, drawn = opened.get(visit_id), known.get(visit_id)
        day = date.fromisoformat((drawn.visit_on if drawn else None) or (inspection.visit_on if inspection else ""))
        late = (now - day).days
        kept_by: list[str] = []
        if inspection is None:
            if drawn and late >= 0 and found.state == "running":
                kept_by = inspection_flow.unfit(drawn.team, where.get(drawn.site, ""))
            why = ["cannot_open"] if kept_by else ["not_opened"] if late > 0 and found.state == "running" else []
        else:
            summary = standing[visit_id].summary
            why = _reasons(found, stages[visit_id], late, visit_id in seen, summary)
        if why:
            site = inspection.site.id if inspection else drawn.site if drawn else ""
            rows.append({"visit": visit_id, "site": site, "state": stages.get(visit_id, "drawn"), "why": why, "days": late})
            if kept_by:
                known_by = accounts.names(set(kept_by))
                rows[-1]["who"] = [known_by.get(one, "") for one in kept_by]
    return sorted(rows, key=lambda row: (-row["days"], row["visit"]))


def _reasons(found: Campaign, stage: str, late: int, seen: bool, summary: Json) -> list[str]:
    why = []
    if stage == "assigned" and late >= 0 and not seen:
        why.append("unseen")
    if stage == "assigned" and late > 0:
        why.append("not_begun")
    if stage == "in_progress" and late > found.plan["evidence_days"]:
        why.append("not_submitted")
    if stage == "returned":
        why.append("returned")
    if stage == "submitted":
        if late > found.plan["notice_days"]:
            why.append("waits_for_review")
        why += [name for name, key in (("conflicts", "conflicts"), ("evidence_missing", "missing")) if summary[key]]
    return why


def _towns(
    found: Campaign, known: dict[str, Drawn], opened: dict[str, Inspection], stage_of: dict[str, str]
) -> list[Json]:
    """Every town with its sites and their positions, as a map is drawn from; a town is as far as its furthest visit."""
    visit_at: dict[str, str] = {}
    for visit_id in sorted({*known, *opened}, key=lambda each: -STAGES.index(stage_of[each])):
        visit_at[opened[visit_id].site.id if visit_id in opened else known[visit_id].site] = visit_id
    names = regions.in_area(found.region)
    towns: dict[str, Json] = {}
    for site in sites.in_area(found.region):
        if not site.active and site.id not in visit_at:
            continue
        code = site.region[:9]
        town = towns.setdefault(code, {"region": code, "name": names.get(code) or {"zh": code, "en": code}, "sites": []})
        visit = visit_at.get(site.id)
        town["sites"].append(
            {"id": site.id, "name": site.name, "lat": site.lat, "lon": site.lon, "visit": visit, "state": stage_of.get(visit or "")}
        )
    for town in towns.values():
        town["state"] = _furthest([each["state"] for each in town["sites"] if each["state"]])
    return [towns[code] for code in sorted(towns)]


def _furthest(states: Sequence[str]) -> str | None:
    return min(states, key=STAGES.index) if states else None
