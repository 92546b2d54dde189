"""A sheet to rows that may be taken, and every fault of those that may not. Decides alone; the county comes as `Area`.

A row is checked column by column to its end, so that a person mends everything at once.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mingcha.core.regions import TENANT_DIGITS, covers
from mingcha.core.registry.cells import text_of
from mingcha.core.registry.columns import KINDS, STATES, YES_NO, Column, folded
from mingcha.core.registry.faults import Fault, fault
from mingcha.core.registry.sheet import Row, Sheet

MOST_ROWS = 5000
_TOTALS = frozenset({"合计", "总计", "小计", "total", "sum"})
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{1,9})?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_PHONE = re.compile(r"\d{7,}")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_SEPARATORS = re.compile(r"[、,，;；\s]+")
#: Latitudes and longitudes of China, generously.
_LAT, _LON = (3.0, 54.0), (73.0, 136.0)

Json = dict[str, Any]


@dataclass(frozen=True)
class Area:
    """What the county knows before the sheet. `taken`: codes and usernames that somebody outside the scope has."""

    scope: str
    regions: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    inspectors: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass
class Checked:
    """`rows`: what may be taken, in the sheet's order, with `row` beside the values."""

    rows: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def errors(self) -> list[Fault]:
        return [each for each in self.faults if each.severity == "error"]


def check(kind: str, sheet: Sheet, area: Area) -> Checked:
    """Everything about a sheet. A column that the sheet has not is absent from its rows: an import leaves it alone."""
    found = Checked()
    width = max((place + 1 for place, cell in enumerate(sheet.head) if cell and str(cell.value).strip()), default=0)
    sheet = replace(sheet, head=sheet.head[:width])
    columns = _heading(kind, sheet, found.faults)
    if sheet.passed_over:
        found.faults.append(fault(0, None, "file.other_sheets", names="、".join(sheet.passed_over)))
    if sheet.encoding == "gbk":
        found.faults.append(fault(0, None, "file.gbk"))
    if len(sheet.rows) > MOST_ROWS:
        found.faults.append(fault(0, None, "file.too_many_rows", most=MOST_ROWS))
    if found.errors:
        return found
    if not any(not row.is_blank for row in sheet.rows):
        found.faults.append(fault(0, None, "file.empty"))
        return found
    sound: list[Json] = []
    for row in sheet.rows:
        values, faults = _row(kind, row, columns, width, area)
        found.faults += faults
        if values is not None:
            sound.append(values)
    found.faults += _between(kind, sound, area)
    bad = {each.row for each in found.errors}
    found.rows = [each for each in sound if each["row"] not in bad]
    found.faults.sort(key=lambda each: each.row)
    return found


def _heading(kind: str, sheet: Sheet, faults: list[Fault]) -> dict[int, Column]:
    known = {heading: column for column in KINDS[kind] for heading in column.headings}
    columns: dict[int, Column] = {}
    for place, cell in enumerate(sheet.head):
        text = "" if cell is None or cell.form == "merged" else " ".join(str(cell.value).split())
        if not text:
            if any(place < len(row.cells) and _holds(row, place) for row in sheet.rows):
                faults.append(fault(1, None, "head.nameless"))
            continue
        column = known.get(folded(text))
        if column is None:
            faults.append(fault(1, text[:40], "head.unknown"))
        elif column in columns.values():
            faults.append(fault(1, text[:40], "head.repeated"))
        elif place in sheet.hidden_columns:
            faults.append(fault(1, text[:40], "head.hidden"))
        else:
            columns[place] = column
    told = {each.column for each in faults}
    missing = [each for each in KINDS[kind] if each.wanted and each not in columns.values()]
    faults += [fault(1, each.zh, "head.missing") for each in missing if not ({each.zh, each.en, *each.also} & told)]
    return columns


def _holds(row: Row, place: int) -> bool:
    cell = row.cells[place]
    return cell is not None and str(cell.value).strip() != ""


def _row(
    kind: str, row: Row, columns: Mapping[int, Column], width: int, area: Area
) -> tuple[Json | None, list[Fault]]:
    if row.is_blank:
        return None, [fault(row.number, None, "row.blank")]
    if row.hidden:
        return None, [fault(row.number, None, "row.hidden")]
    words = [str(cell.value).strip() for cell in row.cells if cell is not None and cell.form == "text"]
    if words and words[0].lower() in _TOTALS:
        return None, [fault(row.number, None, "row.total")]
    headings = [each.headings for each in columns.values()]
    if len(words) > 1 and sum(any(folded(word) in each for each in headings) for word in words) == len(words):
        return None, [fault(row.number, None, "row.heading_again")]
    faults: list[Fault] = []
    if any(_holds(row, place) for place in range(width, len(row.cells))):
        faults.append(fault(row.number, None, "row.too_long"))
    values: Json = {"row": row.number}
    for place, column in columns.items():
        text, said = text_of(row.cells[place] if place < len(row.cells) else None, column, row.number)
        broken = any(each.severity == "error" for each in said)
        if not broken and text == "" and column.wanted:
            said.append(fault(row.number, column.zh, "cell.missing"))
            broken = True
        if not broken and text != "" and column.key in _READERS:
            text, more = _READERS[column.key](text, column, row.number)
            said += more
        faults += said
        values[column.key] = text
    bad = {each.column for each in faults if each.severity == "error"}
    faults += _ROW_RULES[kind](values, {each.key: each.zh for each in columns.values()}, bad, area)
    if any(each.severity == "error" for each in faults):
        return ({"row": row.number, "code": values.get("code"), "name_zh": None, "region": None, "broken": True}
                if kind != "people" else {"row": row.number, "username": values.get("username"), "broken": True}), faults
    return values, faults


# Columns by themselves: the text and what is said about it.


def _region(text: str, column: Column, row: int) -> tuple[str, list[Fault]]:
    said: list[Fault] = []
    if _SCIENTIFIC.fullmatch(text):
        return "", [fault(row, column.zh, "code.scientific", text=text)]
    if re.fullmatch(r"\d+\.0+", text):
        text = text.split(".")[0]
        said.append(fault(row, column.zh, "code.decimal"))
    if not (text.isascii() and text.isdigit()):
        return "", [*said, fault(row, column.zh, "code.digits", text=text[:20])]
    # The statistical bureau writes every code with 12 digits.
    if len(text) == 12 and text.endswith("000"):
        text = text[:9] if not text.endswith("000000") else text[:6]
        said.append(fault(row, column.zh, "code.padded", text=text))
    if len(text) not in (6, 9, 12):
        return "", [*said, fault(row, column.zh, "code.length", digits=len(text))]
    return text, said


def _site_code(text: str, column: Column, row: int) -> tuple[str, list[Fault]]:
    if _SCIENTIFIC.fullmatch(text):
        return "", [fault(row, column.zh, "code.scientific", text=text)]
    if not _CODE.fullmatch(text):
        return "", [fault(row, column.zh, "code.form", most=40)]
    return text, []


def _coordinate(text: str, column: Column, row: int) -> tuple[str, list[Fault]]:
    if not _DECIMAL.fullmatch(text):
        return "", [fault(row, column.zh, "position.not_decimal", text=text[:20])]
    if len(text.partition(".")[2]) < 3 and float(text) != 0:
        return text, [fault(row, column.zh, "position.coarse")]
    return text, []


def _windows(text: str, column: Column, row: int) -> tuple[Any, list[Fault]]:
    if not re.fullmatch(r"-?\d{1,6}", text):
        return None, [fault(row, column.zh, "number.not_whole", text=text[:20])]
    if not 0 <= int(text) <= 500:
        return None, [fault(row, column.zh, "number.range", least=0, most=500, text=text)]
    return int(text), []


def _hours(text: str, column: Column, row: int) -> tuple[str, list[Fault]]:
    spans = text.replace("~", "-").replace("—", "-").replace("–", "-").split(" ")
    for span in spans:
        found = _SPAN.fullmatch(span)
        if found is None:
            return "", [fault(row, column.zh, "hours.form", text=text[:40])]
        if found.group(1, 2) >= found.group(3, 4):
            return "", [fault(row, column.zh, "hours.reversed", text=span)]
    return " ".join(spans), []


def _person(text: str, column: Column, row: int) -> tuple[str, list[Fault]]:
    return ("", [fault(row, column.zh, "person.phone")]) if _PHONE.search(text) else (text, [])


def _choice(choices: Mapping[str, bool]) -> Callable[[str, Column, int], tuple[Any, list[Fault]]]:
    def read(text: str, column: Column, row: int) -> tuple[Any, list[Fault]]:
        if text.lower() not in choices:
            return None, [fault(row, column.zh, "choice.unknown", offered="、".join(choices), text=text[:20])]
        return choices[text.lower()], []

    return read


def _ties(text: str, column: Column, row: int) -> tuple[Any, list[Fault]]:
    each = [part for part in _SEPARATORS.split(text) if part]
    wrong = [part for part in each if not _CODE.fullmatch(part)]
    return (None, [fault(row, column.zh, "tie.form", text=wrong[0][:20])]) if wrong else (sorted(set(each)), [])


def _words(text: str, column: Column, row: int) -> tuple[Any, list[Fault]]:
    return sorted({part for part in _SEPARATORS.split(text) if part}), []


_READERS: dict[str, Callable[[str, Column, int], tuple[Any, list[Fault]]]] = {
    "region": _region, "code": _site_code, "lat": _coordinate, "lon": _coordinate, "windows": _windows, "hours": _hours,
    "person": _person, "active": _choice(STATES), "available": _choice(YES_NO), "own_town": _ties, "relative": _ties,
    "former_post": _ties, "named": _ties, "qualifications": _words,
}  # fmt: skip


# A row against the county


def _regions_row(values: Json, names: Mapping[str, str], bad: set[str | None], area: Area) -> list[Fault]:
    if names["code"] in bad:
        return []
    code, said = _region(values["code"], KINDS["regions"][0], values["row"])
    values["code"] = code
    if code and not covers(area.scope, code):
        said.append(fault(values["row"], names["code"], "code.outside", code=code))
    return said


def _sites_row(values: Json, names: Mapping[str, str], bad: set[str | None], area: Area) -> list[Fault]:
    row, said = values["row"], []
    if values["region"] and names["region"] not in bad:
        if len(values["region"]) < 9:
            said.append(fault(row, names["region"], "code.level"))
        elif not covers(area.scope, values["region"]):
            said.append(fault(row, names["region"], "code.outside", code=values["region"]))
        elif values["region"] not in area.regions:
            said.append(fault(row, names["region"], "code.unknown", code=values["region"]))
    if values["code"] and values["code"] in area.taken:
        said.append(fault(row, names["code"], "row.taken", code=values["code"]))
    return said + _position(values, names, bad)


def _position(values: Json, names: Mapping[str, str], bad: set[str | None]) -> list[Fault]:
    row, lat, lon = values["row"], values.get("lat", ""), values.get("lon", "")
    if {names.get("lat"), names.get("lon")} & (bad - {None}):
        return []
    if bool(lat) != bool(lon):
        return [fault(row, names.get("lat" if lon else "lon"), "position.half")]
    if not lat:
        return []
    north, east = float(lat), float(lon)
    if north == 0 or east == 0:
        return [fault(row, names["lat"], "position.zero")]
    if _in(north, _LON) and _in(east, _LAT):
        return [fault(row, names["lat"], "position.swapped")]
    said = []
    if not _in(north, _LAT):
        said.append(fault(row, names["lat"], "position.latitude", text=lat))
    if not _in(east, _LON):
        said.append(fault(row, names["lon"], "position.longitude", text=lon))
    return said


def _people_row(values: Json, names: Mapping[str, str], bad: set[str | None], area: Area) -> list[Fault]:
    row, said = values["row"], []
    name = str(values["username"]).lower()
    values["username"] = name
    if name and name not in area.inspectors:
        said.append(fault(row, names["username"], "person.unknown", username=name))
    for key in ("own_town", "relative", "former_post"):
        for code in values.get(key) or ():
            if not (code.isdigit() and len(code) in (6, 9, 12)):
                said.append(fault(row, names[key], "tie.form", text=code))
            elif code[:TENANT_DIGITS] == area.scope[:TENANT_DIGITS] and code not in area.regions:
                said.append(fault(row, names[key], "code.unknown", code=code))
    said += [
        fault(row, names["named"], "tie.form", text=code) for code in values.get("named") or () if code not in area.sites
    ]
    return said


_ROW_RULES: dict[str, Callable[[Json, Mapping[str, str], set[str | None], Area], list[Fault]]] = {
    "regions": _regions_row, "sites": _sites_row, "people": _people_row,
}  # fmt: skip


# Rows against each other


def _between(kind: str, rows: Iterable[Json], area: Area) -> list[Fault]:
    said: list[Fault] = []
    key, heading = ("username", "用户名") if kind == "people" else ("code", KINDS[kind][0].zh)
    first: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for each in rows:
        code = each.get(key)
        if code:
            if code in first:
                said.append(fault(each["row"], heading, "row.duplicate", first=first[code]))
                continue
            first[code] = each["row"]
        if kind == "sites" and not each.get("broken"):
            place = (each["region"], each["name_zh"])
            if place in names:
                said.append(fault(each["row"], "名称", "row.same_name", first=names[place]))
            names.setdefault(place, each["row"])
    if kind == "regions":
        known = area.regions | set(first)
        for each in rows:
            if not each.get("broken") and len(each["code"]) > 6 and (above := each["code"][:-3]) not in known and covers(area.scope, above):
                said.append(fault(each["row"], heading, "code.parent", code=above))
    return said


def _in(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
