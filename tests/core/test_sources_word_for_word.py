"""The encodings against their sources as a whole: no word is lost, none is added, every figure stands in the text.

The lengths and digests are of the sources themselves: the running text with its headings cut out by hand, before any of
it was encoded. 000 is held the same way in `test_source_ningbo.py`.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mingcha.store.checklist_files import read_content

ROOT = Path(__file__).parents[2] / "checklists"
FILES = {
    "ningbo-58": "2022.1",
    "wuhai-halls": "2022.1",
    "county-grading": "2022.1",
    "service-systems": "2021.1",
    "yiyuan-tiers": "2023.1",
}
#: What stands before a row's words when a new category begins in the flattened table of 002; the fifth is torn apart.
HEADINGS_002 = {"2.1": "2硬件设施", "3.1": "3服务标准化", "4.1": "4服务规范化", "5.1": "5日", "5.2": "常管理", "6.1": "6工作创新"}


def rows_of(slug: str) -> list[dict[str, Any]]:
    content = read_content(ROOT / slug / f"{FILES[slug]}.yaml")
    return [row for category in content["categories"] for group in category["groups"] for row in group["indicators"]]


def bare(text: str) -> str:
    """Without spaces, and without what the source sets between two duties of one sentence."""
    return re.sub(r"[\s,;。；]+", "", text)


def without_tiers(text: str) -> str:
    """A row of 004 as its three cells: the names of the tiers are the head of the table."""
    for tier in ("基础型", "标准型", "标杆型"):
        text = text.replace(f"\n{tier}\n", "", 1)
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("slug", "length", "digest"),
    [
        ("wuhai-halls", 3613, "753be1bb20b56ba417ae5de209280666eb061fe89672156da91f06043a211df6"),
        ("service-systems", 3081, "580180c384b612bc262a6b4f7ccfab98a44109cf58313548e70411f11980473a"),
    ],
)
def test_the_rows_in_order_are_the_running_text_without_its_headings(slug: str, length: int, digest: str) -> None:
    flat = bare("".join(row["source_text"] for row in rows_of(slug)))

    assert (len(flat), sha256(flat.encode()).hexdigest()) == (length, digest)


def test_flattened_again_the_rows_and_marks_of_002_are_the_line_of_the_source() -> None:
    flat = "".join(
        f"{HEADINGS_002.get(row['id'], '')}{row['source_text']}{row['full_marks']}" for row in rows_of("county-grading")
    )

    assert len(flat) == 2414
    assert sha256(flat.encode()).hexdigest() == "751c303cf2f81037473785e35866b122de818d6020ef1035ba79e6794d996868"


def test_the_thirty_cells_of_004_are_those_of_the_source() -> None:
    flat = "".join(without_tiers(row["source_text"]) for row in rows_of("yiyuan-tiers"))

    assert len(flat) == 2165
    assert sha256(flat.encode()).hexdigest() == "fc05cd42c55b526821fa5dd6c4823cea6afc0fdb12768b6b121a3f791970d9af"


#: Where the corrected words have another figure than the source: a scanning error, each with its note.
CORRECTED = {
    ("county-grading", "2.1"): (["1"], []),  # 1.ED显示屏
    ("county-grading", "3.11"): (["05"], ["0.5"]),
    ("county-grading", "5.2"): (["05"], ["0.5"]),
    ("county-grading", "5.4"): (["1", "0"], ["100"]),  # 1O0%, with a letter
}
FIGURE = re.compile(r"\d+(?:\.\d+)?")


@pytest.mark.parametrize("slug", FILES)
def test_every_figure_of_the_source_stands_in_the_text_and_no_other(slug: str) -> None:
    wrong = []
    for row in rows_of(slug):
        source = FIGURE.findall(re.sub(r"^\(\d+\)", "", row["source_text"]))
        text = FIGURE.findall(row["text"]["zh"])
        gone, come = CORRECTED.get((slug, row["id"]), ([], []))
        left = list(source)
        for figure in gone:
            left.remove(figure)
        if sorted([*left, *come]) != sorted(text):
            wrong.append((row["id"], source, text))
        if gone and not row["notes"]:
            wrong.append((row["id"], "no note"))

    assert wrong == []


@pytest.mark.parametrize("slug", FILES)
def test_a_per_cent_of_the_chinese_text_is_in_the_english_too(slug: str) -> None:
    for row in rows_of(slug):
        rates = set(re.findall(r"(\d+(?:\.\d+)?)%", row["text"]["zh"]))
        english = set(re.findall(r"(\d+(?:\.\d+)?) ?%", row["text"]["en"]))
        # “100% and 70%” over several tiers may be said once for all.
        assert rates <= english | set(FIGURE.findall(row["text"]["en"])), row["id"]


@pytest.mark.parametrize("slug", [slug for slug in FILES if slug != "ningbo-58"])
def test_a_row_whose_words_were_changed_says_what_was_changed(slug: str) -> None:
    """Beside punctuation and words that a split sentence must repeat. 000 is in other characters throughout; its slips
    have tests of their own.
    """
    silent = []
    for row in rows_of(slug):
        if row["notes"]:
            continue
        source, text = (re.sub(r"[^\w%]", "", side) for side in (row["source_text"], row["text"]["zh"]))
        if source not in text and text not in source and not _same_letters(source, text):
            silent.append(row["id"])

    assert silent == []


def _same_letters(source: str, text: str) -> bool:
    """Every character of the text's words is the source's, in order, leaving out the number or name before them."""
    where = iter(source)
    return all(letter in where for letter in text)
