"""Campaigns by rates (wuhai-halls) and by tiers (yiyuan-tiers): results and ranking, every figure by hand."""

import io

import pytest
from openpyxl import load_workbook

from mingcha.config import HOUSE
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo
from tests.campaigning import campaign, crew, desk, hands, plan
from tests.cast import COUNTY, SHIQIAO, ZHOU, Person
from tests.papers.made import checklist
from tests.stories.phone import Phone

__all__ = ["campaign", "crew", "desk", "hands", "plan"]
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
BAISHA = "990123102"


@pytest.fixture
def list_(app):
    """Every checklist of the house is there; each test names its own."""
    with app.app_context():
        checklist_flow.publish_all(HOUSE / "checklists")
    return ""


@pytest.fixture
def inspected(desk, client_of, crew, campaign):
    """A campaign of two halls by this checklist: all is met at its best, but for what is said of each hall."""

    def run(slug, **said):
        list_ = checklist(slug)
        made = campaign("running", checklist=list_.digest, sites=[demo.site_id(each) for each in (SHIQIAO, BAISHA)])
        visits = {each["site"]["region"]: each for each in desk.get(f"/campaigns/{made}/visits")["visits"]}
        desk.post(f"/campaigns/{made}/release", visits=[each["id"] for each in visits.values()])
        names = {account: name for name, account in crew.items()}
        for hall, region in (("shiqiao", SHIQIAO), ("baisha", BAISHA)):
            visit = visits[region]
            inspector = client_of(Person(names[visit["team"][0]["id"]], "", "inspector", COUNTY))
            _fill(Phone(inspector, visit["id"], f"phone-{hall}"), list_, said.get(hall, {}))
            zhou = Phone(client_of(ZHOU), visit["id"], f"desk-{hall}")
            lacking = {each["indicator"] for each in desk.get(f"/inspections/{visit['id']}")["result"]["missing_evidence"]}
            for row in sorted(lacking):
                zhou.write(f"review/waiver/{row}", {"reason": "照片已在现场核对"})
            zhou.sync()
            desk.post(f"/inspections/{visit['id']}/approval", seen=desk.get(f"/inspections/{visit['id']}")["seq"])
        (board,) = desk.get(f"/campaigns/{made}/results")["boards"]
        return board, _ranking(desk.ask("GET", f"/campaigns/{made}/papers/ranking.xlsx").data)

    return run


def _fill(phone, list_, said):
    for id, row in list_.indicators.items():
        if not row.requirements:
            phone.write(f"answer/{id}/verdict", said.get(id, "met"))
        for one in row.requirements:
            phone.write(f"answer/{id}/requirement/{one}", said.get(f"{id}/{one}", "met"))
        for one, measure in row.measures.items():
            phone.write(f"answer/{id}/measure/{one}", "100" if measure.type == "percent" else "500")
    phone.write("visit/submitted", {"at": "2026-09-22T03:00:00.000Z"})
    assert set(phone.sync().values()) <= {"applied", "merged"}


def _ranking(data):
    """By site: place, result, grade; and the average under them."""
    sheet = load_workbook(io.BytesIO(data), data_only=True)["排名"]
    head = [cell.value for cell in sheet[3]]
    at = [head.index(name) for name in ("单位", "名次", "结果", "等级")]
    return [tuple(row[each].value for each in at) for row in sheet.iter_rows(min_row=4) if row[at[0]].value]


def test_rates_of_each_part_and_of_the_whole(inspected):
    """84 duties in parts of 55, 16, 6 and 7. At Shiqiao two of part 1 are not met and one does not apply: 52 of 54 is
    96.30 %, 81 of 83 is 97.59 %. Baisha has 100 %: on average 98.80 %, and 98.15 % in part 1.
    """
    board, ranking = inspected("wuhai-halls", shiqiao={"1.1.1": "not_met", "1.1.2": "not_met", "1.2.1": "not_applicable"})
    baisha, shiqiao = board["rows"]
    assert [(each["site"]["region"], each["place"], each["low"], each["high"]) for each in (baisha, shiqiao)] == [
        (BAISHA, [1, 1], "100", "100"), (SHIQIAO, [2, 2], "97.59", "97.59")]  # fmt: skip
    assert [(each["id"], each["high"]) for each in shiqiao["categories"]] == [("1", "96.3"), ("2", "100"), ("3", "100"), ("4", "100")]
    assert board["figures"]["all"]["high"] == "98.8"
    assert [each["high"] for each in board["figures"]["categories"]] == ["98.15", "100", "100", "100"]
    rows = {each["id"]: each for each in board["figures"]["indicators"]}
    assert [(rows[id]["met"], rows[id]["lost"], rows[id]["not_applicable"], rows[id]["rate"]) for id in ("1.1.1", "1.2.1")] == [
        (1, 1, 0, "50"), (1, 0, 1, "100")]  # fmt: skip
    assert ([row[1] for row in ranking[:2]], [row[2] for row in ranking]) == ([1, 2], [100, 97.59, 98.8])


def test_tiers_with_what_stands_before_the_next(inspected):
    """Ten rows of three levels. Baisha reaches 标杆型 in each: 30. At Shiqiao rows 6 and 8 lack one demand each that only
    标杆型 makes: they stay at 标准型, 28 in all, and the whole hall with them. 29 on average.
    """
    board, ranking = inspected("yiyuan-tiers", shiqiao={"6/d": "not_met", "8/o": "not_met"})
    baisha, shiqiao = board["rows"]
    assert [(each["place"], each["high"], each["tier"]["reached"]) for each in (baisha, shiqiao)] == [
        ([1, 1], "30", "benchmark"), ([2, 2], "28", "standard")]  # fmt: skip
    assert [(each["indicator"], each["requirement"]) for each in shiqiao["tier"]["standing_between"]] == [("6", "d"), ("8", "o")]
    tiers = board["figures"]["tiers"]
    assert [(each["tier"], each["sites"]) for each in tiers["reached"]] == [
        ("benchmark", 1), ("standard", 1), ("basic", 0), (None, 0)]  # fmt: skip
    assert [(each["indicator"], each["requirement"], each["sites"]) for each in tiers["between"]] == [("6", "d", 1), ("8", "o", 1)]
    assert [row[1:] for row in ranking[:2]] == [(1, 30, "标杆型"), (2, 28, "标准型")]
    assert ranking[2][2] == 29
