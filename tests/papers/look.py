"""Every paper of every checklist through LibreOffice: does it open, what does it look like, and do its sums hold.

`python -m tests.papers.look FOLDER` writes each paper there, prints it to PDF, each page to PNG, and lets LibreOffice work
every formula out anew: what it comes to must be what the engine wrote beside it. Anything that does not open, comes out
empty, runs as a formula where it should be text, or differs is named, and the exit code is 1. The pages are for eyes.
"""

import csv
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from openpyxl import load_workbook
from PIL import Image, ImageOps

from tests.papers.county import Made, every_paper

#: LibreOffice trusts the results that a file carries, unless it is told to work out every formula on opening.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_TOOLS = ("soffice", "pdftoppm")
#: Papers of one checklist: seven kinds, the two of a visit again for one that is not approved. Two ledgers stand beside them.
EXPECTED = 5 * 10 + 2
DOTS_PER_INCH = 70


def main(folder: Path) -> int:
    if lacking := [each for each in _TOOLS if not shutil.which(each)]:
        print(f"needs {' and '.join(lacking)}: apt install libreoffice-calc libreoffice-writer poppler-utils", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for each in ("pages", "pdf", "recalculated", "tables"):
        shutil.rmtree(folder / each, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="mingcha-papers-") as scratch:
        office = Office(Path(scratch, "profile"))
        office.require_recalculation(Path(scratch))
        made = list(every_paper(_fresh(Path(scratch, "county"))))
        faults = [] if len(made) == EXPECTED else [f"{len(made)} papers, {EXPECTED} expected"]
        faults += _write_and_look(folder, made, office)
    for fault in faults:
        print(f"✗ {fault}")
    pages = len(list(folder.glob("pages/*.png")))
    print(f"{office.version()}: {len(made)} papers, {pages} pages, {office.formulas} formulas, {len(faults)} faults; {folder}/pages")
    return 1 if faults else 0


def _write_and_look(folder: Path, made: list[Made], office: "Office") -> Iterator[str]:
    paths = {f"{each.slug}-{each.name}": each for each in made}
    for name, each in paths.items():
        (folder / name).write_bytes(each.data)
    printed = folder / "pdf"
    office.convert([folder / name for name in paths if name.endswith((".xlsx", ".docx"))], "pdf", printed)
    office.convert([folder / name for name in paths if name.endswith(".xlsx")], "xlsx", folder / "recalculated")
    for name in (name for name in paths if name.endswith(".csv")):
        office.convert([folder / name], "xlsx", folder / "tables", "--infilter=CSV:44,34,76,1,,1033,false,false")
    (folder / "pages").mkdir()
    for name, each in paths.items():
        stem, _, ending = name.rpartition(".")
        if ending in ("xlsx", "docx", "pdf"):
            yield from _pages(name, folder / name if ending == "pdf" else printed / f"{stem}.pdf", folder / "pages" / stem)
        if ending == "xlsx":
            yield from office.compare(name, each.data, folder / "recalculated" / name)
        if ending == "csv":
            yield from _as_text(name, each.data, folder / "tables" / f"{stem}.xlsx")


def _pages(name: str, pdf: Path, stem: Path) -> Iterator[str]:
    """Each page as a picture; none may be missing or empty."""
    if not pdf.exists():
        yield f"{name}: LibreOffice does not open it"
        return
    subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", str(pdf), str(stem)], check=True, timeout=300)
    pages = sorted(stem.parent.glob(f"{stem.name}-[0-9]*.png"))
    if not pages:
        yield f"{name}: no page"
    for page in pages:
        with Image.open(page) as image:
            if ImageOps.invert(image.convert("L")).getbbox() is None:
                yield f"{page.name}: an empty page"


def _as_text(name: str, data: bytes, converted: Path) -> Iterator[str]:
    """A spreadsheet shows each cell of a CSV as it is written, and none of them runs."""
    if not converted.exists():
        yield f"{name}: LibreOffice does not open it"
        return
    want = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    sheet = load_workbook(converted).active
    assert sheet is not None
    if any(cell.data_type in "fe" for row in sheet for cell in row):
        yield f"{name}: a cell is a formula"
    if (sheet.max_row, sheet.max_column) != (len(want), len(want[0])):
        yield f"{name}: {sheet.max_row} × {sheet.max_column} cells, {len(want)} × {len(want[0])} written"


class Office:
    """LibreOffice without a screen, with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self.formulas = 0
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)

    def version(self) -> str:
        done = subprocess.run(["soffice", "--version"], capture_output=True, text=True, timeout=60)
        return " ".join(done.stdout.split()[:2])

    def convert(self, paths: list[Path], to: str, into: Path, *options: str) -> None:
        into.mkdir(exist_ok=True)
        words = ["soffice", f"-env:UserInstallation=file://{self._profile}", "--headless", *options, "--convert-to", to]
        subprocess.run([*words, "--outdir", str(into), *map(str, paths)], check=True, capture_output=True, timeout=600)

    def require_recalculation(self, scratch: Path) -> None:
        """A file that lies about a sum must come back corrected: else comparing shows nothing."""
        path = scratch / "lie.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("a")
            sheet.write_number(0, 0, 2)
            sheet.write_formula(0, 1, "=A1+A1", None, 5)
        self.convert([path], "xlsx", scratch / "told")
        found = load_workbook(scratch / "told" / "lie.xlsx", data_only=True)["a"]["B1"].value
        if found != 4:
            sys.exit(f"LibreOffice does not work formulas out anew: 2 + 2 came to {found}")

    def compare(self, name: str, data: bytes, recalculated: Path) -> Iterator[str]:
        if not recalculated.exists():
            yield f"{name}: LibreOffice does not open it"
            return
        formulas = load_workbook(io.BytesIO(data))
        engine = load_workbook(io.BytesIO(data), data_only=True)
        office = load_workbook(recalculated, data_only=True)
        for sheet in formulas:
            for cell in (cell for row in sheet for cell in row if cell.data_type == "f"):
                self.formulas += 1
                want, found = (book[sheet.title][cell.coordinate].value for book in (engine, office))
                if not isinstance(found, int | float) or Decimal(str(found)) != Decimal(str(want)):
                    yield f"{name} {sheet.title}!{cell.coordinate} {cell.value}: {found}, the engine says {want}"
            for cell in (cell for row in office[sheet.title] for cell in row):
                if cell.data_type == "e" or str(cell.value).startswith(("Err:", "#REF!", "#NAME?", "#VALUE!")):
                    yield f"{name} {sheet.title}!{cell.coordinate}: {cell.value}"


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
