"""A draft moves to a newer version: answers go where ids and meaning agree, the rest is listed, nothing is lost."""

from typing import Any

import pytest

from mingcha.core.canonical import canonical
from mingcha.core.checklist.carry import REASONS, Carried, carry
from mingcha.core.checklist.model import Checklist
from tests.core import checklist_small as small

Content = dict[str, Any]


def state(fields: Content | None = None, elements: Content | None = None) -> Content:
    """A folded state with one op per value; a list of values is a conflict, of an element too."""
    heads = {
        target: [
            {"op": f"{target}#{number}", "value": value, "author": "lin", "device": "phone-a", "at": ""}
            for number, value in enumerate(values if isinstance(values, list) else [values])
        ]
        for target, values in (fields or {}).items()
    }
    held = {}
    for name, told in (elements or {}).items():
        live, kept = ({**told}.pop(flag, usual) if isinstance(told, dict) else usual for flag, usual in (("live", True), ("kept", False)))
        values = [{key: each[key] for key in each if key not in ("live", "kept")} for each in (told if isinstance(told, list) else [told])]
        standing = [{"op": f"{name}#{number}", "value": value, "author": "lin", "device": "phone-a", "at": ""}
                    for number, value in enumerate(values)]
        held[name] = {"live": live, "kept": kept, "value": values[0], "adds": [each["op"] for each in standing],
                      "heads": standing if live else []}
    return {"fields": heads, "elements": held, "held": {}}


def moved(draft: Content, new: Content, old: Content | None = None) -> Carried:
    return carry(draft, Checklist.parse(old or small.points()), Checklist.parse(new))


def targets(carried: Carried) -> list[str]:
    return [write.target for write in carried.writes]


def reasons(carried: Carried) -> dict[str, str]:
    return {each.target: each.reason for each in carried.left}


def finding(clause: str | None = "a", **more: Any) -> Content:
    return {"indicator": "1.1", "clause": clause, "item": None, "case": None, **more}


def photo(**more: Any) -> Content:
    return {"sha256": "00", "indicator": None, "finding": None, **more}


DRAFT = {
    "answer/1.1/verdict": "not_met",
    "answer/1.2/measure/rate": "98.5",
    "answer/1.1/note": "墙角有纸箱",
    "visit/note": "下雨",
}


def test_everything_moves_to_a_version_that_asks_the_same() -> None:
    draft = state(
        {**DRAFT, "finding/1.1:a/count": 2},
        {"finding/1.1:a": finding(), "photo/p": photo(indicator="1.1", finding="1.1:a")},
    )

    carried = moved(draft, {**small.points(), "version": "2"})

    assert sorted(targets(carried)) == sorted([*draft["fields"], "finding/1.1:a", "photo/p"])
    assert carried.left == ()
    assert {write.value for write in carried.writes if write.target == "answer/1.2/measure/rate"} == {"98.5"}


def test_every_write_names_the_ops_it_repeats() -> None:
    carried = moved(state(DRAFT), small.points())

    assert all(write.origin == (f"{write.target}#0",) for write in carried.writes)


def test_two_people_who_differ_on_what_a_finding_is_are_both_listed() -> None:
    """One id, two adds: neither side is carried without the other, nor what hangs on it."""
    draft = state({"finding/f/note": "纸箱"}, {"finding/f": [finding("a"), finding(None)], "photo/p": photo(indicator="1.1", finding="f")})

    carried = moved(draft, small.points())

    assert reasons(carried) == {"finding/f": "conflict", "finding/f/note": "finding_left", "photo/p": "finding_left"}
    assert next(each for each in carried.left if each.target == "finding/f").values == (finding("a"), finding(None))
    assert targets(carried) == ["photo/p"]


def test_two_people_who_say_the_same_of_a_finding_agree() -> None:
    carried = moved(state({}, {"finding/f": [finding("a"), finding("a")]}), small.points())

    assert (targets(carried), carried.left) == (["finding/f"], ())


@pytest.mark.parametrize("name", ["finding/f", "photo/p", "sample/3.7:1"])
def test_what_one_removed_and_another_changed_is_listed_and_not_carried(name: str) -> None:
    told = {"finding/f": finding(), "photo/p": photo(indicator="1.1"), "sample/3.7:1": {"indicator": "1.1", "case": 1}}[name]

    carried = moved(state({}, {name: {**told, "kept": True}}), small.points())

    assert (reasons(carried), targets(carried)) == ({name: "kept_or_removed"}, [])


def test_an_indicator_that_is_gone_leaves_its_answers_behind_listed() -> None:
    new = small.points()
    new["categories"][0]["groups"][0]["indicators"].pop(0)

    carried = moved(state({**DRAFT, "finding/f/note": "纸箱"}, {"finding/f": finding()}), new)

    assert reasons(carried) == {
        "answer/1.1/note": "indicator_gone",
        "answer/1.1/verdict": "indicator_gone",
        "finding/f": "indicator_gone",
        "finding/f/note": "finding_left",
    }
    assert targets(carried) == ["answer/1.2/measure/rate", "visit/note"]


def test_a_verdict_stays_behind_when_the_question_changed_its_facts_still_move() -> None:
    new = small.points()
    small.indicators(new)[0]["text"]["zh"] = "大厅整洁，地面无水渍，发现一处不整洁扣0.5分。"

    carried = moved(state(DRAFT, {"finding/1.1:a": finding()}), new)

    assert reasons(carried) == {"answer/1.1/verdict": "question_changed"}
    assert "finding/1.1:a" in targets(carried)


def test_punctuation_and_translation_do_not_change_a_question_but_a_decimal_point_does() -> None:
    same, other = small.points(), small.points()
    small.indicators(same)[0]["text"] = {"zh": "大厅整洁; 发现一处不整洁, 扣0.5分", "en": "Tidy hall."}
    small.indicators(other)[0]["text"]["zh"] = "大厅整洁，发现一处不整洁扣05分。"

    assert reasons(moved(state(DRAFT), same)) == {}
    assert reasons(moved(state(DRAFT), other)) == {"answer/1.1/verdict": "question_changed"}


def test_a_threshold_that_rose_asks_for_a_new_verdict_the_measured_area_stays_true() -> None:
    old, new = small.tiers(), small.tiers()
    small.indicators(new)[0]["tiers"]["model"]["thresholds"][0]["at_least"] = "200"

    carried = moved(state({"answer/1.1/verdict": "met", "answer/1.1/measure/area": "160"}), new, old)

    assert targets(carried) == ["answer/1.1/measure/area"]
    assert reasons(carried) == {"answer/1.1/verdict": "question_changed"}
    assert carried.rescored == ("1.1",)


def test_a_measure_in_another_unit_does_not_move() -> None:
    new = small.points()
    small.indicators(new)[1]["measures"][0]["unit"] = {"zh": "‰", "en": "‰"}

    assert reasons(moved(state(DRAFT), new)) == {"answer/1.2/measure/rate": "measure_changed"}


@pytest.mark.parametrize(("decimals", "stays"), [(1, True), (2, False), (4, False)])
def test_a_figure_does_not_move_to_where_its_decimals_are_too_many(decimals: int, stays: bool) -> None:
    old, new = small.points(), small.points()
    small.indicators(old)[1]["measures"][0]["decimals"] = 2
    small.indicators(new)[1]["measures"][0]["decimals"] = decimals

    carried = moved(state({"answer/1.2/measure/rate": "98.55"}), new, old)

    assert reasons(carried) == ({"answer/1.2/measure/rate": "measure_changed"} if stays else {})


def test_a_clause_that_costs_more_keeps_its_findings_and_says_that_the_marks_are_others() -> None:
    new = small.points()
    small.indicators(new)[0]["clauses"][0]["per"] = "1"

    carried = moved(state({}, {"finding/1.1:a": finding()}), new)

    assert (targets(carried), carried.left, carried.rescored) == (["finding/1.1:a"], (), ("1.1",))


@pytest.mark.parametrize(
    "change", [{"text": {"zh": "有异味", "en": "It smells"}}, {"id": "b"}, {"kind": "sample", "cases": 10}]
)
def test_a_finding_stays_behind_when_its_clause_is_another(change: Content) -> None:
    new = small.points()
    small.indicators(new)[0]["clauses"][0].update(change)

    assert reasons(moved(state({}, {"finding/f": finding()}), new)) == {"finding/f": "clause_changed"}


def test_a_missing_item_and_a_drawn_case_move_only_where_they_still_exist() -> None:
    def content(items: list[str], cases: int) -> Content:
        listed = [{"id": item, "text": {"zh": f"第{item}项", "en": item}} for item in items]
        words = {"text": {"zh": "条款", "en": "Clause"}, "per": "0.5"}
        made = small.points()
        small.indicators(made)[0]["clauses"] = [
            {"id": "m", "kind": "missing", **words, "items": listed},
            {"id": "s", "kind": "sample", **words, "cases": cases, "unit": {"zh": "件", "en": "case"}},
        ]
        return made

    draft = state(
        {},
        {
            "finding/1": finding("m", item="x"),
            "finding/2": finding("m", item="y"),
            "finding/3": finding("s", case=5),
            "finding/4": finding("s", case=9),
            "sample/5": {"indicator": "1.1", "case": 9, "label": "甲"},
        },
    )

    carried = moved(draft, content(["x"], 5), content(["x", "y"], 10))

    assert targets(carried) == ["finding/1", "finding/3"]
    assert reasons(carried) == {"finding/2": "item_gone", "finding/4": "case_gone", "sample/5": "case_gone"}


def test_a_photo_always_moves_if_need_be_unattached() -> None:
    new = small.points()
    new["categories"][0]["groups"][0]["indicators"].pop(0)

    carried = moved(state({}, {"finding/f": finding(), "photo/p": photo(indicator="1.1", finding="f")}), new)

    assert [(each.target, each.value["indicator"], each.value["finding"]) for each in carried.writes] == [
        ("photo/p", None, None)
    ]
    assert reasons(carried) == {"finding/f": "indicator_gone", "photo/p": "indicator_gone"}


def test_a_conflict_is_listed_with_both_values_and_not_decided() -> None:
    carried = moved(state({"answer/1.1/verdict": ["met", "not_met"]}), small.points())

    assert [(each.values, each.reason) for each in carried.left] == [(("met", "not_met"), "conflict")]
    assert carried.writes == ()


def test_two_inspectors_who_said_the_same_are_no_conflict() -> None:
    carried = moved(state({"answer/1.1/verdict": ["met", "met"]}), small.points())

    assert [(write.value, len(write.origin)) for write in carried.writes] == [("met", 2)]


def test_signatures_submission_and_review_belong_to_the_original_alone() -> None:
    draft = state(
        {"visit/submitted": {"at": "2022-08-01T08:00:00.000Z"}, "review/adjust/1.1": {"points": "1", "reason": "x"}},
        {"signature/s": {"role": "inspector", "name": "林"}},
    )

    assert set(reasons(moved(draft, small.points())).values()) == {"belongs_to_original"}


def test_what_was_removed_is_not_brought_back() -> None:
    draft = state({"finding/f/note": "误报"}, {"finding/f": finding(live=False)})

    carried = moved(draft, small.points())

    assert (carried.writes, carried.left) == ((), ())


def test_an_award_moves_while_its_rubric_stays_the_same() -> None:
    def content(rubric: str) -> Content:
        made = small.points()
        small.indicators(made)[0]["clauses"] = [
            {"id": "j", "kind": "judge", "text": {"zh": "整洁", "en": "Tidy"}, "max": "2",
             "rubric": {"zh": rubric, "en": "r"}}
        ]  # fmt: skip
        return made

    draft = state({"answer/1.1/award/j": "1.5"})

    assert reasons(moved(draft, content("看地面"), content("看地面"))) == {}
    assert reasons(moved(draft, content("看墙面"), content("看地面"))) == {"answer/1.1/award/j": "clause_changed"}


def test_nothing_is_dropped_every_fact_is_either_moved_or_listed_and_the_original_stays() -> None:
    draft = state({**DRAFT, "answer/9.9/verdict": "met"}, {"finding/f": finding(), "photo/p": photo()})
    before = canonical(draft)
    new = small.points()
    new["categories"][0]["groups"][0]["indicators"].pop(0)

    carried = moved(draft, new)

    assert {*targets(carried), *reasons(carried)} == {*draft["fields"], *draft["elements"]}
    assert canonical(draft) == before
    assert all(each.words.zh and each.words.en for each in carried.left)
    assert set(reasons(carried).values()) <= set(REASONS)
