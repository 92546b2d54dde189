"""Sheets and campaigns that people wrote into files: taken only when every name in them is known.

`scoring.check` judges the shape that the engine needs. A file may also misspell: a measure nobody asked for, a field
nobody reads, a setting not on offer would each change the score in silence, so here they are refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from .checklist.model import Award, Checklist, Indicator, Judge, Missing, Rank
from .problems import Refused
from .scoring import Decision, Sheet, check

_SHEET = {"checklist", "version", "site", "answers", "findings", "photos", "adjustments"}
_ANSWER = {"verdict", "measures", "awards", "requirements", "note"}
_FINDING = {"id", "indicator", "clause", "item", "case", "count", "note", "photos"}
_PHOTO = {"id", "indicator", "finding", "kind"}
_ADJUSTMENT = {"points", "reason"}
_CAMPAIGN = {"settings", "decisions", "listed", "awarded_on"}
_DECISION = {"kind", "site", "source", "reason", "trigger", "steps", "order", "points"}
_KINDS = ("trigger", "lower", "withdraw", "tie", "bonus")
MOST_STEPS = 20


@dataclass(frozen=True)
class Terms:
    """What a campaign adds to its sheets; see "A sheet of answers" in `checklists/README.md`."""

    settings: dict[str, str] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    listed: dict[str, dict[str, str]] = field(default_factory=dict)
    awarded_on: str | None = None


def parse_sheet(raw: Any, checklist: Checklist) -> Sheet:
    """The sheet itself, or Refused("sheet.malformed", why)."""
    sheet = check(raw)
    _known(sheet, _SHEET, "the sheet")
    _want(sheet.get("site") is None or isinstance(sheet["site"], str), "site is a text")
    for id, answer in (sheet.get("answers") or {}).items():
        _known(answer, _ANSWER, f"answers.{id}")
        if id in checklist.indicators:
            _asked(checklist.indicators[id], answer, f"answers.{id}")
    for finding in sheet.get("findings") or ():
        _finding(finding, checklist)
    _once(sheet.get("findings") or (), "findings")
    for photo in sheet.get("photos") or ():
        at = f"photos.{photo['id']}"
        _known(photo, _PHOTO, at)
        _want(all(photo.get(name) is None or isinstance(photo[name], str) for name in _PHOTO), f"{at}: texts only")
    _once(sheet.get("photos") or (), "photos")
    for id, adjustment in (sheet.get("adjustments") or {}).items():
        _known(adjustment or {}, _ADJUSTMENT, f"adjustments.{id}")
        _want(isinstance((adjustment or {}).get("reason", ""), str), f"adjustments.{id}.reason is a text")
    return sheet


def parse_terms(raw: Any, checklist: Checklist) -> Terms:
    """The `campaign` part of a file, or Refused("sheet.malformed" or "sheet.setting"). Whether its sites and triggers
    exist is for the campaign to say."""
    raw = {} if raw is None else raw
    _want(isinstance(raw, dict), "campaign is an object")
    _known(raw, _CAMPAIGN, "campaign")
    settings = raw.get("settings") or {}
    _want(isinstance(settings, dict), "campaign.settings is an object")
    decisions = raw.get("decisions") or []
    _want(isinstance(decisions, list), "campaign.decisions is a list")
    for place, decision in enumerate(decisions):
        parse_decision(decision, f"campaign.decisions[{place}]")
    awarded_on = raw.get("awarded_on")
    _want(awarded_on is None or _is_day(awarded_on), 'campaign.awarded_on is a day, as in "2026-01-31"')
    return Terms(chosen(checklist, settings.items()), decisions, _listed(raw.get("listed") or {}, checklist),
                 awarded_on)


def chosen(checklist: Checklist, wanted: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The settings by name; Refused("sheet.setting") for one that the checklist does not have or offer."""
    offered = {setting.id: setting.choices for setting in checklist.settings}
    found: dict[str, str] = {}
    for name, value in wanted:
        if value not in offered.get(name, ()):
            choices = offered[name] if name in offered else tuple(offered)
            raise Refused("sheet.setting", name=name, value=value, offered=", ".join(choices) or "–")
        found[name] = value
    return found


def _asked(indicator: Indicator, answer: Mapping[str, Any], at: str) -> None:
    awarded = {id for id, clause in indicator.clauses.items() if isinstance(clause, Judge | Award)}
    for name, known in (("measures", set(indicator.measures)), ("awards", awarded),
                        ("requirements", set(indicator.requirements))):
        _known(answer.get(name) or {}, known, f"{at}.{name}")


def _finding(finding: Mapping[str, Any], checklist: Checklist) -> None:
    at = f"findings.{finding['id']}"
    _known(finding, _FINDING, at)
    _want(all(isinstance(photo, str) for photo in finding.get("photos") or ()), f"{at}.photos: texts only")
    indicator = checklist.indicators.get(finding["indicator"])
    clause = indicator.clauses.get(finding.get("clause") or "") if indicator else None
    if finding.get("item") is not None:
        items = set(clause.items) if isinstance(clause, Missing) else set()
        _known({finding["item"]: None}, items, f"{at}.item")


def parse_decision(decision: Any, at: str) -> Decision:
    """The decision itself, or Refused("sheet.malformed"). Whether it is founded, and of this campaign, is for
    `scoring.check_decisions` to say."""
    _want(isinstance(decision, dict), f"{at} is an object")
    _known(decision, _DECISION, at)
    _want(decision.get("kind") in _KINDS, f"{at}.kind is one of {', '.join(_KINDS)}")
    for name in ("site", "source", "reason"):
        _want(isinstance(decision.get(name), str), f"{at}.{name} is missing")
    _want(decision["kind"] != "trigger" or isinstance(decision.get("trigger"), str), f"{at}.trigger is missing")
    order = decision.get("order")
    _want(isinstance(order, list) if decision["kind"] == "tie" else order is None, f"{at}.order: sites, of a tie only")
    _want(all(isinstance(site, str) for site in order or ()), f"{at}.order: sites, as texts")
    steps = decision.get("steps", 1)
    _want(isinstance(steps, int) and not isinstance(steps, bool) and 1 <= steps <= MOST_STEPS,
          f"{at}.steps is 1 to {MOST_STEPS}")
    points = decision.get("points")
    _want(isinstance(points, str) if decision["kind"] == "bonus" else points is None,
          f'{at}.points: of a bonus only, as in "3"')
    return cast(Decision, decision)


def _listed(raw: Any, checklist: Checklist) -> dict[str, dict[str, str]]:
    _want(isinstance(raw, dict), "campaign.listed is an object by indicator/clause")
    ranked = {
        f"{indicator.id}/{clause.id}"
        for indicator in checklist.indicators.values() for clause in indicator.clauses.values()
        if isinstance(clause, Rank)
    }
    _known(raw, ranked, "campaign.listed")
    for key, units in raw.items():
        _want(isinstance(units, dict) and all(isinstance(text, str) for text in units.values()),
              f'campaign.listed.{key}: figures by unit, as in "120"')
    return dict(raw)


def _once(rows: Iterable[Mapping[str, Any]], at: str) -> None:
    seen: set[str] = set()
    for row in rows:
        _want(row["id"] not in seen, f"{at}.{row['id']} stands there twice")
        seen.add(row["id"])


def _known(given: Mapping[str, Any], names: set[str], at: str) -> None:
    for name in given:
        _want(name in names, f"{at}: {name!r} is not one of {', '.join(sorted(names)) or '(nothing is asked here)'}")


def _is_day(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _want(true: bool, why: str) -> None:
    if not true:
        raise Refused("sheet.malformed", why=why[:300])
