"""What an approval freezes, and the proof that it still comes to the same digits.

A snapshot names the engine and the checklist, holds the sheet with the settings and places it was scored under, the
result, and the hash of every photo behind it. Nothing in it depends on anything that can change later.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, cast

from ..canonical import digest
from ..checklist.model import Checklist
from .engine import score
from .result import ENGINE, Result
from .sheet import Sheet


class Photo(TypedDict):
    photo: str
    sha256: str


class Snapshot(TypedDict):
    """`digest` is that of the rest. `upto`: the newest sequence number the approver had seen."""

    engine: int
    checklist: str
    settings: dict[str, str]
    places: dict[str, list[int]]
    sheet: dict[str, Any]
    result: Result
    evidence: list[Photo]
    upto: int
    digest: str


Verdict = Literal["same", "differs", "altered", "other_engine", "other_checklist"]


def snapshot(
    checklist: Checklist, sheet: Sheet, evidence: Sequence[Photo], upto: int,
    settings: Mapping[str, str] | None = None, places: Mapping[str, tuple[int, int]] | None = None,
) -> Snapshot:
    """Scores the sheet once more and freezes both. `evidence` in any order; the snapshot sorts it by photo."""
    body: dict[str, Any] = {
        "engine": ENGINE, "checklist": checklist.digest, "settings": checklist.readings(settings),
        "places": {key: list(place) for key, place in (places or {}).items()}, "sheet": dict(sheet),
        "result": score(checklist, sheet, settings, places),
        "evidence": sorted(({"photo": each["photo"], "sha256": each["sha256"]} for each in evidence),
                           key=lambda each: each["photo"]),
        "upto": upto,
    }
    return cast(Snapshot, {**body, "digest": digest(body)})


def recompute(snapshot: Snapshot, checklist: Checklist) -> Verdict:
    """`same` or `differs`, digit for digit; `altered` when the snapshot is no longer what its digest says;
    `other_engine`, `other_checklist` when this is not what it was scored with, so nothing can be said."""
    body = {key: value for key, value in snapshot.items() if key != "digest"}
    if digest(body) != snapshot["digest"]:
        return "altered"
    if snapshot["engine"] != ENGINE:
        return "other_engine"
    if snapshot["checklist"] != checklist.digest:
        return "other_checklist"
    places = {key: (best, worst) for key, (best, worst) in snapshot["places"].items()}
    again = score(checklist, snapshot["sheet"], snapshot["settings"], places)
    return "same" if digest(again) == digest(snapshot["result"]) else "differs"
