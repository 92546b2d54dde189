"""Who looks at which picture, and what is written down of it; covering faces and numbers for those who look later.

Badges and originals are personal data: each view is in the audit trail with its actor and reason. Whoever may not see
originals sees a covered picture wherever one was covered. The original is never changed.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mingcha import clock
from mingcha.core import evidence, redaction
from mingcha.core.access import Actor, demand, may
from mingcha.core.oplog import fold
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.flows import evidence as known
from mingcha.flows import inspections as place_of
from mingcha.flows.inspections import Place
from mingcha.media import covering
from mingcha.media.pictures import Size
from mingcha.store import audit, blobs, inspections, oplog, photos, redactions
from mingcha.store.blobs import derivative_key, photo_key
from mingcha.store.db import transaction
from mingcha.store.photos import Photo

#: Flags that come first on the phone's screen (`pwa/src/features/gallery/order.ts`).
_GRAVEST = (
    "photo.hash", "photo.twin", "photo.again", "photo.lookalike", "photo.again_near", "photo.unreadable",
    "photo.screenshot", "photo.imported",
)  # fmt: skip


#: How a picture that is not there is made: at once or not at all for who looks, however long it takes for a paper.
Derive = Callable[[str], None]


@dataclass(frozen=True)
class Picture:
    """A JPEG, what it may be remembered under, and whether it must not be remembered at all."""

    data: bytes
    tag: str
    private: bool


@dataclass(frozen=True)
class Original:
    """The exact bytes as received, and what to call them."""

    data: bytes
    name: str


@dataclass(frozen=True)
class _Found:
    photo: Photo
    place: Place
    kind: str | None
    private: bool


def view(actor: Actor, photo_id: str, size: Size, why: str | None = None) -> Picture:
    """A derivative, made on the spot if nobody has made it yet."""
    found = _find(actor, photo_id)
    _require_bytes(found.photo)
    if found.private:
        _write_down(actor, "photo.badge", found, evidence.reason(why), size=size)
    boxes = [] if may(actor, "photo.original", found.place.subject) else _boxes(found)
    return Picture(_derived(found.photo, size, boxes), _tag(found, size, boxes), found.private)


def beginning(gallery: dict[str, Any], most: int) -> dict[str, bytes]:
    """The small pictures of the first photos of a gallery, by photo, so that a slow line carries one answer and not one
    for each. As `view` shows them to whoever was given this gallery; what is private or not yet made is left out.
    """
    rows = {row["id"]: number for number, row in enumerate(gallery["rows"])}

    def as_shown(photo: dict[str, Any]) -> tuple[bool, int, str, str]:
        """The order of the phone's screen; where the two differ, a tile asks for its picture by itself."""
        codes = [flag["code"] for flag in photo["flags"]]
        gravity = min((_GRAVEST.index(code) for code in codes if code in _GRAVEST), default=len(_GRAVEST))
        row = gravity if codes else rows.get(photo["indicator"] or "", len(rows))
        return not codes, row, photo["taken_at"] or "", photo["id"]

    found = {}
    for photo in sorted(gallery["photos"], key=as_shown)[:most]:
        if not photo["shown"] or photo["private"] or photo["state"] == "announced":
            continue
        boxes = photo["covered"]["boxes"] if photo["covered"] and not gallery["may"]["original"] else []
        with suppress(KeyError):
            found[photo["id"]] = blobs.here().get(derivative_key(photo["sha256"], redaction.variant("thumb", boxes)))
    return found


def report(actor: Actor, photo_id: str) -> Picture:
    """The picture as reports show it, faces and numbers covered."""
    found = _find(actor, photo_id, private_too=False)
    return Picture(_for_report(found), _tag(found, "large", _boxes(found)), private=False)


def for_report(inspection_id: str, photo_id: str) -> bytes | None:
    """The same for whoever writes a report: None where there is no picture that may be in one."""
    found = _anywhere(inspection_id, photo_id)
    try:
        return _for_report(found) if found else None
    except Refused as fault:
        if fault.code == "busy":  # a paper with a hole in it would say that there was no picture
            raise
        return None


def of_order(actor: Actor, inspection_id: str, photo_id: str, size: Size) -> bytes:
    """The same for whoever may read what was ordered of it: as they see it in the gallery, but never a badge."""
    found = _anywhere(inspection_id, photo_id)
    if found is None or found.private:
        raise Refused("not_found")
    _require_bytes(found.photo)
    return _derived(found.photo, size, [] if may(actor, "photo.original", found.place.subject) else _boxes(found))


def original(actor: Actor, photo_id: str, why: str | None) -> Original:
    """The bytes as received, also of what is no picture."""
    found = _find(actor, photo_id)
    demand(actor, "photo.original", found.place.subject)
    _require_bytes(found.photo, readable=False)
    _write_down(actor, "photo.original", found, evidence.reason(why), kind=found.kind or "")
    return Original(blobs.here().get(photo_key(found.photo.sha256)), f"{photo_id}.bin")


def redact(actor: Actor, photo_id: str, raw: Any) -> dict[str, Any]:
    """Cover these boxes in reports, in place of what was covered before; none at all takes it back."""
    found = _find(actor, photo_id)
    demand(actor, "photo.redact", found.place.subject)
    boxes = redaction.boxes(raw)
    _require_bytes(found.photo)
    photo = found.photo
    with transaction():
        inspections.lock([photo.inspection])
        now = clock.now()
        redactions.add(
            tenant=photo.tenant, inspection=photo.inspection, photo=photo.id, sha256=photo.sha256, boxes=boxes,
            account=actor.id, now=now,
        )
        _note(actor, "photo.redact", found, sha256=photo.sha256, boxes=boxes)
    return {"boxes": boxes, "at": clock.wire(now)}


def _find(actor: Actor, photo_id: str, *, private_too: bool = True) -> _Found:
    """The bytes that an op means, for those who may see them."""
    held_here = photos.by_id(photo_id) if is_id(photo_id) else []
    # Asked of what is missing too, under its own id: a secret photo must not take a question longer to deny than none.
    for place_id in sorted({photo.inspection for photo in held_here}) or [photo_id]:
        try:
            place = place_of.find(actor, place_id, "photo.read")
        except Refused:
            continue
        state = fold(op for _, op in oplog.ops_of(place_id))
        element = state["elements"].get(f"photo/{photo_id}")
        said = element["value"] if element else None
        photo = known.meant([each for each in held_here if each.inspection == place_id], said)
        if photo is None:
            continue
        private = known.is_private(state, photo_id, said)
        if private and private_too:
            demand(actor, "photo.badge", place.subject)
        return _Found(photo, place, known.field(state, photo_id, "kind", said), private)
    raise Refused("not_found")


def _anywhere(inspection_id: str, photo_id: str) -> _Found | None:
    """The bytes that an op means, whoever asks: for those whose right to them rests on something else."""
    here = [each for each in photos.by_id(photo_id) if each.inspection == inspection_id]
    state = fold(op for _, op in oplog.ops_of(inspection_id))
    element = state["elements"].get(f"photo/{photo_id}")
    said = element["value"] if element else None
    photo = known.meant(here, said)
    if photo is None:
        return None
    place = place_of.anywhere(inspections.load([inspection_id])[inspection_id])
    kind = known.field(state, photo_id, "kind", said)
    return _Found(photo, place, kind, known.is_private(state, photo_id, said))


def _require_bytes(photo: Photo, *, readable: bool = True) -> None:
    if photo.erased_at is not None:
        raise Refused("photo.erased")
    if readable and photo.looked not in (None, "picture"):
        raise evidence.unreadable(photo.looked)


def _boxes(found: _Found) -> list[dict[str, Any]]:
    newest = redactions.newest(found.photo.inspection, [found.photo.id]).get(found.photo.id)
    return newest.boxes if newest and newest.sha256 == found.photo.sha256 else []


def _for_report(found: _Found) -> bytes:
    _require_bytes(found.photo)
    boxes = _boxes(found)
    if found.private and not boxes:
        raise Refused("photo.unredacted")
    return _derived(found.photo, "large", boxes, known.derive)


def _tag(found: _Found, size: Size, boxes: list[dict[str, Any]]) -> str:
    return f"{found.photo.sha256[:16]}-{redaction.variant(size, boxes)}"


def _derived(photo: Photo, size: Size, boxes: list[dict[str, Any]], derive: Derive = known.derive_for_a_look) -> bytes:
    store = blobs.here()
    key = derivative_key(photo.sha256, redaction.variant(size, boxes))
    try:
        return store.get(key)
    except KeyError:
        pass
    if boxes:
        data = covering.covered(_derived(photo, "large", [], derive), boxes, size)
        store.put(key, [data])
        return data
    derive(photo.sha256)
    try:
        return store.get(key)
    except KeyError as none:
        looked = next((each.looked for each in photos.by_id(photo.id) if each.sha256 == photo.sha256), None)
        raise evidence.unreadable(looked or "damaged") from none


def _write_down(actor: Actor, deed: str, found: _Found, reason: str, **details: str) -> None:
    """A view, before anything is shown: what was not written down is not seen."""
    with transaction():
        _note(actor, deed, found, reason=reason, **details)


def _note(actor: Actor, deed: str, found: _Found, **details: Any) -> None:
    place = found.place.inspection
    audit.note(
        deed, tenant=place.tenant, region=place.region, actor=actor.id, subject=f"photo/{found.photo.id}",
        at=clock.now(), **{**details, "inspection": place.id},
    )
