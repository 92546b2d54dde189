"""An xlsx file to cells, read without trust: sizes first, then text; no formula is computed, no macro or link followed.

What cannot be read as meant is a fault with sheet, column and row; the rest is kept.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from mingcha.core.checklist.faults import Fault, Faulty, fault

MOST_UNPACKED_BYTES = 32 * 1024 * 1024
MOST_PARTS = 200
MOST_CELLS = 120_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 8_000
MOST_FAULTS = 500


@dataclass(frozen=True)
class Brought:
    """What a file gave: a content to draft from, and what was left out or read otherwise."""

    content: dict[str, Any]
    report: list[Fault]


@dataclass(frozen=True)
class Cell:
    """`number`: Excel kept it as a number, so zeros at its end are lost."""

    text: str
    number: bool = False


@dataclass
class Sheet:
    """Cells by (row, column), from 1. `spans` are merged ranges: first column, first row, last column, last row."""

    title: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    spans: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last word of the title, which is what a table is known by."""
        return self.title.split()[-1].lower() if self.title.split() else ""

    def at(self, row: int, column: int) -> str:
        from openpyxl.utils import get_column_letter

        return f"{self.title}!{get_column_letter(column)}{row}"

    def rows(self) -> list[int]:
        return sorted({row for row, _ in self.cells})


@dataclass
class Book:
    sheets: list[Sheet]
    report: list[Fault]

    @property
    def names(self) -> set[str]:
        return {sheet.name for sheet in self.sheets}


def open_workbook(raw: bytes) -> Book:
    """Every cell that holds something. Raises Faulty for what is no workbook, too large or made to hurt."""
    from openpyxl import load_workbook  # 12 MB: not before somebody brings a workbook

    report = [*_inspect(raw)]
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        sheets = [_sheet(each, report) for each in book.worksheets]
    except Faulty:
        raise
    except Exception:  # whatever a broken or hostile file makes the library do
        raise Faulty([_damaged()]) from None
    return Book(sheets, report[:MOST_FAULTS])


def taken(found: Fault) -> Fault:
    """The fault of a cell that was read all the same: to be looked at, not to be repaired."""
    return replace(found, severity="doubt")


def _damaged() -> Fault:
    why = "it is damaged, has a password, or is of another kind"
    return fault("$", "workbook.unreadable", why=why, why_zh="已损坏、有密码，或是别的格式")


_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_FAR = re.compile(rb"<(?:\w+:)?c\s[^>]{0,200}?\br=[\"\'][A-Z]{1,3}([0-9]{1,9})[\"\']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"\']([A-Za-z0-9:$]{1,40})[\"\']")


def _inspect(raw: bytes) -> Iterator[Fault]:
    """Refuse by weight and content before anything is built; name what will be passed over."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS:
                raise Faulty([fault("$", "workbook.too_large", what="parts", what_zh="部件", limit=MOST_PARTS)])
            if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise Faulty([fault("$", "workbook.too_large", what="bytes", what_zh="字节", limit=MOST_UNPACKED_BYTES)])
            cells = 0
            for part in parts:
                lower = part.filename.lower()
                if lower.endswith("vbaproject.bin"):
                    yield fault("$", "workbook.hostile", what="a macro", what_zh="宏")
                if "externallink" in lower and lower.endswith(".xml"):
                    yield fault("$", "workbook.hostile", what="links to other files", what_zh="指向其他文件的链接")
                if not lower.endswith((".xml", ".rels", ".vml")):
                    continue
                text = packed.read(part)
                if _DOCTYPE.search(text) or b"\0" in text:
                    raise Faulty([fault("$", "workbook.hostile", what="entity declarations", what_zh="实体声明")])
                cells += len(_CELL.findall(text)) if "/worksheets/" in lower else 0
                if cells > MOST_CELLS:
                    raise Faulty([fault("$", "workbook.too_large", what="cells", what_zh="单元格", limit=MOST_CELLS)])
                if any(int(row) > MOST_ROWS for row in _FAR.findall(text)):
                    raise Faulty([fault("$", "workbook.too_large", what="rows", what_zh="行数", limit=MOST_ROWS)])
    except Faulty:
        raise
    except Exception:  # a damaged or encrypted archive
        raise Faulty([_damaged()]) from None


def _sheet(source: Any, report: list[Fault]) -> Sheet:
    sheet = Sheet(str(source.title)[:60])
    for row in source.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1):
        for found in row:
            if found.value is None:
                continue
            place = sheet.at(found.row, found.column)
            if found.row > MOST_ROWS:
                raise Faulty([fault(place, "workbook.too_large", what="rows", what_zh="行数", limit=MOST_ROWS)])
            if found.column > MOST_COLUMNS:
                raise Faulty([fault(place, "workbook.too_large", what="columns", what_zh="列数", limit=MOST_COLUMNS)])
            cell = _cell(found, place, report)
            if cell is not None:
                sheet.cells[found.row, found.column] = cell
    sheet.spans = _spans(source)
    return sheet


def _cell(found: Any, place: str, report: list[Fault]) -> Cell | None:
    value = found.value
    if found.data_type == "f":
        report.append(fault(place, "cell.formula"))
        return None
    if found.data_type == "e":
        report.append(fault(place, "cell.error", text=str(value)[:20]))
        return None
    match value:
        case bool():
            return Cell("true" if value else "false")
        case int() | float():
            return Cell(_figure(value), number=True)
        case datetime() | date() | time() | timedelta():
            report.append(fault(place, "cell.date"))
            return None
    text = str(value)
    if len(text) > MOST_CHARACTERS:
        report.append(fault(place, "workbook.too_large", what="characters", what_zh="一格字数", limit=MOST_CHARACTERS))
        return None
    return Cell(text) if text.strip() else None


def _figure(value: float) -> str:
    """As Excel shows it: no exponent, no trailing zero."""
    text = f"{value:.10f}" if isinstance(value, float) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spans(source: Any) -> list[tuple[int, int, int, int]]:
    """The merged ranges, from the sheet's own text: the streaming reader does not tell them."""
    with source._get_source() as part:
        found = _MERGED.findall(part.read())
    return [_bounds(each.decode()) for each in found[:MOST_ROWS]]


def _bounds(text: str) -> tuple[int, int, int, int]:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(text)
    return int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)
