"""How long photos are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from mingcha.core.problems import Refused
from mingcha.core.retention import is_due, periods

RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)
APPROVED = RECEIVED + timedelta(days=10)


def due(kind="badge", *, days, approved=None, stage="in_progress", kept=None):
    return is_due(
        kind, received_at=RECEIVED, approved_at=approved, stage=stage, periods=kept or {"badge": 90},
        now=RECEIVED + timedelta(days=days),
    )


def test_a_period_counts_from_receipt_or_from_the_approval_where_there_is_one():
    assert (due(days=89), due(days=90)) == (None, 90)
    assert (due(days=99, approved=APPROVED), due(days=100, approved=APPROVED)) == (None, 90)


@pytest.mark.parametrize("stage", ["submitted", "returned"])
def test_nothing_is_due_while_somebody_still_has_to_decide(stage):
    assert due(days=1000, stage=stage) is None


def test_a_kind_without_a_period_is_kept_and_an_unsaid_kind_has_the_shortest():
    assert due("scene", days=10_000) is None
    assert due(None, days=40, kept={"badge": 40, "scene": 400}) == 40
    assert is_due(None, received_at=RECEIVED, approved_at=None, stage="approved", periods={}, now=APPROVED) is None


@pytest.mark.parametrize("raw", [None, [], {"badge": 29}, {"badge": "90"}, {"badge": True}, {"selfie": 90}, {"badge": 10**6}])
def test_a_period_is_a_sensible_number_of_days(raw):
    with pytest.raises(Refused, match=r"retention\.days"):
        periods(raw)


def test_a_kind_may_be_kept_without_end():
    assert periods({"badge": 90, "scene": None}) == {"badge": 90}
