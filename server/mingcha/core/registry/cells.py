"""One cell to plain text, with a note of everything that was done to it. What cannot be text is a fault."""

import re
import unicodedata
from typing import Any

from mingcha.core.registry.columns import Column
from mingcha.core.registry.faults import Fault, fault
from mingcha.core.registry.sheet import Cell

#: Zero-width signs, the byte order mark, soft hyphens, marks of direction.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FULL = re.compile("[\uff01-\uff5e]")
_GARBLED = re.compile("\ufffd|锟斤拷|烫烫烫|\u00c3[\u0080-\u00bf]")
_PLACEHOLDERS = frozenset({"无", "-", "--", "—", "/", "n/a", "na", "null", "none", "待定", "待补", "不详", "?", "？", "x", "xx"})
#: These columns hold codes and figures, in which a full-width sign is always meant as its plain twin.
_PLAIN = frozenset({"code", "region", "lat", "lon", "windows", "hours", "username", "own_town", "relative", "former_post", "named"})


def text_of(cell: Cell | None, column: Column, row: int) -> tuple[str, list[Fault]]:
    """The text of a cell, empty where there is none, and what is to be said about it."""
    heading = column.zh
    if cell is None:
        return "", []
    match cell.form:
        case "merged":
            return "", [fault(row, heading, "cell.merged")]
        case "formula":
            return "", [fault(row, heading, "cell.formula")]
        case "error":
            return "", [fault(row, heading, "cell.error", text=str(cell.value)[:20])]
        case "boolean":
            return "", [fault(row, heading, "cell.boolean")]
        case "date":
            return "", [fault(row, heading, "cell.date", text=str(cell.value)[:30])]
        case "number":
            return _number(cell.value, column, row)
    return _plain(str(cell.value), column, row)


def _number(value: Any, column: Column, row: int) -> tuple[str, list[Fault]]:
    if isinstance(value, float):
        if abs(value) >= 1e15:
            return "", [fault(row, column.zh, "code.scientific", text=f"{value:.3E}")]
        if value == int(value):
            return str(int(value)), []
        return repr(value), []
    return str(value), []


def _plain(text: str, column: Column, row: int) -> tuple[str, list[Fault]]:
    found: list[Fault] = []
    heading = column.zh

    def changed(now: str, code: str) -> str:
        if now != text:
            found.append(fault(row, heading, code, text=now[:40]))
        return now

    if _CONTROL.search(text):
        return "", [fault(row, heading, "cell.control")]
    if _GARBLED.search(text):
        return "", [fault(row, heading, "cell.garbled", text=text[:20])]
    text = changed(_INVISIBLE.sub("", text), "cell.invisible")
    if column.key in _PLAIN and _FULL.search(text):
        text = changed(unicodedata.normalize("NFKC", text), "cell.full_width")
    if "\n" in text.strip() or "\r" in text.strip():
        text = changed(re.sub(r"[\r\n]+", " ", text.strip()), "cell.line_break")
    text = changed(re.sub(r"[\s\u3000]+", " ", text).strip(), "cell.spaces")
    if text.lower() in _PLACEHOLDERS:
        return "", [*found, fault(row, heading, "cell.placeholder", text=text)]
    if column.most and len(text) > column.most:
        return "", [*found, fault(row, heading, "cell.too_long", most=column.most)]
    return text, found
