"""A 64-bit fingerprint of what a picture shows, stable under resizing and recompression (pHash).

Two fingerprints are compared by the number of differing bits: `core.evidence.nearly_same`.
"""

import math
from functools import cache

from PIL import Image, ImageStat

_SIDE = 32
_LOW = 8
#: Below this spread of grey (0–255) a picture shows nothing: black, white, a lens cap. Its signs would be noise.
_LEAST_SPREAD = 2.0


def phash(image: Image.Image) -> str | None:
    """The signs of the 8×8 lowest frequencies of a 32×32 grey copy, against their median, as 16 hex digits; None for a
    picture that shows nothing.
    """
    small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    if ImageStat.Stat(small).stddev[0] < _LEAST_SPREAD:
        return None
    grey = small.tobytes()
    waves = _waves()
    rows = [[sum(map(_times, wave, grey[y * _SIDE : (y + 1) * _SIDE])) for wave in waves] for y in range(_SIDE)]
    columns = list(zip(*rows, strict=True))
    low = [sum(map(_times, wave, column)) for wave in waves for column in columns]
    ordered = sorted(low)
    median = (ordered[31] + ordered[32]) / 2
    return f"{int(''.join('1' if level > median else '0' for level in low), 2):016x}"


def _times(a: float, b: float) -> float:
    return a * b


@cache
def _waves() -> tuple[tuple[float, ...], ...]:
    """The first eight cosine waves over 32 samples."""
    return tuple(tuple(math.cos(math.pi * k * (2 * n + 1) / (2 * _SIDE)) for n in range(_SIDE)) for k in range(_LOW))
