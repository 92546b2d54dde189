"""A checklist goes out as a workbook and comes back the same, whatever stands in it."""

import io
from copy import deepcopy

import openpyxl
import pytest

from mingcha.config import HOUSE
from mingcha.core.canonical import digest
from mingcha.store import checklist_files, checklist_imports
from mingcha.store.checklist_excel import workbook_of
from tests.core import checklist_small as small

ROOT = HOUSE / "checklists"


@pytest.mark.parametrize("slug", checklist_files.slugs(ROOT))
def test_each_of_the_five_standards_survives_the_workbook(slug):
    checklist = checklist_files.read(ROOT, slug)
    brought = checklist_imports.read(workbook_of(checklist.content).data)
    assert digest(brought.content) == checklist.digest
    assert brought.report == []


@pytest.mark.parametrize("scheme", [small.points, small.tiers, small.matrix, small.conformity])
def test_what_is_not_there_what_is_nothing_and_what_is_empty_stay_three_things(scheme):
    content = scheme()
    first, second = small.indicators(content)
    first["notes"] = [{"text": {"zh": "甲", "en": "a"}}, {"text": {"zh": "乙", "en": "b"}, "at": None}]
    second["measures"] = [
        {"id": "m", "text": {"zh": "数", "en": "n"}, "unit": {"zh": "", "en": ""}, "type": "count", "min": None, "decimals": 0}
    ]
    content["settings"] = [
        {"id": "one", "value": "", "choices": ["", "a b"], "text": {"zh": "问", "en": "q"}, "at": None, "words": {}},
        {"id": "two", "value": "x", "choices": ["x", "y,z"], "text": {"zh": "问", "en": "q"}},
    ]
    content["source"] = {"document": "文件", "issued": ""}
    content["replaces"] = {"version": "0", "note": {"zh": "改", "en": "Changed"}}
    if "clauses" in first:
        first["clauses"][0]["phrases"] = []
        content["grades"] = {"valid_years": 2, "bands": [], "none": {"zh": "无", "en": "none"}, "downgrades": []}
    if "requirements" in first:
        first["requirements"][0]["implies"] = []
        second["requirements"][0]["threshold"] = None
    if "tiers" in first:
        first["tiers"]["standard"]["thresholds"] = []
    grades = content.pop("grades", None)
    brought = checklist_imports.read(workbook_of(content).data)
    assert (brought.content, brought.report) == (content, [])
    assert grades is None or grades["bands"] == []


HOSTILE = (
    "=HYPERLINK(\"http://example.org\",\"x\")", "+1+1", "-2", "@SUM(A1)", "'quoted", "''", "null", "[]", "{}", " lead",
    "trail ", "two\nlines", "\ttab", "_x000D_", "_x0041_", "1e5", "001", "TRUE", "#REF!", "２", "<b>&amp;</b>", "𠮷",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_or_change_comes_back_as_text(text):
    content = deepcopy(small.points())
    small.indicators(content)[0]["text"] = {"zh": text, "en": text}
    content["title"]["zh"] = text
    data = workbook_of(content).data
    assert checklist_imports.read(data).content == content
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t"))
