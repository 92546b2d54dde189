"""What a campaign came to, for its desk and its readers; and for each centre what came of its own hall.

The desk sees figures as they stand, provisional until the campaign closes; readers from then on. A centre sees its own
result once it is published, with the working, and pictures as reports show them: covered where somebody covered them,
never a badge.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.campaign_figures import Fault, figures
from mingcha.core.problems import Refused
from mingcha.core.scoring import SiteStanding
from mingcha.flows import campaign_meant, campaign_standing, grades, publishing, report_pictures, visit_facts
from mingcha.flows.campaign_meant import Meant
from mingcha.flows.campaign_standing import Ranked, Seen
from mingcha.papers.facts import Visit
from mingcha.store import accounts, audit, campaigns, grade_decisions, inspections, publications, regions
from mingcha.store.campaigns import Campaign
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection
from mingcha.store.publications import Publication

Json = dict[str, Any]


def read(actor: Actor, campaign_id: str) -> Json:
    """Everything of the results screen."""
    meant = campaign_meant.find(actor, campaign_id, "result.read")
    found = campaign_standing.seen(campaign_meant.visits(meant))
    decisions = grade_decisions.of_campaign(meant.tenant, meant.key)
    names = accounts.names({each.decided_by for each in decisions if each.decided_by})
    last = _last(meant)
    final = meant.campaign.final if meant.campaign else None
    return {
        "campaign": {
            "id": meant.key, "title": meant.title, "region": meant.region, "state": meant.campaign.state if meant.campaign else None,
            "final_at": final["at"] if final else None, "reason": final["reason"] if final else "", "left": final["left"] if final else None,
        },
        "visits": {"seen": len(found), "approved": sum(each.visit.approval is not None for each in found)},
        "boards": [_board(meant, each, last) for each in campaign_standing.ranked(meant, found)],
        "towns": {code: name for code, name in regions.in_area(meant.region).items() if len(code) <= 9},
        "decisions": [
            {**grades.told(each), "by": names.get(each.decided_by or "", ""), "stands": each in standing}
            for standing in [grade_decisions.standing(decisions)] for each in decisions
        ],
        "last": {"id": last.id, "title": last.plan["title"], "to_on": last.plan["to_on"]} if last else None,
        "publication": publishing.told(meant.campaign, found) if meant.campaign else None,
        "may": {"decide": may(actor, "grade.decide", Subject(meant.region)),
                "publish": bool(meant.campaign) and may(actor, "campaign.publish", Subject(meant.region)),
                "export": may(actor, "export.campaign", Subject(meant.region))},
    }  # fmt: skip


def of_centre(actor: Actor) -> list[Json]:
    """The published results of the halls that this centre answers for, newest first."""
    return [
        {
            "inspection": row["inspection"], "site": {"id": row["site"], "name": row["name"]},
            "campaign": {"id": campaign.id, "title": campaign.plan["title"]},
            "at": clock.wire(publication.at), "appeal_until": publication.appeal_until.isoformat(),
        }
        for campaign, publication, row in _told_to(actor)
    ]  # fmt: skip


def own(actor: Actor, inspection_id: str) -> Json:
    """One result with its working, for the centre that it is about. Written down."""
    place, campaign = _issued(actor, inspection_id)
    meant = campaign_meant.of_campaign(campaign)
    found = campaign_standing.seen(campaign_meant.visits(meant))
    board = next(each for each in campaign_standing.ranked(meant, found) if place.site.id in each.units)
    row = next(each for each in board.rows if each["site"] == place.site.id)
    visit = board.units[place.site.id].visit
    publication = publications.of(campaign.id)
    with transaction():
        audit.note(
            "result.own", tenant=place.tenant, region=place.region, actor=actor.id, subject=f"inspection/{place.id}",
            at=clock.now(), campaign=campaign.id,
        )
    return {
        "campaign": {"id": campaign.id, "title": campaign.plan["title"]}, "inspection": place.id,
        "site": {"id": place.site.id, "name": place.site.name}, "visit_on": place.visit_on,
        "checklist": {"slug": place.slug, "version": place.version, "title": place.title, "scheme": board.checklist.scheme},
        "appeal_until": publication.appeal_until.isoformat() if publication else None,
        **_row(board, row), "under_review": visit.approval is None,
        "result": _without_ids(row["result"]) if visit.approval else None,
        "titles": {id: {"zh": each.title.zh, "en": each.title.en} for id, each in board.checklist.indicators.items()},
        "findings": [_finding(visit, each) for each in visit.findings] if visit.approval else [],
    }  # fmt: skip


def own_picture(actor: Actor, inspection_id: str, photo_id: str) -> bytes:
    """A picture of a finding as reports show it."""
    place, _ = _issued(actor, inspection_id)
    visit, state = visit_facts.of(place, place.seq)
    shown = {photo for each in visit.findings for photo in each.photos}
    if not visit.approval or photo_id not in shown or not report_pictures.may_be_shown(state, photo_id):
        raise Refused("not_found")
    data = report_pictures.picture(place.id, photo_id)
    if data is None:
        raise Refused("not_found")
    return data


def _issued(actor: Actor, inspection_id: str) -> tuple[Inspection, Campaign]:
    """An inspection whose result has been published to its centre. All else looks like nothing, and takes as long: only
    what the centre was told is searched.
    """
    for campaign, _, row in _told_to(actor):
        if row["inspection"] == inspection_id:
            return inspections.load([inspection_id])[inspection_id], campaign
    raise Refused("not_found")


def _told_to(actor: Actor) -> Iterator[tuple[Campaign, Publication, Json]]:
    """Each published campaign of the county with the rows that the actor may call their own."""
    for publication in publications.of_county(actor.tenant):
        campaign = campaigns.by_id(publication.campaign)
        if campaign is None or campaign.state != "published":
            continue
        for row in (campaign.final or {})["standings"]:
            if may(actor, "result.own", Subject(row["region"], frozenset({"issued"}))):
                yield campaign, publication, row


def _board(meant: Meant, board: Ranked, last: Campaign | None) -> Json:
    list_ = board.checklist
    past = _past(last, list_.slug) if last else None
    written = {row["site"]: row for row in ((meant.campaign.final if meant.campaign else None) or {}).get("standings", ())}
    return {
        "checklist": {
            "slug": list_.slug, "version": list_.version, "digest": list_.digest, "scheme": list_.scheme,
            "title": {"zh": list_.title.zh, "en": list_.title.en},
        },
        "titles": {id: {"zh": each.title.zh, "en": each.title.en} for id, each in list_.indicators.items()},
        "categories": {each.id: {"zh": each.title.zh, "en": each.title.en} for each in list_.categories},
        "clauses": _clauses(board),
        "tiers": [{"id": each.id, "title": {"zh": each.title.zh, "en": each.title.en}} for each in list_.tiers],
        "grades": _scale(board),
        "settings": dict(board.rows[0]["result"]["settings"]) if board.rows else {},
        "rows": [_row(board, row) | _changed(written.get(row["site"]), row) for row in board.rows],
        "figures": figures(
            list_, board.rows, {site: each.place.region[:9] for site, each in board.units.items()},
            {site: _faults(each) for site, each in board.units.items()}, past,
        ),
    }  # fmt: skip


def _row(board: Ranked, row: SiteStanding) -> Json:
    unit, result = board.units[row["site"]], row["result"]
    return {
        "site": {"id": row["site"], "name": unit.place.site.name, "region": unit.place.region},
        "inspection": unit.place.id, "visit_on": unit.place.visit_on, "stage": unit.visit.stage,
        "place": row["place"], "low": result["low"], "high": result["high"], "full": result["full"],
        "complete": result["complete"], "provisional": len(result["provisional"]) > 0, "grade": row["grade"],
        "tier": result["tier"], "categories": result["categories"],
    }  # fmt: skip


def _changed(written: Json | None, row: SiteStanding) -> Json:
    """What was written down at the closing, where an appeal has changed it since."""
    if written is None or (written["low"], written["high"]) == (row["result"]["low"], row["result"]["high"]):
        return {"at_closing": None}
    return {"at_closing": {name: written[name] for name in ("low", "high", "place")}}


def _scale(board: Ranked) -> Json | None:
    scale = board.checklist.grades
    if scale is None:
        return None
    return {
        "bands": [{"id": each.id, "title": {"zh": each.title.zh, "en": each.title.en}, "from": each.from_, "to": each.to,
                   "bonus": str(each.bonus)} for each in scale.bands],
        "none": {"zh": scale.none.zh, "en": scale.none.en}, "valid_years": scale.valid_years,
        "downgrades": [{"id": each.id, "text": {"zh": each.text.zh, "en": each.text.en}, "steps": each.steps}
                       for each in scale.downgrades],
    }  # fmt: skip


def _clauses(board: Ranked) -> dict[str, Json]:
    """The words of every clause and requirement, by "<indicator>/<id>"."""
    found: dict[str, Json] = {}
    for id, indicator in board.checklist.indicators.items():
        for name, each in (*indicator.clauses.items(), *indicator.requirements.items()):
            found[f"{id}/{name}"] = {"zh": each.text.zh, "en": each.text.en}
    return found


def _faults(each: Seen) -> list[Fault]:
    return [Fault(one.indicator, one.clause, one.count) for one in each.visit.findings]


def _without_ids(result: Any) -> Json:
    """The result without the ids of photos: a hall sees those of its findings and no other."""
    return {**result, "lines": [{name: value for name, value in line.items() if name != "photos"} for line in result["lines"]]}


def _finding(visit: Visit, one: Any) -> Json:
    return {"indicator": one.indicator, "clause_text": one.clause_text, "count": one.count, "note": one.note,
            "photos": list(one.photos)}  # fmt: skip


def _last(meant: Meant) -> Campaign | None:
    """The campaign before this one by the same checklist, whatever version, that has closed, in the same area."""
    if meant.campaign is None:
        return None
    here = meant.campaign
    slug = _slug(here.checklist)
    earlier: Sequence[Campaign] = [
        each for each in campaigns.in_area(here.tenant)
        if each.id != here.id and each.region == here.region and each.final and each.plan["to_on"] <= here.plan["to_on"]
        and each.created_at < here.created_at and _slug(each.checklist) == slug
    ]  # fmt: skip
    return max(earlier, key=lambda each: (each.plan["to_on"], each.created_at), default=None)


def _past(last: Campaign, slug: str) -> dict[str, Json]:
    return {
        row["site"]: row for row in (last.final or {}).get("standings", ())
        if _slug(row["checklist"]) == slug
    }  # fmt: skip


def _slug(digest: str) -> str:
    return visit_facts.checklist_of(digest).slug
