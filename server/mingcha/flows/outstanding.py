"""Which devices have an inspection and have not been heard of since it was submitted: they may still hold work.

A device that syncs hands its own steps in before it reads, so one that has read past the submission held nothing then.
Told by numbers alone; no phone's clock has a say. Nobody is made to wait: a phone may be lost for good.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.review import SUBMITTED
from mingcha.store import inspections, readings
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection


def note(actor: Actor, device: str, told: Mapping[str, int], gone: Iterable[str]) -> None:
    """A device has read these inspections up to these numbers, and was told to let go of others. Written only where it
    says something new.
    """
    let_go = list(gone)
    fresh = _fresh(actor, device, told) if told else {}
    if not (fresh or let_go):
        return
    with transaction():
        tenants = {id: place.tenant for id, place in inspections.load(fresh).items()}
        readings.keep(actor.id, device, fresh, tenants=tenants, at=clock.now())
        if let_go:
            readings.forget(actor.id, device, let_go)


def of(inspection: Inspection, targets: Iterable[tuple[int, str]], stage: str) -> list[dict[str, Any]]:
    """The devices to say before an approval, longest silent first. `targets`: number and target of every op."""
    if stage not in ("submitted", "approved", "published"):
        return []
    submitted = max((seq for seq, target in targets if target == SUBMITTED), default=0)
    return [
        {"account": each.account, "name": each.name, "device": each.device, "heard_at": clock.wire(each.at)}
        for each in readings.behind(inspection.id, submitted)
    ]


def _fresh(actor: Actor, device: str, told: Mapping[str, int]) -> dict[str, int]:
    known = readings.of_device(actor.id, device, told)
    submitted = readings.submissions(told)
    return {
        id: upto for id, upto in told.items() if id not in known or known[id] < submitted.get(id, 0) <= upto
    }
