"""Opening pictures that strangers sent, and making the two that people look at.

A file is judged by its content, never by its name. Whatever is inside, the answer is a `Picture` or `Unreadable`:
nothing else is raised, and no more memory is used than `LARGEST_PIXELS` ask for. Derivatives carry no EXIF, no GPS,
no embedded thumbnail.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Literal

from PIL import Image, UnidentifiedImageError

from mingcha.media.fingerprint import phash

Size = Literal["thumb", "large"]

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_PIXELS = 50_000_000
LONG_EDGE: dict[Size, int] = {"thumb": 320, "large": 1600}
_QUALITY: dict[Size, int] = {"thumb": 72, "large": 82}

Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS


@dataclass(frozen=True)
class Picture:
    """What a readable file shows. `width` and `height` as seen upright; `derivatives` are JPEG bytes."""

    format: str
    width: int
    height: int
    phash: str
    derivatives: dict[Size, bytes]


class Unreadable(Exception):
    """Not a picture that is opened here. `why`: format | pixels | damaged."""

    def __init__(self, why: Literal["format", "pixels", "damaged"]) -> None:
        super().__init__(why)
        self.why = why


def read(data: bytes) -> Picture:
    """Decode once, shrink twice, fingerprint. Raises Unreadable, whatever the bytes are."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data)
    except Unreadable:
        raise
    except Image.DecompressionBombError as fault:
        raise Unreadable("pixels") from fault
    except Exception as fault:  # decoders raise every kind of error on hostile bytes; all mean the same here
        raise Unreadable("damaged") from fault


def _read(data: bytes) -> Picture:
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as fault:
        raise Unreadable("format") from fault
    name, (width, height) = str(image.format), image.size
    if width * height > LARGEST_PIXELS:
        raise Unreadable("pixels")
    turned = _orientation(image)
    large = _shrunk(image, LONG_EDGE["large"])
    large = _upright(large, turned)
    thumb = large.copy()
    thumb.thumbnail((LONG_EDGE["thumb"],) * 2, Image.Resampling.BICUBIC)
    if turned >= 5:
        width, height = height, width
    return Picture(name, width, height, phash(thumb), {"thumb": _jpeg(thumb, "thumb"), "large": _jpeg(large, "large")})


def _shrunk(image: Image.Image, edge: int) -> Image.Image:
    """The picture in plain RGB, its long edge at most `edge`. JPEGs are decoded at a fraction of their size where
    that is enough.
    """
    if image.format == "JPEG":
        image.draft("RGB" if image.mode in ("RGB", "YCbCr") else None, (edge, edge))
    image.load()
    plain = _rgb(image)
    plain.thumbnail((edge, edge), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return plain


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a channel: keep the upper eight
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        sheet = Image.new("RGB", layer.size, "white")
        sheet.paste(layer, mask=layer.getchannel("A"))
        return sheet
    plain = image.convert("RGB")
    plain.info = {}
    return plain


def _orientation(image: Image.Image) -> int:
    """EXIF's 1…8; 1 where it is absent, broken or anything else."""
    try:
        turned = image.getexif().get(0x0112, 1)
    except Exception:  # a hostile EXIF block takes nothing away from the picture
        return 1
    return turned if turned in range(1, 9) else 1


def _upright(image: Image.Image, turned: int) -> Image.Image:
    turns = {
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_270,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_90,),
    }
    for turn in turns.get(turned, ()):
        image = image.transpose(turn)
    return image


def _jpeg(image: Image.Image, size: Size) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY[size], optimize=size == "thumb", progressive=size == "large", exif=b"")
    return out.getvalue()
