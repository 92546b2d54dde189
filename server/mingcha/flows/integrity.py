"""Walking every photo from its op to its bytes, every approval to the hashes it froze, and every after-photo to its bytes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mingcha.core import integrity
from mingcha.core.canonical import digest
from mingcha.core.integrity import Stored, Verdict
from mingcha.core.oplog import State, fold, heads, value
from mingcha.core.problems import Refused
from mingcha.core.review import APPROVAL, waived
from mingcha.core.uuid7 import is_id
from mingcha.flows import evidence
from mingcha.store import after_photos, blobs, inspections, oplog, photos, snapshots
from mingcha.store.blobs import photo_key


@dataclass(frozen=True)
class Finding:
    """One step of the walk. `photo` is None where the whole inspection is meant."""

    inspection: str
    photo: str | None
    sha256: str
    verdict: Verdict
    #: The item of an order that an after-photo was brought for.
    item: str | None = None

    @property
    def is_wrong(self) -> bool:
        return self.verdict in integrity.WRONG


def walk(inspection_id: str | None = None) -> Iterator[Finding]:
    """Every photo and every approval of one inspection, or of all; bytes used twice are read once."""
    if inspection_id is not None and (not is_id(inspection_id) or not inspections.load([inspection_id])):
        raise Refused("not_found")
    read: dict[str, str | None] = {}
    for each in [inspection_id] if inspection_id else inspections.every_id():
        yield from _inspection(each, read)


def _inspection(inspection_id: str, read: dict[str, str | None]) -> Iterator[Finding]:
    log = oplog.ops_of(inspection_id)
    state = fold(op for _, op in log)
    frozen: dict[str, str] = {}
    for head in heads(state, APPROVAL):
        if head["value"] is not None:
            found, content = _approval(inspection_id, head["value"])
            yield from found
            frozen.update((content or {}).get("photos", {}))
    receipts = oplog.receipts(op.id for _, op in log if op.target.startswith("photo/") and op.kind == "add")
    for _, op in log:
        if op.id in receipts and receipts[op.id] != oplog.digest_of(oplog.text_of(op)):
            yield Finding(inspection_id, op.target.split("/")[1], "", "op_changed")
    yield from _photos(inspection_id, state, frozen, read)
    for brought in after_photos.of_inspection(inspection_id):
        stored = Stored(brought.sha256, erased=False, hash_now=_hash_now(brought.sha256, read))
        yield Finding(inspection_id, brought.id, brought.sha256, integrity.of_bytes(stored), brought.item)


def _approval(inspection_id: str, approval: dict[str, Any]) -> tuple[list[Finding], dict[str, Any] | None]:
    name = approval["snapshot"]
    try:
        content = snapshots.read(name)
    except ValueError:
        return [Finding(inspection_id, None, name, "snapshot_altered")], None
    if content is None:
        return [Finding(inspection_id, None, name, "snapshot_missing")], None
    found = []
    if digest(content) != name:
        found.append(Finding(inspection_id, None, name, "snapshot_altered"))
    if digest(oplog.digests_of(inspection_id, approval["upto"])) != content.get("ops"):
        found.append(Finding(inspection_id, None, name, "log_changed"))
    return found, content


def _photos(
    inspection_id: str, state: State, frozen: dict[str, str], read: dict[str, str | None]
) -> Iterator[Finding]:
    rows: dict[str, list[photos.Photo]] = {}
    for row in photos.of_inspection(inspection_id):
        rows.setdefault(row.id, []).append(row)
    announced = {
        target.partition("/")[2]: element["value"]
        for target, element in state["elements"].items()
        if target.startswith("photo/")
    }
    for photo in sorted({*rows, *announced, *frozen}):
        said = announced.get(photo)
        stored = [_stored(row, read) for row in rows.get(photo, [])]
        named = (said or {}).get("sha256") or frozen.get(photo) or stored[0].sha256
        if photo in frozen and (said is None or said["sha256"] != frozen[photo]):
            yield Finding(inspection_id, photo, frozen[photo], "snapshot_differs")
        indicator = evidence.field(state, photo, "indicator", said)
        verdict = integrity.judge(said, stored, approved=photo in frozen, waived=waived(state, indicator))
        yield Finding(inspection_id, photo, named, verdict)


def _stored(row: photos.Photo, read: dict[str, str | None]) -> Stored:
    erased = row.erased_at is not None
    return Stored(row.sha256, erased, None if erased else _hash_now(row.sha256, read))


def _hash_now(sha256: str, read: dict[str, str | None]) -> str | None:
    if sha256 not in read:
        try:
            read[sha256] = hashlib.sha256(blobs.here().get(photo_key(sha256))).hexdigest()
        except KeyError:
            read[sha256] = None
    return read[sha256]


def approved_of(state: State) -> dict[str, Any] | None:
    """The approval that stands, `{at, snapshot, upto}`."""
    found: dict[str, Any] | None = value(state, APPROVAL)
    return found
