"""Who may write where, written out by hand."""

import pytest

from mingcha.core.oplog import who_may
from mingcha.core.oplog.targets import TARGETS, target_of

BOTH = {"inspector", "supervisor"}
PHOTO = "photo/018f0000-0000-4000-8000-0000000000f1"

TABLE = {
    "visit/arrived": BOTH,
    "visit/present": BOTH,
    "visit/note": BOTH,
    "visit/submitted": BOTH,
    "answer/3.1/verdict": BOTH,
    "answer/3.1/measure/area": BOTH,
    "answer/3.1/award/a": BOTH,
    "answer/3.1/requirement/a": BOTH,
    "answer/3.1/note": BOTH,
    "answer/3.1/reply": BOTH,
    "finding/3.1:a": BOTH,
    "finding/3.1:a/count": BOTH,
    "finding/3.1:a/note": BOTH,
    PHOTO: BOTH,
    f"{PHOTO}/kind": BOTH,
    f"{PHOTO}/note": BOTH,
    f"{PHOTO}/finding": BOTH,
    f"{PHOTO}/indicator": BOTH,
    f"{PHOTO}/original": BOTH,
    f"{PHOTO}/order": BOTH,
    "split/3": BOTH,
    "sample/s1": BOTH,
    "signature/centre": {"inspector"},
    "review/adjust/3.1": {"supervisor"},
    "review/comment/3.1": {"supervisor"},
    "review/waiver/3.1": {"supervisor"},
    "review/return": {"supervisor"},
    "review/joined/3.1:a": {"server"},
    "review/late": {"server"},
    "review/reopened": {"server"},
    "review/approval": {"server"},
    "review/approval/x": set(),
    "review": set(),
    "": set(),
}


@pytest.mark.parametrize(("target", "roles"), TABLE.items())
def test_a_role_writes_only_its_own_part(target, roles):
    assert who_may(target) == roles


def test_every_target_is_in_the_table():
    assert {target_of(target) for target in TABLE} - {None} == set(TARGETS)


@pytest.mark.parametrize("role", ["viewer", "centre", "admin"])
def test_who_only_reads_writes_nothing(role):
    assert all(role not in who_may(target) for target in TABLE)
