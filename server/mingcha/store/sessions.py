"""Sessions: who is signed in where. Holds the hash of a token, never the token, so a stolen table opens nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db


class SessionRow(Row):
    __tablename__ = "session"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    token_hash: Mapped[str] = mapped_column(Digest, unique=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Session:
    id: str
    account: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def add(
    session: Session, *, tenant: str, token_hash: str, address: str, agent: str
) -> None:
    db.session.add(
        SessionRow(
            id=session.id, tenant=tenant, token_hash=token_hash, account=session.account, address=address[:64],
            agent=agent[:200], created_at=session.created_at, seen_at=session.seen_at, expires_at=session.expires_at,
        )
    )
    db.session.flush()


def live(token_hash: str, now: datetime) -> Session | None:
    """The session of a token, unless it ended or expired."""
    row = db.session.scalar(
        select(SessionRow).where(
            SessionRow.token_hash == token_hash, SessionRow.ended_at.is_(None), SessionRow.expires_at > now
        )
    )
    if row is None:
        return None
    return Session(
        id=row.id, account=row.account, created_at=row.created_at, seen_at=row.seen_at, expires_at=row.expires_at
    )


def seen(session_id: str, now: datetime, expires_at: datetime) -> None:
    db.session.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.ended_at.is_(None))
        .values(seen_at=now, expires_at=expires_at)
    )


def end(session_id: str, now: datetime) -> None:
    db.session.execute(
        update(SessionRow).where(SessionRow.id == session_id, SessionRow.ended_at.is_(None)).values(ended_at=now)
    )


def end_all_of(account_id: str, now: datetime) -> int:
    """End every session of an account, on every device. How many there were."""
    result = db.session.execute(
        update(SessionRow)
        .where(SessionRow.account == account_id, SessionRow.ended_at.is_(None), SessionRow.expires_at > now)
        .values(ended_at=now)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def was_here(account_id: str, address: str, since: datetime) -> bool:
    """Whether the account signed in from this address after `since`."""
    query = select(SessionRow.id).where(
        SessionRow.account == account_id, SessionRow.address == address[:64], SessionRow.created_at > since
    )
    return db.session.scalar(query.limit(1)) is not None


def forget(before: datetime) -> None:
    """Drop the rows that expired before a moment."""
    db.session.execute(delete(SessionRow).where(SessionRow.expires_at < before))
