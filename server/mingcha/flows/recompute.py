"""The proof that what was approved still comes to the same digits: each snapshot again, from the ops it was made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from mingcha.core.canonical import digest as digest_of
from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import fold
from mingcha.core.scoring import ENGINE, standing
from mingcha.store import checklists, oplog, snapshots

#: `altered`: the snapshot is not what its digest says · `other_engine`, `no_checklist`: what it was scored with is not
#: here · `ops_differ`, `state_differs`, `differs`: the ops, the document or the result come out otherwise.
Verdict = Literal["same", "altered", "other_engine", "no_checklist", "ops_differ", "state_differs", "differs"]


@dataclass(frozen=True)
class Recomputed:
    """`was`, `now`: the digest of the result as stored and as computed again, where it came to that."""

    digest: str
    inspection: str
    total: str
    verdict: Verdict
    was: str = ""
    now: str = ""


def recompute_all() -> Iterator[Recomputed]:
    """Every stored snapshot, oldest first, whether its approval stands or was taken back."""
    kept: dict[str, Checklist | None] = {}
    for frozen in snapshots.every():
        yield _recomputed(frozen, kept)


def _recomputed(frozen: snapshots.Frozen, kept: dict[str, Checklist | None]) -> Recomputed:
    try:
        return _again(frozen, frozen.content, kept)
    except (KeyError, TypeError, ValueError, AttributeError):
        # Only words that somebody changed do not have the shape that was written.
        return Recomputed(frozen.digest, frozen.inspection, "", "altered")


def _again(frozen: snapshots.Frozen, content: Any, kept: dict[str, Checklist | None]) -> Recomputed:
    def found(verdict: Verdict, was: str = "", now: str = "") -> Recomputed:
        low, high = result["low"], result["high"]
        return Recomputed(frozen.digest, frozen.inspection, low if low == high else f"{low}–{high}", verdict, was, now)

    result = content["result"]
    if digest_of(content) != frozen.digest or content["inspection"] != frozen.inspection:
        return found("altered")
    if content["engine"] != ENGINE:
        return found("other_engine")
    checklist = _checklist(content["checklist"], kept)
    if checklist is None:
        return found("no_checklist")
    if digest_of(oplog.digests_of(frozen.inspection, content["upto"])) != content["ops"]:
        return found("ops_differ")
    state = fold(op for _, op in oplog.ops_of(frozen.inspection, content["upto"]))
    if digest_of(state) != content["state"]:
        return found("state_differs")
    places = {key: (best, worst) for key, (best, worst) in content.get("places", {}).items()}
    again = standing(checklist, state, result["settings"], places, closed=content.get("closed", True))
    was, now = digest_of(result), digest_of(again)
    return found("same" if was == now else "differs", was, now)


def _checklist(digest: str, kept: dict[str, Checklist | None]) -> Checklist | None:
    """The version of this name, if its words still come to it."""
    if digest not in kept:
        content = checklists.content(digest)
        kept[digest] = Checklist.parse(content) if content is not None and digest_of(content) == digest else None
    return kept[digest]
