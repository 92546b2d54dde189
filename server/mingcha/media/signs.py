"""What a file says about how it came about, beside its pixels: a screenshot, an animation, the camera's own date.

Only what the file itself states or what follows from its form. That a picture was taken of another picture, no sign in
a file tells honestly; so nothing here claims it.
"""

import re
from typing import Any

from PIL import Image

#: A screen is at least this much longer than wide; cameras take 4:3, 3:2 or 16:9.
_SCREEN_RATIO = 1.9
_USER_COMMENT, _SOFTWARE, _MAKE, _DATE, _DATE_ORIGINAL, _EXIF_IFD = 0x9286, 0x0131, 0x010F, 0x0132, 0x9003, 0x8769
_SAYS_SCREENSHOT = re.compile(r"screen\s?shot|screen ?capture|截屏|截图", re.IGNORECASE)
_DAY = re.compile(r"(\d{4}):(\d\d):(\d\d) ")


def signs_of(image: Image.Image) -> tuple[str, ...]:
    """`screenshot.said`: the file names itself one. `screenshot.form`: a PNG without a camera's name in the long shape
    of a phone's screen. `animated`: more than one frame.
    """
    found = []
    tags = _tags(image)
    texts = [str(value) for value in (tags.get(_USER_COMMENT), tags.get(_SOFTWARE), image.info.get("Software"),
                                      image.info.get("Comment"), image.info.get("Description")) if value]
    if any(_SAYS_SCREENSHOT.search(text[:1000]) for text in texts):
        found.append("screenshot.said")
    elif image.format == "PNG" and not tags.get(_MAKE) and max(image.size) >= _SCREEN_RATIO * min(image.size) >= 600:
        found.append("screenshot.form")
    if getattr(image, "is_animated", False):
        found.append("animated")
    return tuple(found)


def taken_by_the_file(image: Image.Image) -> str | None:
    """The day that the camera wrote into the file, `YYYY-MM-DD`; None where there is none, or no day."""
    tags = _tags(image)
    found = _DAY.match(str(tags.get(_DATE_ORIGINAL) or tags.get(_DATE) or ""))
    return "-".join(found.groups()) if found and found[1] > "1990" else None


def _tags(image: Image.Image) -> dict[int, Any]:
    try:
        exif = image.getexif()
        tags = {**exif, **exif.get_ifd(_EXIF_IFD)}
    except Exception:  # a hostile EXIF block says nothing
        return {}
    comment = tags.get(_USER_COMMENT)
    if isinstance(comment, bytes):  # eight bytes name its alphabet
        tags[_USER_COMMENT] = comment[8:].replace(b"\0", b"").decode("utf-8", "replace")
    return tags
