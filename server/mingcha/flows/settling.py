"""What a supervisor settles, adjusts, waives or comments arrives as steps of their own device. Here it enters the trail.

The trail names each step, where it was written and the digest of the whole step; its words stay in the log.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from mingcha.core.access import Actor
from mingcha.flows.incoming import Incoming
from mingcha.store import audit
from mingcha.store.inspections import Locked

#: What entered the log in this moment and has its effect; what is sent again was noted when it came first.
_FRESH = frozenset({"applied", "merged", "conflict"})


def note(actor: Actor, incoming: Iterable[Incoming], locked: Mapping[str, Locked], now: datetime) -> None:
    """One event for each inspection. Last in its transaction; what inspectors record has its trail in the log itself."""
    if actor.role != "supervisor":
        return
    steps: dict[str, list[dict[str, str]]] = {}
    for each in incoming:
        if each.op is not None and each.outcome in _FRESH:
            step = {"id": each.op.id, "target": each.op.target, "digest": each.digest}
            steps.setdefault(each.op.inspection, []).append(step)
    for place in sorted((locked[id] for id in steps), key=lambda one: (one.tenant, one.id)):
        audit.note(
            "review.settle", tenant=place.tenant, region=place.region, actor=actor.id, subject=f"inspection/{place.id}",
            at=now, steps=steps[place.id],
        )  # fmt: skip
