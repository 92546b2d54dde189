"""Reminders in the inbox: who is pressed when, once, whatever the clock and the workers do."""


from mingcha.store import orders, reminders
from mingcha.store.db import transaction
from tests.cast import COUNTY
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

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


def test_the_overdue_are_pressed_every_second_working_day_and_then_the_supervisor_hears(
    hands, approved, desk, centre, issue, work
):
    item = issue(approved, wanted("1", days=8))["order"]["items"][0]["id"]
    work()
    centre.move(item, "acknowledge")
    hands.set(10, 9)
    work()
    seen = len(centre.inbox())
    days = {}
    for day in range(10, 22):
        hands.set(10, day)
        work()
        days[day] = centre.inbox()[seen:]
        seen += len(days[day])
    assert [day for day, kinds in days.items() if kinds] == [10, 13, 15, 19, 21]
    assert {kind for kinds in days.values() for kind in kinds} == {"deadline_past"}
    assert desk.inbox().count("overdue_desk") == 2
    assert desk.get("/rectification/board?overdue=1")["counts"]["overdue"] == 1


def test_a_clock_set_back_sends_nothing_twice_and_loses_nothing(hands, approved, centre, issue, work):
    issue(approved)
    work()
    hands.set(9, 22)
    work()
    told = centre.inbox()
    hands.set(9, 1)
    work()
    hands.set(9, 22, 10)
    work()
    assert centre.inbox() == told
    hands.set(9, 23)
    work()
    assert len(centre.inbox()) == len(told) + 1


def test_a_worker_that_slept_for_days_does_not_flood(hands, approved, centre, desk, issue, work, inside):
    issue(approved, wanted("1", days=8))
    hands.set(10, 20)
    work()
    assert centre.inbox() == ["issued", "deadline_past"]
    assert reminders.waiting() > 0


def test_an_old_rung_that_lost_its_reason_does_not_take_the_new_ones_place(
    hands, approved, centre, desk, issue, work
):
    item = issue(approved, wanted("1", days=8))["order"]["items"][0]["id"]
    work()
    centre.move(item, "acknowledge")
    hands.set(9, 28)
    centre.move(item, "ask_extension", days=3, reason="节后才能做好")
    desk.post(f"/rectification/items/{item}/extension", id=new_id(), granted=True, reason="同意")
    work()
    told = len(centre.inbox())
    # No worker until a day after "overdue" of the old deadline and "three days left" of the new one.
    hands.set(10, 10, 12)
    work()
    assert centre.inbox()[told:] == ["deadline_ahead"]


def test_reading_is_told_to_every_device_of_a_person(hands, approved, centre, issue, work):
    issue(approved)
    work()
    box = centre.get("/inbox")
    assert (box["unread"], len(box["entries"])) == (1, 1)
    assert box["entries"][0]["link"].startswith("/rectification/")
    told = centre.post("/inbox/read", ids=[box["entries"][0]["id"]])
    assert told["unread"] == 0
    news = centre.get(f"/inbox?after={box['seq']}")
    assert [entry["read_at"] is not None for entry in news["entries"]] == [True]
    assert centre.post("/inbox/read", upto=news["seq"])["unread"] == 0
    assert centre.get("/inbox?after=2000000000")["entries"]


def test_a_reminder_that_cannot_be_sent_holds_nobody_up_and_is_not_given_up(
    hands, approved, centre, issue, work, inside, monkeypatch
):
    issue(approved, wanted("1"), wanted("2"))
    with transaction():
        reminders.plan(
            "broken", tenant=COUNTY, region=COUNTY, what="no-such-news", to="centre", due_at=hands.at,
            order=orders.of_inspection(approved).id,
        )  # fmt: skip
    work()
    assert centre.inbox() == ["issued"]
    assert not reminders.is_any_due(hands.at)
    hands.forward(minutes=5)
    assert reminders.is_any_due(hands.at)
