"""The one way from a photo to a paper that leaves the house: covered where somebody covered it, never a badge."""

from typing import Any

from mingcha.core.oplog import State, heads
from mingcha.flows import viewing


def may_be_shown(state: State, photo_id: str) -> bool:
    """Whether a paper may show it: live, and nobody ever called it a badge."""
    element = state["elements"].get(f"photo/{photo_id}")
    if element is None or not element["live"]:
        return False
    said: dict[str, Any] = element["value"] or {}
    kinds = {said.get("kind"), *(head["value"] for head in heads(state, f"photo/{photo_id}/kind"))}
    return "badge" not in kinds


def picture(inspection_id: str, photo_id: str) -> bytes | None:
    """A JPEG without EXIF, faces and numbers covered where somebody covered them; None where there is none to show."""
    return viewing.for_report(inspection_id, photo_id)
