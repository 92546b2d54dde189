"""Files brought in as drafts: our workbook, an XLSForm, a checklist file, and those that nobody should bring."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter

from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as flow
from tests.cast import WU, ZHOU
from tests.conftest import problem_of
from tests.core.test_checklist_broken_files import FILES
from tests.visits import small_checklist

DRAFTS = "/api/v1/checklist-drafts"


@pytest.fixture
def zhous(client_of):
    return client_of(ZHOU)


@pytest.fixture
def exported(inside, zhous):
    content = small_checklist()
    digest = flow.keep(content, Checklist.parse(content)).digest
    return zhous.get(f"/api/v1/checklists/{digest}/excel")


def sheet(**sheets):
    """A workbook of these sheets, each a list of rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return out.getvalue()


def changed(data, change):
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_is_exported_comes_back_as_the_same_version(zhous, exported):
    assert exported.headers["Content-Disposition"] == 'attachment; filename="small-1.xlsx"'
    draft = zhous.post(DRAFTS, data=exported.data, content_type=exported.content_type)
    assert draft.status_code == 201, draft.get_json()
    assert draft.get_json()["content"] == small_checklist()
    assert draft.get_json()["report"] == []
    again = zhous.get(f"{DRAFTS}/{draft.get_json()['id']}/excel")
    assert again.data == exported.data


def test_what_excel_makes_of_cells_is_named_by_sheet_row_and_column(zhous, exported):
    def spoil(book):
        rows = book["指标 indicators"]
        heads = {cell.value.split()[-1]: cell.column for cell in rows[1]}
        rows.cell(2, heads["full_marks"]).value = "２"
        rows.cell(3, heads["full_marks"]).value = "=1+1"
        rows.cell(4, heads["full_marks"]).value = "two"
        rows.cell(5, heads["id"]).value = 4
        rows.merge_cells(start_row=2, end_row=5, start_column=heads["group"], end_column=heads["group"])
        rows.merge_cells(start_row=2, end_row=3, start_column=heads["place"], end_column=heads["place"])
        book["扣分条款 clauses"].cell(1, 30).value = "谁填的"
        book.create_sheet("草稿纸").append(["x"])

    answer = zhous.post(DRAFTS, data=changed(exported.data, spoil))
    assert answer.status_code == 201
    draft = answer.get_json()
    said = {(each["code"], each["sheet"], each["row"]): each["severity"] for each in draft["report"]}
    assert said == {
        ("cell.full_width", "指标 indicators", 2): "doubt",
        ("cell.formula", "指标 indicators", 3): "error",
        ("cell.unreadable", "指标 indicators", 4): "error",
        ("cell.number", "指标 indicators", 5): "doubt",
        ("cell.merged_down", "指标 indicators", 2): "doubt",
        ("cell.merged", "指标 indicators", 2): "error",
        ("workbook.unknown_column", "扣分条款 clauses", 1): "error",
        ("workbook.unknown_sheet", "草稿纸", 1): "error",
    }
    indicators = draft["content"]["categories"][0]["groups"][0]["indicators"]
    assert [each.get("full_marks") for each in indicators] == ["2", None, None, "2"]
    assert [each["id"] for each in indicators] == ["1", "2", "3", "4"]
    assert {each["code"] for each in draft["faults"]} == {"shape.invalid", "marks.sum", "version.taken"}


def test_a_row_that_belongs_to_nothing_and_a_cell_that_is_no_text_are_left_out_by_name(zhous, exported):
    def spoil(book):
        clauses = book["扣分条款 clauses"]
        clauses["A2"], clauses["B3"] = "99", None
        clauses["D4"] = datetime(2026, 3, 1)  # noqa: DTZ001
        clauses["E5"] = "#REF!"
        clauses["E5"].data_type = "e"

    draft = zhous.post(DRAFTS, data=changed(exported.data, spoil)).get_json()
    said = {(each["code"], each["column"], each["row"]) for each in draft["report"]}
    assert said == {("cell.orphan", "A", 2), ("cell.no_id", "A", 3), ("cell.date", "D", 4), ("cell.error", "E", 5)}
    assert all(each["message"]["zh"] and each["message"]["en"] for each in draft["report"])


def test_an_xlsform_becomes_a_draft_and_says_what_it_could_not_bring(zhous):
    form = sheet(
        survey=[
            ["type", "name", "label::中文 (zh)", "label::English (en)", "relevant"],
            ["begin group", "hall", "大厅", "Hall", ""],
            ["select_one yn", "tidy", "大厅整洁", "The hall is tidy", ""],
            ["select_one colour", "wall", "墙面颜色", "Colour of the wall", ""],
            ["decimal", "area", "面积", "Area", ""],
            ["begin group", "desk", "窗口", "Windows", ""],
            ["select_one yn", "signs", "窗口有标识", "Windows have signs", "${tidy} = 'yes'"],
            ["end group", "", "", "", ""],
            ["end group", "", "", "", ""],
            ["image", "scene", "现场照片", "Photo of the scene", ""],
        ],
        choices=[
            ["list_name", "name", "label::中文 (zh)", "label::English (en)"],
            ["yn", "yes", "是", "Yes"], ["yn", "no", "否", "No"], ["yn", "na", "不适用", "Not applicable"],
            ["colour", "white", "白", "White"], ["colour", "grey", "灰", "Grey"],
        ],
        settings=[["form_title", "form_id", "version"], ["大厅检查", "hall_check", "2026"]],
    )  # fmt: skip
    answer = zhous.post(DRAFTS, data=form)
    assert answer.status_code == 201, answer.get_json()
    draft = answer.get_json()
    assert (draft["slug"], draft["version"], draft["content"]["scheme"]) == ("hall-check", "2026", "conformity")
    category = draft["content"]["categories"][0]
    assert category["title"] == {"zh": "大厅", "en": "Hall"}
    assert [[each["id"] for each in group["indicators"]] for group in category["groups"]] == [["tidy"], ["signs"]]
    assert category["groups"][0]["indicators"][0]["text"] == {"zh": "大厅整洁", "en": "The hall is tidy"}
    lost = [each for each in draft["report"] if each["severity"] == "error"]
    left = {(each["row"], each["message"]["en"].split("”")[0]) for each in lost}
    assert left == {(4, "“wall"), (5, "“area"), (7, "“signs"), (10, "“scene")}
    # A form has one title: the other language is for a person to write.
    wanted = ["$.title.en"]
    assert [each["path"] for each in draft["faults"] if each["code"] == "text.language"] == wanted
    assert {each["path"] for each in draft["faults"] if each["code"] == "shape.invalid"} == {"$.title"}


def test_a_form_that_odk_cannot_read_is_refused_in_its_words(zhous):
    form = sheet(survey=[["type", "name", "label"], ["select_one yn", "a", "A"]], choices=[["list_name", "name"]])
    refused = zhous.post(f"{DRAFTS}?format=xlsform", data=form)
    assert (refused.status_code, problem_of(refused)) == (422, "checklist.faulty")
    assert "form.unreadable" in {each["code"] for each in refused.get_json()["problem"]["details"]["faults"]}


@pytest.mark.parametrize("name", [name for name, (_, _, code) in FILES.items() if code != "file.misplaced"])
def test_a_broken_checklist_file_is_never_taken_and_every_fault_is_named(zhous, tmp_path, name):
    raw, path, code = FILES[name]
    marker = tmp_path / "marker"
    raw = raw.replace(b"{marker}", str(marker).encode())
    answer = zhous.post(DRAFTS, data=raw, content_type="application/yaml")
    assert answer.status_code in (201, 413, 422), name
    body = answer.get_json()
    if answer.status_code == 201:
        found = body["faults"]
        published = zhous.post(f"{DRAFTS}/{body['id']}/publish", json={"note": {"zh": "试", "en": "try"}})
        assert published.status_code == 422
    else:
        found = body["problem"]["details"].get("faults", [])
        assert found or answer.status_code == 413
    if found:
        places = [each["path"] for each in found if each["code"] == code]
        assert any(place.endswith(path) or place.startswith(path) for place in places), found
    assert not marker.exists()


BOMB = b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><z>&b;</z>'
HEAD = [["检查表 format", 1]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "workbook.unreadable"),
        (b"hello", "workbook.unreadable"),
        (b"PK\x03\x04 not a zip", "workbook.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook.old_format"),
        (packed(xl__workbook="<a/>"), "workbook.unreadable"),
        (packed(xl__workbook=BOMB), "workbook.hostile"),
        (packed(xl__workbook=b"0" * (33 * 1024 * 1024)), "workbook.too_large"),
        (packed(**{f"part{number}": "<a/>" for number in range(201)}), "workbook.too_large"),
        (packed(xl__worksheets__sheet1="<c r='A1'/>" * 120_001), "workbook.too_large"),
        (packed(xl__worksheets__sheet1="<c r='A1048576'/>"), "workbook.too_large"),
        (sheet(other=[["x"]]), "workbook.missing_sheet"),
        (sheet(checklist=HEAD), "workbook.missing_sheet"),
        (sheet(survey=[["type"]]), "form.unreadable"),
        (sheet(survey=[["x" * 300, "::", "label::::"], ["", "a", "b"]]), "form.unreadable"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_or_made_to_hurt_is_refused_by_name(zhous, data, code):
    answer = zhous.post(DRAFTS, data=data, content_type="application/octet-stream")
    assert (answer.status_code, problem_of(answer)) == (422, "checklist.faulty"), answer.get_json()
    assert code in {each["code"] for each in answer.get_json()["problem"]["details"]["faults"]}


def test_a_file_of_ten_megabytes_is_refused_before_it_is_read(zhous):
    answer = zhous.post(DRAFTS, data=b"0" * 10_000_000, content_type="application/octet-stream")
    assert (answer.status_code, problem_of(answer)) == (413, "too_large")


def test_a_viewer_takes_a_version_out_and_brings_none_in(client_of, exported):
    answer = client_of(WU).post(DRAFTS, data=exported.data)
    assert problem_of(answer) == "not_allowed"
