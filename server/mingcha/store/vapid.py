"""Our push keys, newest first, in the settings: the same on every node. Older ones still serve the phones that
subscribed with them.
"""

from typing import Any

from sqlalchemy import select

from mingcha.store.db import db, insert_if_absent, transaction
from mingcha.store.settings import SettingRow

NAME = "vapid"
MOST_KEYS = 5
Pair = tuple[str, str]


def pairs() -> list[Pair]:
    """(private, public) pairs, newest first; empty before the first."""
    found: Any = db.session.scalar(select(SettingRow.value).where(SettingRow.name == NAME))
    return [(private, public) for private, public in found or []]


def put_first(pair: Pair) -> list[Pair]:
    """Keep the pair unless there is one already; what is kept then."""
    with transaction():
        insert_if_absent(SettingRow, name=NAME, value=[list(pair)])
        return pairs()


def rotate(pair: Pair) -> None:
    """A new newest pair."""
    with transaction():
        value = [list(each) for each in (pair, *pairs())][:MOST_KEYS]
        db.session.merge(SettingRow(name=NAME, value=value))
