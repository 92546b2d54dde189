"""How long a sign-in waits after failures."""

from datetime import UTC, datetime, timedelta

import pytest

from mingcha.core.throttle import LONGEST_SECONDS, QUIET, Count, failed, wait_seconds

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "failures", "seconds"),
    [
        ("account", 0, 0), ("account", 3, 0), ("account", 4, 1), ("account", 5, 2), ("account", 8, 16),
        ("account", 9, 30), ("account", 10_000, 30),
        ("address", 19, 0), ("address", 20, 1), ("address", 28, 256), ("address", 10_000, 300),
    ],
)  # fmt: skip
def test_the_wait_grows_and_has_a_ceiling(kind, failures, seconds):
    assert wait_seconds(kind, Count(failures, NOON), NOON) == seconds


def test_the_wait_runs_out_by_itself_so_nobody_is_locked_out():
    count = Count(10_000, NOON)
    for kind, longest in LONGEST_SECONDS.items():
        assert wait_seconds(kind, count, NOON + timedelta(seconds=longest - 0.5)) == 1
        assert wait_seconds(kind, count, NOON + timedelta(seconds=longest)) == 0


def test_a_day_of_quiet_forgets_the_failures():
    assert failed(Count(50, NOON), NOON + timedelta(hours=1)).failures == 51
    assert failed(Count(50, NOON), NOON + QUIET).failures == 1
    assert wait_seconds("account", Count(50, NOON), NOON + QUIET) == 0
