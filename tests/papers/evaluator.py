"""Works an Excel file's formulas out anew, knowing nothing of who wrote them: the few functions that our papers use."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<range>(?:[^\W\d]\w*!)?\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)"""
    r"""|(?P<name>[A-Z]+)(?=\()|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/(),]))"""
)


class Workbook:
    def __init__(self, path: Any) -> None:
        self.book = load_workbook(path)

    def formulas(self) -> dict[str, dict[str, str]]:
        return {
            sheet.title: {cell.coordinate: cell.value for row in sheet for cell in row if cell.data_type == "f"}
            for sheet in self.book
        }

    def value(self, sheet: str, cell: str) -> Any:
        found = self.book[sheet][cell]
        if found.data_type == "f":
            return _Reader(self, sheet, found.value[1:]).whole()
        return Decimal(str(found.value)) if isinstance(found.value, int | float) else found.value

    def values(self, sheet: str, said: str) -> list[Any]:
        name, _, area = said.rpartition("!")
        left, top, right, bottom = range_boundaries(area.replace("$", ""))
        place = self.book[name or sheet]
        return [
            self.value(place.title, place.cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]


class _Reader:
    def __init__(self, book: Workbook, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found, text[at:]
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()

    def whole(self) -> Any:
        found = self._sum()
        assert not self.tokens, self.tokens
        return found

    def _sum(self) -> Any:
        found = self._product()
        while self._next("+", "-"):
            found = found + self._product() if self.tokens.pop(0)[1] == "+" else found - self._product()
        return found

    def _product(self) -> Any:
        found = self._atom()
        while self._next("*", "/"):
            found = found * self._atom() if self.tokens.pop(0)[1] == "*" else found / self._atom()
        return found

    def _atom(self) -> Any:
        sort, said = self.tokens.pop(0)
        if sort == "name":
            return self._call(said)
        if sort == "number":
            return Decimal(said)
        if sort == "text":
            return said[1:-1]
        if sort == "range":
            values = self.book.values(self.sheet, said)
            return values if ":" in said else values[0]
        assert said == "("
        found = self._sum()
        self.tokens.pop(0)
        return found

    def _call(self, name: str) -> Any:
        given = []
        self.tokens.pop(0)
        while True:
            given.append(self._sum())
            if self.tokens.pop(0)[1] == ")":
                break
        flat = [each for one in given for each in (one if isinstance(one, list) else [one])]
        numbers = [each for each in flat if isinstance(each, Decimal)]
        match name:
            case "SUM":
                return sum(numbers, Decimal(0))
            case "AVERAGE":
                return sum(numbers, Decimal(0)) / len(numbers)
            case "ROUND":
                return given[0].quantize(Decimal(1).scaleb(-int(given[1])), ROUND_HALF_UP)
            case "ROWS":
                return Decimal(len(given[0]))
            case "RANK":
                return Decimal(1 + sum(each > given[0] for each in given[1]))
            case "COUNTIF":
                return Decimal(sum(_fits(each, given[1]) for each in given[0]))
            case "COUNTIFS":
                pairs = list(zip(given[::2], given[1::2], strict=True))
                return Decimal(
                    sum(all(_fits(cells[row], rule) for cells, rule in pairs) for row in range(len(given[0])))
                )
        raise AssertionError(name)

    def _next(self, *signs: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in [("sign", sign) for sign in signs]


def _fits(cell: Any, rule: Any) -> bool:
    if isinstance(rule, str) and rule.startswith(">="):
        return isinstance(cell, Decimal) and cell >= Decimal(rule[2:])
    if isinstance(rule, str) and rule.startswith("<>"):
        return bool(cell != rule[2:])
    return bool(cell == rule)
