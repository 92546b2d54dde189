"""Two findings of one fault: joined into one with all their photos, parted again, or left as two that both stand.

Each is an op of the server's own in the supervisor's name, so both findings stay in the history and every phone sees
what became of them. Refused unless the supervisor has seen the newest ops.
"""

from typing import Any

from mingcha.core.access import Actor
from mingcha.core.doubles import JOINED, joining, photos_of
from mingcha.core.oplog import heads, value
from mingcha.core.problems import Refused
from mingcha.flows import inspections as place_of
from mingcha.flows import review
from mingcha.flows.review import Folded
from mingcha.store import inspections
from mingcha.store.db import transaction

DEED = "review.join"


def decide(actor: Actor, inspection_id: str, how: str, *, keep: str, other: str, seen: int) -> None:
    """`join`: `other` goes over into `keep`; `part`: it comes back; `both`: they are two faults. Ids of findings."""
    place_of.find(actor, inspection_id, DEED)
    with transaction():
        newest = inspections.lock([inspection_id])[inspection_id].seq
        if seen != newest:
            raise Refused("review.not_newest", seen=seen, newest=newest)
        folded = review.as_it_stands(inspections.load([inspection_id])[inspection_id])
        if folded.stage in ("approved", "published"):
            raise Refused("review.already_approved")
        {"join": _join, "part": _part, "both": _both}[how](actor, folded, keep, other)
        review.note(actor, DEED, folded.inspection, how=how, keep=keep, other=other)


def _join(actor: Actor, folded: Folded, keep: str, gone: str) -> None:
    plan = joining(folded.state, keep, gone)
    pen = review.Pen(actor, folded)
    for photo in plan.photos:
        pen.write(f"photo/{photo}/finding", keep)
    if plan.note is not None:
        pen.write(f"finding/{keep}/note", plan.note[:4000])
    pen.write(f"finding/{gone}", None, "remove")
    pen.write(f"{JOINED}{gone}", {"into": keep, "photos": list(plan.photos)})


def _part(actor: Actor, folded: Folded, keep: str, gone: str) -> None:
    said: dict[str, Any] | None = value(folded.state, f"{JOINED}{gone}")
    element = folded.state["elements"].get(f"finding/{gone}")
    if said is None or said["into"] != keep or element is None:
        raise Refused("review.not_joined")
    pen = review.Pen(actor, folded)
    pen.write(f"finding/{gone}", element["value"], "add")
    for name in ("count", "note"):
        last = _last(folded, f"finding/{gone}/{name}")
        if last is not None:
            pen.write(f"finding/{gone}/{name}", last)
    before = _note_before(folded, keep)
    if before is not None:
        pen.write(f"finding/{keep}/note", before)
    for photo in sorted(set(said["photos"]) & set(photos_of(folded.state, keep))):
        pen.write(f"photo/{photo}/finding", gone)
    pen.write(f"{JOINED}{gone}", None)


def _both(actor: Actor, folded: Folded, keep: str, other: str) -> None:
    pen = review.Pen(actor, folded)
    for each in (keep, other):
        element = folded.state["elements"].get(f"finding/{each}")
        if keep == other or element is None or not element["live"]:
            raise Refused("review.not_two_findings")
        pen.write(f"finding/{each}", element["value"], "add")


def _last(folded: Folded, target: str) -> Any:
    """What was last said there, though it stands no more; None where nothing was."""
    return next((op.value for _, op in reversed(folded.log) if op.target == target and op.kind == "set"), None)


def _note_before(folded: Folded, finding: str) -> str | None:
    """The note that a finding had before a joining added the other's words; None where the note that stands is a person's
    own.
    """
    by_id = {op.id: op for _, op in folded.log}
    stands = [by_id[head["op"]] for head in heads(folded.state, f"finding/{finding}/note")]
    if len(stands) != 1 or stands[0].device != review.SERVER_DEVICE:
        return None
    return next((str(by_id[id].value) for id in stands[0].over if id in by_id), "")
