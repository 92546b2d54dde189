"""Sign-ins that have not succeeded: how many, and when the next may be. The rule is `core/throttle`."""

from datetime import datetime

from sqlalchemy import Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.throttle import Count
from mingcha.store.db import Moment, Row, db, insert_if_absent


class AttemptRow(Row):
    __tablename__ = "attempt"

    #: "account" or "address"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)


def lock(kind: str, key: str, now: datetime) -> Count:
    """The count of a key, locked until the end of the transaction so that nobody guesses in parallel."""
    while True:
        insert_if_absent(AttemptRow, kind=kind, key=key, failures=0, last_at=now)
        row = db.session.scalar(_one(kind, key).with_for_update())
        # While we waited for the lock, a sign-in that succeeded may have cleared the row: then it is made anew.
        if row is not None:
            return Count(failures=row.failures, last_at=row.last_at)


def keep(kind: str, key: str, count: Count) -> None:
    row = db.session.scalars(_one(kind, key)).one()
    row.failures, row.last_at = count.failures, count.last_at


def clear(kind: str, key: str) -> None:
    db.session.execute(delete(AttemptRow).where(AttemptRow.kind == kind, AttemptRow.key == key))


def forget(before: datetime) -> None:
    db.session.execute(delete(AttemptRow).where(AttemptRow.last_at < before))


def _one(kind: str, key: str) -> Select[AttemptRow]:
    return select(AttemptRow).where(AttemptRow.kind == kind, AttemptRow.key == key)
