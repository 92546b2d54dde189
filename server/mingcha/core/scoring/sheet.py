"""A sheet of answers: the documented form of one settled inspection, which `mingcha score FILE` reads.

    {checklist, version, site?, answers: {indicator: {verdict, measures, awards, requirements, note}},
     findings: [{id, indicator, clause, item, case, count, note, photos}], photos: [{id, indicator, finding, kind}],
     adjustments: {indicator: {points, reason}}}

Everything but `checklist` and `version` may be left out. The twin is `pwa/src/core/scoring/sheet.ts`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ..canonical import canonical
from ..problems import Refused
from .facts import Facts, Fault, Said, attach, facts_at

Sheet = Mapping[str, Any]

VERDICTS = (None, "met", "not_met", "not_applicable")


def facts_of(sheet: Sheet) -> dict[str, Facts]:
    """Facts by indicator. Every answer of a sheet is settled, so each stands alone."""
    found: dict[str, Facts] = {}
    for id, answer in (sheet.get("answers") or {}).items():
        facts = found[id] = Facts((answer.get("verdict"),))
        if answer.get("measures"):
            facts.measures = _settled(answer["measures"])
        if answer.get("awards"):
            facts.awards = _settled(answer["awards"])
        if answer.get("requirements"):
            facts.requirements = _settled(answer["requirements"])
    for id, adjustment in (sheet.get("adjustments") or {}).items():
        facts_at(found, id).adjustments = (adjustment,)
    findings = once(sheet.get("findings") or ())
    _findings(found, findings)
    _photos(found, once(sheet.get("photos") or ()), findings)
    return found


def _settled(answers: Mapping[str, str | None]) -> dict[str, Said]:
    return {key: (value,) for key, value in answers.items()}


def _findings(found: dict[str, Facts], findings: Iterable[Mapping[str, Any]]) -> None:
    at: dict[str, list[Fault]] = {}
    for raw in findings:
        count = raw.get("count")
        count = 1 if count is None else count
        fault = Fault(raw["id"], raw.get("clause"), raw.get("item"), raw.get("case"), count, count)
        at.setdefault(raw["indicator"], []).append(fault)
    for indicator, faults in at.items():
        facts_at(found, indicator).faults = (tuple(faults),)


def _photos(
    found: dict[str, Facts], photos: list[Mapping[str, Any]], findings: Iterable[Mapping[str, Any]]
) -> None:
    """A photo belongs to its indicator, or to that of the finding it shows; which either of the two may say."""
    if not photos:
        return
    place = {raw["id"]: raw["indicator"] for raw in findings}
    shows = {photo: raw["indicator"] for raw in findings for photo in raw.get("photos") or ()}
    attach(found, (
        (indicator, raw["id"], raw.get("kind"))
        for raw in photos
        if (indicator := raw.get("indicator") or place.get(raw.get("finding")) or shows.get(raw["id"]))
    ))


def once(each: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sorted by id, each id once: one fact is deducted once. Of two texts under one id always the same is taken."""
    known: dict[str, Mapping[str, Any]] = {}
    for raw in each:
        other = known.setdefault(raw["id"], raw)
        if other is not raw and canonical(raw) < canonical(other):
            known[raw["id"]] = raw
    return [known[id] for id in sorted(known)]


def check(sheet: Any) -> Sheet:
    """The sheet itself, or Refused("sheet.malformed", why). For sheets from files; states are checked op by op."""
    _want(isinstance(sheet, dict), "a sheet is an object")
    for name in ("checklist", "version"):
        _want(isinstance(sheet.get(name), str), f"{name} is missing")
    answers = sheet.get("answers") or {}
    _want(isinstance(answers, dict), "answers is an object by indicator")
    for id, answer in answers.items():
        _want(isinstance(answer, dict), f"answers.{id} is an object")
        _want(answer.get("verdict") in VERDICTS, f"answers.{id}.verdict")
        for name in ("measures", "awards", "requirements"):
            each = answer.get(name) or {}
            _want(isinstance(each, dict), f"answers.{id}.{name} is an object")
            _want(all(value is None or isinstance(value, str) for value in each.values()),
                  f"answers.{id}.{name}: figures are texts, as in \"99.95\"")
        _want(all(value in VERDICTS for value in (answer.get("requirements") or {}).values()),
              f"answers.{id}.requirements")
    for name in ("findings", "photos"):
        _want(isinstance(sheet.get(name) or [], list), f"{name} is a list")
        for raw in sheet.get(name) or []:
            _want(isinstance(raw, dict) and isinstance(raw.get("id"), str), f"{name}: each has an id")
        ids = [raw["id"] for raw in sheet.get(name) or []]
        _want(len(ids) == len(set(ids)), f"{name}: an id stands twice")
    for raw in sheet.get("findings") or []:
        _want(isinstance(raw.get("indicator"), str), f"findings.{raw['id']}.indicator")
        for name in ("clause", "item"):
            _want(raw.get(name) is None or isinstance(raw[name], str), f"findings.{raw['id']}.{name}")
        _want(raw.get("case") is None or _whole(raw["case"]), f"findings.{raw['id']}.case")
        count = raw.get("count")
        _want(count is None or (_whole(count) and 1 <= count <= 9999), f"findings.{raw['id']}.count is 1 to 9999")
        _want(isinstance(raw.get("photos") or [], list), f"findings.{raw['id']}.photos")
    adjustments = sheet.get("adjustments") or {}
    _want(isinstance(adjustments, dict), "adjustments is an object by indicator")
    for id, adjustment in adjustments.items():
        _want(adjustment is None or (isinstance(adjustment, dict) and isinstance(adjustment.get("points"), str)),
              f"adjustments.{id}.points")
    return dict(sheet)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _want(good: bool, why: str) -> None:
    if not good:
        raise Refused("sheet.malformed", why=why)
