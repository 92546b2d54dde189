"""What a phone has missed: at most a page of changes, in the order of their numbers, and what it may no longer see.

A page never ends between a number and its change: the cursor names only numbers whose changes were handed out.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from heapq import merge
from typing import Any

from mingcha.clock import wire
from mingcha.core import cursor as cursors
from mingcha.core.access import Actor, Subject, may
from mingcha.core.cursor import Cursor
from mingcha.core.review import stage
from mingcha.store import assignments, inspections, oplog, photos, settings
from mingcha.store.inspections import Inspection
from mingcha.store.quick import asking

MOST_CHANGES = 1000
#: A phone on a thin line asks for smaller pages; not for ones in which nothing but a visit fits.
_FEWEST_CHANGES = 10
_ASSIGNED = frozenset({"assigned"})


@dataclass(frozen=True)
class Page:
    """`changes` are JSON texts; `cursor` is what to ask with the next time; `first_told`: visits that the cursor asked
    with did not know of.
    """

    changes: list[str]
    gone: list[str]
    cursor: str
    more: bool
    epoch: str
    first_told: frozenset[str] = frozenset()
    #: By visit of which something new was handed out: the last number that was.
    told: dict[str, int] = field(default_factory=dict)


def after(actor: Actor, cursor: str | None, most: int | None = None) -> Page:
    """What follows the cursor in the inspections that the actor is on, a page of `most` changes. Where nothing does, one
    question is asked.
    """
    with asking():
        return _after(actor, cursor, max(_FEWEST_CHANGES, min(MOST_CHANGES, most or MOST_CHANGES)))


def _after(actor: Actor, cursor: str | None, most: int) -> Page:
    epoch, mine = _standing(actor)
    newest = cursors.write(Cursor(epoch, mine))
    if cursor == newest:
        return Page([], [], newest, more=False, epoch=epoch)
    before = cursors.read(cursor, epoch).seen
    gone = sorted(set(before) - set(mine))
    seen = {inspection_id: seq for inspection_id, seq in before.items() if inspection_id in mine}
    changes, more = _news(mine, seen, most)
    first_told = frozenset(set(seen) - set(before))
    told = {inspection_id: seq for inspection_id, seq in seen.items() if before.get(inspection_id) != seq}
    return Page(changes, gone, cursors.write(Cursor(epoch, seen)), more, epoch, first_told, told)


def let_go(cursor: str | None) -> tuple[str, list[str]]:
    """The epoch, and every visit that this cursor names."""
    epoch = settings.epoch()
    return epoch, sorted(cursors.read(cursor, epoch).seen)


def epoch_if_newest(actor: Actor, cursor: str) -> str | None:
    """The epoch, if nothing follows this cursor."""
    epoch, mine = _standing(actor)
    return epoch if cursor == cursors.write(Cursor(epoch, mine)) else None


def _standing(actor: Actor) -> tuple[str, dict[str, int]]:
    """The epoch, and the newest number of each inspection that the actor is on. A seat alone is not enough: the role or
    the area may have been taken away meanwhile.
    """
    epoch, seats = assignments.standing(actor.id)
    within = {region: may(actor, "inspection.sync", Subject(region, _ASSIGNED)) for region in {each[2] for each in seats}}
    return epoch, {inspection_id: seq for inspection_id, seq, region in seats if within[region]}


def _news(mine: dict[str, int], seen: dict[str, int], most: int) -> tuple[list[str], bool]:
    """At most a page of what is new, moving `seen` on to what it holds; and whether there is more."""
    news = sorted(inspection_id for inspection_id, seq in mine.items() if seen.get(inspection_id) != seq)
    if not news:
        return [], False
    changes: list[str] = []
    told = described(inspections.load(news))
    for inspection_id in news:
        room = most - len(changes) - 1
        if room < 1:
            return changes, True
        since, newest = seen.get(inspection_id, 0), mine[inspection_id]
        if since > newest:  # the phone knows numbers that this database never gave out
            since = 0
        happened = _happened(inspection_id, since, newest, room)
        changes.append('{"kind":"inspection","inspection":' + _text(told[inspection_id]) + "}")
        changes.extend(text for _, text in happened)
        seen[inspection_id] = happened[-1][0] if len(happened) == room else newest
        if seen[inspection_id] != newest:
            return changes, True
    return changes, False


def described(found: dict[str, Inspection]) -> dict[str, dict[str, Any]]:
    """Each inspection as phones and screens know it."""
    teams = assignments.teams(found)
    stages = stages_of(found)
    return {
        each.id: {
            "id": each.id,
            "site": {
                "id": each.site.id,
                "name": each.site.name,
                "region": each.site.region,
                "address": each.site.address,
                "lat": each.site.lat,
                "lon": each.site.lon,
            },
            "checklist": {
                "slug": each.slug,
                "version": each.version,
                "digest": each.checklist,
                "title": each.title,
            },
            "team": teams[each.id],
            "state": stages[each.id],
            "campaign": each.campaign,
            "campaign_title": each.campaign_title,
            "visit_on": each.visit_on,
            "updated_seq": each.seq,
        }
        for each in found.values()
    }


def stages_of(found: dict[str, Inspection]) -> dict[str, str]:
    """How far each inspection has come, by the ops that decide it."""
    deciding = oplog.stage_ops(found)
    begun = oplog.begun(found)
    return {
        inspection_id: stage((op for _, op in deciding[inspection_id]), inspection_id in begun)
        for inspection_id in found
    }


def _happened(inspection_id: str, since: int, newest: int, room: int) -> list[tuple[int, str]]:
    """Ops and proved photos after a number, as JSON texts in order, at most `room`."""
    said = cache(wire)
    ops = [
        (row.seq, f'{{"kind":"op","op":{row.body[:-1]},"received_at":"{said(row.received_at)}"}}}}')
        for row in oplog.after(inspection_id, since, newest, room)
    ]
    if len(ops) == newest - since:
        return ops  # every number is an op's
    proved = [
        (
            seq,
            _text({"kind": "photo", "id": photo, "inspection": inspection_id, "sha256": sha256, "state": "verified"}),
        )
        for seq, photo, sha256 in photos.after(inspection_id, since, newest, room)
    ]
    return list(merge(ops, proved))[:room]


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _text(value: Any) -> str:
    return _WRITER.encode(value)
