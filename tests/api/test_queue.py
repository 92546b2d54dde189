"""The queue tells how every inspection stands before anybody opens it, and asks the database little for that."""

import pytest
from sqlalchemy import event

from mingcha.flows import standings
from mingcha.store.db import db
from tests.cast import LIN, SHIQIAO, ZHAO
from tests.conftest import problem_of
from tests.visits import photo_bytes

FIGURES = ("low", "high", "full", "open", "conflicts", "contradictions", "missing", "photos", "needs")


def queue(zhou, query=""):
    answer = zhou.client.get(f"/api/v1/inspections{query}")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["inspections"]


def figures(zhou):
    (row,) = queue(zhou)
    return {name: row[name] for name in FIGURES}


@pytest.fixture
def questions(inside):
    """Every statement that the database was asked."""
    asked = []

    def note(conn, cursor, statement, *rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def test_an_inspection_that_nobody_began_has_everything_open(zhou):
    assert figures(zhou) == {
        "low": "0", "high": "8", "full": "8", "open": 4, "conflicts": 0, "contradictions": 0, "missing": 0,
        "photos": {"have": 0, "proved": 0}, "needs": 4,
    }  # fmt: skip


def test_a_complete_inspection_needs_nobody(zhou, submitted_visit):
    assert figures(zhou) == {
        "low": "8", "high": "8", "full": "8", "open": 0, "conflicts": 0, "contradictions": 0, "missing": 0,
        "photos": {"have": 1, "proved": 1}, "needs": 0,
    }  # fmt: skip


def test_the_figures_follow_everything_that_happens(zhou, zhao, submitted_visit):
    zhao.write("answer/2/verdict", "not_met", over=[])
    zhao.write("finding/1:a", {"indicator": "1", "clause": "a", "item": None, "case": None}, "add")
    data = photo_bytes(5)
    photo = zhao.announce(data, "3")
    zhao.sync()
    seen = figures(zhou)
    assert (seen["conflicts"], seen["contradictions"], seen["missing"], seen["needs"]) == (1, 1, 1, 3)
    assert seen["photos"] == {"have": 2, "proved": 1}
    assert (seen["low"], seen["high"]) == ("5.5", "8")

    zhao.upload(photo, data)

    assert figures(zhou)["photos"] == {"have": 2, "proved": 2}
    assert figures(zhou)["missing"] == 0


def test_waived_evidence_is_not_missing_any_more(zhou, lin):
    lin.say("4", "met")
    lin.sync()
    assert figures(zhou)["missing"] == 1
    zhou.write("review/waiver/4", {"reason": "大厅停电，无法拍照"})
    zhou.sync()
    assert figures(zhou)["missing"] == 0
    zhou.write("review/waiver/4", None)
    zhou.sync()
    assert figures(zhou)["missing"] == 1


def test_a_submitted_inspection_that_needs_a_person_comes_before_a_later_one(
    zhou, phone_of, submitted_visit, new_visit
):
    later = new_visit(visit_on="2026-12-24")
    earlier = new_visit(visit_on="2026-10-01")
    needy = phone_of(LIN, "phone-of-lin-b", earlier)
    needy.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    needy.sync()
    assert [row["id"] for row in queue(zhou)] == [earlier, later, submitted_visit]


def test_the_desk_says_all_that_stands_before_an_approval_in_words(zhou, zhao, submitted_visit):
    address = f"/api/v1/inspections/{submitted_visit}"
    assert zhou.client.get(address).get_json()["obstacles"] == []
    zhao.write("answer/2/verdict", None)
    zhao.announce(photo_bytes(5), "3")
    zhao.sync()
    said = zhou.client.get(address).get_json()["obstacles"]
    assert [each["code"] for each in said] == ["review.unanswered", "review.evidence_missing"]
    assert said[0]["details"]["indicators"] == ["2"]
    assert said[0]["message"]["zh"] == "还有 1 项没有作答。"
    assert [each["indicator"] for each in said[1]["details"]["photos"]] == ["3"]


def test_a_long_queue_asks_no_more_questions_than_a_short_one(zhou, phone_of, new_visit, questions):
    queue(zhou)
    del questions[:]
    queue(zhou)
    short = len(questions)
    for number in range(6):
        phone = phone_of(LIN, f"phone-of-lin-{number}", new_visit())
        phone.say("1", "met")
        phone.sync()

    del questions[:]
    assert len(queue(zhou)) == 7
    first = len(questions)
    del questions[:]
    assert len(queue(zhou)) == 7

    assert first <= short + 6  # what changed is measured: by the lot, not one by one
    assert len(questions) == short


def test_only_so_many_standings_are_kept():
    kept = standings.Kept(2)
    for number in (1, 2):
        kept.put(("epoch", "visit", number), {"open": number})
    assert kept.get(("epoch", "visit", 1)) == {"open": 1}
    kept.put(("epoch", "visit", 3), {"open": 3})
    assert kept.get(("epoch", "visit", 2)) is None
    assert kept.get(("epoch", "visit", 1)) == {"open": 1}


@pytest.fixture
def county(phone_of, new_visit, submitted_visit):
    """石桥's submitted visit; an unbegun one of 白沙 by 林 alone with 赵, earlier."""
    return submitted_visit, new_visit(region="990123102", visit_on="2026-10-01")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", (0, 1)), (f"?town={SHIQIAO}", (0,)), ("?town=990123", (0, 1)), ("?town=990456", ()), ("?state=assigned", (1,)),
        ("?state=submitted&town=990123102", ()), ("?campaign=第四季度", (0, 1)), ("?campaign=第一季度", ()),
        ("?inspector=nobody", ()), ("?q=%25", ()),
    ],
)  # fmt: skip
def test_the_queue_is_narrowed_by_its_address(zhou, county, query, found):
    assert [row["id"] for row in queue(zhou, query)] == [county[at] for at in found]


def test_the_queue_is_narrowed_to_one_inspector_and_says_by_whom_it_can_be(zhou, lin, county):
    told = zhou.client.get("/api/v1/inspections/choices").get_json()
    assert [each["title"] for each in told["campaigns"]] == ["第四季度"]
    assert [each["code"] for each in told["towns"]] == [SHIQIAO, "990123102"]
    assert sorted(each["name"] for each in told["inspectors"]) == sorted([LIN.name, ZHAO.name])
    assert len(queue(zhou, f"?inspector={lin.author}")) == 2
    own = lin.client.get("/api/v1/inspections/choices").get_json()
    assert len(own["inspectors"]) == 2


def test_pages_follow_one_another_and_hold_each_inspection_once(zhou, new_visit, monkeypatch):
    ids = {new_visit(visit_on=f"2026-1{number % 2}-0{number}") for number in range(1, 8)} | {zhou.inspection}
    monkeypatch.setattr("mingcha.flows.queue.page.__defaults__", (3,))
    seen, after = [], ""
    while after is not None:
        told = zhou.client.get(f"/api/v1/inspections?{f'after={after}' if after else ''}").get_json()
        assert told["counts"] == {"assigned": {"all": 8, "needs": 0}}
        seen += [(row["visit_on"], row["id"]) for row in told["inspections"]]
        after = told["next"]
    assert sorted(id for _, id in seen) == sorted(ids)
    assert [day for day, _ in seen] == sorted((day for day, _ in seen), reverse=True)
    assert problem_of(zhou.client.get("/api/v1/inspections?after=x")) == "invalid"


def test_what_is_held_puts_an_inspection_first_though_nothing_else_moved(zhou, lin, zhao, new_visit, submitted_visit):
    later = new_visit(visit_on="2026-12-24")
    assert [row["id"] for row in queue(zhou)] == [later, submitted_visit]
    zhao.write("review/adjust/1", {"points": "1", "reason": "x"})
    assert set(zhao.sync().values()) == {"held"}
    rows = queue(zhou)
    assert [(row["id"], row["held"], row["urgency"]) for row in rows] == [(submitted_visit, 1, 2), (later, 0, 0)]
