"""The catalogue of problems."""

import re
import string

import pytest

from mingcha.core.problems import PROBLEMS, words

FAMILY_OF_STATUS = {
    400: "refused", 401: "barred", 403: "barred", 404: "refused", 405: "refused", 408: "busy", 409: "contested",
    410: "stale", 412: "stale", 413: "refused", 415: "refused", 422: "refused", 429: "busy", 500: "busy", 503: "busy", 507: "busy",
}  # fmt: skip


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=lambda problem: problem.code)
def test_a_problem_has_whole_sentences_in_both_languages_with_the_same_details(problem):
    assert re.search("[\u4e00-\u9fff].*。$", problem.zh)
    assert re.search(r"^[A-Z].*\.$", problem.en)
    assert _details(problem.zh) == _details(problem.en)


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=lambda problem: problem.code)
def test_its_status_says_the_same_to_a_browser_as_its_family_to_the_phone(problem):
    if problem.code != "upload.offset":  # tus fixes this status; the phone asks how far the server is and goes on
        assert FAMILY_OF_STATUS.get(problem.status, problem.family) == problem.family


def test_details_are_filled_in_and_a_missing_one_does_no_harm():
    said = words(PROBLEMS["session.slow_down"], {"seconds": 8})
    assert said["zh"] == "尝试次数较多，请 8 秒后再试。账号没有被锁。"
    assert "(seconds)" in words(PROBLEMS["session.slow_down"], {})["en"]


def _details(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
