"""Versions: published once, frozen for ever, compared, shown flat."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mingcha.core.canonical import canonical, digest
from mingcha.core.checklist.compare import compare
from mingcha.core.checklist.faults import Faulty
from mingcha.core.checklist.model import Checklist, Measure
from mingcha.core.checklist.show import show
from mingcha.store import checklist_files
from tests.core import checklist_small as small

ROOT = Path(__file__).parents[2] / "checklists"
NOTE = {"zh": "改正", "en": "Corrected"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(ROOT / checklist_files.SCHEMA, tmp_path)
    (tmp_path / "small").mkdir()
    save(tmp_path, small.points())
    return tmp_path


def save(root: Path, content: dict[str, Any]) -> Path:
    path = root / "small" / f"{content['version']}.yaml"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    return path


def test_a_published_version_is_named_by_the_digest_of_its_content(root: Path) -> None:
    checklist = checklist_files.publish(root, "small", "1")

    assert checklist.digest == digest(small.points())
    assert checklist_files.published(root) == {"small/1": checklist.digest}


def test_an_edit_of_a_published_file_is_refused(root: Path) -> None:
    checklist_files.publish(root, "small", "1")
    edited = small.points()
    small.indicators(edited)[0]["text"]["en"] = "The hall is very tidy."

    path = save(root, edited)

    assert [each.code for each in checklist_files.check(root, path)] == ["lock.moved"]
    assert [each.code for each in checklist_files.lock_faults(root)] == ["lock.moved"]
    for refuse in (checklist_files.publish, checklist_files.read):
        with pytest.raises(Faulty):
            refuse(root, "small", "1")


def test_a_published_file_that_vanished_is_named(root: Path) -> None:
    checklist_files.publish(root, "small", "1")

    (root / "small" / "1.yaml").unlink()

    assert [each.code for each in checklist_files.lock_faults(root)] == ["lock.missing"]


def test_comments_and_layout_of_a_published_file_may_change_its_content_may_not(root: Path) -> None:
    checklist_files.publish(root, "small", "1")
    path = root / "small" / "1.yaml"

    path.write_text("# read by the county\n" + json.dumps(small.points(), ensure_ascii=False), "utf-8")

    assert checklist_files.check(root, path) == []


def test_publishing_twice_changes_nothing(root: Path) -> None:
    checklist_files.publish(root, "small", "1")
    before = (root / checklist_files.LOCK).read_bytes()

    checklist_files.publish(root, "small", "1")

    assert (root / checklist_files.LOCK).read_bytes() == before


def test_a_new_version_is_a_draft_that_says_what_it_replaces_and_keeps_the_comments(root: Path) -> None:
    text = (ROOT / "county-grading" / "2022.1.yaml").read_text("utf-8")
    (root / "county-grading").mkdir()
    (root / "county-grading" / "2022.1.yaml").write_text("# ours\n" + text, "utf-8")

    path = checklist_files.new_version(root, "county-grading", "2022.2", NOTE)

    assert path.read_text("utf-8").startswith("# ours\n")
    assert checklist_files.check(root, path) == []
    content = checklist_files.read_content(path)
    assert (content["version"], content["replaces"]) == ("2022.2", {"version": "2022.1", "note": NOTE})
    with pytest.raises(FileExistsError):
        checklist_files.new_version(root, "county-grading", "2022.2", NOTE)


def test_the_newest_published_version_is_read_while_a_draft_waits(root: Path) -> None:
    checklist_files.publish(root, "small", "1")
    save(root, {**small.points(), "version": "2"})

    assert checklist_files.read(root, "small").version == "1"
    assert checklist_files.versions(root, "small") == ["1", "2"]


def test_a_broken_older_version_does_not_stand_in_the_way_of_a_newer_one(root: Path) -> None:
    (root / "small" / "1.yaml").write_text("slug: [", "utf-8")

    path = save(root, {**small.points(), "version": "2"})

    assert checklist_files.check(root, path) == []


def test_version_ten_is_newer_than_version_nine(root: Path) -> None:
    for version in ("2022.9", "2022.10"):
        save(root, {**small.points(), "version": version})

    assert checklist_files.versions(root, "small") == ["1", "2022.9", "2022.10"]


def test_the_lock_of_this_repository_holds() -> None:
    assert list(checklist_files.lock_faults(ROOT)) == []
    assert {name.split("/")[0] for name in checklist_files.published(ROOT)} == set(checklist_files.slugs(ROOT))


def test_two_equal_versions_do_not_differ() -> None:
    other = {**small.points(), "version": "2", "replaces": {"version": "1", "note": NOTE}}

    assert compare(Checklist.parse(small.points()), Checklist.parse(other)).same


def test_comparing_tells_added_removed_moved_words_scoring_and_what_is_asked_for() -> None:
    after = small.points()
    first, second = small.indicators(after)
    first["text"]["zh"] = "大厅整洁明亮，发现一处不整洁扣0.5分。"
    first["clauses"][0]["per"] = "1"
    first["evidence"][0]["min"] = 2
    second["id"] = "1.3"
    after["categories"][0]["groups"][0]["id"] = "1.9"

    found = compare(Checklist.parse(small.points()), Checklist.parse(after))

    assert (found.added, found.removed) == (("1.3",), ("1.2",))
    assert [(each.indicator, each.before, each.after) for each in found.moved] == [("1.1", "1/1.0", "1/1.9")]
    assert ("1.1", "text.zh") in [(each.indicator, each.path) for each in found.words]
    assert [(each.path, each.before, each.after) for each in found.scoring if each.indicator] == [
        ("clauses[a].per", "0.5", "1")
    ]
    assert [each.path for each in found.asking] == ["evidence[0].min"]


def test_a_clause_that_changes_places_is_not_a_changed_clause() -> None:
    before, after = small.points(), small.points()
    for content in (before, after):
        clauses = small.indicators(content)[0]["clauses"]
        clauses.append({**clauses[0], "id": "b", "per": "1"})
    small.indicators(after)[0]["clauses"].reverse()

    assert compare(Checklist.parse(before), Checklist.parse(after)).same


def test_a_checklist_is_shown_flat_with_everything_a_reader_asks_for() -> None:
    flat = show(checklist_files.read(ROOT, "county-grading", "2022.1"))

    assert {"title", "scheme", "tiers", "indicators"} <= set(flat)
    wanted = {"id", "category", "group", "text", "source_text", "method", "evidence", "measures"}
    wanted |= {"full_marks", "clauses", "tiers", "notes"}
    assert all(wanted <= set(each) for each in flat["indicators"])
    assert [each["id"] for each in flat["indicators"]][:5] == ["1.1", "1.2", "1.3", "1.4", "2.1"]
    assert canonical(flat)


def test_tiers_are_shown_with_what_each_needs() -> None:
    tiers = show(Checklist.parse(small.tiers()))["indicators"][0]["tiers"]
    matrix = show(Checklist.parse(small.matrix()))["indicators"][0]["tiers"]

    assert tiers["model"] == {
        "necessary": True, "thresholds": [{"measure": "area", "at_least": "150"}], "requirements": [],
    }  # fmt: skip
    assert [each["id"] for each in matrix["standard"]["requirements"]] == ["b"]
    assert matrix["basic"]["thresholds"] == [{"measure": "area", "at_least": "100"}]


@pytest.mark.parametrize(
    ("zh", "en", "chinese", "english"),
    [("天", "days", "30天", "30 days"), ("㎡", "m²", "30㎡", "30 m²"), ("%", "%", "30%", "30%")],
)
def test_a_figure_stands_before_its_unit(zh: str, en: str, chinese: str, english: str) -> None:
    raw = {"id": "m", "text": {"zh": "数", "en": "n"}, "unit": {"zh": zh, "en": en}, "type": "count", "decimals": 0}

    said = Measure.parse(raw).with_unit("30")

    assert (said.zh, said.en) == (chinese, english)
