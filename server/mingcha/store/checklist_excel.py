"""A checklist as a workbook, and back. One form for the template, the export and the import.

What goes out and comes in again has the same digest. What comes in otherwise is listed, cell by cell.
"""

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from mingcha.core.checklist.faults import Fault, Faulty, fault
from mingcha.store.checklist_tables import CODECS, HEAD, MARKS, TABLES, Column, Table, Unreadable, plain, quoted
from mingcha.store.checklist_workbook import Book, Brought, Cell, Sheet, taken

Json = Mapping[str, Any]

HEAD_SHEET = "checklist"
#: A workbook of the same content has the same bytes: it bears no date of its own.
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - Excel's own dates have no zone

_MISSING = object()
_PARENTS = {"setting": "设置", "category": "一级指标", "group": "二级指标", "indicator": "指标", "clause": "条款"}


@dataclass(frozen=True)
class Workbook:
    name: str
    data: bytes


def workbook_of(content: Json) -> Workbook:
    """The content, which has the shape of a checklist, as an xlsx file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Mingcha checklist", "created": _MADE})
    words = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "quote_prefix": True})
    heading = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True})
    sheet = book.add_worksheet(f"检查表 {HEAD_SHEET}")
    sheet.set_column(0, 0, 34, heading)
    sheet.set_column(1, 1, 80, words)
    for row, column in enumerate(HEAD):
        sheet.write_string(row, 0, f"{column.zh} {column.key}", heading)
        _put_cell(sheet, row, 1, _written(column, content), words)
    for table in TABLES:
        sheet = book.add_worksheet(f"{table.zh} {table.name}")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.wide, words)
            sheet.write_string(0, place, f"{column.zh} {column.key}", heading)
        for row, found in enumerate(_rows(table, content), start=1):
            for place, column in enumerate(table.columns):
                _put_cell(sheet, row, place, _written(column, found), words)
    book.close()
    return Workbook(f"{content['slug']}-{content['version']}.xlsx", out.getvalue())


def read(book: Book) -> Brought:
    """A content from our workbook. Raises Faulty where the sheets that make one are missing."""
    reader = _Reader(book)
    return Brought(reader.content(), reader.report)


def _put_cell(sheet: Any, row: int, column: int, text: str | None, words: Any) -> None:
    if text is not None:
        sheet.write_string(row, column, text, words)


def _written(column: Column, found: Json) -> str | None:
    value = _get(found, column.path)
    if column.codec == "mark":
        return next((mark for mark, meant in MARKS.items() if value == meant and value is not _MISSING), None)
    if value is _MISSING or (value is None and len(column.path) > 1):
        return None
    if value is None or value == []:
        return "null" if value is None else "[]"
    text = CODECS[column.codec].write(value)
    return quoted(text) if isinstance(value, str) else text


def _get(found: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(found, Mapping) or step not in found:
            return _MISSING
        found = found[step]
    return found


def _rows(table: Table, content: Json) -> Iterator[Json]:
    """The rows of a table, each with the ids of those it belongs to."""
    match table.name:
        case "tiers" | "settings" | "categories":
            yield from content.get(table.name, ())
        case "bands" | "downgrades":
            yield from content.get("grades", {}).get(table.name, ())
        case "choices":
            for setting in content["settings"]:
                for choice, words in setting.get("words", {}).items():
                    yield {"setting": setting["id"], "choice": choice, "words": words}
        case "sets":
            for setting in content["settings"]:
                yield from ({"setting": setting["id"], **each} for each in setting.get("sets", ()))
        case "groups":
            for category in content["categories"]:
                yield from ({"category": category["id"], **each} for each in category["groups"])
        case "indicators":
            for category, group, each in _indicators(content):
                yield {"category": category, "group": group, **each}
        case "items" | "phrases":
            for _, _, each in _indicators(content):
                for clause in each.get("clauses", ()):
                    owners = {"indicator": each["id"], "clause": clause["id"]}
                    yield from ({**owners, **one} for one in clause.get(table.into, ()))
        case "demands":
            for _, _, each in _indicators(content):
                demands = each.get("tiers", {}).items()
                yield from ({"indicator": each["id"], "tier": tier, **demand} for tier, demand in demands)
        case _:
            if table.name == "notes":
                yield from content["notes"]
            for _, _, each in _indicators(content):
                yield from ({"indicator": each["id"], **one} for one in each.get(table.into, ()))


def _indicators(content: Json) -> Iterator[tuple[str, str, Json]]:
    for category in content["categories"]:
        for group in category["groups"]:
            for indicator in group["indicators"]:
                yield category["id"], group["id"], indicator


class _Reader:
    """Builds a content sheet by sheet; `owners` finds the object that a row belongs to."""

    def __init__(self, book: Book) -> None:
        self.report: list[Fault] = list(book.report)
        self.sheets: dict[str, Sheet] = {}
        known = {HEAD_SHEET, *(table.name for table in TABLES)}
        for sheet in book.sheets:
            if sheet.name in known and sheet.name not in self.sheets:
                self.sheets[sheet.name] = sheet
            elif sheet.cells:
                self.report.append(fault(f"{sheet.title}!A1", "workbook.unknown_sheet", name=sheet.title))
        for name in (HEAD_SHEET, "indicators"):
            if name not in self.sheets:
                raise Faulty([*self.report, fault("$", "workbook.missing_sheet", name=name)])
        self.owners: dict[str, dict[tuple[str, ...], dict[str, Any]]] = defaultdict(dict)

    def content(self) -> dict[str, Any]:
        content = self._head()
        content.update(settings=[], notes=[], categories=[])
        for table in TABLES:
            for row, found in self._objects(table):
                self._place(table, row, found, content)
        return content

    def _head(self) -> dict[str, Any]:
        sheet, columns = self.sheets[HEAD_SHEET], {column.key: column for column in HEAD}
        found: dict[str, Any] = {}
        self._merged(sheet)
        for row in sheet.rows():
            title = sheet.cells.get((row, 1), Cell("")).text.split()
            column = columns.get(title[-1]) if title else None
            if column is None:
                name = " ".join(title)[:40]
                self.report.append(fault(sheet.at(row, 1), "workbook.unknown_column", name=name))
                continue
            self._read(sheet, row, 2, column, found)
        return found

    def _objects(self, table: Table) -> Iterator[tuple[str, dict[str, Any]]]:
        """(the place of the row, its object), in the order of the sheet."""
        sheet = self.sheets.get(table.name)
        rows = sheet.rows() if sheet else []
        if sheet is None or not rows:
            return
        columns = self._columns(table, sheet, rows[0])
        self._fill_down(table, sheet, columns)
        self._merged(sheet)
        for row in rows[1:]:
            found: dict[str, Any] = {}
            for place, column in columns.items():
                self._read(sheet, row, place, column, found)
            if found:
                yield sheet.at(row, 1), found

    def _columns(self, table: Table, sheet: Sheet, row: int) -> dict[int, Column]:
        known = {column.key: column for column in table.columns}
        found: dict[int, Column] = {}
        for place in sorted(column for at, column in sheet.cells if at == row):
            title = sheet.cells[row, place].text
            key = title.split()[-1]
            column = known.get(key)
            if column is None or column in found.values():
                self.report.append(fault(sheet.at(row, place), "workbook.unknown_column", name=title[:40]))
            else:
                found[place] = column
        return found

    def _fill_down(self, table: Table, sheet: Sheet, columns: dict[int, Column]) -> None:
        """A category merged over its rows belongs to each of them."""
        parents = {place for place, column in columns.items() if column.key in table.parents}
        for left, top, right, bottom in list(sheet.spans):
            if left == right and left in parents and (top, left) in sheet.cells and bottom - top < len(sheet.cells):
                for row in range(top + 1, bottom + 1):
                    sheet.cells[row, left] = sheet.cells[top, left]
                place = sheet.at(top, left)
                span = f"{place.rpartition('!')[2]}:{sheet.at(bottom, right).rpartition('!')[2]}"
                self.report.append(taken(fault(place, "cell.merged_down", range=span)))
                sheet.spans.remove((left, top, right, bottom))

    def _merged(self, sheet: Sheet) -> None:
        for left, top, right, bottom in sheet.spans:
            place = sheet.at(top, left)
            span = f"{place.rpartition('!')[2]}:{sheet.at(bottom, right).rpartition('!')[2]}"
            self.report.append(fault(place, "cell.merged", range=span))

    def _read(self, sheet: Sheet, row: int, place: int, column: Column, found: dict[str, Any]) -> None:
        cell = sheet.cells.get((row, place))
        if cell is None:
            return
        text, at = cell.text, sheet.at(row, place)
        if text in MARKS:
            if column.codec == "mark" or _fits(column, text):
                _put(found, column.path, [] if text == "[]" else {} if text == "{}" else None)
            else:
                self._unreadable(at, text, "文字", "text")
            return
        if column.codec == "mark":
            self._unreadable(at, text, "null、[] 或 {}", "null, [] or {}")
            return
        codec = CODECS[column.codec]
        if text.startswith("'"):
            text = text[1:]
        elif codec.plain:
            text = self._plain(at, text)
        else:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if cell.number and column.codec in ("id", "text"):
            self.report.append(taken(fault(at, "cell.number", text=text)))
        try:
            _put(found, column.path, codec.read(text))
        except Unreadable as why:
            self._unreadable(at, text, why.zh, why.en)

    def _plain(self, at: str, text: str) -> str:
        narrow = plain(text)
        if narrow != text.strip():
            self.report.append(taken(fault(at, "cell.full_width", text=narrow[:40])))
        return narrow

    def _unreadable(self, at: str, text: str, zh: str, en: str) -> None:
        self.report.append(fault(at, "cell.unreadable", text=text[:40], want=en, want_zh=zh))

    def _place(self, table: Table, at: str, row: dict[str, Any], content: dict[str, Any]) -> None:
        """Put a row's object where it belongs, and remember it for those that belong to it."""
        keys = tuple(str(row.pop(name, "")) for name in table.parents)
        owner = self._owner(table, keys, content)
        if owner is None:
            self.report.append(fault(at, "cell.orphan", id=" ".join(keys)[:40], of=table.parents[-1], of_zh=_PARENTS[table.parents[-1]]))
            return
        match table.name:
            case "choices" | "demands":
                id_ = row.pop("choice" if table.name == "choices" else "tier", None)
                if id_ is None:
                    self.report.append(fault(at, "cell.no_id"))
                    return
                _table_of(owner, table.into)[str(id_)] = row.get("words", {}) if table.name == "choices" else row
                return
        if any(column.key == "id" for column in table.columns) and "id" not in row:
            self.report.append(fault(at, "cell.no_id"))
            return
        if table.name in ("categories", "groups"):
            row["groups" if table.name == "categories" else "indicators"] = []
        if table.name == "indicators":
            for name in ("method", "evidence", "measures", "notes"):
                row.setdefault(name, [])
        if table.name == "clauses" and row.get("kind") == "missing":
            row["items"] = []
        listed = owner.setdefault(table.into, [])
        listed.append(row)
        self._remember(table, keys, row)

    def _owner(self, table: Table, keys: tuple[str, ...], content: dict[str, Any]) -> dict[str, Any] | None:
        match table.name:
            case "tiers" | "settings" | "categories":
                return content
            case "bands" | "downgrades":
                grades: dict[str, Any] = content.setdefault("grades", {})
                return grades
            case "notes" if keys == ("",):
                return content
            case "choices" | "sets":
                return self.owners["settings"].get(keys)
            case "groups":
                return self.owners["categories"].get(keys)
            case "indicators":
                return self.owners["groups"].get(keys)
            case "items" | "phrases":
                return self.owners["clauses"].get(keys)
        return self.owners["indicators"].get(keys)

    def _remember(self, table: Table, keys: tuple[str, ...], row: dict[str, Any]) -> None:
        """The first of an id is meant; lint names the second."""
        id_ = str(row.get("id", ""))
        if table.name in ("settings", "categories", "indicators"):
            self.owners[table.name].setdefault((id_,), row)
        elif table.name in ("groups", "clauses"):
            self.owners[table.name].setdefault((*keys, id_), row)


def _fits(column: Column, mark: str) -> bool:
    """Whether the mark is a value that the column can have."""
    if mark == "null":
        return True
    return mark == "[]" and column.codec in ("list", "evidence", "thresholds")


def _table_of(owner: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(owner.get(name), dict):
        owner[name] = {}
    found: dict[str, Any] = owner[name]
    return found


def _put(found: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        found = _table_of(found, step)
    found[path[-1]] = value
