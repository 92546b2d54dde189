"""Checklists at the server's own shell, on a folder of their own and without a database."""

import json
import shutil
from collections import Counter
from decimal import Decimal

import pytest

from mingcha import cli
from mingcha.config import HOUSE, Config

SLUGS = ("county-grading", "ningbo-58", "service-systems", "wuhai-halls", "yiyuan-tiers")
FLAT = {"id", "category", "group", "text", "source_text", "method", "evidence", "measures", "full_marks", "clauses",
        "tiers", "notes"}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(HOUSE / "checklists", tmp_path / "checklists")
    return tmp_path / "checklists"


@pytest.fixture
def mingcha(tmp_path, folder, monkeypatch, capsys):
    config = Config(data=tmp_path / "data", database=f"sqlite:///{tmp_path / 'data' / 'mingcha.db'}", checklists=folder)
    monkeypatch.setattr(cli, "from_environment", lambda: config)

    def run(*words):
        code = cli.main(("checklist", *words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


#: Scheme, rows and tiers of each document, as its own test counts them in the source.
SHAPES = {
    "county-grading": ("points", 37, []), "ningbo-58": ("tiers", 58, ["standard", "model"]),
    "service-systems": ("conformity", 100, []), "wuhai-halls": ("conformity", 84, []),
    "yiyuan-tiers": ("matrix", 10, ["basic", "standard", "benchmark"]),
}  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_every_standard_is_shown_flat_before_there_is_a_database(mingcha, tmp_path, slug):
    code, out, _ = mingcha("show", slug, "--json")
    shown = json.loads(out)
    assert code == 0
    assert {"title", "scheme", "tiers", "indicators"} <= set(shown)
    assert (shown["scheme"], len(shown["indicators"]), [each["id"] for each in shown["tiers"]]) == SHAPES[slug]
    assert len({each["id"] for each in shown["indicators"]}) == len(shown["indicators"])
    for each in shown["indicators"]:
        assert set(each) >= FLAT
        assert set(each["text"]) == {"zh", "en"}
        assert all(words.strip() for words in (*each["text"].values(), each["source_text"]))
        assert each["method"]
        assert all(measure["unit"]["zh"] and measure["unit"]["en"] and measure["type"] for measure in each["measures"])
        assert list(each["tiers"]) == SHAPES[slug][2]
        # Marks are decimal strings, in the scheme that has them; so are the thresholds of the tiers.
        assert (each["full_marks"] is not None) == bool(each["clauses"]) == (shown["scheme"] == "points")
        assert each["full_marks"] is None or (isinstance(each["full_marks"], str) and Decimal(each["full_marks"]) > 0)
        figures = [least for demand in each["tiers"].values() for least in demand["thresholds"]]
        assert all(isinstance(least["at_least"], str) and Decimal(least["at_least"]) > 0 for least in figures)
    assert mingcha("show", slug)[0] == 0
    assert not (tmp_path / "data").exists()


def test_what_is_shown_has_the_marks_ticks_and_figures_of_its_document(mingcha):
    shown = {slug: json.loads(mingcha("show", slug, "--json")[1]) for slug in SLUGS}
    # 002: six categories of 9, 4, 45, 17, 22 and 3 marks, a hundred in all.
    marks: dict[str, Decimal] = {}
    for each in shown["county-grading"]["indicators"]:
        marks[each["category"]] = marks.get(each["category"], Decimal(0)) + Decimal(each["full_marks"])
    assert [int(each) for each in marks.values()] == [9, 4, 45, 17, 22, 3]
    assert (sum(marks.values()), shown["county-grading"]["full_marks"]) == (100, "100")
    assert [shown[slug]["full_marks"] for slug in SLUGS[1:]] == [None] * 4
    # 000: 24 √√, 15 √, and 19 without (58 among them, cut off in the source).
    ticks = Counter(tuple(demand["necessary"] for demand in each["tiers"].values()) for each in shown["ningbo-58"]["indicators"])
    assert ticks == {(True, True): 24, (False, True): 15, (False, False): 19}
    # 004: each of the thirty cells asks for something; the benchmark's figures are no lower than the basic tier's.
    for each in shown["yiyuan-tiers"]["indicators"]:
        assert all(demand["requirements"] for demand in each["tiers"].values())
        basic, best = ({one["measure"]: Decimal(one["at_least"]) for one in each["tiers"][tier]["thresholds"]} for tier in ("basic", "benchmark"))
        assert all(best[name] >= least for name, least in basic.items())
    assert sum(len(each["tiers"]["benchmark"]["thresholds"]) for each in shown["yiyuan-tiers"]["indicators"]) == 6


def test_lint_is_clean_except_for_recorded_doubts(mingcha):
    code, out, _ = mingcha("lint")
    assert code == 0
    assert all(": doubt " in line for line in out.splitlines())


def test_a_new_version_is_drafted_changed_compared_and_published_for_ever(mingcha, folder):
    assert mingcha("new-version", "county-grading", "2023.1", "--note-zh", "改", "--note-en", "changed")[0] == 0
    file = folder / "county-grading" / "2023.1.yaml"
    assert mingcha("diff", "county-grading/2022.1", "county-grading/2023.1")[:2] == (0, "")
    file.write_text(file.read_text("utf-8").replace("规范场所建设", "场所规范建设", 1), "utf-8")
    code, out, _ = mingcha("diff", "county-grading/2022.1", "county-grading/2023.1")
    assert code == 1
    assert "规范场所建设 → 场所规范建设" in out
    assert "2023.1     draft" in mingcha("list")[1]

    assert mingcha("publish", "county-grading", "2023.1")[0] == 0
    assert "2023.1     published" in mingcha("list")[1]
    file.write_text(file.read_text("utf-8").replace("场所规范建设", "场所建设规范", 1), "utf-8")
    code, out, _ = mingcha("lint", "county-grading")
    assert code == 1
    assert "lock.moved" in out
    assert mingcha("publish", "county-grading", "2023.1")[0] == 1


def test_a_published_file_that_is_gone_is_named(mingcha, folder):
    shutil.rmtree(folder / "ningbo-58")
    code, out, _ = mingcha("lint")
    assert code == 1
    assert "ningbo-58 2022.1 $: error lock.missing" in out


def test_a_version_goes_out_as_a_workbook_and_comes_in_again_as_a_file(mingcha, folder, tmp_path):
    file = tmp_path / "out.xlsx"
    digest = json.loads(mingcha("show", "ningbo-58", "--json")[1])["digest"]
    assert mingcha("export", "ningbo-58", str(file))[0] == 0
    (folder / "ningbo-58" / "2022.1.yaml").unlink()
    assert mingcha("import", str(file))[0] == 0
    assert json.loads(mingcha("show", "ningbo-58", "--json")[1])["digest"] == digest
    assert mingcha("import", str(file))[0] == 1  # there already


def test_what_is_not_there_is_said_and_not_a_crash(mingcha):
    for words in (("show", "nope"), ("show", "../etc"), ("export", "nope", "x.xlsx"), ("import", "nope.xlsx"),
                  ("diff", "nope", "ningbo-58"), ("publish", "nope")):  # fmt: skip
        code, _, err = mingcha(*words)
        assert code == 1, words
        assert err.startswith("mingcha: "), words
