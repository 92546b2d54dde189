"""A campaign (督查批次): what is planned, which step may follow which, and where the seed of its draw comes from.

Knows no tables. A plan is JSON that was checked here; everything in it but the title is fixed once the seed is.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from mingcha.core.draw.days import dates
from mingcha.core.draw.draw import RULE
from mingcha.core.draw.pool import RULES
from mingcha.core.draw.transcript import differences
from mingcha.core.problems import Refused
from mingcha.core.rectification.working_days import Knows, works
from mingcha.core.regions import covers, is_region

Json = dict[str, Any]

#: In their order. `drawn` may go back to `planned` by a redraw, `published` to `closed` by a withdrawal; nothing else
#: goes back.
STATES = ("planned", "committed", "drawn", "running", "closed", "published")
#: Deed → the states in which it may be done, and the state that follows.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "campaign.plan": (("planned",), "planned"),
    "draw.commit": (("planned",), "committed"),
    "draw.run": (("committed",), "drawn"),
    "draw.redraw": (("drawn",), "planned"),
    "campaign.start": (("drawn",), "running"),
    "campaign.release": (("running",), "running"),
    "campaign.close": (("running",), "closed"),
    "campaign.publish": (("closed",), "published"),
    "campaign.public": (("published",), "published"),
    "campaign.withdraw": (("published",), "closed"),
}
#: Swaps move nobody from state to state.
SWAPPABLE = ("drawn", "running")

MOST_DAYS = 120
MOST_SITES = 5000
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DEFAULTS: Json = {
    "wanted": None, "team": 2, "days": None, "rules": list(RULES), "settings": {}, "evidence_days": 3, "notice_days": 5,
    "release": {"mode": "hour", "hour": "07:30"}, "regions": None, "sites": None, "inspectors": None, "qualification": None,
}  # fmt: skip


def step(deed: str, state: str) -> str:
    """The state after a deed. Raises Refused("campaign.state") where it does not fit."""
    before, after = STEPS[deed]
    if state not in before:
        raise Refused("campaign.state", state=state, wanted=", ".join(before))
    return after


def plan_of(told: Mapping[str, Any], scope: str, knows: Knows) -> Json:
    """A whole plan from what a person filled in. Raises Refused("campaign.plan", why=…) for the first thing wrong.

    `days`: the days of visits; without them the working days of the period.
    """
    plan: Json = {**_DEFAULTS, **{name: value for name, value in told.items() if value is not None or name not in _DEFAULTS}}
    unknown = set(plan) - set(_DEFAULTS) - {"title", "checklist", "region", "from_on", "to_on"}
    if unknown:
        raise _wrong(f"unknown {sorted(unknown)[0]}")
    title = plan.get("title")
    if not isinstance(title, Mapping) or not str(title.get("zh", "")).strip() or len(str(title["zh"])) > 120:
        raise _wrong("title")
    plan["title"] = {"zh": str(title["zh"]).strip(), "en": str(title.get("en") or title["zh"]).strip()[:160]}
    region = plan.get("region") or scope
    if not is_region(region) or len(region) < 6 or not covers(scope, region):
        raise _wrong("region")
    plan["region"] = region
    first, last = _day(plan.get("from_on"), "from_on"), _day(plan.get("to_on"), "to_on")
    if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
        raise _wrong("from_on, to_on")
    plan["days"] = _days(plan["days"], first, last, knows)
    for name, least, most in (("team", 2, 6), ("evidence_days", 0, 60), ("notice_days", 0, 60)):
        if type(plan[name]) is not int or not least <= plan[name] <= most:
            raise _wrong(name)
    if plan["wanted"] is not None and (type(plan["wanted"]) is not int or not 1 <= plan["wanted"] <= MOST_SITES):
        raise _wrong("wanted")
    if not isinstance(plan["rules"], list) or not set(plan["rules"]) <= set(RULES):
        raise _wrong("rules")
    plan["rules"] = [rule for rule in RULES if rule in plan["rules"]]
    release = plan["release"]
    if release.get("mode") not in ("hour", "departure") or (release["mode"] == "hour" and not _HOUR.fullmatch(str(release.get("hour")))):
        raise _wrong("release")
    plan["release"] = {"mode": "departure"} if release["mode"] == "departure" else {"mode": "hour", "hour": release["hour"]}
    for code in plan["regions"] or ():
        if not is_region(code) or not covers(region, code):
            raise _wrong("regions")
    for name in ("regions", "sites", "inspectors"):
        plan[name] = sorted(set(plan[name])) if plan[name] else None
    return plan


def seed_of_public(source: str, number: str) -> str:
    """The seed that a public number makes: what was named beforehand, and what was then published."""
    return f"{source.strip()}:{'/'.join(number.split())}"


def commitment_of_source(source: str) -> str:
    """What is published before a draw from a public number: the name of the number, fixed."""
    return hashlib.sha256(f"{RULE}:public:{source.strip()}".encode()).hexdigest()


def misfits(record: Mapping[str, Any], published: str | None = None) -> list[str]:
    """What does not follow in the stored record of a campaign's draw: the words of `core.draw.differences`, and `dates`,
    `source`. `published` is the commitment that was shown beforehand.
    """
    source = record.get("source") or {}
    public = source.get("kind") == "public"
    found = differences(record, None if public else published or record.get("committed"))
    if public:
        promised = published or record.get("committed")
        wanted = seed_of_public(str(source.get("source")), str(source.get("number")))
        if promised != commitment_of_source(str(source.get("source"))) or record.get("seed") != wanted:
            found.append("source")
    if record.get("days") and found != ["impossible"]:
        visits = [(each["site"], each["team"]) for each in record["visits"]]
        found += ["dates"] if record.get("dates") != dates(visits, record["days"]) else []
    return found


def swap_seed(seed: str, number: int) -> str:
    """The seed of the n-th swap of a draw: it follows from the draw's own, so nobody chooses who steps in."""
    return f"{seed}:swap:{number}"


def _days(told: Any, first: date, last: date, knows: Knows) -> list[str]:
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if told is None:
        found = [day for day in span if works(day, knows)[0]]
    else:
        found = sorted({_day(each, "days") for each in told})
        if any(not first <= day <= last for day in found):
            raise _wrong("days")
    if not found:
        raise _wrong("days")
    return [day.isoformat() for day in found]


def _day(text: Any, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise _wrong(name) from None


def _wrong(why: str) -> Refused:
    return Refused("campaign.plan", why=why)
