"""What may happen to an item, by whom and when, and what it comes to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.rectification.figures import Case, figures
from mingcha.core.rectification.items import Item, deadline
from mingcha.core.rectification.moves import (
    CENTRE_MOVES,
    DESK_MOVES,
    MOVES,
    OVER,
    Move,
    begin,
    fold,
    may_now,
    misfit,
)
from mingcha.core.rectification.quiet import Quiet, next_moment
from mingcha.core.rectification.reminders import ahead, is_wanted
from mingcha.core.rectification.working_days import CHINA, between, moved, works

#: 2026: 25–27 September and 1–7 October are free, Sunday 20 September and Saturday 10 October are worked.
FREE = {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}


def knows(day):
    """The autumn of 2026; nobody has said anything of 2027."""
    if day.year > 2026:
        return None
    return day in WORKED or (day not in FREE and day.weekday() < 5)


ISSUED = date(2026, 9, 21)
ITEM = Item("item", "deadline", "serious", ISSUED, date(2026, 10, 9), date(2026, 9, 29))
PHOTO_ITEM = Item("item", "deadline", "serious", ISSUED, date(2026, 10, 9), date(2026, 9, 29), True, "看得出牌子换过")


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=CHINA).astimezone(UTC)


_counter = iter(range(10**9))


def move(kind, when, role=None, **content):
    role = role or ("centre" if kind in CENTRE_MOVES else "supervisor")
    return Move(f"m{next(_counter)}", kind, f"a-{role}", role, when, content)


@pytest.mark.parametrize(
    ("start", "days", "day"),
    [
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # Friday; the Sunday is worked
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the whole holiday
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # the Saturday is worked
        (date(2026, 10, 3), 0, date(2026, 10, 8)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 9, 23), 0, date(2026, 9, 23)),
    ],
)
def test_deadlines_skip_holidays_and_count_worked_weekends(start, days, day):
    assert moved(start, days, knows).day == day
    assert not moved(start, days, knows).guessed


def test_a_year_nobody_has_announced_counts_weekdays_and_says_so():
    found = moved(date(2026, 12, 31), 1, knows)
    assert (found.day, found.guessed) == (date(2027, 1, 1), True)
    assert works(date(2027, 1, 2), knows) == (False, True)


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(1, 120))
def test_counting_there_and_back_agrees(start, days):
    there = moved(start, days, knows).day
    assert works(there, knows)[0]
    assert between(start, there, knows) == days


def test_working_days_between_two_lost_clocks_cost_no_minute():
    assert between(date(1970, 1, 1), date(9999, 1, 1), knows) > 2_000_000


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"due_on": date(2026, 9, 20)}, "rectification.past_deadline"),
        ({"days": -1}, "rectification.past_deadline"),
        ({"days": 0}, "rectification.days"),
        ({"days": 61}, "rectification.days"),
        ({"due_on": date(2030, 1, 1)}, "rectification.days"),
    ],
)
def test_a_deadline_in_the_past_or_out_of_its_kind_is_refused(asked, code):
    with pytest.raises(Refused) as refused:
        deadline("deadline", asked, ISSUED, knows)
    assert refused.value.code == code


def test_a_chosen_day_that_is_free_moves_to_the_next_working_day():
    days, counted = deadline("deadline", {"due_on": date(2026, 10, 4)}, ISSUED, knows)
    assert (days, counted.day) == (between(ISSUED, date(2026, 10, 8), knows), date(2026, 10, 8))
    assert deadline("immediate", {}, ISSUED, knows)[1].day == date(2026, 9, 22)


def test_the_whole_way_to_closing():
    moves = [
        move("acknowledge", at(9, 22)),
        move("ask_extension", at(9, 28), days=3, reason="订制标牌"),
        move("extension", at(9, 29), granted=True, due_on="2026-10-13"),
        move("done", at(10, 12), words="已换", photos=["p1"]),
        move("send_back", at(10, 12, 15), reason="照片看不清"),
        move("done", at(10, 13), words="重拍", photos=["p2"]),
        move("close", at(10, 13, 16)),
    ]
    states = [fold(ITEM, moves[:count]).state for count in range(len(moves) + 1)]
    assert states == ["issued", "acknowledged", "acknowledged", "acknowledged", "done", "sent_back", "done", "closed"]
    end = fold(ITEM, moves)
    assert (end.due_on, end.photos, end.noted) == (date(2026, 10, 13), ("p2",), {})


REFUSALS = [
    ([], "extension", {"granted": True}, "rectification.nothing_asked"),
    ([], "decide", {"upheld": True}, "rectification.nothing_asked"),
    ([], "close", {}, "rectification.reason_wanted"),
    ([], "send_back", {"reason": "x"}, "rectification.state"),
    (["acknowledge"], "acknowledge", {}, "rectification.acknowledged_already"),
    (["appeal"], "appeal", {"words": "x"}, "rectification.appealed_already"),
    (["appeal"], "close", {"reason": "x"}, "rectification.appeal_open"),
    (["done"], "done", {"words": "x"}, "rectification.done_already"),
    (["done"], "ask_extension", {"days": 1}, "rectification.done_already"),
    (["done", "close"], "done", {"words": "x"}, "rectification.closed_already"),
    (["done", "close"], "answer", {"words": "x"}, "rectification.closed_already"),
    (["done", "close"], "escalate", {"reason": "x"}, "rectification.closed_already"),
]


@pytest.mark.parametrize(("before", "kind", "content", "code"), REFUSALS)
def test_what_does_not_fit_is_named(before, kind, content, code):
    standing = fold(ITEM, [move(each, at(9, 22)) for each in before])
    assert misfit(ITEM, standing, move(kind, at(9, 23), **content)) == code
    assert code in PROBLEMS


def test_a_report_without_the_photos_that_were_asked_for_is_kept_and_has_no_effect():
    bare = move("done", at(9, 23), words="已换")
    standing = fold(PHOTO_ITEM, [bare])
    assert (standing.state, standing.noted) == ("issued", {bare.id: "rectification.photos_wanted"})


def test_a_late_appeal_is_noted_and_may_still_be_heard():
    late = move("appeal", at(9, 30), words="牌子当天在维修")
    standing = fold(ITEM, [late])
    assert standing.noted == {late.id: "rectification.appeal_late"}
    assert standing.waits_for_desk
    heard = fold(ITEM, [late, move("decide", at(9, 30, 15), upheld=True, reason="属实")])
    assert heard.state == "lifted"


def test_a_closed_item_may_still_be_disputed_until_the_period_ends():
    closed = [move("done", at(9, 22)), move("close", at(9, 22, 15))]
    appealed = fold(ITEM, [*closed, move("appeal", at(9, 23), words="不属实")])
    assert (appealed.state, appealed.waits_for_desk, appealed.noted) == ("closed", True, {})


def test_a_grant_never_takes_days_away():
    asked = move("ask_extension", at(9, 22), days=3)
    standing = fold(ITEM, [asked, move("extension", at(9, 22), granted=True, due_on="2026-09-23")])
    assert standing.due_on == ITEM.due_on


def test_what_may_be_done_now_is_what_would_have_an_effect():
    standing = begin(ITEM)
    assert may_now(ITEM, standing, "centre", at(9, 22)) == ["acknowledge", "answer", "appeal", "ask_extension", "done"]
    assert may_now(ITEM, standing, "supervisor", at(9, 22)) == ["close", "escalate"]
    assert may_now(ITEM, standing, "viewer", at(9, 22)) == []


_moves = st.lists(
    st.builds(
        lambda kind, role, day, content: Move(f"h{next(_counter)}", kind, role, role, at(9, day), content),
        st.sampled_from([*MOVES, "destroy"]),
        st.sampled_from(["centre", "supervisor", "viewer", "inspector"]),
        st.integers(18, 30),
        st.sampled_from([
            {}, {"reason": "r"}, {"photos": ["p"]}, {"upheld": True}, {"upheld": False},
            {"granted": True, "due_on": "2026-10-20"}, {"granted": False},
        ]),
    ),
    max_size=14,
)  # fmt: skip


@given(_moves)
def test_no_path_loses_a_move_and_only_a_supervisor_ends_an_item(moves):
    standing = begin(ITEM)
    for count, each in enumerate(moves):
        before, standing = standing, fold(ITEM, moves[: count + 1])
        noted = each.id in standing.noted
        if noted:
            assert standing.noted[each.id] in PROBLEMS
            assert (standing.state, standing.due_on) == (before.state, before.due_on)
        if standing.state != before.state and standing.state in OVER:
            assert each.role == "supervisor"
            assert each.kind in ("close", "decide")
        if before.over:
            assert standing.over
        if each.role not in ("centre", "supervisor"):
            assert noted
        if each.kind in DESK_MOVES and each.role != "supervisor":
            assert noted
        assert standing.due_on >= before.due_on
        assert {*before.noted} <= {*standing.noted}
        assert standing.waits_for_desk == (standing.waiting_since is not None)


@given(_moves)
def test_a_move_that_arrives_twice_counts_once(moves):
    assert fold(ITEM, [*moves, *moves]) == fold(ITEM, moves)


def steps(standing, now, item=ITEM):
    return [(rung.ladder, rung.at.astimezone(CHINA).date().isoformat(), rung.to) for rung in ahead(item, standing, now, knows)]


def test_the_ladder_climbs_in_working_days_over_the_holiday():
    assert steps(begin(ITEM), at(9, 21)) == [
        ("acknowledge", "2026-09-22", "centre"),
        ("acknowledge", "2026-09-23", "centre"),
        ("acknowledge", "2026-09-24", "supervisor"),
        ("deadline", "2026-09-29", "centre"),
        ("deadline", "2026-10-08", "centre"),
        ("deadline", "2026-10-09", "centre"),
        ("deadline", "2026-10-10", "centre"),
        ("deadline", "2026-10-13", "supervisor"),
    ]


def test_an_acknowledgement_ends_the_first_ladder_and_a_report_the_second():
    known = fold(ITEM, [move("acknowledge", at(9, 21, 11))])
    assert {ladder for ladder, _, _ in steps(known, at(9, 21, 12))} == {"deadline"}
    reported = fold(ITEM, [move("done", at(9, 22))])
    assert steps(reported, at(9, 22)) == [("desk", "2026-09-24", "supervisor")]
    closed = fold(ITEM, [move("done", at(9, 22)), move("close", at(9, 22))])
    assert steps(closed, at(9, 22)) == []


def test_an_extension_hangs_the_ladder_on_the_new_day_and_the_old_rungs_lose_their_reason():
    old = ahead(ITEM, begin(ITEM), at(9, 21), knows)[-1]
    asked = [move("ask_extension", at(9, 22), days=3), move("extension", at(9, 22), granted=True, due_on="2026-10-14")]
    extended = fold(ITEM, asked)
    assert steps(extended, at(9, 22))[0] == ("deadline", "2026-10-10", "centre")
    assert not is_wanted(old.name, ITEM, extended)
    assert all(is_wanted(rung.name, ITEM, extended) for rung in ahead(ITEM, extended, at(9, 22), knows))


def test_while_an_appeal_is_open_only_the_desk_is_reminded():
    appealed = fold(ITEM, [move("appeal", at(9, 22), words="x")])
    assert steps(appealed, at(9, 22)) == [("desk", "2026-09-24", "supervisor")]


def test_overdue_reminders_go_on_every_second_working_day():
    standing = fold(ITEM, [move("acknowledge", at(9, 22))])
    assert [day for _, day, to in steps(standing, at(10, 10)) if to == "centre"] == ["2026-10-13"]
    assert [day for _, day, to in steps(standing, at(10, 13)) if to == "centre"] == ["2026-10-15"]


QUIET = Quiet(CHINA)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(9, 22, 10), at(9, 22, 10)),
        (at(9, 22, 21), at(9, 23, 8)),
        (at(9, 22, 3), at(9, 22, 8)),
        (at(9, 24, 21), at(9, 28, 8)),  # three free days follow
        (at(9, 20, 9), at(9, 20, 9)),  # a worked Sunday
        (at(10, 2, 12), at(10, 8, 8)),
    ],
)
def test_nobody_is_disturbed_at_night_or_on_a_free_day(now, then):
    assert next_moment(now, QUIET, knows) == then


def test_nine_in_beijing_is_still_night_in_the_far_west():
    from zoneinfo import ZoneInfo

    far_west = Quiet(ZoneInfo("Asia/Urumqi"))
    assert next_moment(at(9, 22, 9), far_west, knows) == at(9, 22, 10)


def test_a_calendar_that_never_works_holds_nothing_back_for_ever():
    now = at(9, 22)
    assert now < next_moment(now, QUIET, lambda day: False) <= now + timedelta(days=15)


def test_figures_count_lateness_by_the_report_and_know_no_person():
    on_time = fold(ITEM, [move("done", at(10, 9)), move("close", at(10, 15))])
    late = fold(ITEM, [move("done", at(10, 10)), move("close", at(10, 15))])
    cases = [Case(ITEM, standing, "small", "1") for standing in (on_time, late, begin(ITEM))]
    found = figures(cases, date(2026, 10, 12), knows)
    assert found == {
        "items": 3, "open": 1, "overdue": 1, "closed": 2, "on_time": 1, "late": 1, "lifted": 0,
        "on_time_percent": "50.0", "average_days": str(between(ISSUED, date(2026, 10, 9), knows) + 0.5),
    }  # fmt: skip
