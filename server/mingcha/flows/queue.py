"""The queue of a desk: what needs a person first, filtered and paged, and where somebody has not looked since.

Sorting and counting lean on what was measured of each inspection (`store/standings.py`). Whatever happens in one takes its
next number, so what is measured is true as long as the number is the same; what is not measured at its newest number is
measured when somebody looks, a bounded lot at once, and by the worker. What a page shows is never older than the log.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.checklist.model import Checklist
from mingcha.core.doubles import likely
from mingcha.core.oplog import Op, fold
from mingcha.core.problems import Refused
from mingcha.core.regions import TENANT_DIGITS
from mingcha.core.review import STAGES, late_ops, stage
from mingcha.flows import evidence, places, pull, secrecy, standings
from mingcha.flows.review import checklist_of
from mingcha.store import campaigns, inspections, looks, oplog, photos, regions
from mingcha.store import standings as kept
from mingcha.store.db import is_full, is_passing_fault, transaction
from mingcha.store.inspections import Inspection
from mingcha.store.standings import Found, Measured, Sought

PAGE = 50
MOST_AT_ONCE = 500
#: Measured before a page is shown; the rest is the worker's.
MOST_MEASURED = 300
_AFTER = re.compile(r"([012])~(\d{4}-\d{2}-\d{2})~([0-9a-f-]{36})")


@dataclass(frozen=True)
class Asked:
    """The filters of an address; `after` is the `next` of the page before."""

    state: str | None = None
    words: str | None = None
    campaign: str | None = None
    town: str | None = None
    inspector: str | None = None
    checklist: str | None = None
    after: str | None = None


def page(actor: Actor, asked: Asked, most: int = PAGE) -> dict[str, Any]:
    """`{inspections, next, counts}`: rows as phones know them with how each stands, where to go on, and by state how many
    there are under the other filters.
    """
    sought = _sought(actor, asked)
    after = _place(asked.after)
    _measure_stale(kept.stale(sought, MOST_MEASURED))
    found = kept.page(sought, after, most + 1)
    rows = _rows(actor, found[:most])
    if asked.state is not None:  # what is not measured yet may have moved on
        rows = [row for row in rows if row["state"] == asked.state]
    following = found[most - 1] if len(found) > most else None
    return {
        "inspections": rows,
        "next": f"{following.urgency}~{following.visit_on}~{following.inspection}" if following else None,
        "counts": kept.counts(sought),
    }


def choices(actor: Actor) -> dict[str, Any]:
    """What can be filtered by, of what the actor may see."""
    found = kept.choices(_sought(actor, Asked()))
    names = regions.in_area(actor.scope)
    return {
        "campaigns": [{"id": key, "title": title} for key, title in sorted(found["campaigns"].items(), key=_by_name)],
        "towns": [{"code": code, "name": names.get(code, {"zh": code, "en": code})} for code in found["towns"]],
        "inspectors": [{"id": key, "name": name} for key, name in sorted(found["inspectors"].items(), key=_by_name)],
    }


def of_checklist(actor: Actor, digest: str) -> list[dict[str, Any]]:
    """The inspections that a version is used in, as the queue shows them."""
    rows: list[dict[str, Any]] = page(actor, Asked(checklist=digest), MOST_AT_ONCE)["inspections"]
    return rows


def measure_some() -> int:
    """For the worker: measure what nobody has looked at since it changed; how much."""
    ids = kept.stale_anywhere(MOST_MEASURED)
    _measure_stale(ids)
    return len(ids)


def _sought(actor: Actor, asked: Asked) -> Sought:
    if asked.state is not None and asked.state not in STAGES:
        raise Refused("invalid", fields={"state": list(STAGES)})
    return Sought(
        scope=actor.scope,
        on=actor.id if actor.role == "inspector" else None,
        planned=secrecy.planned_by(actor),
        state=asked.state,
        words=tuple((asked.words or "").replace("\0", "").lower().split()),
        campaign=asked.campaign,
        town=asked.town,
        inspector=asked.inspector,
        checklist=asked.checklist,
    )


def _place(after: str | None) -> tuple[int, str, str] | None:
    if after is None:
        return None
    found = _AFTER.fullmatch(after)
    if found is None:
        raise Refused("invalid", fields={"after": ["?"]})
    return int(found[1]), found[2], found[3]


def _rows(actor: Actor, found: Sequence[Found]) -> list[dict[str, Any]]:
    loaded = inspections.load(each.inspection for each in found)
    told = pull.described(loaded)
    looked = looks.of(actor.id, loaded)
    figures = {each.inspection: each.figures or _measured_now(loaded[each.inspection]).figures for each in found}
    waiting = [loaded[id] for id, each in figures.items() if each["placed"]]
    placed = _placed(actor, waiting)
    whole_county = len(actor.scope) <= TENANT_DIGITS
    rows = []
    for each in found:
        of_it = {**figures[each.inspection], **placed.get(each.inspection, {})}
        doubtful, twins = of_it.pop("doubtful"), of_it.pop("twins")
        of_it.pop("placed")
        seen = looked.get(each.inspection)
        rows.append({
            **told[each.inspection], **of_it, "held": each.held, "urgency": each.urgency,
            "flags": doubtful + (twins if whole_county else 0),
            "fresh": seen is None or seen.seq < loaded[each.inspection].seq,
            "looked_at": clock.wire(seen.at) if seen else None,
        })  # fmt: skip
    return rows


def _placed(actor: Actor, waiting: Sequence[Inspection]) -> dict[str, dict[str, Any]]:
    """Lowest and highest score of those whose rows depend on places in their campaign: each campaign once."""
    if not waiting:
        return {}
    standing_of = standings.of(waiting, checklist_of)
    found: dict[str, places.Places] = {}
    seen: set[tuple[str, str]] = set()
    for each in waiting:
        campaign = (each.tenant, each.campaign_key)
        if campaign not in seen and places.told_to(actor, each.tenant):
            seen.add(campaign)
            found |= places.throughout(each, checklist_of)
    at = {each.id: standing_of[each.id].at(found.get(each.id, {})) for each in waiting}
    return {id: {"low": told["low"], "high": told["high"]} for id, told in at.items()}


def _measure_stale(ids: Sequence[str]) -> None:
    """Measure and keep. Where there is no room or no time to keep it, the queue is read all the same."""
    for start in range(0, len(ids), standings.AT_ONCE):
        some = list(inspections.load(ids[start : start + standings.AT_ONCE]).values())
        found = _measured(some)
        try:
            with transaction():
                kept.put(found)
        except Exception as fault:
            if not (is_full(fault) or is_passing_fault(fault)):
                raise
            return


def _measured_now(inspection: Inspection) -> Measured:
    return _measured([inspection])[0]


def _measured(some: Sequence[Inspection]) -> list[Measured]:
    logs = oplog.logs_of_several(each.id for each in some)
    here = photos.hashes_of(each.id for each in some)
    terms = campaigns.terms({each.campaign for each in some if each.campaign})
    return [
        _measured_one(
            each, logs[each.id], here[each.id], checklist_of(each.checklist),
            terms[each.campaign].settings if each.campaign in terms else None,
        )
        for each in some
    ]  # fmt: skip


def _measured_one(
    inspection: Inspection,
    log: list[tuple[int, Op]],
    here: dict[str, set[str]],
    checklist: Checklist,
    settings: dict[str, str] | None,
) -> Measured:
    state = fold(op for _, op in log)
    standing = standings.told(checklist, state, here, settings)
    doubtful, twins = evidence.doubtful(inspection, state)
    extra = {
        "late": len(late_ops(log, state)),
        "doubles": len(likely(state)),
        "doubtful": doubtful,
        "twins": twins,
        "placed": standing.apart is not None,
    }
    at = stage((op for _, op in log), bool(log))
    figures = {**standing.summary, **extra}
    return Measured(inspection.id, inspection.tenant, inspection.seq, at, _urgency(at, figures), figures)


def _urgency(at: str, figures: dict[str, Any]) -> int:
    if figures["late"]:
        return 2
    if at != "submitted":
        return 0
    if figures["conflicts"] or figures["contradictions"]:
        return 2
    return int(any(figures[name] for name in ("open", "missing", "doubles", "doubtful", "twins")))


def _by_name(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[1], pair[0]
