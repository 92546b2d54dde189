"""Phone and server score alike: thousands of random sheets of all five checklists, compared line by line."""

from __future__ import annotations

import os
import random

from mingcha.core.canonical import canonical
from mingcha.core.scoring import score
from tests.core.scoring_lists import SLUGS, ask_the_phone, checklist, the_checklists
from tests.vectors.scoring import random_sheets

#: `make nightly` raises it.
SHEETS_EACH = 500 * int(os.environ.get("MINGCHA_SHEETS", "1"))


def test_phone_and_server_write_the_same_bytes_for_any_sheet_of_any_checklist():
    dice = random.Random(20260412)
    questions = the_checklists()
    expected = [b"true"] * len(questions)
    for slug in SLUGS:
        list_ = checklist(slug)
        for _ in range(SHEETS_EACH):
            sheet = random_sheets.sheet(list_.content, dice)
            settings = random_sheets.settings(list_.content, dice)
            places = random_sheets.places(list_.content, dice)
            questions.append({"ask": "score", "digest": list_.digest, "sheet": sheet, "settings": settings,
                              "places": places})
            known = {key: (best, worst) for key, (best, worst) in places.items()}
            expected.append(canonical(score(list_, sheet, settings, known)))

    answers = ask_the_phone(questions)

    assert len(answers) == len(expected)
    for question, answer, wanted in zip(questions, answers, expected, strict=True):
        assert answer == wanted, question.get("sheet")
