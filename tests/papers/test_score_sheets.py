"""The Excel score sheet of each of the five sources: its own columns, and sums that a spreadsheet comes to by itself."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from mingcha.papers.score_sheet import score_sheet
from tests.papers.evaluator import Workbook
from tests.papers.made import FORMULA, SLUGS, visit

MAIN = {"county-grading": "评分表", "ningbo-58": "指标表", "yiyuan-tiers": "标准对照表"}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_formula_comes_to_what_is_written_beside_it(slug):
    data = score_sheet(visit(slug))
    anew, kept = Workbook(io.BytesIO(data)), load_workbook(io.BytesIO(data), data_only=True)
    found = {(sheet, cell) for sheet, cells in anew.formulas().items() for cell in cells}
    assert len(found) >= 3
    for sheet, cell in found:
        assert Decimal(str(kept[sheet][cell].value)) == anew.value(sheet, cell), (sheet, cell)


def test_the_sheet_of_002_adds_up_to_the_engines_figures():
    told = visit("county-grading")
    book = Workbook(io.BytesIO(score_sheet(told)))
    sheet = book.book["评分表"]
    assert [sheet.cell(4, column).value for column in range(1, 8)] == [
        "序号", "项目", "评选内容", "分值", "得分", "扣分", "存在问题",
    ]  # fmt: skip
    sums = {sheet.cell(row, 3).value: row for row in range(5, sheet.max_row) if sheet.cell(row, 2).value == "小计"}
    for category in told.result["categories"]:
        name = next(each.title.zh for each in told.checklist.categories if each.id == category["id"])
        assert book.value("评分表", f"D{sums[name]}") == Decimal(category["full"])
        assert book.value("评分表", f"E{sums[name]}") == Decimal(category["high"])
    last = sheet.max_row
    assert sheet.cell(last, 2).value == "合计"
    assert book.value("评分表", f"D{last}") == Decimal(told.result["full"])
    assert book.value("评分表", f"E{last}") == Decimal(told.result["high"]) < Decimal(told.result["full"])
    assert sheet[f"E{last}"].value.startswith("=ROUND(SUM(E")


@pytest.mark.parametrize(
    ("slug", "label"),
    [("wuhai-halls", "全部"), ("service-systems", "全部"), ("ningbo-58", "符合的指标数"), ("yiyuan-tiers", "级数合计")],
)
def test_the_other_schemes_come_to_the_engines_figure_too(slug, label):
    told = visit(slug)
    book = Workbook(io.BytesIO(score_sheet(told)))
    sheet = book.book[MAIN.get(slug, "检查表")]
    row = next(row for row in sheet.iter_rows(min_row=5) if label in [cell.value for cell in row])
    formula = next(cell for cell in row if cell.data_type == "f")
    assert book.value(sheet.title, formula.coordinate) == Decimal(told.result["low"])


def test_a_name_that_is_a_formula_stays_a_name():
    sheet = load_workbook(io.BytesIO(score_sheet(visit("county-grading"))))["评分表"]
    said = [cell for row in sheet for cell in row if isinstance(cell.value, str) and "cmd|" in cell.value]
    assert len(said) > 2
    assert {cell.data_type for cell in said} == {"s"}
    assert any(FORMULA in cell.value for cell in said)


def test_a_visit_without_answers_shows_its_range_and_says_that_it_is_no_result():
    told = visit("county-grading", sheet={"checklist": "county-grading", "version": "2022.1"}, approved=False)
    book = Workbook(io.BytesIO(score_sheet(told)))
    sheet = book.book["评分表"]
    assert "未批准稿" in sheet["A3"].value
    assert sheet["F4"].value == "最低得分"
    assert book.value("评分表", f"F{sheet.max_row}") == Decimal(told.result["low"])
    assert book.value("评分表", f"E{sheet.max_row}") == Decimal(told.result["high"])
