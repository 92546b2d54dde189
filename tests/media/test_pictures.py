"""Pictures that people send, and pictures that nobody should have to open."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from mingcha.core.evidence import nearly_same
from mingcha.media.pictures import Unreadable, read


def drawing(width=800, height=600, mode="RGB", seed=1) -> Image.Image:
    image = Image.new("RGB", (width, height), (240, 240, 230))
    pen, dice = ImageDraw.Draw(image), random.Random(seed)
    for _ in range(12):
        x, y = dice.randrange(width), dice.randrange(height)
        pen.ellipse((x, y, x + width // 4, y + height // 4), fill=tuple(dice.randrange(256) for _ in range(3)))
    return image.convert(mode)


def encoded(image: Image.Image, form="JPEG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than its few bytes could hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "I;16"),
        ("PNG", "1"),
        ("WEBP", "RGB"),
    ],
)
def test_every_usual_kind_of_picture_gives_two_plain_jpegs(form, mode):
    image = drawing(mode=mode) if mode != "I;16" else Image.new("I;16", (800, 600), 30_000)
    picture = read(encoded(image, form))
    assert (picture.format, picture.width, picture.height) == (form, 800, 600)
    thumb, large = opened(picture.derivatives["thumb"]), opened(picture.derivatives["large"])
    assert (thumb.format, thumb.mode, thumb.size) == ("JPEG", "RGB", (320, 240))
    assert large.size == (800, 600)


def test_a_derivative_tells_nothing_about_phone_or_place():
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (36.0, 11.0, 6.0)
    picture = read(encoded(drawing(), exif=exif, comment=b"secret"))
    for jpeg in picture.derivatives.values():
        assert b"Exif" not in jpeg
        assert b"PhoneMaker" not in jpeg
        assert b"secret" not in jpeg


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read(encoded(drawing(800, 400), exif=exif))
    assert (picture.width, picture.height) == (400, 800)
    assert opened(picture.derivatives["thumb"]).size == (160, 320)


def test_a_large_picture_is_never_shown_longer_than_1600():
    assert max(opened(read(encoded(drawing(4000, 3000))).derivatives["large"]).size) == 1600


def test_an_animation_is_shown_by_its_first_frame():
    frames = [drawing(seed=n) for n in range(3)]
    still = read(encoded(frames[0], "WEBP", lossless=True))
    moving = read(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    assert nearly_same(still.phash, moving.phash)


def test_the_fingerprint_survives_shrinking_and_recompression_but_not_another_motif():
    original = drawing(1600, 1200)
    copy = read(encoded(original.resize((640, 480)), quality=40)).phash
    assert nearly_same(read(encoded(original)).phash, copy)
    assert not nearly_same(read(encoded(drawing(1600, 1200, seed=2))).phash, copy)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\0" * 1000, "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "format"),
        (b"<html><script>alert(1)</script></html>", "format"),
        (encoded(drawing(), "TIFF"), "format"),
        (encoded(drawing(), "GIF"), "format"),
        (encoded(drawing(), "BMP"), "format"),
        (png_claiming(50_000, 50_000), "pixels"),
        (png_claiming(2_000_000_000, 2), "pixels"),
        (encoded(drawing())[:5000], "damaged"),
        (encoded(drawing(), "PNG")[:5000], "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (png_claiming(1000, 1000), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)}b",
)
def test_what_cannot_be_opened_is_said_and_nothing_worse(data, why):
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.why in (why, "format")
    assert refused.value.why == why or data[:2] == b"\xff\xd8"


@pytest.mark.parametrize("tail", [b"PK\x05\x06" + b"\0" * 18, b"<html><script>alert(1)</script>"])
def test_what_hides_behind_a_picture_is_not_passed_on(tail):
    picture = read(encoded(drawing()) + tail)
    assert all(tail not in jpeg for jpeg in picture.derivatives.values())


def test_no_mutation_of_a_picture_brings_the_reader_down():
    dice = random.Random(20261122)
    sources = [encoded(drawing(160, 120)), encoded(drawing(160, 120), "PNG"), encoded(drawing(160, 120), "WEBP")]
    read_well = 0
    for round_number in range(300):
        data = bytearray(sources[round_number % 3])
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            read(bytes(data))
            read_well += 1
        except Unreadable:
            continue
    assert read_well > 0
