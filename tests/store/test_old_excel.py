"""The old Excel format: an XLSForm is brought in from it, everything else is asked for as .xlsx."""

import pytest

from mingcha.core.checklist.faults import Faulty
from mingcha.store import checklist_imports
from tests.store.old_excel import xls

SURVEY = [
    ["type", "name", "label"],
    ["begin group", "hall", "大厅"],
    ["select_one yn", "clean", "大厅是否整洁"],
    ["integer", "chairs", "几把椅子"],
    ["end group", "", ""],
]
CHOICES = [["list_name", "name", "label"], ["yn", "yes", "是"], ["yn", "no", "否"]]
SETTINGS = [["form_title", "form_id", "version"], ["大厅检查", "hall_check", "3"]]


def test_an_xlsform_in_the_old_format_becomes_a_draft() -> None:
    brought = checklist_imports.read(xls(survey=SURVEY, choices=CHOICES, settings=SETTINGS))

    (category,) = brought.content["categories"]
    (row,) = category["groups"][0]["indicators"]
    assert (brought.content["slug"], brought.content["version"]) == ("hall-check", "3")
    assert (category["title"]["zh"], row["id"], row["text"]["zh"]) == ("大厅", "clean", "大厅是否整洁")
    left = next(each for each in brought.report if each.code == "form.not_taken")
    assert (left.path, left.message.zh) == ("survey!A4", "“chairs”（整数题）无法带入。")


@pytest.mark.parametrize("kind", ["any", "template"])
def test_any_other_workbook_of_the_old_format_is_asked_for_as_xlsx(kind: str) -> None:
    raw = xls(checklist=[["slug", "small"]], indicators=[["id"], ["1.1"]])

    with pytest.raises(Faulty) as refused:
        checklist_imports.read(raw, kind)

    (found,) = refused.value.faults
    assert found.code == "workbook.old_format"
    assert "另存为“.xlsx”" in found.message.zh
    assert "Save it as “.xlsx”" in found.message.en
