"""Opening pictures that strangers sent, and making the two that people look at.

A file is judged by its content, never by its name. Whatever is inside, the answer is a `Picture` or `Unreadable`:
nothing else is raised. Derivatives carry no EXIF, no GPS, no embedded thumbnail. A server calls this through
`media.apart`, in a process of its own: there a picture that eats time or memory takes nobody with it.
"""

import importlib
import io
import warnings
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image, UnidentifiedImageError

from mingcha.media.fingerprint import phash
from mingcha.media.signs import signs_of, taken_by_the_file

Size = Literal["thumb", "large"]
Why = Literal["format", "heic", "empty", "bytes", "pixels", "memory", "time", "damaged"]

LARGEST_PIXELS = 50_000_000
#: More than an upload may bring.
LARGEST_BYTES = 40_000_000
LONG_EDGE: dict[Size, int] = {"thumb": 320, "large": 1600}
_QUALITY: dict[Size, int] = {"thumb": 72, "large": 82}
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS


@dataclass(frozen=True)
class Picture:
    """What a readable file shows. `width` and `height` as seen upright; `derivatives` are JPEG bytes; `phash` is None
    where there is too little in the picture to tell it from another; `signs` as `media.signs` names them; `file_date`
    the camera's own date in the file, `YYYY-MM-DD`.
    """

    format: str
    width: int
    height: int
    phash: str | None
    derivatives: dict[Size, bytes]
    signs: tuple[str, ...] = ()
    file_date: str | None = None


class Unreadable(Exception):
    """Not a picture that is opened here. What each `why` means is said in `core.evidence.UNREADABLE`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def read(data: bytes) -> Picture:
    """Decode once, shrink twice, fingerprint. Raises Unreadable, whatever the bytes are."""
    if not data:
        raise Unreadable("empty")
    if len(data) > LARGEST_BYTES:
        raise Unreadable("bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data)
    except Unreadable:
        raise
    except Image.DecompressionBombError as fault:
        raise Unreadable("pixels") from fault
    except MemoryError as fault:
        raise Unreadable("memory") from fault
    except Exception as fault:  # decoders raise every kind of error on hostile bytes; all mean the same here
        raise Unreadable("damaged") from fault


def formats() -> tuple[str, ...]:
    """What is opened: HEIC too where the extra `heic` is installed."""
    try:
        heif: Any = importlib.import_module("pillow_heif")
    except ImportError:
        return ("JPEG", "PNG", "WEBP")
    heif.register_heif_opener(thumbnails=False)
    return ("JPEG", "PNG", "WEBP", "HEIF")


def _read(data: bytes) -> Picture:
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=formats())
    except UnidentifiedImageError as fault:
        heic = data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS
        raise Unreadable("heic" if heic and "HEIF" not in formats() else "format") from fault
    name, (width, height) = str(image.format), image.size
    if width * height > LARGEST_PIXELS:
        raise Unreadable("pixels")
    signs, file_date = signs_of(image), taken_by_the_file(image)
    turned = 1 if name == "HEIF" else _orientation(image)  # the HEIF reader has turned it already
    large = _upright(_shrunk(image, LONG_EDGE["large"]), turned)
    thumb = large.copy()
    thumb.thumbnail((LONG_EDGE["thumb"],) * 2, Image.Resampling.BICUBIC)
    if turned >= 5:
        width, height = height, width
    derivatives: dict[Size, bytes] = {"thumb": jpeg(thumb, "thumb"), "large": jpeg(large, "large")}
    return Picture(name, width, height, phash(thumb), derivatives, signs, file_date)


def jpeg(image: Image.Image, size: Size) -> bytes:
    """The picture as it is served in this size, and nothing else in the file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY[size], optimize=size == "thumb", progressive=size == "large", exif=b"")
    return out.getvalue()


def _shrunk(image: Image.Image, edge: int) -> Image.Image:
    """The picture in plain RGB, its long edge at most `edge`. JPEGs are decoded at a fraction of their size where
    that is enough; others are shrunk before anything is made of them, so that only one full copy is in memory.
    """
    if image.format == "JPEG":
        image.draft("RGB" if image.mode in ("RGB", "YCbCr") else None, (edge, edge))
    image.load()
    factor = max(image.size) // (edge * 2)
    if factor > 1 and image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
        kept = image.info
        image = image.reduce(factor)
        image.info = kept
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
