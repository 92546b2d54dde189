"""The last hearing of a device that was revoked: it hands in what it has, learns nothing, and lets go.

Nobody knows who held it, so whatever it says is held for a person.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.announced import is_announcement
from mingcha.core.carried_move import is_move, parse_move
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.flows import moves, outstanding, pull
from mingcha.flows.incoming import announced, hold, near_of, plain, read, result_of, safe_id
from mingcha.flows.sync import MOST_OPS, Reply
from mingcha.store import held, inspections, oplog
from mingcha.store.db import transaction


def hear(actor: Actor, *, device: str, cursor: str | None, ops: Sequence[Any]) -> Reply:
    """Take in the work of a device that was revoked. Nobody knows who held it: what the log does not have is held for a
    person, whole. Only a visit that it began (`{"visit": …}`) is made, empty, if its owner may begin such: then its ops
    and photos have a place to wait in. In return it is told to let go of every visit, and learns nothing.
    """
    if len(ops) > MOST_OPS:
        raise Refused("sync.too_many_ops", limit=MOST_OPS)
    now = clock.now()
    incoming = [announced(raw, actor) if is_announcement(raw) else read(raw, actor) for raw in ops if not is_move(raw)]
    told = {at: _move(raw, actor, device, now) for at, raw in enumerate(ops) if is_move(raw)}
    with transaction():
        known = oplog.receipts(each.op.id for each in incoming if each.op)
        for each in incoming:
            if each.op is not None and known.get(each.op.id) == each.digest:
                each.outcome = "duplicate"
            elif each.outcome is None:
                each.hold("op.device_revoked")
        locked = inspections.lock({each.op.inspection for each in incoming if each.op})
        waiting = [each for each in incoming if each.outcome == "held"]
        hold(actor, device, waiting, near_of(actor, locked), locked, now)
    epoch, gone = pull.let_go(cursor)
    outstanding.note(actor, device, {}, gone)
    rest = iter(incoming)
    return Reply(
        results=[told.get(at) or result_of(next(rest)) for at in range(len(ops))],
        changes=[],
        gone=gone,
        cursor=cursor or "",
        more=False,
        epoch=epoch,
        server_time=clock.wire(now),
        revoked=True,
    )


def _move(raw: dict[str, Any], actor: Actor, device: str, now: datetime) -> dict[str, Any]:
    """A centre's move, held near its item for those who lead there."""
    code, kept, details = "op.device_revoked", None, {}
    try:
        carried = parse_move(raw)
        if carried.author != actor.id:
            raise Refused("op.foreign_author")
        if moves.is_known(actor, carried.move):
            return {"id": carried.id, "outcome": "duplicate"}
        kept = moves.place_of(actor, carried.item)
        details = plain({"item": kept.text}) if kept else {}
    except Refused as refused:
        code, details = refused.code, plain(refused.details)
    move_id = safe_id(raw["move"])
    with transaction():
        held.keep(
            tenant=tenant_of(actor.scope), region=kept.region if kept else actor.scope, account=actor.id, device=device,
            inspection=None, op_id=move_id, code=code, details=details, raw=json.dumps(raw), now=now,
        )  # fmt: skip
    return {"id": move_id, "outcome": "held", "code": code}
