"""Excel files: text is text, whatever it begins with; figures are numbers; sums are formulas that carry their result.

A formula's own result is written beside it, so that a reader that does not calculate (a phone's preview) shows it too.
"""

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from mingcha.papers.plain import clean

#: The zone of the moments that files carry: none is told, so that the same facts make the same bytes.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001
MOST_CELL = 32_000
#: Sizes of paper, as Excel numbers them. On A4 a ledger of twenty columns cannot be read.
A4, A3 = 9, 8


class Book:
    """A workbook in memory. `text`, `figure` and `formula` are the only ways into a cell."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                        "strings_to_numbers": False},
        )  # fmt: skip
        self.book.set_properties({"created": _MADE, "author": "明察", "title": ""})
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
        boxed = {**base, "border": 1, "border_color": "#808080"}
        self.styles = {
            "title": self.book.add_format({**base, "font_name": "黑体", "font_size": 16, "align": "center"}),
            "under": self.book.add_format({**base, "align": "left"}),
            "head": self.book.add_format(
                {**boxed, "font_name": "黑体", "align": "center", "bg_color": "#E8EEF4"}
            ),
            "text": self.book.add_format(boxed),
            "middle": self.book.add_format({**boxed, "align": "center"}),
            "figure": self.book.add_format({**boxed, "align": "center", "num_format": "General"}),
            "rate": self.book.add_format({**boxed, "align": "center", "num_format": "0.00"}),
            "sum": self.book.add_format(
                {**boxed, "align": "center", "bold": True, "bg_color": "#F3F3F3", "num_format": "General"}
            ),
            "sum_text": self.book.add_format({**boxed, "bold": True, "bg_color": "#F3F3F3"}),
        }

    def sheet(self, name: str, widths: list[float], *, landscape: bool = False, paper: int = A4) -> "Sheet":
        return Sheet(self, name, widths, landscape, paper)

    def bytes(self) -> bytes:
        self.book.close()
        return self._out.getvalue()


class Sheet:
    def __init__(self, book: Book, name: str, widths: list[float], landscape: bool, paper: int) -> None:
        self._styles = book.styles
        self.name = name
        self.sheet = book.book.add_worksheet(name)
        self.widths = widths
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.set_paper(paper)
        self.sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C&P / &N")

    def title(self, row: int, text: str) -> None:
        self._across(row, text, "title")
        self.sheet.set_row(row, 30)

    def under(self, row: int, text: str) -> None:
        self._across(row, text, "under")
        self.sheet.set_row(row, 15 * max(1, _lines(text, sum(self.widths))))

    def head(self, row: int, texts: list[str]) -> None:
        for column, text in enumerate(texts):
            self.text(row, column, text, "head")
        self.sheet.set_row(row, 24)
        self.sheet.repeat_rows(row)
        self.sheet.freeze_panes(row + 1, 0)

    def text(self, row: int, column: int, text: Any, style: str = "text") -> None:
        said = clean(text)
        self.sheet.write_string(row, column, said[:MOST_CELL], self._styles[style])

    def figure(self, row: int, column: int, figure: Any, style: str = "figure") -> None:
        """`figure` is a decimal text or a whole number; nothing where there is none."""
        if figure is None or figure == "":
            self.sheet.write_blank(row, column, None, self._styles[style])
        else:
            self.sheet.write_number(row, column, float(figure), self._styles[style])

    def formula(self, row: int, column: int, formula: str, result: Any, style: str = "figure") -> None:
        value = result if isinstance(result, str) and not _is_number(result) else float(result)
        self.sheet.write_formula(row, column, formula, self._styles[style], value)

    def height(self, row: int, texts: dict[int, str]) -> None:
        """As high as the longest of these texts (by column) needs; spreadsheets do not grow merged or wrapped rows."""
        lines = max((_lines(clean(text), self.widths[column]) for column, text in texts.items()), default=1)
        self.sheet.set_row(row, min(400.0, 6 + 13.5 * max(1, lines)))

    def merged(self, first: int, last: int, column: int, text: str, style: str = "middle") -> None:
        if first == last:
            self.text(first, column, text, style)
            return
        self.sheet.merge_range(first, column, last, column, "", self._styles[style])
        self.text(first, column, text, style)

    def _across(self, row: int, text: str, style: str) -> None:
        self.sheet.merge_range(row, 0, row, len(self.widths) - 1, "", self._styles[style])
        self.text(row, 0, text, style)


def at(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))


def ranged(first: int, last: int, column: int) -> str:
    return f"{at(first, column)}:{at(last, column)}"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in so many digits' width; a Chinese sign is two wide."""
    most = max(2.0, width - 1.5)
    return sum(
        max(1, -(-int(sum(2 if ord(sign) > 0x2E7F else 1.05 for sign in line)) // int(most)))
        for line in text.split("\n")
    )
