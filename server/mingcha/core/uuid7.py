"""Ids: their form, and new ones that sort by the time they were made (UUID version 7). Time and chance are given:
rules throw no dice.
"""

import re
from datetime import datetime
from uuid import UUID

_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_id(text: str) -> bool:
    """Whether it can be an id at all. What people type into an address may hold what no database takes."""
    return _FORM.fullmatch(text) is not None


def uuid7(now: datetime, random: bytes) -> str:
    """An id from an aware moment and ten random bytes."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    chance = int.from_bytes(random[:10], "big")
    number = milliseconds << 80 | 0x7 << 76 | (chance >> 62 & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return str(UUID(int=number))
