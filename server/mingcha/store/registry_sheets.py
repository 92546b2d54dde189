"""A registry sheet from xlsx, csv or JSON rows, and the templates to fill in. Reads what the file says of each cell
(formula, merged, date, hidden) and judges none of it; refuses only what is no sheet or made to hurt.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from mingcha.core.problems import Refused
from mingcha.core.registry import KINDS, Cell, Row, Sheet, fault
from mingcha.core.registry.check import MOST_ROWS

MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_PARTS = 200
MOST_COLUMNS = 40
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
#: A workbook of the same content has the same bytes.
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - Excel's own dates have no zone


def read(raw: bytes) -> Sheet:
    """By what the bytes are, not by a name. Raises Refused("registry.faulty") for what cannot be read at all."""
    if raw.startswith(_OLD_EXCEL):
        raise _unreadable("file.old_excel")
    return _xlsx(raw) if raw.startswith(b"PK") else _csv(raw)


def of_rows(kind: str, rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """Rows by column key, as a screen sends them: a sheet whose heading is the columns that any of them has."""
    keys = [column.key for column in KINDS[kind] if any(column.key in row for row in rows)]
    unknown = sorted({str(key)[:40] for row in rows for key in row} - set(keys))
    head = tuple(Cell(key) for key in (*keys, *unknown))
    return Sheet(head, [Row(number, tuple(_said(row.get(key)) for key in keys)) for number, row in enumerate(rows, 2)])


def template(kind: str, form: str, rows: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """An empty sheet with one example row, or these rows; xlsx, or csv with the mark that Excel wants."""
    columns = KINDS[kind]
    lines = [[_written(row.get(column.key)) for column in columns] for row in rows] or [[each.example for each in columns]]
    head = [f"{column.zh}{'*' if column.wanted else ''}" for column in columns]
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows([head, *[[_harmless(text) for text in line] for line in lines]])
        return b"\xef\xbb\xbf" + out.getvalue().encode()
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Mingcha {kind}", "created": _MADE})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8EEF7"})
    sheet = book.add_worksheet(kind)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 18, text)
        sheet.write_string(0, place, head[place], bold)
        sheet.write_comment(0, place, f"{column.en}{' (required)' if column.wanted else ''}")
        for number, line in enumerate(lines, 1):
            sheet.write_string(number, place, line[place], text)
    book.close()
    return file.getvalue()


def _xlsx(raw: bytes) -> Sheet:
    from openpyxl import load_workbook  # 12 MB: not before somebody brings a sheet

    _inspect(raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=False, data_only=False, keep_links=False)
        visible = [each for each in book.worksheets if each.sheet_state == "visible"]
        chosen, others = visible[0], tuple(each.title[:40] for each in book.worksheets if each is not visible[0])
        return _rows_of(chosen, others)
    except Refused:
        raise
    except Exception:  # whatever a broken or hostile file makes the library do
        raise _unreadable("file.unreadable") from None


def _rows_of(sheet: Any, others: tuple[str, ...]) -> Sheet:
    if sheet.max_column > 16_000 or sheet.max_row > MOST_ROWS * 20:
        raise _unreadable("file.too_many_rows", most=MOST_ROWS)
    under = {
        (row, column)
        for span in sheet.merged_cells.ranges
        for row in range(span.min_row, min(span.max_row, MOST_ROWS + 2) + 1)
        for column in range(span.min_col, min(span.max_col, MOST_COLUMNS) + 1)
    }
    wide = min(sheet.max_column, MOST_COLUMNS)
    found = Sheet(passed_over=others, hidden_columns=_hidden_columns(sheet))
    for number, cells in enumerate(sheet.iter_rows(max_col=wide), 1):
        row = tuple(Cell("", "merged") if (number, cell.column) in under else _cell(cell) for cell in cells)
        if number == 1:
            found.head = row
        else:
            found.rows.append(Row(number, row, bool(sheet.row_dimensions[number].hidden)))
    while found.rows and found.rows[-1].is_blank:
        found.rows.pop()
    while found.head and found.head[-1] is None and all(len(row.cells) < len(found.head) or row.cells[-1] is None for row in found.rows):
        found.head = found.head[:-1]
        found.rows = [Row(row.number, row.cells[: len(found.head)], row.hidden) for row in found.rows]
    _hold_to_limit(found)
    return found


def _hidden_columns(sheet: Any) -> frozenset[int]:
    return frozenset(
        place - 1
        for each in sheet.column_dimensions.values()
        if each.hidden
        for place in range(each.min, min(each.max, MOST_COLUMNS) + 1)
    )


def _cell(cell: Any) -> Cell | None:
    value = cell.value
    if value is None:
        return None
    match cell.data_type:
        case "f":
            return Cell(str(getattr(value, "text", value))[:100], "formula")
        case "e":
            return Cell(str(value)[:20], "error")
        case "b":
            return Cell(str(value), "boolean")
    if isinstance(value, str) and "_x" in value:  # a sheet writes control characters as _x0007_
        from openpyxl.utils.escape import unescape

        value = unescape(value)
    return _said(value)


def _said(value: Any) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Cell(str(value), "boolean")
    if isinstance(value, date | time):
        return Cell(str(value), "date")
    if isinstance(value, int | float):
        return Cell(value, "number") if abs(value) < 1e300 else Cell(str(value), "error")
    if isinstance(value, list):
        return Cell("、".join(str(each) for each in value)[:2000])
    return Cell(str(value)[:2000])


def _csv(raw: bytes) -> Sheet:
    text, encoding = _decoded(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise _unreadable("file.unreadable") from None
    if not lines or len(lines[0]) < 1 or max(len(line) for line in lines) > 1000:
        raise _unreadable("file.unreadable")
    found = Sheet(tuple(Cell(each[:200]) for each in lines[0]), encoding=encoding)
    found.rows = [
        Row(number, tuple(_formula_or_text(each) for each in line[:MOST_COLUMNS])) for number, line in enumerate(lines[1:], 2)
    ]
    while found.rows and found.rows[-1].is_blank:
        found.rows.pop()
    _hold_to_limit(found)
    return found


def _formula_or_text(text: str) -> Cell:
    """Excel writes ="0123" to keep zeros; that is text. Any other sign of a formula is one."""
    kept = re.fullmatch(r'="([^"]*)"', text)
    if kept:
        return Cell(kept.group(1)[:2000])
    return Cell(text[:100], "formula") if re.match(r"=[A-Za-z(+\-]", text) else Cell(text[:2000])


def _decoded(raw: bytes) -> tuple[str, str]:
    codes = ["utf-8-sig", "gb18030"] if b"\0" not in raw else []
    for code in ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else codes:
        try:
            return raw.decode(code), "gbk" if code == "gb18030" else code
        except UnicodeDecodeError:
            continue
    raise _unreadable("file.encoding")


def _inspect(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise _unreadable("file.too_many_rows", most=MOST_ROWS)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")) and _DOCTYPE.search(packed.read(part)):
                    raise _unreadable("file.unreadable")
    except Refused:
        raise
    except Exception:  # a damaged or encrypted archive
        raise _unreadable("file.unreadable") from None


def _hold_to_limit(sheet: Sheet) -> None:
    if len(sheet.rows) > MOST_ROWS:
        raise _unreadable("file.too_many_rows", most=MOST_ROWS)


def _unreadable(code: str, **details: Any) -> Refused:
    found = fault(0, None, code, **details)
    return Refused("registry.faulty", count=1, faults=[found.json()])


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case list():
            return "、".join(str(each) for each in value)
    return str(value)


def _harmless(text: str) -> str:
    """What Excel would take for a formula is told to be text."""
    return f"'{text}" if text[:1] in "=+-@" and text[:1] else text
