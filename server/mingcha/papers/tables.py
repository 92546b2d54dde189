"""Plain tables as Excel, CSV and JSON: the ranking of a campaign, the ledger (台账), what other systems read."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mingcha.papers.plain import cell
from mingcha.papers.words import ITEM_STATE, KIND, SEVERITY, STAGE, YES_NO
from mingcha.papers.workbook import A3, Book, Sheet, at, ranged

Row = Mapping[str, Any]
Columns = Sequence[Mapping[str, str]]

_NAMES: dict[str, Mapping[Any, str]] = {"kind": KIND, "severity": SEVERITY, "state": ITEM_STATE, "overdue": YES_NO}
_WIDE = {"text": 42.0, "words": 36.0, "title": 20.0, "site": 22.0, "number": 12.0}
_FIGURES = {"days_used", "sent_back", "repeats"}


def ledger(title: str, columns: Columns, rows: Sequence[Row]) -> bytes:
    """台账 with how many items there are of each state, counted by formulas over its own column."""
    book = Book()
    sheet = book.sheet("台账", [_WIDE.get(each["key"], 11.0) for each in columns], landscape=True, paper=A3)
    sheet.title(0, title)
    sheet.head(1, [each["zh"] for each in columns])
    for number, row in enumerate(rows, 2):
        texts: dict[int, str] = {}
        for column, each in enumerate(columns):
            key = each["key"]
            if key in _FIGURES:
                sheet.figure(number, column, row[key])
            else:
                texts[column] = said(key, row[key])
                sheet.text(number, column, texts[column], "text" if key in _WIDE else "middle")
        sheet.height(number, texts)
    sheet.sheet.autofilter(1, 0, max(1, len(rows) + 1), len(columns) - 1)
    _counts(book, columns, rows)
    return book.bytes()


def _counts(book: Book, columns: Columns, rows: Sequence[Row]) -> None:
    place = next(index for index, each in enumerate(columns) if each["key"] == "state")
    cells = f"台账!{ranged(2, max(2, len(rows) + 1), place)}"
    sheet = book.sheet("统计", [16, 10])
    sheet.title(0, "统计")
    sheet.head(1, ["状态", "项数"])
    for number, (state, name) in enumerate(ITEM_STATE.items(), 2):
        sheet.text(number, 0, name, "middle")
        count = sum(row["state"] == state for row in rows)
        sheet.formula(number, 1, f"=COUNTIF({cells},{at(number, 0)})", count)
    last = 1 + len(ITEM_STATE)
    sheet.text(last + 1, 0, "合计", "sum_text")
    sheet.formula(last + 1, 1, f"=SUM({ranged(2, last, 1)})", len(rows), "sum")


def said(key: str, value: Any) -> str:
    """A value of the ledger in words."""
    if value is None:
        return ""
    names = _NAMES.get(key)
    return str(names.get(value, value)) if names else str(value)


@dataclass(frozen=True)
class Board:
    """One ranking. `rows`: place (best, worst), site, visit_on, low, high, full, stage, grade, categories. `sums`: the
    categories add up to the whole.
    """

    title: str
    under: str
    sums: bool
    rows: Sequence[Row]


def ranking(boards: Sequence[Board]) -> bytes:
    """排名, a sheet for each checklist. Where every figure is settled, sums, places and the average are formulas."""
    book = Book()
    for number, board in enumerate(boards, 1):
        _board(book, "排名" if len(boards) == 1 else f"排名{number}", board)
    return book.bytes()


def _board(book: Book, name: str, board: Board) -> None:
    rows = board.rows
    names = [each["title"] for each in rows[0]["categories"]]
    sheet = book.sheet(name, [8.0, 26.0, 12.0, *([11.0] * len(names)), 11.0, 12.0, 12.0], landscape=True)
    sheet.title(0, board.title)
    sheet.under(1, board.under)
    sheet.head(2, ["名次", "单位", "检查日期", *names, "得分" if board.sums else "结果", "等级", "状态"])
    score = 3 + len(names)
    first, last = 3, 2 + len(rows)
    settled = all(row["low"] == row["high"] for row in rows) and len({row["full"] for row in rows}) == 1
    # A tie that a decision broke is no affair of the figures.
    shared = {row["site"]: 1 + sum(Decimal(other["high"]) > Decimal(row["high"]) for other in rows) for row in rows}
    by_figure = settled and all(list(row["place"]) == [shared[row["site"]]] * 2 for row in rows)
    for number, row in enumerate(rows, 3):
        best, worst = row["place"]
        if by_figure:
            sheet.formula(number, 0, f"=RANK({at(number, score)},{_fixed(first, last, score)})", best)
        else:
            sheet.text(number, 0, str(best) if best == worst else f"{best}–{worst}", "middle")
        sheet.text(number, 1, row["site"])
        sheet.text(number, 2, row["visit_on"], "middle")
        for column, each in enumerate(row["categories"], 3):
            _span(sheet, number, column, each)
        if row["low"] == row["high"] and board.sums:
            sheet.formula(number, score, f"=ROUND(SUM({at(number, 3)}:{at(number, score - 1)}),6)", row["high"], "sum")
        else:
            _span(sheet, number, score, row)
        sheet.text(number, score + 1, row["grade"], "middle")
        sheet.text(number, score + 2, STAGE.get(row["stage"], row["stage"]), "middle")
        sheet.height(number, {1: row["site"]})
    if settled:
        for column in range(len(sheet.widths)):
            sheet.text(last + 1, column, "", "sum_text")
        sheet.text(last + 1, 1, "平均", "sum_text")
        total = sum((Decimal(row["high"]) for row in rows), Decimal(0))
        average = (total / len(rows)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        cells = ranged(first, last, score)
        sheet.formula(last + 1, score, f"=ROUND(AVERAGE({cells}),2)", f"{average}", "sum")


def _fixed(first: int, last: int, column: int) -> str:
    letters = at(0, column).rstrip("0123456789")
    return f"${letters}${first + 1}:${letters}${last + 1}"


def _span(sheet: Sheet, row: int, column: int, told: Row) -> None:
    if told["low"] == told["high"]:
        sheet.figure(row, column, told["high"])
    else:
        sheet.text(row, column, f"{told['low']}–{told['high']}", "middle")


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Comma-separated, UTF-8 with the mark that Excel wants; no cell of it is ever a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
