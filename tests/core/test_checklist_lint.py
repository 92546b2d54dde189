"""Every rule of lint, by a file that breaks it. `faults.RULES` holds the reasons."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mingcha.core.checklist.faults import RULES
from mingcha.core.checklist.lint import errors, lint
from mingcha.store.checklist_files import shape_faults
from tests.core import checklist_small as small

Content = dict[str, Any]
ROOT = Path(__file__).parents[2] / "checklists"


def first(content: Content) -> Content:
    return small.indicators(content)[0]


def second(content: Content) -> Content:
    return small.indicators(content)[1]


@pytest.mark.parametrize("make", [small.points, small.tiers, small.matrix, small.conformity])
def test_the_smallest_checklist_of_each_scheme_has_no_fault(make: Callable[[], Content]) -> None:
    content = make()

    assert shape_faults(ROOT, content) == []
    assert lint(content) == []


def band(first_place: int, last_place: int) -> Content:
    return {"id": f"g{first_place}", "title": NOTE["text"], "from": first_place, "to": last_place, "bonus": "1"}


NOTE = {"text": {"zh": "原文如此", "en": "So in the source"}}
RANK = {
    "id": "r", "kind": "rank", "text": {"zh": "名次", "en": "Place"}, "measure": "rate",
    "first": "3", "step": "0.5", "from": 5, "rest": "2",
}  # fmt: skip
AWARD = {"id": "a", "kind": "award", "text": {"zh": "优秀", "en": "Excellent"}, "points": "1"}
TICK = {"id": "t", "value": "no", "choices": ["no", "both"], "text": {"zh": "√", "en": "Tick"}}
TICKED = {"indicator": "1.2", "tier": "standard", "field": "necessary", "when": ["both"]}
AIM = {"indicator": "1.1", "clause": "a", "field": "per"}
CHOICE = {"id": "s", "value": "0.5", "choices": ["0.5", "5"], "text": {"zh": "读法", "en": "Reading"}}
DOOR = {"id": "door", "text": {"zh": "门", "en": "Doors"}, "unit": {"zh": "个", "en": "doors"}, "type": "count", "decimals": 0}

#: code → (a checklist, what to break, where the fault stands)
BREAKS: dict[str, list[tuple[Callable[[], Content], Callable[[Content], Any], str]]] = {
    "id.duplicate": [
        (small.points, lambda c: second(c).update(id="1.1"), "$.categories[0].groups[0].indicators[1].id"),
        (small.points, lambda c: first(c)["clauses"].append(first(c)["clauses"][0]), ".clauses[1].id"),
        (small.tiers, lambda c: c["tiers"].append(c["tiers"][0]), "$.tiers[2].id"),
    ],
    "id.unknown": [
        (small.points, lambda c: second(c)["clauses"][0].update(measure="speed"), ".clauses[0].measure"),
        (small.points, lambda c: c["notes"].append({**NOTE, "at": "9.9"}), "$.notes[0].at"),
        (small.points, lambda c: c["notes"].append({**NOTE, "code": "made.up"}), "$.notes[0].code"),
        (small.points, lambda c: c["settings"].append({**CHOICE, "at": "9.9"}), "$.settings[0].at"),
        (small.points, lambda c: c["settings"].append({**CHOICE, "sets": [{**AIM, "clause": "z"}]}), ".sets[0]"),
        (small.tiers, lambda c: c["settings"].append({**TICK, "sets": [{**TICKED, "tier": "gold"}]}), ".sets[0]"),
        (small.tiers, lambda c: first(c)["tiers"].update(gold={"necessary": True}), ".tiers.gold"),
        (small.tiers, lambda c: first(c)["measures"].clear(), ".thresholds[0].measure"),
        (small.matrix, lambda c: second(c)["requirements"][0].update(tiers=["gold"]), ".requirements[0].tiers"),
        (small.matrix, lambda c: second(c)["requirements"][0].update(implies=["z"]), ".requirements[0].implies"),
    ],
    "replaces.itself": [
        (small.points, lambda c: c.update(replaces={"version": "1", "note": NOTE["text"]}), "$.replaces.version")
    ],
    "text.language": [
        (small.points, lambda c: first(c)["text"].update(en="  "), ".text.en"),
        (small.points, lambda c: first(c)["text"].update(en="大厅整洁"), ".text.en"),
        (small.points, lambda c: first(c)["text"].update(zh="The hall is tidy"), ".text.zh"),
        (small.points, lambda c: first(c)["clauses"][0]["text"].pop("zh"), ".clauses[0].text.zh"),
    ],
    "text.markup": [
        (small.points, lambda c: first(c)["text"].update(zh="整洁<script>alert(1)</script>"), ".text.zh"),
        (small.points, lambda c: c["title"].update(en="Small <img src=x onerror=alert(1)>"), "$.title.en"),
        (small.points, lambda c: c["source"].update(document="javascript:alert(1)"), "$.source.document"),
    ],
    "text.control": [
        (small.points, lambda c: first(c)["text"].update(zh="大厅\u202e整洁"), ".text.zh"),
        (small.points, lambda c: first(c).update(id="1.1\n"), ".id"),
    ],
    "text.title_long": [(small.points, lambda c: first(c)["title"].update(zh="长" * 21), ".title.zh")],
    "marks.sum": [(small.points, lambda c: c.update(full_marks="100"), "$.full_marks")],
    "marks.zero": [
        (small.points, lambda c: second(c)["clauses"][0].update(step="0.00"), ".clauses[0].step"),
        (small.points, lambda c: first(c)["clauses"][0].update(per="0"), ".clauses[0].per"),
    ],
    "marks.unearnable": [(small.points, lambda c: first(c).update(clauses=[AWARD]), ".clauses")],
    "clause.unreachable": [
        (small.points, lambda c: first(c)["clauses"][0].update(per="2.5"), ".clauses[0].per"),
        (small.points, lambda c: first(c)["clauses"][0].update(cap="2.5"), ".clauses[0].cap"),
        (small.points, lambda c: first(c)["clauses"][0].update(cap="0.4"), ".clauses[0].cap"),
        (small.points, lambda c: first(c).update(clauses=[{**AWARD, "points": "2"}, {**AWARD, "id": "b"}]), ".clauses"),
        (small.points, lambda c: second(c)["clauses"][0].update(target="101"), ".clauses[0].target"),
        (small.points, lambda c: second(c)["measures"][0].update(min="100"), ".clauses[0].target"),
    ],
    "rank.rises": [(small.points, lambda c: second(c)["clauses"].__setitem__(0, RANK), ".clauses[0].rest")],
    "tier.order": [
        (small.tiers, lambda c: first(c)["tiers"]["standard"]["thresholds"][0].update(at_least="200"), ".tiers.model"),
        (small.matrix, lambda c: first(c)["requirements"][0]["threshold"].update(at_least="200"), "[1].threshold"),
    ],
    "tier.necessary_order": [
        (small.tiers, lambda c: first(c)["tiers"]["model"].update(necessary=False), ".tiers.model.necessary")
    ],
    "tier.missing": [(small.tiers, lambda c: second(c)["tiers"].pop("standard"), ".tiers")],
    "implies.cycle": [(small.matrix, lambda c: first(c)["requirements"][0].update(implies=["b"]), ".implies")],
    "measure.bounds": [(small.tiers, lambda c: first(c)["measures"][0].update(min="9", max="1"), ".measures[0].min")],
    "measure.unused": [(small.points, lambda c: first(c)["measures"].append(DOOR), ".measures[0]")],
    "evidence.missing": [
        (small.points, lambda c: first(c)["text"].update(zh="大厅整洁，实行亮牌上岗"), ".evidence"),
        (small.points, lambda c: first(c)["text"].update(zh="设有窗口指示牌"), ".evidence"),
        (small.points, lambda c: first(c)["text"].update(zh="合理设置各功能区"), ".evidence"),
    ],
    "evidence.double": [(small.points, lambda c: first(c)["evidence"].append(first(c)["evidence"][0]), ".evidence[1]")],
    "setting.choice": [
        (small.points, lambda c: c["settings"].append({**CHOICE, "value": "7"}), "$.settings[0].value"),
        (small.tiers, lambda c: c["settings"].append({**TICK, "sets": [{**TICKED, "when": ["7"]}]}), ".sets[0].when"),
    ],
    "setting.aim": [
        (small.points, lambda c: c["settings"].append({**CHOICE, "value": "5", "sets": [AIM]}), ".settings[0].sets[0]"),
        (small.tiers, lambda c: c["settings"].append({**TICK, "sets": [{**TICKED, "when": ["no"]}]}), ".sets[0]"),
    ],
    "grades.bands": [
        (small.points, lambda c: c.update(grades={"bands": [band(1, 2), band(4, 6)]}), "$.grades.bands[1]"),
        (small.points, lambda c: c.update(grades={"bands": [band(1, 2), band(2, 6)]}), "$.grades.bands[1]"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "make", "spoil", "where"),
    [(code, *case) for code, cases in BREAKS.items() for case in cases],
    ids=[f"{code}-{number}" for code, cases in BREAKS.items() for number in range(len(cases))],
)
def test_a_broken_rule_is_named_where_it_is_broken(
    code: str, make: Callable[[], Content], spoil: Callable[[Content], Any], where: str
) -> None:
    content = make()

    spoil(content)
    found = lint(content)

    assert any(each.code == code and where in each.path for each in errors(found)), [(f.path, f.code) for f in found]


def test_every_rule_of_lint_has_a_failing_case() -> None:
    of_files = ("yaml", "file", "lock", "workbook", "cell", "form", "content", "version")
    elsewhere = {"shape.invalid", "id.reused"} | {code for code in RULES if code.split(".")[0] in of_files}

    assert set(RULES) - elsewhere == set(BREAKS)


def test_all_faults_of_one_file_are_reported_together() -> None:
    content = small.points()

    for code in ("text.markup", "marks.sum", "rank.rises", "evidence.double", "replaces.itself"):
        BREAKS[code][0][1](content)

    assert {each.code for each in lint(content)} >= {
        "text.markup", "marks.sum", "rank.rises", "evidence.double", "replaces.itself",
    }  # fmt: skip


def test_marks_that_do_not_add_up_may_be_published_once_the_doubt_is_recorded() -> None:
    content = small.points()
    content["full_marks"] = "100"
    assert [each.severity for each in lint(content)] == ["error"]

    content["notes"].append({**NOTE, "code": "marks.sum"})

    assert [(each.code, each.severity) for each in lint(content)] == [("marks.sum", "doubt")]


def test_a_doubt_recorded_for_one_indicator_excuses_no_other() -> None:
    content = small.points()
    for indicator in small.indicators(content):
        indicator["measures"].append(DOOR)

    first(content)["notes"].append({**NOTE, "code": "measure.unused"})

    assert [each.severity for each in lint(content) if each.code == "measure.unused"] == ["doubt", "error"]


def test_an_id_that_was_dropped_never_comes_back_for_another_question() -> None:
    one, two, three = small.points(), small.points(), small.points()
    two["categories"][0]["groups"][0]["indicators"].pop()
    second(three).update(title={"zh": "停车位", "en": "Parking"}, text={"zh": "设有免费停车位", "en": "Free parking"})

    found = lint(three, [one, two])

    assert [each.path for each in found if each.code == "id.reused"] == ["$.categories[0].groups[0].indicators[1].id"]


def test_an_id_keeps_its_meaning_when_only_its_words_are_corrected() -> None:
    one, two = small.points(), small.points()
    first(two)["title"]["zh"] = "大厅整洁度"
    first(two)["text"]["zh"] = "大厅整洁，每发现一处不整洁扣0.5分。"

    assert lint(two, [one]) == []


@pytest.mark.parametrize(
    "junk",
    [{}, {"categories": 7}, {"categories": [None, {"groups": [{"indicators": ["x", {"clauses": [3], "tiers": []}]}]}]},
     {"scheme": "points", "full_marks": 5, "grades": [], "settings": {"a": 1}, "notes": "n", "tiers": {"x": None}}],
)  # fmt: skip
def test_lint_survives_content_of_any_shape(junk: Content) -> None:
    assert isinstance(lint(junk), list)
    assert shape_faults(ROOT, junk)
