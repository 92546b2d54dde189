"""How long each county keeps which kinds of photo, and the routine that deletes what is due. Until a county has said
something, nothing is deleted.
"""

from typing import Any

from mingcha import clock
from mingcha.core import evidence as rules
from mingcha.core import retention
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.oplog import fold
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.core.retention import KINDS
from mingcha.core.review import stage
from mingcha.flows import erasing, evidence
from mingcha.flows.integrity import approved_of
from mingcha.store import accounts, audit, inspections, oplog, photos, settings
from mingcha.store.db import transaction
from mingcha.store.photos import Photo

_SETTING = "retention:"


def periods(tenant: str) -> dict[str, int]:
    """Days by kind; a kind that is missing is kept without end."""
    return retention.periods(settings.kept(_SETTING + tenant) or {})


def read(actor: Actor) -> dict[str, int | None]:
    demand(actor, "retention.read", Subject(actor.scope))
    found = periods(actor.tenant)
    return {kind: found.get(kind) for kind in KINDS}


def change(by: Actor | None, tenant: str, raw: Any) -> dict[str, int | None]:
    """Set the county's periods; kinds not named stay as they were. `by` None: the server's own shell."""
    if by is not None:
        demand(by, "retention.set", Subject(tenant))
    retention.periods(raw)
    with transaction():
        before = periods(tenant)
        after = {kind: days for kind, days in {**before, **raw}.items() if days is not None}
        settings.keep(_SETTING + tenant, after)
        audit.note(
            "retention.set", tenant=tenant, region=tenant, actor=by.id if by else None, subject=f"county/{tenant}",
            at=clock.now(), before=before, after=after,
        )
    return {kind: after.get(kind) for kind in KINDS}


def sweep() -> int:
    """Delete everything that is due, in every county; how many photos."""
    tenants = {tenant_of(account.scope) for account in accounts.everyone()}
    return sum(_sweep(tenant, found) for tenant in sorted(tenants) if (found := periods(tenant)))


def _sweep(tenant: str, days: dict[str, int]) -> int:
    now = clock.now()
    count = 0
    for inspection_id in photos.with_bytes_before(tenant, now):
        with transaction():
            inspections.lock([inspection_id])
            for why, doomed in _due(inspection_id, days).items():
                count += erasing.erase(doomed, why=why, actor=None)
    return count


def _due(inspection_id: str, days: dict[str, int]) -> dict[str, list[Photo]]:
    log = [op for _, op in oplog.ops_of(inspection_id)]
    state = fold(log)
    approval = approved_of(state)
    stands = stage(log, bool(log))
    found: dict[str, list[Photo]] = {}
    for photo in photos.of_inspection(inspection_id):
        element = state["elements"].get(f"photo/{photo.id}")
        kind = evidence.field(state, photo.id, "kind", element["value"] if element else None)
        ended = retention.is_due(
            kind,
            received_at=photo.verified_at,
            approved_at=rules.moment(approval["at"]) if approval else None,
            stage=stands,
            periods=days,
            now=clock.now(),
        )
        if ended is not None and photo.erased_at is None:
            found.setdefault(f"retention:{kind or 'unknown'}:{ended}", []).append(photo)
    return found


def county(code: str) -> str:
    """A county by its six digits. Raises where it is none."""
    if len(code) != 6 or not code.isdigit():
        raise Refused("region.malformed")
    return code
