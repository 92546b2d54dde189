"""The one way from a photo to a paper that leaves the house: never a badge, never what cannot be read."""

from typing import Any

from mingcha.core.oplog import State, heads
from mingcha.flows import evidence
from mingcha.store import blobs, photos
from mingcha.store.blobs import derivative_key


def may_be_shown(state: State, photo_id: str) -> bool:
    """Whether a paper may show it: live, and nobody ever called it a badge."""
    element = state["elements"].get(f"photo/{photo_id}")
    if element is None or not element["live"]:
        return False
    said: dict[str, Any] = element["value"] or {}
    kinds = {said.get("kind"), *(head["value"] for head in heads(state, f"photo/{photo_id}/kind"))}
    return "badge" not in kinds


def picture(inspection_id: str, photo_id: str, sha256: str) -> bytes | None:
    """A JPEG without EXIF, long edge at most 1600; None where its bytes are not here or show nothing."""
    here = [each for each in photos.by_id(photo_id) if each.inspection == inspection_id and each.sha256 == sha256]
    if not here:
        return None
    store, key = blobs.here(), derivative_key(sha256, "large")
    try:
        return store.get(key)
    except KeyError:
        pass
    try:
        evidence.derive(sha256)
        return store.get(key)
    except KeyError:
        return None
