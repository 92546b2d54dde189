"""Words on their way into a file: what a format cannot hold is taken out, what a spreadsheet would run stays text."""

import re
from typing import Any

#: What XML 1.0 cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A cell that begins so is worked out as a formula by some program that opens CSV; full-width signs too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\s]+')


def clean(text: Any) -> str:
    """The text without signs that no document can hold; nothing for None."""
    return "" if text is None else _UNWRITABLE.sub("", str(text))


def cell(text: Any) -> str:
    """For CSV: the same words, with an apostrophe before what would be read as a formula. Numbers stay numbers."""
    said = clean(text)
    if said.lstrip(" \u3000").startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(said):
        return "'" + said
    return said


def file_name(text: str, most: int = 60) -> str:
    """A name that every system takes: no separators, no leading dots, not too long."""
    name = _UNSAFE_IN_NAMES.sub("_", clean(text)).strip("._ ")
    return name[:most] or "_"
