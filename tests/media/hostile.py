"""Files that nobody should have to open, made on the spot."""

import io
import random
import struct
import zipfile
import zlib
from functools import cache

from PIL import Image

from tests.media.test_pictures import drawing, encoded, png_claiming

HTML = b"<html><script>alert(1)</script></html>"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def true_bomb(side: int) -> bytes:
    """A PNG that keeps its promise: side × side white pixels in a few hundred kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def with_exif(megabytes: int = 10) -> bytes:
    """A JPEG with GPS, and ten megabytes of thumbnail in as many EXIF segments as that takes."""
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (36.0, 11.0, 6.0)
    plain = encoded(drawing(), exif=exif)
    piece = b"\xff\xe1" + struct.pack(">H", 65_000 + 2) + b"Exif\0\0" + b"\xff\xd8thumbnail" * 5_900 + b"\0" * 94
    segment = piece[: 65_000 + 4].ljust(65_000 + 4, b"\0")
    return plain[:2] + segment * (megabytes * 1_000_000 // 65_000) + plain[2:]


def png_with_exif(megabytes: int = 10) -> bytes:
    plain = encoded(drawing(), "PNG")
    return plain[:33] + chunk(b"eXIf", b"MM\0*\0\0\0\x08" + b"\xff" * megabytes * 1_000_000) + plain[33:]


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def animated(form: str) -> bytes:
    frames = [drawing(200, 150, seed=n) for n in range(4)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


def heic() -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(drawing()).save(out)
    return out.getvalue()


#: name, bytes, and what looking at it must say: `picture`, or why it is none.
@cache
def files() -> list[tuple[str, bytes, str]]:
    picture = encoded(drawing())
    return [
        ("50,000 × 50,000 by its header", png_claiming(50_000, 50_000), "pixels"),
        ("20,000 × 20,000 in truth", true_bomb(20_000), "pixels"),
        ("7,000 × 7,000 in truth", true_bomb(7_000), "picture"),
        ("a JPEG that is a zip too", picture + zipped("evil.exe", b"MZ"), "picture"),
        ("a JPEG that is a page too", picture + HTML, "picture"),
        ("a page that calls itself JPEG", b"\xff\xd8\xff\xe0" + HTML, "damaged"),
        ("SVG renamed", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "format"),
        ("EPS renamed", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n", "format"),
        ("TIFF renamed", encoded(drawing(), "TIFF"), "format"),
        ("truncated", picture[: len(picture) // 2], "damaged"),
        ("zero bytes", b"", "empty"),
        ("GPS and a thumbnail of 10 MB", with_exif(), "picture"),
        ("PNG with 10 MB of EXIF", png_with_exif(), "picture"),
        ("animated WebP", animated("WEBP"), "picture"),
        ("animated PNG", animated("PNG"), "picture"),
        ("animated GIF", animated("GIF"), "format"),
        ("CMYK", encoded(drawing(mode="CMYK")), "picture"),
        ("16 bits", encoded(Image.new("I;16", (800, 600), 30_000), "PNG"), "picture"),
    ]


def mutated(count: int, seed: int = 20261122) -> list[bytes]:
    """Pictures with a few bytes turned, cut out, doubled or lost at the end."""
    dice = random.Random(seed)
    small = drawing(160, 120)
    sources = [
        encoded(small), encoded(small, progressive=True), encoded(small, "PNG"), encoded(small, "WEBP"),
        encoded(small, "PNG", optimize=True), encoded(drawing(160, 120, "CMYK")), animated("WEBP"), heic(),
    ]  # fmt: skip
    found = []
    for number in range(count):
        data = bytearray(sources[number % len(sources)])
        for _ in range(dice.randint(1, 12)):
            place = dice.randrange(len(data))
            match dice.randrange(8):
                case 0:
                    del data[place : place + dice.randrange(1, 40)]
                case 1:
                    data[place:place] = data[place : place + dice.randrange(1, 40)]
                case 2:
                    data[place : place + 4] = dice.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
                case _:
                    data[place] = dice.randrange(256)
            data = data or bytearray(b"\0")
        found.append(bytes(data))
    return found
