"""A sheet of 3,000 sites with one row for every way in which a row can be wrong, as Excel would hold it."""

import io
from datetime import datetime
from typing import Any

from openpyxl import Workbook

HEAD = ["点位编号*", "区划代码*", "名称*", "英文名称", "地址", "纬度", "经度", "窗口数", "责任人", "开放时间", "状态"]
CODE, REGION, NAME, ENGLISH, ADDRESS, LAT, LON, WINDOWS, PERSON, HOURS, STATE = range(11)
TOWN = "990123101"


def sound(number: int) -> list[Any]:
    return [f"S-{number:04}", TOWN, f"第{number}便民服务点", f"Point {number}", f"桥东路{number}号", "36.1852", "118.1684", "6", "李",
            "08:30-12:00 13:30-17:00", "在用"]  # fmt: skip


#: The code of a fault → which cell holds what. `None`: the row is broken in another way, below.
BROKEN: dict[str, dict[int, Any] | None] = {
    "row.hidden": None,
    "row.heading_again": dict(enumerate(HEAD)),
    "row.total": {CODE: "合计", **dict.fromkeys(range(1, 11))},
    "row.too_long": {11: "多余"},
    "row.duplicate": {CODE: "S-0002"},
    "row.same_name": {NAME: "第3便民服务点"},
    "row.taken": {CODE: "TAKEN-1"},
    "cell.merged": None,
    "cell.formula": {WINDOWS: "=1+2"},
    "cell.error": {ADDRESS: "#REF!"},
    "cell.boolean": {PERSON: True},
    "cell.date": {HOURS: datetime(2026, 3, 1)},  # noqa: DTZ001 - as Excel keeps it
    "cell.control": None,
    "cell.garbled": {NAME: "便民锟斤拷"},
    "cell.placeholder": {NAME: "待定"},
    "cell.missing": {NAME: None},
    "cell.too_long": {NAME: "长" * 121},
    "code.scientific": {REGION: "9.90123E+8"},
    "code.digits": {REGION: "99012310A"},
    "code.length": {REGION: "9901231"},
    "code.outside": {REGION: "990456101"},
    "code.unknown": {REGION: "990123999"},
    "code.level": {REGION: "990123"},
    "code.form": {CODE: "编号/7"},
    "position.half": {LON: None},
    "position.not_decimal": {LAT: "36°11′"},
    "position.swapped": {LAT: "118.1684", LON: "36.1852"},
    "position.latitude": {LAT: "61.2000"},
    "position.longitude": {LON: "12.5000"},
    "position.zero": {LAT: "0", LON: "0"},
    "number.not_whole": {WINDOWS: "六"},
    "number.range": {WINDOWS: -3},
    "hours.form": {HOURS: "上午八点半"},
    "hours.reversed": {HOURS: "17:00-08:30"},
    "person.phone": {PERSON: "李13800000000"},
    "choice.unknown": {STATE: "也许"},
}  # fmt: skip

#: Read all the same, with a note.
NOTED: dict[str, dict[int, Any]] = {
    "cell.full_width": {REGION: "９９０１２３１０１"},
    "cell.spaces": {NAME: "  有空格的便民服务点 "},
    "cell.invisible": {NAME: "零宽\u200b便民服务点"},
    "cell.line_break": {ADDRESS: "桥东路\n18号"},
    "code.decimal": {REGION: "990123101.0"},
    "code.padded": {REGION: "990123101000"},
    "position.coarse": {LAT: "36.1", LON: "118.1"},
    "row.blank": dict.fromkeys(range(11)),
}  # fmt: skip


def large(rows: int = 3000) -> tuple[bytes, dict[int, str]]:
    """The file, and which row holds which fault."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEAD)
    where: dict[int, str] = {}
    faulty = {100 + 50 * place: code for place, code in enumerate([*BROKEN, *NOTED])}
    for row in range(2, rows + 2):
        values = sound(row)
        code = faulty.get(row)
        if code is not None:
            where[row] = code
            for place, value in ({**NOTED, **BROKEN}[code] or {}).items():
                values += [None] * (place + 1 - len(values))
                values[place] = value
        sheet.append(values)
        if code == "row.hidden":
            sheet.row_dimensions[row].hidden = True
        elif code == "cell.merged":
            where[row - 1] = code
            sheet.merge_cells(start_row=row - 1, end_row=row, start_column=NAME + 1, end_column=NAME + 1)
        elif code == "cell.error":
            sheet.cell(row, ADDRESS + 1).data_type = "e"
        elif code == "cell.control":
            sheet.cell(row, ADDRESS + 1).value = "_x0007_桥东路"
    book.create_sheet("说明")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), where
