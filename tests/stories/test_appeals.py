"""An appeal, from the centre's words to the score, the rank and both snapshots."""


from mingcha.core.scoring.campaign import standings
from mingcha.core.scoring.state import facts_of_state
from mingcha.flows import recompute, review
from mingcha.store import inspections
from tests.cast import LIN
from tests.conftest import problem_of
from tests.rectifying import (
    approve_visit,
    approved,
    centre,
    desk,
    hands,
    issue,
    new_id,
    wanted,
    work,
)  # fmt: skip
from tests.stories.phone import Phone

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


def test_an_upheld_appeal_changes_the_score_and_the_rank_and_both_snapshots_stay(
    hands, app, approve_visit, desk, centre, issue, inside
):
    mine, other = approve_visit(), approve_visit("990123102", ("1", "2"))
    assert _places(mine, other) == {mine: [2, 2], other: [1, 1]}
    first, second = (each["id"] for each in issue(mine, wanted("1"), wanted("2"))["order"]["items"])
    for item in (first, second):
        assert centre.move(item, "appeal", words="当日已报修，有记录")["outcome"] == "applied"
    for item, words in ((first, "报修记录属实"), (second, "属实")):
        before = desk.get(f"/inspections/{mine}")
        told = desk.post(
            f"/rectification/items/{item}/appeal", id=new_id(), upheld=True, reason=words, points="2",
            seen=before["seq"],
        )  # fmt: skip
        assert told["snapshot"] != before["snapshot"]["digest"]
        after = desk.get(f"/inspections/{mine}")
        assert after["snapshot"]["digest"] == told["snapshot"]
        assert after["snapshot"]["replaces"] == before["snapshot"]["digest"]
        assert after["snapshot"]["because"]["item"] == item
        assert after["inspection"]["state"] == "approved"
        assert after["late"] == []
        assert told["item"]["state"] == "lifted"
        assert "督查调整为2" in told["score"]["row_after"]["working"]["zh"]
    assert (before["result"]["low"], after["result"]["low"]) == ("7", "7.5")
    assert _places(mine, other) == {mine: [1, 1], other: [2, 2]}
    assert {each.verdict for each in recompute.recompute_all()} == {"same"}
    assert len(list(recompute.recompute_all())) == 4


def _places(*ids):
    found = inspections.load(ids)
    folded = {each: review.as_it_stands(found[each]) for each in ids}
    checklist = folded[ids[0]].checklist
    rows = standings(checklist, {each: facts_of_state(folded[each].state, checklist) for each in ids})
    return {row["site"]: row["place"] for row in rows}


def test_an_appeal_is_decided_by_whoever_has_seen_everything(hands, approved, desk, centre, issue, client_of):
    item = issue(approved)["order"]["items"][0]["id"]
    centre.move(item, "appeal", words="不属实")
    path = f"/rectification/items/{item}/appeal"
    upheld = {"upheld": True, "reason": "属实"}

    def refusal(**body):
        return problem_of(desk.ask("POST", path, {"id": new_id(), **upheld, **body}))

    seq = desk.get(f"/inspections/{approved}")["seq"]
    assert refusal(points="2", seen=seq - 1) == "review.not_newest"
    assert refusal(points="2") == "review.not_newest"
    for points in (None, "3", "-1", "1e1", "２"):
        assert refusal(points=points, seen=seq) == "rectification.score"
    lin = Phone(client_of(LIN), approved, "phone-late")
    lin.sync()
    lin.write("visit/note", "后来想起")
    lin.sync()
    seq = desk.get(f"/inspections/{approved}")["seq"]
    assert refusal(points="2", seen=seq) == "rectification.late_steps"
    move = new_id()
    body = {"id": move, **upheld, "points": "2", "seen": seq, "with_late": True}
    once, twice = desk.ask("POST", path, body), desk.ask("POST", path, body)
    assert (once.status_code, twice.status_code) == (200, 200)
    assert problem_of(desk.ask("POST", path, {**body, "id": new_id()})) == "rectification.closed_already"
    assert problem_of(desk.ask("POST", path, {**body, "reason": "别的"})) == "rectification.move_reused"


def test_a_rejected_appeal_leaves_score_and_deadline_as_they_are(hands, approved, desk, centre, issue, work):
    item = issue(approved)["order"]["items"][0]["id"]
    before = desk.get(f"/inspections/{approved}")["snapshot"]["digest"]
    work()
    centre.move(item, "appeal", words="不属实")
    told = desk.post(f"/rectification/items/{item}/appeal", id=new_id(), upheld=False, reason="照片清楚")
    assert (told["item"]["state"], told["item"]["appeal"]["state"]) == ("acknowledged", "rejected")
    assert desk.get(f"/inspections/{approved}")["snapshot"]["digest"] == before
    work()
    assert centre.inbox()[-1] == "rejected"
