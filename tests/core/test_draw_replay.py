"""A draw can be repeated by anyone: by the page's own few lines, which share no code with us, and at the shell."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from mingcha.cli import main
from mingcha.config import HOUSE
from mingcha.core.campaign import commitment_of_source, misfits, seed_of_public
from mingcha.core.draw import Pool, commitment, draw, transcript
from mingcha.core.draw.days import dates
from mingcha.core.draw.swap import may_step_in, step_in
from mingcha.core.problems import Refused
from tests.core.test_draw import SEED, VECTORS, pool

DAYS = ["2026-11-23", "2026-11-24", "2026-11-25"]


def recorded(drawn_from=None, seed=SEED):
    drawn_from = drawn_from or pool(11, 6, ties={"p01": [{"rule": "own_town", "region": "990123101"}]}, last={"p02": ["s0103"]})
    visits = draw(drawn_from, seed)
    return {**transcript(drawn_from, seed, visits), "days": DAYS, "dates": dates(visits, DAYS), "source": {"kind": "random"}}


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The program of REPLAY.md, as a reader would save it."""
    page = (HOUSE / "REPLAY.md").read_text("utf-8")
    file = tmp_path_factory.mktemp("replay") / "replay.py"
    file.write_text(re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1), "utf-8")
    assert "mingcha." not in file.read_text("utf-8")
    return file


def run(lines, record, tmp_path):
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record), "utf-8")
    return subprocess.run([sys.executable, "-I", str(lines), str(file)], capture_output=True, text=True, check=False).returncode


def test_the_lines_on_the_page_repeat_every_kept_draw(lines, tmp_path):
    for case in VECTORS[:6]:
        assert run(lines, case["record"], tmp_path) == 0, case["why"]
    assert run(lines, recorded(), tmp_path) == 0
    assert run(lines, recorded(pool(60, 9)), tmp_path) == 0


def test_the_lines_on_the_page_find_out_a_record_that_was_touched(lines, tmp_path):
    record = recorded()
    swapped = [{**record["visits"][0], "team": record["visits"][1]["team"]}, *record["visits"][1:]]
    for change in ({"visits": swapped}, {"seed": f"{SEED}0"}, {"dates": record["dates"][::-1]}):
        assert run(lines, {**record, **change}, tmp_path) == 1, list(change)


def test_the_shell_replays_a_record_against_what_was_published(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MINGCHA_DATA", str(tmp_path))
    file = tmp_path / "record.json"
    file.write_text(json.dumps(recorded()), "utf-8")
    assert main(["draw", "replay", str(file), "--commitment", commitment(SEED)]) == 0
    assert "11 visits follow" in capsys.readouterr().out
    assert main(["draw", "replay", str(file), "--commitment", commitment("other")]) == 1
    assert "does not follow: commitment" in capsys.readouterr().err
    file.write_text(json.dumps({**recorded(), "dates": DAYS}), "utf-8")
    assert main(["draw", "replay", str(file)]) == 1
    file.write_text('{"no": "record"}', "utf-8")
    assert main(["draw", "replay", str(file)]) == 1


def test_a_seed_from_a_public_number_is_bound_to_what_was_named_beforehand():
    source = "双色球 2026136 期"
    seed = seed_of_public(source, " 03 11 \n 27 ")
    assert seed == f"{source}:03/11/27"
    record = {**recorded(seed=seed), "source": {"kind": "public", "source": source, "number": "03 11 27"}}
    assert misfits(record, commitment_of_source(source)) == []
    assert misfits(record, commitment_of_source("另一期")) == ["source"]
    assert misfits({**record, "source": {**record["source"], "number": "03 11 28"}}, commitment_of_source(source)) == ["source"]


def test_nobody_has_two_visits_on_one_day_while_there_are_days():
    visits = draw(pool(9, 6), SEED)
    on = dates(visits, [f"2026-11-{day}" for day in range(10, 20)])
    busy = [(one, day) for (_, team), day in zip(visits, on, strict=True) for one in team]
    assert len(busy) == len(set(busy))


def test_who_steps_in_follows_from_the_seed_and_is_never_somebody_who_must_not_go():
    drawn_from = pool(3, 5, ties={"p03": [{"rule": "relative", "region": "990123101"}]})
    assert may_step_in(drawn_from, "s0101", ["p01", "p02"], ["p01"]) == ["p04", "p05"]
    load = {"p04": 2, "p05": 1}
    assert step_in(drawn_from, "s0101", ["p01", "p02"], load, ["p01"], "seed") == "p05"
    with pytest.raises(Refused) as refused:
        step_in(drawn_from, "s0101", ["p01", "p02"], {}, ["p01", "p04", "p05"], "seed")
    assert refused.value.details["blame"] == "relative"


def test_a_pool_that_came_from_its_own_words_is_the_same_pool():
    assert Pool.of(pool().json()) == pool()


@pytest.mark.parametrize("case", json.loads((HOUSE / "tests/vectors/draw/records.json").read_text("utf-8")), ids=lambda case: case["why"])
def test_a_kept_record_is_judged_as_the_browser_judges_it(case):
    assert misfits(case["record"], case["published"]) == case["misfits"]
