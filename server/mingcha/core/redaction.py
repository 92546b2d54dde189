"""Boxes over faces and numbers: how they are written, and the name of a picture with them.

A box is `{x, y, w, h}` in ten-thousandths of the picture's width and height as it is seen upright, and its `kind`.
Knows no pixels.
"""

from collections.abc import Sequence
from typing import Any

from mingcha.core.canonical import digest
from mingcha.core.problems import Refused

WHOLE = 10_000
KINDS = ("face", "number", "other")
MOST_BOXES = 100
#: Narrower, a box would cover nothing that can be seen.
LEAST_SIDE = 50


def boxes(raw: Any) -> list[dict[str, Any]]:
    """The boxes in their one form, in the order drawn. Raises photo.boxes with the first fault."""
    if not isinstance(raw, list) or len(raw) > MOST_BOXES:
        raise Refused("photo.boxes", why=f"≤ {MOST_BOXES}")
    return [_box(each) for each in raw]


def variant(size: str, covered: Sequence[dict[str, Any]]) -> str:
    """The name of a derivative of this size with these boxes burned in."""
    return f"{size}-{digest(list(covered))[:16]}" if covered else size


def _box(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() != {"x", "y", "w", "h", "kind"}:
        raise Refused("photo.boxes", why="x, y, w, h, kind")
    sides = [raw[name] for name in ("x", "y", "w", "h")]
    if not all(isinstance(side, int) and not isinstance(side, bool) and 0 <= side <= WHOLE for side in sides):
        raise Refused("photo.boxes", why=f"0–{WHOLE}")
    x, y, w, h = sides
    if w < LEAST_SIDE or h < LEAST_SIDE or x + w > WHOLE or y + h > WHOLE:
        raise Refused("photo.boxes", why=f"w, h ≥ {LEAST_SIDE}; x + w, y + h ≤ {WHOLE}")
    if raw["kind"] not in KINDS:
        raise Refused("photo.boxes", why=", ".join(KINDS))
    return {"x": x, "y": y, "w": w, "h": h, "kind": raw["kind"]}
