"""After an approval: what came late is taken in under a new approval or left aside with a reason; an approval that was
wrong is taken back, for everybody to see. Every snapshot is kept.
"""

from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.core.review import APPROVAL, LATE, REOPENED, late_ops
from mingcha.flows import inspections as place_of
from mingcha.flows import review
from mingcha.store import inspections
from mingcha.store.db import transaction


def reopen(actor: Actor, inspection_id: str, reason: str) -> None:
    """Take an approval back: the inspection waits at the desk again, as submitted. The phones show why."""
    place_of.find(actor, inspection_id, "review.reopen")
    with transaction():
        folded = _approved(inspection_id)
        snapshot = (folded.approval or {})["snapshot"]
        pen = review.Pen(actor, folded)
        pen.write(REOPENED, {"at": clock.wire(clock.now()), "reason": reason, "snapshot": snapshot})
        pen.write(APPROVAL, None)
        review.note(actor, "review.reopen", folded.inspection, snapshot=snapshot, reason=reason)


def settle_late(actor: Actor, inspection_id: str, how: str, *, seen: int, reason: str) -> dict[str, Any]:
    """`take_in`: approve anew with everything that came; `set_aside`: the snapshot stands as it is. `{snapshot, upto}` of
    the approval that stands afterwards. Refused unless the supervisor has seen the newest ops.
    """
    place_of.find(actor, inspection_id, "review.late")
    with transaction():
        folded = _approved(inspection_id)
        newest = folded.inspection.seq
        if seen != newest:
            raise Refused("review.not_newest", seen=seen, newest=newest)
        late = [op.id for _, op in late_ops(folded.log, folded.state)]
        if not late:
            raise Refused("review.nothing_late")
        stands = dict(folded.approval or {})
        if how == "take_in":
            stands = review.approve_again(
                actor, inspection_id, seen=seen, with_late=True, corrections=(),
                because={"late": late, "reason": reason},
            )  # fmt: skip
        else:
            review.Pen(actor, folded).write(LATE, {"at": clock.wire(clock.now()), "reason": reason, "upto": newest})
        review.note(
            actor, "review.late", folded.inspection, how=how, reason=reason, steps=late, snapshot=stands["snapshot"]
        )
    return {"snapshot": stands["snapshot"], "upto": stands["upto"]}


def _approved(inspection_id: str) -> review.Folded:
    """The inspection, held to the end of the transaction, while its approval stands."""
    inspections.lock([inspection_id])
    folded = review.as_it_stands(inspections.load([inspection_id])[inspection_id])
    if folded.stage != "approved":
        raise Refused("review.not_approved", state=folded.stage)
    return folded
