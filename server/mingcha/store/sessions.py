"""Sessions: who is signed in where. Holds the hash of a token, never the token, so a stolen table opens nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.accounts import Account, AccountRow
from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, changed, db, table_of
from mingcha.store.quick import Quick


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
    #: What is still to be done before it is open (`core/second_step`); null when it is.
    step: Mapped[str | None] = mapped_column(String(8))
    #: From now on the device may only hand in its work. Ended after that: it has let go of everything.
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Session:
    id: str
    account: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    step: str | None = None
    revoked_at: datetime | None = None


_session, _account = table_of(SessionRow).c, table_of(AccountRow).c
# Built once: every request asks it.
_LIVE = Quick(select(
    _session.id, _session.account, _session.created_at, _session.seen_at, _session.expires_at,
    _session.step, _session.revoked_at,
    _account.id, _account.tenant, _account.username, _account.name, _account.role, _account.scope, _account.locale,
).where(
    _session.token_hash == bindparam("token_hash"),
    _session.ended_at.is_(None),
    _session.expires_at > bindparam("now"),
    _account.id == _session.account,
    or_(_account.disabled_at.is_(None), _session.revoked_at.is_not(None)),
))  # fmt: skip


def add(
    session: Session, *, tenant: str, token_hash: str, address: str, agent: str
) -> None:
    db.session.add(
        SessionRow(
            id=session.id, tenant=tenant, token_hash=token_hash, account=session.account, address=address[:64],
            agent=agent[:200], created_at=session.created_at, seen_at=session.seen_at, expires_at=session.expires_at,
            step=session.step,
        )
    )
    db.session.flush()


def live(token_hash: str, now: datetime) -> tuple[Session, Account] | None:
    """The session of a token and whose it is, unless it ended or expired."""
    rows = _LIVE(token_hash=token_hash, now=now)
    return (Session(*rows[0][:7]), Account(*rows[0][7:])) if rows else None


@dataclass(frozen=True)
class Known:
    """A session as its owner recognises it: when it began and was last used, from where, by which browser. Revoked and
    ended: the device has let go of what it held.
    """

    id: str
    account: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    revoked_at: datetime | None = None
    ended_at: datetime | None = None


_KNOWN = select(
    SessionRow.id, SessionRow.account, SessionRow.address, SessionRow.agent, SessionRow.created_at,
    SessionRow.seen_at, SessionRow.revoked_at, SessionRow.ended_at,
).where(SessionRow.step.is_(None)).order_by(SessionRow.seen_at.desc(), SessionRow.id)  # fmt: skip


def of_account(account_id: str, now: datetime) -> list[Known]:
    """The living sessions of an account, the one last used first."""
    living = (SessionRow.ended_at.is_(None), SessionRow.revoked_at.is_(None), SessionRow.expires_at > now)
    return [Known(*row) for row in db.session.execute(_KNOWN.where(SessionRow.account == account_id, *living))]


def devices_of(account_id: str, now: datetime) -> list[Known]:
    """The living sessions, and those revoked: still to hand in their work, or done with it."""
    shown = or_(SessionRow.ended_at.is_(None), SessionRow.revoked_at.is_not(None))
    query = _KNOWN.where(SessionRow.account == account_id, shown, SessionRow.expires_at > now)
    return [Known(*row) for row in db.session.execute(query)]


def last_seen(account_ids: set[str]) -> dict[str, datetime]:
    """When each of these accounts was last heard of by a session."""
    query = (
        select(SessionRow.account, func.max(SessionRow.seen_at))
        .where(SessionRow.account.in_(account_ids), SessionRow.step.is_(None))
        .group_by(SessionRow.account)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def advance(session_id: str, *, step: str | None, token_hash: str, now: datetime, expires_at: datetime) -> bool:
    """A half-open session goes on, under another token. False where it is half open no more."""
    query = update(SessionRow).where(
        SessionRow.id == session_id, SessionRow.step.is_not(None), SessionRow.ended_at.is_(None)
    )
    values = {"step": step, "token_hash": token_hash, "seen_at": now, "expires_at": expires_at}
    return changed(query.values(**values)) > 0


def revoke(session_id: str, now: datetime, expires_at: datetime) -> bool:
    """Let the device only hand in its work from now on. A half-open one has none: it ends."""
    query = update(SessionRow).where(
        SessionRow.id == session_id, SessionRow.ended_at.is_(None), SessionRow.revoked_at.is_(None)
    )
    return changed(query.values(revoked_at=now, expires_at=expires_at)) > 0


def revoke_all_of(account_id: str, now: datetime, expires_at: datetime) -> int:
    """Revoke every device of an account. How many there were."""
    end_half_open(account_id, now)
    query = update(SessionRow).where(
        SessionRow.account == account_id, SessionRow.ended_at.is_(None), SessionRow.revoked_at.is_(None),
        SessionRow.expires_at > now,
    )  # fmt: skip
    return changed(query.values(revoked_at=now, expires_at=expires_at))


def end_half_open(account_id: str, now: datetime) -> None:
    """End what was begun and not finished."""
    query = update(SessionRow).where(
        SessionRow.account == account_id, SessionRow.step.is_not(None), SessionRow.ended_at.is_(None)
    )
    db.session.execute(query.values(ended_at=now))


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
    """End every session of an account, on every device. How many there were. Revoked devices may still hand in work."""
    query = update(SessionRow).where(
        SessionRow.account == account_id, SessionRow.ended_at.is_(None), SessionRow.revoked_at.is_(None),
        SessionRow.expires_at > now,
    )  # fmt: skip
    return changed(query.values(ended_at=now))


def was_here(account_id: str, address: str, since: datetime) -> bool:
    """Whether the account signed in from this address after `since`."""
    query = select(SessionRow.id).where(
        SessionRow.account == account_id, SessionRow.address == address[:64], SessionRow.created_at > since
    )
    return db.session.scalar(query.limit(1)) is not None


def forget(before: datetime) -> None:
    """Drop the rows that expired before a moment."""
    db.session.execute(delete(SessionRow).where(SessionRow.expires_at < before))
