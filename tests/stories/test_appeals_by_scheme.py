"""An upheld appeal where a result is no sum of marks: the tier or the rate follows, with its working."""

import pytest

from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo, recompute
from mingcha.flows import inspections as inspection_flow
from tests.cast import LIN, SHIQIAO, ZHAO, ZHOU
from tests.conftest import problem_of
from tests.core import checklist_small as small
from tests.rectifying import centre, desk, hands, issue, new_id, wanted, work
from tests.stories.phone import Phone

__all__ = ["centre", "desk", "hands", "issue", "work"]


@pytest.fixture
def approve(hands, app, client_of, id_of):
    """A visit by a checklist of this scheme, where `answers` were written and everything else is met, approved by 周."""

    def visit(scheme, answers, findings=()):
        content = getattr(small, scheme)()
        for row in small.indicators(content):
            row["evidence"] = []
        with app.app_context():
            checklist_flow.keep(content, Checklist.parse(content))
            inspection = inspection_flow.create(
                site_id=demo.site_id(SHIQIAO), slug="small", version="1", team=[id_of(LIN), id_of(ZHAO)],
                campaign_title="第三季度", visit_on="2026-09-18",
            )  # fmt: skip
        lin = Phone(client_of(LIN), inspection, "phone-of-lin")
        for target, value in answers.items():
            lin.write(f"answer/{target}", value)
        for finding, indicator, clause in findings:
            lin.write(f"finding/{finding}", {"indicator": indicator, "clause": clause, "item": None, "case": None}, "add")
        lin.write("visit/submitted", {"at": "2026-09-18T03:00:00.000Z"})
        lin.sync()
        assert not lin.held, lin.held
        zhou = client_of(ZHOU)
        address = f"/api/v1/inspections/{inspection}"
        answer = zhou.post(f"{address}/approval", json={"seen": zhou.get(address).get_json()["seq"]})
        assert answer.status_code == 200, answer.get_json()
        return inspection

    return visit


@pytest.fixture
def appeal(desk, centre, issue):
    """The centre appeals one item of an order, 周 decides. Called with what 周 says; the answer."""

    def run(inspection, item, **said):
        centre.move(item, "appeal", words="当日已补齐")
        seen = desk.get(f"/inspections/{inspection}")["seq"]
        body = {"id": new_id(), "upheld": True, "reason": "属实", "seen": seen, **said}
        return desk.ask("POST", f"/rectification/items/{item}/appeal", body)

    return run


def of(indicator, finding=None, clause=None):
    return wanted(indicator, finding=finding, clause=clause)


def said_by(telling):
    assert telling.status_code == 200, telling.get_json()
    return telling.get_json()["score"]


def test_a_figure_that_was_measured_anew_lifts_the_tier(approve, issue, appeal, desk, centre):
    visit = approve("tiers", {"1.1/verdict": "met", "1.1/measure/area": "120", "1.2/verdict": "met"})
    before = desk.get(f"/inspections/{visit}")
    assert before["result"]["tier"]["reached"] == "standard"
    item = issue(visit, of("1.1"))["order"]["items"][0]["id"]

    told = appeal(visit, item, verdict="met")
    assert problem_of(told) == "rectification.score", "the figure still says otherwise"
    assert "面积" in told.get_json()["problem"]["message"]["zh"]
    assert problem_of(appeal(visit, item, verdict="met", measures={"area": "很大"})) == "rectification.score"
    assert problem_of(appeal(visit, item, verdict="met", measures={"height": "3"})) == "rectification.score"
    assert desk.get(f"/inspections/{visit}")["seq"] == before["seq"], "nothing by halves"

    score = said_by(appeal(visit, item, verdict="met", measures={"area": "156"}))
    assert (score["scheme"], score["tier_before"]["zh"], score["tier_after"]["zh"]) == ("tiers", "标准型", "示范型")
    assert "120" in score["row_before"]["working"]["zh"]
    assert "156" in score["row_after"]["working"]["zh"]
    after = desk.get(f"/inspections/{visit}")
    assert after["snapshot"]["replaces"] == before["snapshot"]["digest"]
    assert centre.item(item)["appeal"]["score"] == score, "both sides read the same"
    assert {each.verdict for each in recompute.recompute_all()} == {"same"}


def test_a_requirement_that_was_there_after_all_lifts_the_row_of_a_matrix(approve, issue, appeal, desk, centre):
    answers = {"1.1/requirement/b": "met", "1.1/measure/area": "150", "1.2/requirement/a": "not_met"}
    visit = approve("matrix", answers, [("1.2:a", "1.2", "a")])
    assert desk.get(f"/inspections/{visit}")["result"]["tier"]["reached"] is None
    proposed = desk.get(f"/rectification/proposal/{visit}")["findings"]
    assert [(each["indicator"], each["clause"], each["clause_text"]["zh"]) for each in proposed] == [("1.2", "a", "有饮水机")]
    item = issue(visit, of("1.2", "1.2:a", "a"))["order"]["items"][0]
    assert item["clause_text"]["zh"] == "有饮水机"
    score = said_by(appeal(visit, item["id"], verdict="met"))
    assert (score["tier_before"]["zh"], score["tier_after"]["zh"]) == ("未达基础型", "标准型")
    assert score["row_after"]["working"]["zh"].endswith("标准型")


def test_a_row_of_a_matrix_without_a_finding_names_the_requirements_that_were_denied(approve, issue, appeal, desk):
    answers = {"1.1/requirement/b": "met", "1.1/measure/area": "150", "1.2/requirement/a": "not_met"}
    visit = approve("matrix", answers)
    proposed = desk.get(f"/rectification/proposal/{visit}")["findings"]
    assert [(each["finding"], each["indicator"], each["clause"]) for each in proposed] == [(None, "1.2", "a")]
    whole = issue(visit, of("1.2"))["order"]["items"][0]["id"]
    assert said_by(appeal(visit, whole, verdict="met"))["tier_after"]["zh"] == "标准型"


@pytest.mark.parametrize(("verdict", "rate"), [("met", "100"), ("not_applicable", "100")])
def test_a_duty_that_was_met_after_all_raises_the_rate(approve, issue, appeal, desk, centre, verdict, rate):
    visit = approve("conformity", {"1.1/verdict": "met", "1.2/verdict": "not_met"})
    item = issue(visit, of("1.2"))["order"]["items"][0]["id"]
    score = said_by(appeal(visit, item, verdict=verdict))
    assert (score["scheme"], score["before"], score["after"], score["tier_after"]) == ("conformity", "50", rate, None)
    assert score["row_before"]["working"]["zh"].endswith("不符合")
    assert centre.item(item)["state"] == "lifted"


def test_of_two_faults_in_one_row_the_other_stands_until_it_is_appealed_too(approve, issue, appeal, desk):
    faults = [(new_id(), "1.2", None), (new_id(), "1.2", None)]
    visit = approve("conformity", {"1.1/verdict": "met", "1.2/verdict": "not_met"}, faults)
    items = [each["id"] for each in issue(visit, *[of("1.2", fault[0]) for fault in faults])["order"]["items"]]
    first = said_by(appeal(visit, items[0], verdict="met"))
    assert (first["before"], first["after"]) == ("50", "50")
    assert said_by(appeal(visit, items[1], verdict="met"))["after"] == "100"
