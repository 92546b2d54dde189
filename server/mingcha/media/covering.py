"""Burning boxes into a derivative, so that nobody gets what is under them out of the file again.

Works on our own re-encoded pictures alone, never on received bytes.
"""

import io
from collections.abc import Iterable, Mapping

from PIL import Image, ImageDraw, ImageFilter

from mingcha.core.redaction import WHOLE
from mingcha.media.pictures import LONG_EDGE, Size, jpeg

#: So few cells along the longer side of a box are left of what was there: no face and no figure comes back from them.
CELLS = 4


def covered(large: bytes, boxes: Iterable[Mapping[str, int]], size: Size) -> bytes:
    """The picture in this size with each box made unreadable."""
    image = Image.open(io.BytesIO(large), formats=("JPEG",)).convert("RGB")
    for box in boxes:
        _cover(image, box)
    image.thumbnail((LONG_EDGE[size],) * 2, Image.Resampling.BICUBIC)
    return jpeg(image, size)


def _cover(image: Image.Image, box: Mapping[str, int]) -> None:
    width, height = image.size
    left, top = box["x"] * width // WHOLE, box["y"] * height // WHOLE
    right = max(left + 1, -(-(box["x"] + box["w"]) * width // WHOLE))
    bottom = max(top + 1, -(-(box["y"] + box["h"]) * height // WHOLE))
    area = (left, top, min(right, width), min(bottom, height))
    part = image.crop(area)
    scale = CELLS / max(part.size)
    few = (max(1, round(part.width * scale)), max(1, round(part.height * scale)))
    blurred = part.resize(few, Image.Resampling.BOX).resize(part.size, Image.Resampling.BICUBIC)
    image.paste(blurred.filter(ImageFilter.GaussianBlur(max(1, max(part.size) / CELLS / 3))), area)
    ImageDraw.Draw(image).rectangle((area[0], area[1], area[2] - 1, area[3] - 1), outline=(120, 120, 120))
