"""Deleting a photo's bytes and leaving its proof: hash, size, times and the reason.

The record says "deleted" first, in one transaction with the order to delete; a worker then deletes, however often it
dies. Bytes that another photo still stands on stay. As the same bytes may just be arriving again, they lie aside for an
hour before they are gone for good.
"""

from collections.abc import Iterable
from datetime import timedelta

from mingcha import clock
from mingcha.store import after_photos, audit, blobs, inspections, jobs, lookalikes, photos
from mingcha.store.blobs import photo_key
from mingcha.store.db import transaction
from mingcha.store.photos import Photo

ERASED = "evidence.erase"
#: No upload takes so long between its last byte and its commit.
ASIDE = timedelta(hours=1)


def erase(doomed: Iterable[Photo], *, why: str, actor: str | None) -> int:
    """Mark and order; how many. `why` as `retention:badge:180`. Call it inside a transaction, with what is to be
    deleted read in it.
    """
    now = clock.now()
    fresh = [photo for photo in doomed if photo.erased_at is None]
    places = inspections.load({photo.inspection for photo in fresh})
    for photo in fresh:
        photos.erase(photo, why=why, now=now)
        jobs.order("photo.forget", photo.sha256, tenant=photo.tenant, due_at=now)
    for photo in fresh:
        audit.note(
            ERASED, tenant=photo.tenant, region=places[photo.inspection].region, actor=actor,
            subject=f"photo/{photo.id}", at=now, inspection=photo.inspection, sha256=photo.sha256,
            size=photo.size_bytes, received_at=clock.wire(photo.verified_at), reason=why,
        )
    return len(fresh)


def forget(sha256: str) -> None:
    """Delete the bytes and everything made of them, if no photo stands on them any more, be it evidence or an after-photo.
    Safe to repeat.
    """
    rows = photos.of_bytes(sha256)
    if not rows or _is_needed(sha256):
        return
    store = blobs.here()
    key = photo_key(sha256)
    if store.has(key):
        store.put(_aside(sha256), [store.get(key)])
    made = [each for each in store.keys(f"derived/{sha256[:2]}") if sha256 in each]
    store.delete([key, *made])
    with transaction():
        lookalikes.forget(sha256)
        jobs.order("photo.forgotten", sha256, tenant=rows[0].tenant, due_at=clock.now() + ASIDE)


def forgotten(sha256: str) -> None:
    """Nothing is left, unless the same bytes came again in the meantime: then they are where they belong."""
    store = blobs.here()
    aside, key = _aside(sha256), photo_key(sha256)
    if _is_needed(sha256) and store.has(aside) and not store.has(key):
        store.put(key, [store.get(aside)])
    store.delete([aside])


def _is_needed(sha256: str) -> bool:
    return after_photos.is_one(sha256) or any(photo.erased_at is None for photo in photos.of_bytes(sha256))


def _aside(sha256: str) -> str:
    return f"leaving/{sha256[:2]}/{sha256}"
