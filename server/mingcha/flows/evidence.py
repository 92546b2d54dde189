"""What is known of an inspection's photos: looking at their bytes once, and listing them with what deserves a second
look.

The bytes received are never touched. Derivatives may be thrown away at any time: they are made again when somebody
asks. Who may see which picture, and what of it is written down, is `flows/viewing.py`.
"""

import threading
from datetime import timedelta
from functools import lru_cache
from typing import Any

from mingcha import clock
from mingcha.core import evidence
from mingcha.core.access import Actor, may
from mingcha.core.oplog import State, fold, heads, value
from mingcha.core.problems import Refused
from mingcha.flows import alike, pull
from mingcha.flows import inspections as place_of
from mingcha.media import apart
from mingcha.media.pictures import Picture, Unreadable
from mingcha.store import (
    accounts,
    after_photos,
    blobs,
    carried,
    checklists,
    lookalikes,
    oplog,
    photos,
    redactions,
    standings,
)
from mingcha.store.blobs import derivative_key, photo_key
from mingcha.store.db import transaction
from mingcha.store.inspections import Inspection
from mingcha.store.photos import Photo
from mingcha.store.redactions import Redaction

#: So many requests of a process may wait for a picture that nobody has made yet.
_LOOKING = threading.BoundedSemaphore(apart.MOST)


def derive(sha256: str) -> None:
    """Look at these bytes: make the derivatives, note what they show and what they look like. Repeating it changes
    nothing.
    """
    here = [photo for photo in photos.of_bytes(sha256) if photo.erased_at is None]
    if not here and not after_photos.is_one(sha256):
        return
    store = blobs.here()
    try:
        picture = apart.read(store.get(photo_key(sha256)))
    except Unreadable as fault:
        with transaction():
            photos.looked_at(sha256, looked=fault.why)
            standings.forget({photo.inspection for photo in here})
        return
    except apart.TooBusy as busy:
        raise Refused("busy") from busy
    for size, jpeg in picture.derivatives.items():
        store.put(derivative_key(sha256, size), [jpeg])
    with transaction():
        _keep(sha256, picture, {photo.tenant for photo in here})


def derive_for_a_look(sha256: str) -> None:
    """The same while somebody waits for it. Raises `busy` where others wait already: their phone asks again, and the
    server's threads are there to receive.
    """
    if not _LOOKING.acquire(blocking=False):
        raise Refused("busy")
    try:
        derive(sha256)
    finally:
        _LOOKING.release()


def _keep(sha256: str, picture: Picture, tenants: set[str]) -> None:
    photos.looked_at(
        sha256,
        looked="picture",
        phash=picture.phash,
        width=picture.width,
        height=picture.height,
        signs=" ".join(picture.signs),
        file_date=picture.file_date,
    )
    if picture.phash is not None:
        for tenant in sorted(tenants):
            lookalikes.note(tenant, sha256, picture.phash)
    # What it looks like is told of its inspections and of those that show the same; none of them takes a number by it.
    same = {photo.inspection for photo in photos.of_bytes(sha256)}
    twins = (twin.inspection for tenant in tenants for each in lookalikes.of(tenant, [sha256]).values() for twin in each)
    standings.forget(same.union(twins))


def gallery(actor: Actor, inspection_id: str) -> dict[str, Any]:
    """An inspection's photos for the eye: with flags, lookalikes elsewhere, what is covered, and whose rows they are."""
    place = place_of.find(actor, inspection_id, "photo.read")
    state = fold(op for _, op in oplog.ops_of(inspection_id))
    deeds = {deed: may(actor, f"photo.{deed}", place.subject) for deed in ("badge", "original", "redact")}
    found = [
        each
        for each in listed(place.inspection, state, actor)
        if each["live"] or (each["state"] == "unannounced" and deeds["badge"])
    ]
    return {
        "inspection": pull.described({inspection_id: place.inspection})[inspection_id],
        "rows": _rows(place.inspection.checklist),
        "photos": found,
        "may": {**deeds, "proof": may(actor, "evidence.proof", place.subject)},
    }


def listed(inspection: Inspection, state: State, actor: Actor | None = None) -> list[dict[str, Any]]:
    """Every photo of an inspection with where it stands and its flags, in order of id. Other inspections are spoken of
    only as far as the actor may see them; without an actor, not at all.
    """
    here: dict[str, list[Photo]] = {}
    for photo in photos.of_inspection(inspection.id):
        here.setdefault(photo.id, []).append(photo)
    announced = {
        target.partition("/")[2]: element
        for target, element in state["elements"].items()
        if target.startswith("photo/")
    }
    same = lookalikes.of(inspection.tenant, (photo.sha256 for each in here.values() for photo in each))
    twins = alike.elsewhere(actor, inspection, same)
    rows = _rows_of_live(state, here, announced)
    covered = redactions.newest(inspection.id)
    people = accounts.names({each.account for each in covered.values()})
    skews = oplog.skew_of(inspection.id)
    found = []
    for photo_id in sorted({*here, *announced}):
        element = announced.get(photo_id)
        said = element["value"] if element else None
        bytes_here = meant(here.get(photo_id, []), said)
        skew = timedelta(seconds=next((skews[op] for op in element["adds"] if op in skews), 0)) if element else None
        elsewhere = twins.get(bytes_here.sha256, []) if bytes_here else []
        again = alike.again(inspection.id, photo_id, rows, same.get(bytes_here.sha256, [])) if bytes_here else []
        visit = _visit(inspection, state, skew or timedelta(0))
        counted = alike.counted(elsewhere, again, photo_id, rows)
        doubts = evidence.flags(said, _received(bytes_here), visit, counted) if said else []
        found.append(
            {
                "id": photo_id,
                "live": bool(element and element["live"]),
                "state": evidence.photo_state(said, bytes_here.sha256 if bytes_here else None),
                "kind": field(state, photo_id, "kind", said),
                "private": is_private(state, photo_id, said),
                "indicator": field(state, photo_id, "indicator", said),
                "finding": field(state, photo_id, "finding", said),
                "note": value(state, f"photo/{photo_id}/note"),
                "sha256": bytes_here.sha256 if bytes_here else (said or {}).get("sha256"),
                "size": bytes_here.size_bytes if bytes_here else (said or {}).get("size"),
                "width": bytes_here.width if bytes_here else None,
                "height": bytes_here.height if bytes_here else None,
                "taken_at": (said or {}).get("taken_at"),
                "received_at": clock.wire(bytes_here.verified_at) if bytes_here else None,
                "source": (said or {}).get("source"),
                "shown": bool(bytes_here and bytes_here.erased_at is None and bytes_here.looked in (None, "picture")),
                "erased": _erased(bytes_here),
                "covered": _covered(covered.get(photo_id), people, bytes_here),
                "lookalikes": [*(alike.told(twin, inspection) for twin in again if actor), *elsewhere],
                "flags": [{"code": flag.code, "text": {"zh": flag.zh, "en": flag.en}} for flag in doubts],
            }
        )
    return found


def doubtful(inspection: Inspection, state: State) -> tuple[int, int]:
    """How many live photos deserve a second look by themselves (one brought in from an album says so and is none), and
    how many because another inspection of the county has the same picture.
    """
    if not any(target.startswith("photo/") for target in state["elements"]):
        return 0, 0
    seen = [each for each in listed(inspection, state) if each["live"]]
    own = sum(any(flag["code"] != "photo.imported" for flag in each["flags"]) for each in seen)
    family = carried.family(inspection.id)
    twins = lookalikes.of(inspection.tenant, (each["sha256"] for each in seen))
    return own, sum(any(twin.inspection not in family for twin in twins.get(each["sha256"], [])) for each in seen)


def verified_hashes(inspection_id: str) -> dict[str, set[str]]:
    """By photo id: the hashes of the bytes that are here, or were until their period ended."""
    found: dict[str, set[str]] = {}
    for photo in photos.of_inspection(inspection_id):
        found.setdefault(photo.id, set()).add(photo.sha256)
    return found


def meant(here: list[Photo], said: dict[str, Any] | None) -> Photo | None:
    """Of the bytes that came under one id, those whose hash the op names; without an op, or a match, the first."""
    if said is not None:
        for photo in here:
            if photo.sha256 == said.get("sha256"):
                return photo
    return here[0] if here else None


def field(state: State, photo_id: str, name: str, said: dict[str, Any] | None) -> str | None:
    """A field's own value where somebody set it, else what the announcing op said."""
    target = f"photo/{photo_id}/{name}"
    found: str | None = value(state, target) if target in state["fields"] else (said or {}).get(name)
    return found


def is_private(state: State, photo_id: str, said: dict[str, Any] | None) -> bool:
    """Whether it shows somebody's badge, or might: while people disagree about the kind, or nobody has said it yet."""
    kinds = {head["value"] for head in heads(state, f"photo/{photo_id}/kind")} or {(said or {}).get("kind")}
    return said is None or "badge" in kinds or kinds == {None}


def _rows_of_live(state: State, here: dict[str, list[Photo]], announced: dict[str, Any]) -> alike.Rows:
    """Of the photos that nobody took away, by id and hash: the row that each stands under."""
    found = {}
    for photo_id, element in announced.items():
        photo = meant(here.get(photo_id, []), element["value"])
        if element["live"] and photo is not None:
            found[photo_id, photo.sha256] = field(state, photo_id, "indicator", element["value"])
    return found


@lru_cache(maxsize=16)
def _rows(digest: str) -> list[dict[str, Any]]:
    """The rows of a checklist version, in its order."""
    content = checklists.content(digest)
    if content is None:
        raise LookupError(f"checklist {digest}")
    return [
        {"id": row["id"], "title": row["title"]}
        for category in content["categories"]
        for group in category["groups"]
        for row in group["indicators"]
    ]


def _erased(photo: Photo | None) -> dict[str, str] | None:
    if photo is None or photo.erased_at is None:
        return None
    return {"at": clock.wire(photo.erased_at), "why": photo.erased_why or ""}


def _covered(found: Redaction | None, people: dict[str, str], photo: Photo | None) -> dict[str, Any] | None:
    if found is None or photo is None or found.sha256 != photo.sha256:
        return None
    return {"boxes": found.boxes, "by": people.get(found.account, ""), "at": clock.wire(found.at)}


def _received(photo: Photo | None) -> evidence.Received | None:
    if photo is None:
        return None
    return evidence.Received(
        photo.sha256,
        photo.size_bytes,
        photo.looked in (None, "picture"),
        photo.phash,
        photo.looked or "damaged",
        tuple((photo.signs or "").split()),
        photo.file_date,
    )


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
