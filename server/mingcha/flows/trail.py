"""Reading the audit trail. Of a visit whose hour has not come it gives readers and administrators no word, only the link:
the chain can be followed past it, and its words stand there once somebody has begun.
"""

import json
import re
from typing import Any

from mingcha.core.access import Actor
from mingcha.flows import secrecy
from mingcha.flows.secrecy import Unspoken
from mingcha.store import audit

Json = dict[str, Any]
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WITHHELD = {"withheld": True}


def latest(actor: Actor, *, limit: int, before: int | None = None) -> list[Json]:
    """The events of the actor's area, newest first, as far as the actor may read them."""
    unspoken = secrecy.unspoken(actor)
    told: list[Json] = []
    while True:
        page = audit.latest(actor.tenant, actor.scope, limit=limit, before=before)
        told += [shown for each in page if (shown := _shown(actor, each, unspoken)) is not None]
        if len(told) >= limit or len(page) < limit:
            return told[:limit]
        before = page[-1]["seq"]


def _shown(actor: Actor, event: Json, unspoken: Unspoken) -> Json | None:
    """An event as the actor may read it; None where that it is there already says which part of the county it is about."""
    if not unspoken.visits.isdisjoint(_ID.findall(json.dumps(event))):
        if actor.scope != actor.tenant:
            return None
        return {**{name: event[name] for name in ("seq", "link", "digest")}, "details": WITHHELD}
    kind, _, thing = str(event.get("subject", "")).partition("/")
    if kind == "campaign" and thing in unspoken.campaigns:
        return {**event, "details": WITHHELD}
    return event
