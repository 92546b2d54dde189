"""The proof of one inspection's evidence as a zip: manifest, snapshot, the ops that announced each photo, hashes, and
how to check them. With the originals only for those who may have them, each written down.
"""

import hashlib
import json
import tempfile
import zipfile
from datetime import datetime
from typing import IO, Any

from mingcha import clock
from mingcha.core import evidence as rules
from mingcha.core import proof
from mingcha.core.access import Actor, demand
from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op, State, fold
from mingcha.core.review import stage
from mingcha.flows import evidence
from mingcha.flows import inspections as place_of
from mingcha.flows.inspections import Place
from mingcha.flows.integrity import approved_of
from mingcha.store import audit, blobs, oplog, photos, snapshots
from mingcha.store.blobs import photo_key
from mingcha.store.db import transaction
from mingcha.store.photos import Photo

#: Kept in memory up to here; a larger one waits in a file that no name leads to.
_IN_MEMORY_BYTES = 1024 * 1024


def make(actor: Actor, inspection_id: str, *, originals: bool = False, why: str | None = None) -> IO[bytes]:
    """The zip, at its beginning. `originals`: the photos too, which asks for a reason."""
    place = place_of.find(actor, inspection_id, "evidence.proof")
    log = oplog.ops_of(inspection_id)
    state = fold(op for _, op in log)
    here = _here(inspection_id, state)
    reason = None
    if originals:
        demand(actor, "photo.original", place.subject)
        reason = rules.reason(why)
    now = clock.now()
    with transaction():
        _write_down(actor, place, state, here if originals else {}, reason, now)
    out = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(_Zip(archive, now), place, log, state, here, now)
        if originals:
            for photo_id, photo in sorted(here.items()):
                if photo.erased_at is None:
                    _put(archive, proof.photo_file(photo_id), blobs.here().get(photo_key(photo.sha256)), now, packed=False)
    out.seek(0)
    return out


class _Zip:
    """Files of the archive, and their hashes as they are written."""

    def __init__(self, archive: zipfile.ZipFile, now: datetime) -> None:
        self._archive, self._now = archive, now
        self.hashes: dict[str, str] = {}

    def put(self, name: str, data: bytes) -> None:
        _put(self._archive, name, data, self._now)
        self.hashes[name] = hashlib.sha256(data).hexdigest()


def _write(
    files: _Zip, place: Place, log: list[tuple[int, Op]], state: State, here: dict[str, Photo], now: datetime
) -> None:
    approval = approved_of(state)
    snapshot = snapshots.read(approval["snapshot"]) if approval else None
    announcing = {op.target.split("/")[1]: op for _, op in reversed(log) if _announces(op)}
    if approval and snapshot is not None:
        files.put("snapshot.json", canonical(snapshot))
        files.put("op-digests.json", canonical(oplog.digests_of(place.inspection.id, approval["upto"])))
    for op in announcing.values():
        files.put(f"ops/{op.id}.json", oplog.text_of(op).encode())
    frozen = (snapshot or {}).get("photos", {})
    told = [_told(photo_id, announcing.get(photo_id), here.get(photo_id), state, frozen)
            for photo_id in sorted({*announcing, *here})]
    manifest = {
        "format": 1,
        "made_at": clock.wire(now),
        "inspection": place.inspection.id,
        "site": place.inspection.site.name,
        "region": place.inspection.region,
        "visit_on": place.inspection.visit_on,
        "checklist": {"slug": place.inspection.slug, "version": place.inspection.version,
                      "sha256": place.inspection.checklist},
        "stage": stage((op for _, op in log), bool(log)),
        "approval": approval,
        "photos": told,
    }
    files.put("manifest.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    files.put(proof.README, proof.GUIDE.encode())
    files.put(proof.PHOTO_SUMS, proof.sums(
        (each["file"], each["sha256"]) for each in told if each["state"] in ("here", "erased")
    ))
    files.put(proof.SUMS, proof.sums(files.hashes))


def _told(
    photo_id: str, op: Op | None, photo: Photo | None, state: State, frozen: dict[str, str]
) -> dict[str, Any]:
    said = op.value if op else {}
    element = state["elements"].get(f"photo/{photo_id}")
    return {
        "id": photo_id,
        "file": proof.photo_file(photo_id),
        "sha256": photo.sha256 if photo else said["sha256"],
        "size": photo.size_bytes if photo else said["size"],
        "state": "absent" if photo is None else "erased" if photo.erased_at else "here",
        "erased": {"at": clock.wire(photo.erased_at), "why": photo.erased_why} if photo and photo.erased_at else None,
        "live": bool(element and element["live"]),
        "kind": evidence.field(state, photo_id, "kind", said),
        "taken_at": (said or {}).get("taken_at"),
        "received_at": clock.wire(photo.verified_at) if photo else None,
        "announced_by": f"ops/{op.id}.json" if op else None,
        "announced_sha256": (said or {}).get("sha256"),
        "in_snapshot": frozen.get(photo_id),
    }


def _announces(op: Op) -> bool:
    return op.kind == "add" and op.target.startswith("photo/")


def _here(inspection_id: str, state: State) -> dict[str, Photo]:
    """By photo: the bytes that its op means."""
    rows: dict[str, list[Photo]] = {}
    for row in photos.of_inspection(inspection_id):
        rows.setdefault(row.id, []).append(row)
    found = {}
    for photo_id, each in rows.items():
        element = state["elements"].get(f"photo/{photo_id}")
        photo = evidence.meant(each, element["value"] if element else None)
        if photo is not None:
            found[photo_id] = photo
    return found


def _write_down(
    actor: Actor, place: Place, state: State, handed: dict[str, Photo], reason: str | None, now: datetime
) -> None:
    where = {"tenant": place.inspection.tenant, "region": place.inspection.region}
    for photo_id, photo in sorted(handed.items()):
        if photo.erased_at is None:
            element = state["elements"].get(f"photo/{photo_id}")
            kind = evidence.field(state, photo_id, "kind", element["value"] if element else None)
            audit.note(
                "photo.original", **where, actor=actor.id, subject=f"photo/{photo_id}", at=now,
                reason=reason, kind=kind or "", inspection=place.inspection.id,
            )
    audit.note(
        "evidence.proof", **where, actor=actor.id, subject=f"inspection/{place.inspection.id}", at=now,
        originals=len(handed), reason=reason,
    )


def _put(archive: zipfile.ZipFile, name: str, data: bytes, now: datetime, *, packed: bool = True) -> None:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
