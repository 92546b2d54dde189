"""What counts as flushed before the answer, by what strace writes down."""

import pytest

from tests.fleet.flushing import BYTES, flushed_before_answer

ASKED = r'7 recvfrom(9<TCP:[…]>, "POST /api/v1/uploads HTTP/1.1", 8192, 0, NULL, NULL) = 40'
BYTES_FLUSHED = "7 fsync(11</d/blobs/tmp/0a1b>) = 0"
FOLDER_FLUSHED = "7 fsync(11</d/blobs/photos/ab/cd>) = 0"
JOURNAL_FLUSHED = ["8 fdatasync(5</d/mingcha.db-wal> <unfinished ...>", "7 futex() = 1", "8 <... fdatasync resumed>) = 0"]
ANSWERED = r'7 sendto(9<TCP:[…]>, "HTTP/1.1 201 CREATED", 300, 0, NULL, 0) = 300'
ALL = [BYTES_FLUSHED, FOLDER_FLUSHED, *JOURNAL_FLUSHED]


@pytest.mark.parametrize(
    ("calls", "flushed"),
    [
        ([ASKED, *ALL, ANSWERED], True),
        ([ASKED, ANSWERED, *ALL], False),
        ([*ALL, ASKED, ANSWERED], False),
        ([ASKED, *ALL], False),
        ([ASKED, *ALL[1:], ANSWERED], False),
        ([ASKED, BYTES_FLUSHED, *JOURNAL_FLUSHED, ANSWERED], False),
        ([ASKED, BYTES_FLUSHED, FOLDER_FLUSHED, *JOURNAL_FLUSHED[:2], ANSWERED], False),
        ([ASKED, *JOURNAL_FLUSHED, BYTES_FLUSHED, FOLDER_FLUSHED, ANSWERED], False),
        ([ASKED, *[line.replace("= 0", "= -1 EIO") for line in ALL], ANSWERED], False),
        ([], False),
    ],
)
def test_only_flushes_between_question_and_answer_count_and_in_their_order(calls, flushed):
    paths = [*BYTES, "mingcha.db-wal"]
    assert flushed_before_answer(calls, "POST /api/v1/uploads", "HTTP/1.1 201", paths) is flushed
