"""What anybody may read of a county: results of campaigns that it wants public, once their appeal period is over.

A site, its result and grade, how far it is with rectification, and pictures that somebody covered by hand. Never a
person's name, a note, a badge, or a picture that nobody covered. A row whose result may still change says so and
nothing else.
"""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any

from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import today
from mingcha.core.regions import is_region
from mingcha.flows import campaign_meant, campaign_standing, rectified, report_pictures, visit_facts
from mingcha.flows.campaign_standing import Ranked, Seen
from mingcha.flows.publishing import is_shown
from mingcha.store import campaigns, grade_decisions, photos, publications, redactions, regions, settings
from mingcha.store.campaigns import Campaign
from mingcha.store.inspections import Inspection

Json = dict[str, Any]
MOST_PICTURES = 3
MOST_KEPT = 50
#: How the rows of a campaign read, under everything that can change them: anybody may ask, and folding logs is dear.
_kept: "OrderedDict[tuple[Any, ...], list[Json]]" = OrderedDict()
_lock = Lock()


def of_county(tenant: str) -> Json:
    """Everything that is public of a county, the newest first. One that has nothing, and one that is none, look alike."""
    shown = [_campaign(each) for each in _shown(tenant)]
    name = regions.name(tenant) if shown else None
    return {"county": {"code": tenant, "name": name} if shown else None, "campaigns": shown}


def picture(tenant: str, photo_id: str) -> bytes:
    """A picture of the page as the page shows it. Only what is public is searched, so that a secret photo takes no longer
    to deny than none.
    """
    for campaign in _shown(tenant):
        for row in _settled(campaign):
            if photo_id in {each["id"] for each in row["pictures"]}:
                data = report_pictures.picture(row["inspection"], photo_id)
                if data is not None:
                    return data
    raise Refused("not_found")


def _shown(tenant: str) -> Iterator[Campaign]:
    """The campaigns that anybody may read of today."""
    for publication in publications.of_county(tenant) if is_region(tenant) and len(tenant) == 6 else []:
        campaign = campaigns.by_id(publication.campaign)
        if campaign is not None and campaign.state == "published" and is_shown(publication):
            yield campaign


def _campaign(campaign: Campaign) -> Json:
    rows = [{name: value for name, value in row.items() if name != "inspection"} for row in _settled(campaign)]
    publication = publications.of(campaign.id)
    return {
        "title": campaign.plan["title"], "from_on": campaign.plan["from_on"], "to_on": campaign.plan["to_on"],
        "published_on": today(publication.at).isoformat() if publication else None, "sites": rows,
    }  # fmt: skip


def _settled(campaign: Campaign) -> list[Json]:
    """Its rows as of now: what may still change is kept back."""
    rows = _rows(campaign)
    states = rectified.of([row["inspection"] for row in rows])
    told = []
    for row in rows:
        state = states[row["inspection"]]
        if row["under_review"] or state.disputed:
            told.append({name: row[name] for name in ("inspection", "site", "checklist")} | {"under_review": True, "pictures": []})
        else:
            told.append(row | {"rectification": {"items": state.items, "closed": state.closed, "overdue": state.overdue}})
    return told


def _rows(campaign: Campaign) -> list[Json]:
    meant = campaign_meant.of_campaign(campaign)
    visits = campaign_meant.visits(meant)
    decisions = len(grade_decisions.of_campaign(meant.tenant, meant.key))
    covered = redactions.count(each.id for each in visits)
    erased = photos.erased(each.id for each in visits)
    names = tuple(tuple(sorted(each.site.name.items())) for each in visits)
    key = (settings.epoch(), campaign.id, campaign.seq, decisions, covered, erased, names, *(each.seq for each in visits))
    with _lock:
        known = _kept.get(key)
    if known is None:
        boards = campaign_standing.ranked(meant, campaign_standing.seen(visits))
        known = [_row(board, row) for board in boards for row in board.rows]
        with _lock:
            _kept[key] = known
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return known


def _row(board: Ranked, row: Any) -> Json:
    unit, result, list_ = board.units[row["site"]], row["result"], board.checklist
    tier = next((each.title for each in list_.tiers if result["tier"] and each.id == result["tier"]["reached"]), None)
    grade = row["grade"]
    band = next((each.title for each in list_.grades.bands if each.id == grade["now"]), list_.grades.none) if list_.grades and grade else None
    return {
        "inspection": unit.place.id, "site": unit.place.site.name, "visited_on": unit.place.visit_on,
        "checklist": {"zh": list_.title.zh, "en": list_.title.en}, "scheme": list_.scheme,
        "under_review": unit.visit.approval is None or result["low"] != result["high"],
        "place": row["place"], "marks": result["high"], "full": result["full"],
        "tier": {"zh": tier.zh, "en": tier.en} if tier else None,
        "grade": {"zh": band.zh, "en": band.en} if band else None,
        "bonus": grade["bonus"] if grade else None,
        "pictures": _pictures(unit),
    }  # fmt: skip


def _pictures(unit: Seen) -> list[Json]:
    """Pictures of findings that somebody covered, with the words of the standard: notes may name people."""
    boxes = redactions.newest(unit.place.id)
    found = []
    for finding in unit.visit.findings:
        indicator = unit.visit.checklist.indicators[finding.indicator]
        for photo in finding.photos:
            cover = boxes.get(photo)
            if cover and cover.boxes and cover.sha256 == visit_facts.hash_of(unit.state, photo) and _here(unit.place, photo):
                words = indicator.clauses.get(finding.clause or "") or indicator.requirements.get(finding.clause or "")
                text = words.text if words else indicator.title
                found.append({"id": photo, "text": {"zh": text.zh, "en": text.en}})
    return found[:MOST_PICTURES]


def _here(place: Inspection, photo: str) -> bool:
    """Whether its bytes are still kept."""
    return any(each.inspection == place.id and each.erased_at is None for each in photos.by_id(photo))
