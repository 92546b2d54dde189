"""Everybody's inbox: the truth of what they were told. One number per person orders it, taken under that person's row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Json, Moment, Row, TenantCode, db, insert_if_absent, new_id


class InboxRow(Row):
    __tablename__ = "inbox"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    #: What it says, once for each person.
    key: Mapped[str] = mapped_column(String(120))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[dict[str, str]] = mapped_column(Json)
    link: Mapped[str] = mapped_column(String(200))
    #: For channels: `due` or `news`.
    tag: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("account", "key"), UniqueConstraint("account", "seq"))


class InboxHeadRow(Row):
    __tablename__ = "inbox_head"

    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    seq: Mapped[int]


@dataclass(frozen=True)
class Entry:
    id: str
    seq: int
    kind: str
    words: dict[str, str]
    link: str
    tag: str
    at: datetime
    read_at: datetime | None


def lock(accounts: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Hold the inboxes of these (account, county) pairs, in order of id; the last number of each."""
    wanted = dict(sorted(set(accounts)))
    for account, tenant in wanted.items():
        insert_if_absent(InboxHeadRow, account=account, tenant=tenant, seq=0)
    query = select(InboxHeadRow).where(InboxHeadRow.account.in_(wanted)).order_by(InboxHeadRow.account)
    rows = db.session.scalars(query.with_for_update(), execution_options={"populate_existing": True})
    return {row.account: row.seq for row in rows}


def add(
    account: str, tenant: str, seq: int, *, key: str, kind: str, words: dict[str, str], link: str, tag: str,
    at: datetime,
) -> bool:  # fmt: skip
    """Put an entry into an inbox that this transaction holds. False if it is there already."""
    return insert_if_absent(
        InboxRow, id=new_id(), tenant=tenant, account=account, key=key, seq=seq, kind=kind, words=words, link=link,
        tag=tag, at=at, read_at=None,
    )  # fmt: skip


def advance(account: str, seq: int) -> None:
    db.session.execute(
        update(InboxHeadRow)
        .where(InboxHeadRow.account == account)
        .values(seq=seq)
        .execution_options(synchronize_session=False)
    )


def after(account: str, seq: int, limit: int) -> list[Entry]:
    query = select(InboxRow).where(InboxRow.account == account, InboxRow.seq > seq).order_by(InboxRow.seq).limit(limit)
    return [_entry(row) for row in db.session.scalars(query, execution_options={"populate_existing": True})]


def between(account: str, first: int, last: int) -> list[Entry]:
    """The entries that are still unread among the numbers from `first` to `last`."""
    query = select(InboxRow).where(
        InboxRow.account == account, InboxRow.seq >= first, InboxRow.seq <= last, InboxRow.read_at.is_(None)
    )
    return [_entry(row) for row in db.session.scalars(query.order_by(InboxRow.seq))]


def seq_of(account: str) -> int:
    return db.session.scalar(select(InboxHeadRow.seq).where(InboxHeadRow.account == account)) or 0


def unread(account: str) -> int:
    query = select(func.count()).select_from(InboxRow)
    return db.session.scalar(query.where(InboxRow.account == account, InboxRow.read_at.is_(None))) or 0


def mark_read(account: str, seq: int, now: datetime, *, ids: Iterable[str] = (), upto: int | None = None) -> int:
    """Mark entries of a held inbox, giving each a new number after `seq`; the last number then."""
    chosen = InboxRow.id.in_(list(ids)) if upto is None else InboxRow.seq <= upto
    query = select(InboxRow).where(InboxRow.account == account, InboxRow.read_at.is_(None), chosen)
    for row in db.session.scalars(query.order_by(InboxRow.seq)).all():
        seq += 1
        row.read_at, row.seq = now, seq
    db.session.flush()
    advance(account, seq)
    return seq


def _entry(row: InboxRow) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})


def keys_of(account: str) -> list[Any]:
    """Every key in an inbox, for whoever counts that none is missing or double."""
    return list(db.session.scalars(select(InboxRow.key).where(InboxRow.account == account)))
