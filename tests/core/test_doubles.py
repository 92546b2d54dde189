"""Two findings that may be one fault: which pairs are shown to a supervisor, and what joining two of them writes."""

from types import SimpleNamespace

import pytest

from mingcha.core.doubles import Joining, Pair, joined, joining, likely, similar
from mingcha.core.oplog import Op, contradictions, fold
from mingcha.core.problems import Refused

LIN, ZHAO = "lin", "zhao"
ONE, OTHER = "0190b0c0-0000-7000-8000-00000000000a", "0190b0c0-0000-7000-8000-00000000000b"
PHOTO = "0190b0c0-0000-7000-8000-0000000000f1"


def op(number, author, target, value, kind="set", minute=0, over=()):
    return Op(
        id=f"0190b0c0-0000-7000-8000-{number:012d}", inspection="visit", device=f"phone-of-{author}", seq=number,
        at=f"2026-11-22T0{1 + minute // 60}:{minute % 60:02d}:00.000Z", kind=kind, target=target, value=value,
        over=tuple(over), author=author,
    )  # fmt: skip


def found(number, author, finding, minute=0, note=None, **change):
    said = {"indicator": "3.1", "clause": "a", "item": None, "case": None, **change}
    ops = [op(number, author, f"finding/{finding}", said, "add", minute)]
    return [*ops, op(number + 1, author, f"finding/{finding}/note", note)] if note else ops


@pytest.mark.parametrize(
    ("minutes", "notes", "why"),
    [
        (10, (None, None), ("time",)),
        (30, (None, None), ("time",)),
        (31, (None, None), None),
        (31, ("后门锁着", "后门锁着了"), ("words",)),          # 3 of 3 and 4 pieces: 6/7
        (10, ("后门锁着", "后门锁着了"), ("time", "words")),
        (31, ("后门锁着", "窗口无人"), None),
        (31, ("后门锁着", None), None),
    ],
)  # fmt: skip
def test_two_people_close_in_time_or_in_similar_words_may_mean_one_fault(minutes, notes, why):
    state = fold([*found(1, LIN, ONE, 0, notes[0]), *found(3, ZHAO, OTHER, minutes, notes[1])])
    assert likely(state) == ([Pair(ONE, OTHER, why, minutes)] if why else [])


@pytest.mark.parametrize(
    "change", [{"indicator": "3.2"}, {"clause": "b"}, {"item": "x"}, {"case": 2}], ids=lambda each: next(iter(each))
)
def test_what_is_about_something_else_is_another_fault(change):
    told = {"item": "y"} if "item" in change else {"case": 1} if "case" in change else {}
    assert likely(fold([*found(1, LIN, ONE, **told), *found(3, ZHAO, OTHER, **change)])) == []


def test_one_drawn_case_at_fault_is_one_whenever_two_people_looked_at_it():
    state = fold([*found(1, LIN, ONE, 0, case=3), *found(3, ZHAO, OTHER, 200, case=3)])
    assert likely(state) == [Pair(ONE, OTHER, ("case",), 200)]
    assert [each["code"] for each in contradictions(state, SimpleNamespace(indicators={}))] == ["double_finding"]
    for other in ({"case": 4}, {"case": None}, {"case": 3, "clause": "b"}):
        state = fold([*found(1, LIN, ONE, 0, case=3), *found(3, ZHAO, OTHER, 200, **other)])
        assert likely(state) == contradictions(state, SimpleNamespace(indicators={})) == []


def test_one_person_sees_two_faults_where_they_note_two():
    assert likely(fold([*found(1, LIN, ONE), *found(3, LIN, OTHER)])) == []


def test_whoever_adds_both_says_that_both_stand():
    ops = [*found(1, LIN, ONE), *found(3, ZHAO, OTHER)]
    assert len(likely(fold(ops))) == 1
    assert likely(fold([*ops, *found(5, "zhou", ONE), *found(7, "zhou", OTHER)])) == []


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("后门锁着", "后门锁着", 1.0), ("后门 锁着", "后门锁着", 1.0), ("后门锁着", "窗口无人", 0.0), ("", "", 0.0), ("门", "门", 1.0),
     ("abcd", "abxy", 1 / 3)],
)  # fmt: skip
def test_likeness_is_the_share_of_pieces_in_common(one, other, share):
    assert similar(one, other) == pytest.approx(share)


def test_joining_takes_the_photos_and_the_words_along():
    picture = {"sha256": "0" * 64, "finding": OTHER, "indicator": "3.1"}
    state = fold([
        *found(1, LIN, ONE, note="后门锁着"), *found(3, ZHAO, OTHER, note="推不开"), op(9, ZHAO, f"photo/{PHOTO}", picture, "add"),
    ])  # fmt: skip
    assert joining(state, ONE, OTHER) == Joining((PHOTO,), "后门锁着；推不开")
    assert joining(state, OTHER, ONE) == Joining((), "推不开；后门锁着")


def test_words_that_are_there_already_are_not_said_twice():
    state = fold([*found(1, LIN, ONE, note="后门锁着，推不开"), *found(3, ZHAO, OTHER, note="推不开")])
    assert joining(state, ONE, OTHER).note is None


@pytest.mark.parametrize(("keep", "gone"), [(ONE, ONE), (ONE, "nothing"), ("nothing", ONE)])
def test_only_two_findings_can_be_joined(keep, gone):
    with pytest.raises(Refused, match=r"review\.not_two_findings"):
        joining(fold(found(1, LIN, ONE)), keep, gone)


def test_findings_under_different_clauses_are_not_joined():
    with pytest.raises(Refused, match=r"review\.not_two_findings"):
        joining(fold([*found(1, LIN, ONE), *found(3, ZHAO, OTHER, clause="b")]), ONE, OTHER)


def test_what_was_joined_is_told_until_it_is_parted():
    said = {"into": ONE, "photos": []}
    first = op(5, "zhou", f"review/joined/{OTHER}", said)
    assert joined(fold([first])) == [{"finding": OTHER, **said}]
    assert joined(fold([first, op(6, "zhou", f"review/joined/{OTHER}", None, over=[first.id])])) == []
