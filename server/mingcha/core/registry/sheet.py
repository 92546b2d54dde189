"""A sheet as it was read: rows of cells with what the file says about them. Knows no file format."""

from dataclasses import dataclass, field
from typing import Any, Literal

#: What kind of thing a cell holds. `merged`: it lies under another cell and holds nothing itself.
Form = Literal["text", "number", "date", "formula", "error", "boolean", "merged"]


@dataclass(frozen=True)
class Cell:
    """`value`: text for every form but number (int or float)."""

    value: Any
    form: Form = "text"


@dataclass(frozen=True)
class Row:
    """`number` as the person sees it in the file, the heading being 1."""

    number: int
    cells: tuple[Cell | None, ...]
    hidden: bool = False

    @property
    def is_blank(self) -> bool:
        return all(cell is None or (cell.value in ("", None) and cell.form == "text") for cell in self.cells)


@dataclass
class Sheet:
    """`passed_over`: names of other sheets of the file; `hidden_columns`: places, from 0."""

    head: tuple[Cell | None, ...] = ()
    rows: list[Row] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    encoding: str | None = None
