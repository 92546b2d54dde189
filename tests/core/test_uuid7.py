"""Ids that sort by time."""

import uuid
from datetime import UTC, datetime, timedelta

from mingcha.core.uuid7 import uuid7

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_id_is_version_seven_and_tells_its_moment():
    made = uuid.UUID(uuid7(NOON, bytes(range(10))))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_later_sorts_later_whatever_chance_says():
    assert uuid7(NOON, b"\xff" * 10) < uuid7(NOON + timedelta(milliseconds=1), b"\0" * 10)
