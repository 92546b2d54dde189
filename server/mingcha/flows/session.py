"""Signing in and out, and telling whose request it is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from mingcha import clock
from mingcha.core import throttle
from mingcha.core.access import Subject, demand
from mingcha.core.problems import Refused
from mingcha.core.second_step import next_step
from mingcha.flows import passwords
from mingcha.store import accounts, attempts, audit, factors, sessions, settings
from mingcha.store.accounts import Account
from mingcha.store.db import new_id, transaction

#: A session lives this long after it was last used, and never longer than `OLDEST` after sign-in.
IDLE = timedelta(days=30)
OLDEST = timedelta(days=180)
#: How often a used session is written down again.
RENEW_EVERY = timedelta(hours=1)
#: From an address where the person signed in lately, strangers' guesses at the account cost them no wait.
KNOWN_ADDRESS = timedelta(days=30)


#: A session that is half open waits so long for its next step.
HALF_OPEN = timedelta(minutes=15)
#: A revoked device may hand in its work for so long.
RESCUE = timedelta(days=180)


@dataclass(frozen=True)
class Visitor:
    """A signed-in person and the session they came with; `renewed` when its expiry has just been moved. With a `step`
    the session is half open; `revoked`: it may only hand in what its device holds.
    """

    account: Account
    session: str
    renewed: bool = False
    step: str | None = None
    revoked: bool = False
    #: Whether the password was given within `HALF_OPEN`.
    fresh: bool = False


@dataclass(frozen=True)
class Opened:
    """A new session: its token, whose it is, and what is still to do before it is open."""

    token: str
    account: Account
    step: str | None

    @property
    def lifetime(self) -> timedelta:
        return HALF_OPEN if self.step else IDLE


def sign_in(username: str, password: str, *, address: str, agent: str) -> Opened:
    """A new session, half open where something is still to do.

    Raises session.slow_down while a wait runs, session.wrong_password otherwise, also of a disabled account. The
    attempt is counted before the password is looked at, so that guesses in parallel count too; success takes it back.
    """
    username = username.strip().lower()
    _count_attempt(username, address)
    found = accounts.with_password(username)
    if not passwords.matches(password, found[1] if found else None) or found is None:
        raise Refused("session.wrong_password")
    with transaction():
        opened = begin(found[0], address=address, agent=agent)
        attempts.clear("account", _key(username))
        attempts.clear("address", _key(address))
    return opened


def begin(account: Account, *, address: str, agent: str, **how: str) -> Opened:
    """Within a transaction: a session for somebody who has shown who they are. `how` goes into the trail.

    Raises session.wrong_password where the account is disabled: whoever signs in must not learn more.
    """
    now = clock.now()
    standing = accounts.standing(account.id)
    if standing.disabled_at is not None:
        raise Refused("session.wrong_password")
    step = next_step(
        has_factor=factors.has_any(account.id), shown=False, must_change=standing.must_change,
        is_asked=account.role in settings.asked_for_factor(account.tenant),
    )
    opened = Opened(secrets.token_urlsafe(32), account, step)
    sessions.forget(before=now - OLDEST)
    session = sessions.Session(
        new_id(), account.id, created_at=now, seen_at=now, expires_at=now + opened.lifetime, step=step
    )
    sessions.add(session, tenant=account.tenant, token_hash=_hash(opened.token), address=address, agent=agent)
    audit.note(
        "session.open", tenant=account.tenant, region=account.scope, actor=account.id,
        subject=f"session/{session.id}", at=now, **how, **({"step": step} if step else {}),
    )
    return opened


def go_on(visitor: Visitor, deed: str, *, shown: bool, **how: str) -> Opened:
    """Within a transaction: one step of a half-open session is done. It goes on under a new token.

    Raises session.step_over where it is half open no more.
    """
    now, account = clock.now(), visitor.account
    standing = accounts.standing(account.id)
    step = next_step(
        has_factor=factors.has_any(account.id), shown=shown, must_change=standing.must_change,
        is_asked=account.role in settings.asked_for_factor(account.tenant),
    )
    opened = Opened(secrets.token_urlsafe(32), account, step)
    moved = sessions.advance(
        visitor.session, step=step, token_hash=_hash(opened.token), now=now, expires_at=now + opened.lifetime
    )
    if standing.disabled_at is not None or not moved:
        raise Refused("session.step_over")
    audit.note(
        deed, tenant=account.tenant, region=account.scope, actor=account.id, subject=f"session/{visitor.session}",
        at=now, **how,
    )
    return opened


def whose(token: str, *, renew: bool = True) -> Visitor | None:
    """Who holds this token, if its session lives. Using a session keeps it alive; without `renew` nothing is written,
    and one that is due for it, half open or revoked is nobody's.
    """
    now = clock.now()
    found = sessions.live(_hash(token), now)
    if found is None:
        return None
    session, account = found
    fresh = now - session.created_at < HALF_OPEN
    if session.step is not None or session.revoked_at is not None:
        revoked = session.revoked_at is not None
        return Visitor(account, session.id, step=session.step, revoked=revoked, fresh=fresh) if renew else None
    if now - session.seen_at < RENEW_EVERY:
        return Visitor(account, session.id, fresh=fresh)
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
            subject=f"session/{visitor.session}", at=now, **({"let_go": True} if visitor.revoked else {}),
        )


def places(visitor: Visitor) -> list[sessions.Known]:
    """Where this person is signed in."""
    return sessions.of_account(visitor.account.id, clock.now())


def end_one(visitor: Visitor, session_id: str) -> None:
    """Sign oneself out on a device that one no longer holds: it hands in its work, then lets go of everything."""
    now = clock.now()
    with transaction():
        if session_id not in {each.id for each in sessions.of_account(visitor.account.id, now)}:
            raise Refused("not_found")
        demand(
            visitor.account.actor, "session.end", Subject(region=visitor.account.scope, relations=frozenset({"self"}))
        )
        sessions.revoke(session_id, now, now + RESCUE)
        audit.note(
            "session.end", tenant=visitor.account.tenant, region=visitor.account.scope, actor=visitor.account.id,
            subject=f"session/{session_id}", at=now,
        )


def count_second(account_id: str) -> None:
    """Count one more try at a second factor or at one's own password. Raises session.slow_down while a wait runs."""
    _count([("second", _key(account_id))])


def clear_second(account_id: str) -> None:
    attempts.clear("second", _key(account_id))


def count_stranger(address: str) -> None:
    """Count a try by somebody of whom only the address is known."""
    _count([("address", _key(address))])


def _count(keys: list[tuple[str, str]]) -> None:
    now = clock.now()
    with transaction():
        attempts.forget(before=now - throttle.QUIET)
        counts = {kind: attempts.lock(kind, key, now) for kind, key in keys}
        seconds = max(throttle.wait_seconds(kind, count, now) for kind, count in counts.items())
        if seconds:
            raise Refused("session.slow_down", seconds=seconds)
        for kind, key in keys:
            attempts.keep(kind, key, throttle.failed(counts[kind], now))


def _count_attempt(username: str, address: str) -> None:
    person = accounts.by_username(username)
    known = person is not None and sessions.was_here(person.id, address, clock.now() - KNOWN_ADDRESS)
    _count([("address", _key(address))] if known else [("account", _key(username)), ("address", _key(address))])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(text: str) -> str:
    """Hashed, so that a password typed into the name field is not kept."""
    return hashlib.sha256(text.encode()).hexdigest()
