"""Signing in and out, and telling whose request it is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from mingcha import clock
from mingcha.core import throttle
from mingcha.core.access import Subject, demand
from mingcha.core.problems import Refused
from mingcha.flows import passwords
from mingcha.store import accounts, attempts, audit, sessions
from mingcha.store.accounts import Account
from mingcha.store.db import new_id, transaction

#: A session lives this long after it was last used, and never longer than `OLDEST` after sign-in.
IDLE = timedelta(days=30)
OLDEST = timedelta(days=180)
#: How often a used session is written down again.
RENEW_EVERY = timedelta(hours=1)
#: From an address where the person signed in lately, strangers' guesses at the account cost them no wait.
KNOWN_ADDRESS = timedelta(days=30)


@dataclass(frozen=True)
class Visitor:
    """A signed-in person and the session they came with; `renewed` when its expiry has just been moved."""

    account: Account
    session: str
    renewed: bool = False


def sign_in(username: str, password: str, *, address: str, agent: str) -> tuple[str, Account]:
    """A new session's token and its account.

    Raises session.slow_down while a wait runs, session.wrong_password otherwise. The attempt is counted before the
    password is looked at, so that guesses in parallel count too; success takes it back.
    """
    username = username.strip().lower()
    _count_attempt(username, address)
    found = accounts.with_password(username)
    if not passwords.matches(password, found[1] if found else None) or found is None:
        raise Refused("session.wrong_password")
    account = found[0]
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction():
        attempts.clear("account", _key(username))
        attempts.clear("address", _key(address))
        sessions.forget(before=now - OLDEST)
        session = sessions.Session(new_id(), account.id, created_at=now, seen_at=now, expires_at=now + IDLE)
        sessions.add(session, tenant=account.tenant, token_hash=_hash(token), address=address, agent=agent)
        audit.note(
            "session.open", tenant=account.tenant, region=account.scope, actor=account.id,
            subject=f"session/{session.id}", at=now,
        )
    return token, account


def whose(token: str, *, renew: bool = True) -> Visitor | None:
    """Who holds this token, if its session lives. Using a session keeps it alive; without `renew` nothing is written,
    and one that is due for it is nobody's.
    """
    now = clock.now()
    found = sessions.live(_hash(token), now)
    if found is None:
        return None
    session, account = found
    if now - session.seen_at < RENEW_EVERY:
        return Visitor(account, session.id)
    if not renew:
        return None
    with transaction():
        sessions.seen(session.id, now, min(now + IDLE, session.created_at + OLDEST))
    return Visitor(account, session.id, renewed=True)


def sign_out(visitor: Visitor) -> None:
    now = clock.now()
    with transaction():
        sessions.end(visitor.session, now)
        audit.note(
            "session.close", tenant=visitor.account.tenant, region=visitor.account.scope, actor=visitor.account.id,
            subject=f"session/{visitor.session}", at=now,
        )


def places(visitor: Visitor) -> list[sessions.Known]:
    """Where this person is signed in."""
    return sessions.of_account(visitor.account.id, clock.now())


def end_one(visitor: Visitor, session_id: str) -> None:
    """Sign oneself out on a device that one no longer holds. Its unsent work stays on it until its owner signs in."""
    now = clock.now()
    with transaction():
        if session_id not in {each.id for each in sessions.of_account(visitor.account.id, now)}:
            raise Refused("not_found")
        demand(
            visitor.account.actor, "session.end", Subject(region=visitor.account.scope, relations=frozenset({"self"}))
        )
        sessions.end(session_id, now)
        audit.note(
            "session.end", tenant=visitor.account.tenant, region=visitor.account.scope, actor=visitor.account.id,
            subject=f"session/{session_id}", at=now,
        )


def _count_attempt(username: str, address: str) -> None:
    now = clock.now()
    with transaction():
        attempts.forget(before=now - throttle.QUIET)
        person = accounts.by_username(username)
        known = person is not None and sessions.was_here(person.id, address, now - KNOWN_ADDRESS)
        keys = [("address", _key(address))] if known else [("account", _key(username)), ("address", _key(address))]
        counts = {kind: attempts.lock(kind, key, now) for kind, key in keys}
        seconds = max(throttle.wait_seconds(kind, count, now) for kind, count in counts.items())
        if seconds:
            raise Refused("session.slow_down", seconds=seconds)
        for kind, key in keys:
            attempts.keep(kind, key, throttle.failed(counts[kind], now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(text: str) -> str:
    """Hashed, so that a password typed into the name field is not kept."""
    return hashlib.sha256(text.encode()).hexdigest()
