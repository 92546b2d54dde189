"""Looking at photos: making the two pictures that people see, finding what deserves a second look, and who may see
what.

The bytes received are never touched. Derivatives may be thrown away at any time: they are made again when somebody
asks.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mingcha import clock
from mingcha.core import evidence
from mingcha.core.access import Actor, demand, may
from mingcha.core.oplog import State, fold, value
from mingcha.core.problems import Refused
from mingcha.flows import inspections as place_of
from mingcha.media import pictures
from mingcha.media.pictures import Size, Unreadable
from mingcha.store import audit, blobs, carried, inspections, oplog, photos
from mingcha.store.blobs import derivative_key, photo_key
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection
from mingcha.store.photos import Photo


@dataclass(frozen=True)
class Original:
    """The exact bytes as received, and what to call them."""

    data: bytes
    name: str


def derive(sha256: str) -> None:
    """Make the derivatives of these bytes and note what they show. Repeating it changes nothing."""
    store = blobs.here()
    data = store.get(photo_key(sha256))
    try:
        picture = pictures.read(data)
    except Unreadable as fault:
        with transaction():
            photos.looked_at(sha256, looked=fault.why, phash=None, width=None, height=None)
        return
    for size, jpeg in picture.derivatives.items():
        store.put(derivative_key(sha256, size), [jpeg])
    with transaction():
        photos.looked_at(sha256, looked="picture", phash=picture.phash, width=picture.width, height=picture.height)


def view(actor: Actor, photo_id: str, size: Size) -> bytes:
    """A derivative as JPEG, made on the spot if nobody has made it yet."""
    photo, kind = _shown(actor, photo_id)
    if kind == "badge":
        _note(actor, "photo.badge", photo, size=size)
    store = blobs.here()
    key = derivative_key(photo.sha256, size)
    try:
        return store.get(key)
    except KeyError:
        derive(photo.sha256)
    try:
        return store.get(key)
    except KeyError as none:
        looked = next((each.looked for each in photos.by_id(photo_id) if each.sha256 == photo.sha256), None)
        raise Refused("photo.unreadable", why=looked or "damaged") from none


def original(actor: Actor, photo_id: str) -> Original:
    """The bytes as received. Every such view is written down."""
    photo, kind = _shown(actor, photo_id)
    place = place_of.find(actor, photo.inspection, "photo.read")
    demand(actor, "photo.original", place.subject)
    _note(actor, "photo.original", photo, kind=kind or "")
    return Original(blobs.here().get(photo_key(photo.sha256)), f"{photo_id}.bin")


def listed(inspection: Inspection, state: State) -> list[dict[str, Any]]:
    """Every photo of an inspection with where it stands and its flags, in order of id."""
    here: dict[str, list[Photo]] = {}
    for photo in photos.of_inspection(inspection.id):
        here.setdefault(photo.id, []).append(photo)
    twins = photos.twins(photo for each in here.values() for photo in each)
    # One photo in an inspection and in the one it was carried to is not used twice.
    own = carried.family(inspection.id)
    skews = oplog.skew_of(inspection.id)
    announced = {
        target.partition("/")[2]: element
        for target, element in state["elements"].items()
        if target.startswith("photo/")
    }
    found = []
    for photo_id in sorted({*here, *announced}):
        element = announced.get(photo_id)
        said = element["value"] if element else None
        bytes_here = _meant(here.get(photo_id, []), said)
        skew = timedelta(seconds=next((skews[op] for op in element["adds"] if op in skews), 0)) if element else None
        found.append(
            {
                "id": photo_id,
                "live": bool(element and element["live"]),
                "state": evidence.photo_state(said, bytes_here.sha256 if bytes_here else None),
                "kind": _field(state, photo_id, "kind", said),
                "indicator": _field(state, photo_id, "indicator", said),
                "finding": _field(state, photo_id, "finding", said),
                "note": value(state, f"photo/{photo_id}/note"),
                "sha256": bytes_here.sha256 if bytes_here else (said or {}).get("sha256"),
                "size": bytes_here.size_bytes if bytes_here else (said or {}).get("size"),
                "width": bytes_here.width if bytes_here else None,
                "height": bytes_here.height if bytes_here else None,
                "taken_at": (said or {}).get("taken_at"),
                "received_at": clock.wire(bytes_here.verified_at) if bytes_here else None,
                "source": (said or {}).get("source"),
                "flags": [
                    {"code": flag.code, "text": {"zh": flag.zh, "en": flag.en}}
                    for flag in evidence.flags(
                        said,
                        _received(bytes_here),
                        _visit(inspection, state, skew or timedelta(0)),
                        twins.get(bytes_here.sha256, set()) - own if bytes_here else (),
                    )
                ]
                if said
                else [],
            }
        )
    return found


def verified_hashes(inspection_id: str) -> dict[str, set[str]]:
    """By photo id: the hashes of the bytes that are here."""
    found: dict[str, set[str]] = {}
    for photo in photos.of_inspection(inspection_id):
        found.setdefault(photo.id, set()).add(photo.sha256)
    return found


def _shown(actor: Actor, photo_id: str) -> tuple[Photo, str | None]:
    """The bytes that an op means, and the photo's kind, for those who may see it."""
    held_here = photos.by_id(photo_id)
    for place_id in sorted({photo.inspection for photo in held_here}):
        try:
            place = place_of.find(actor, place_id, "photo.read")
        except Refused:
            continue
        state = fold(op for _, op in oplog.ops_of(place_id))
        element = state["elements"].get(f"photo/{photo_id}")
        said = element["value"] if element else None
        photo = _meant([each for each in held_here if each.inspection == place_id], said)
        kind = _field(state, photo_id, "kind", said)
        if photo is None:
            continue
        if kind == "badge" and not may(actor, "photo.badge", place.subject):
            demand(actor, "photo.badge", place.subject)
        return photo, kind
    raise Refused("not_found")


def _meant(here: list[Photo], said: dict[str, Any] | None) -> Photo | None:
    """Of the bytes that came under one id, those whose hash the op names; without an op, or a match, the first."""
    if said is not None:
        for photo in here:
            if photo.sha256 == said.get("sha256"):
                return photo
    return here[0] if here else None


def _field(state: State, photo_id: str, name: str, said: dict[str, Any] | None) -> str | None:
    """A field's own value where somebody set it, else what the announcing op said."""
    target = f"photo/{photo_id}/{name}"
    found: str | None = value(state, target) if target in state["fields"] else (said or {}).get(name)
    return found


def _received(photo: Photo | None) -> evidence.Received | None:
    if photo is None:
        return None
    return evidence.Received(photo.sha256, photo.size_bytes, photo.looked in (None, "picture"), photo.phash)


def _visit(inspection: Inspection, state: State, skew: timedelta) -> evidence.Visit:
    began = [evidence.moment(head["value"]["at"]) for head in state["fields"].get("visit/arrived", [])]
    ended = [
        evidence.moment(head["value"]["at"])
        for head in state["fields"].get("visit/submitted", [])
        if head["value"] is not None
    ]
    return evidence.Visit(
        began=min((each for each in began if each), default=None),
        ended=max((each for each in ended if each), default=None),
        lat=inspection.site.lat,
        lon=inspection.site.lon,
        clock_skew=skew,
    )


def _note(actor: Actor, deed: str, photo: Photo, **details: str) -> None:
    place = inspections.load([photo.inspection])[photo.inspection]
    with transaction():
        audit.note(
            deed,
            tenant=photo.tenant,
            region=place.region,
            actor=actor.id,
            subject=f"photo/{photo.id}",
            at=clock.now(),
            **details,
        )
