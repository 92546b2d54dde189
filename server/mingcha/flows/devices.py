"""What an administrator does when somebody loses a phone, leaves, or comes back: revoke, disable, enable, reset.

A revoked device is not cut off at once: it may still hand in what it holds, and is told to let go of everything else at
its next contact (`flows/last_hearing.py`). Nothing that a phone showed as saved is lost by a revocation.
"""

from dataclasses import dataclass
from datetime import datetime

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.problems import Refused
from mingcha.core.second_step import fitting
from mingcha.flows.session import RESCUE
from mingcha.store import accounts, audit, factors, sessions, settings, sign_on
from mingcha.store.accounts import Account
from mingcha.store.db import transaction


@dataclass(frozen=True)
class Row:
    """One line of the administrator's list."""

    account: Account
    disabled_at: datetime | None
    must_change: bool
    factors: list[str]
    seen_at: datetime | None


def listed(actor: Actor, words: str) -> list[Row]:
    """The accounts of the actor's area, found by name or user name."""
    found = accounts.search(actor.scope, words.strip())
    ids = {account.id for account, _ in found}
    kinds, seen = factors.kinds_of(ids), sessions.last_seen(ids)
    return [
        Row(
            account, standing.disabled_at, standing.must_change, sorted(kinds.get(account.id, set()) - {"recovery"}),
            seen.get(account.id),
        )
        for account, standing in found
    ]  # fmt: skip


def of(actor: Actor, account_id: str) -> list[sessions.Known]:
    """Where somebody is signed in, and which of their devices were revoked."""
    return sessions.devices_of(_theirs(actor, "account.devices", account_id).id, clock.now())


def revoke(actor: Actor, account_id: str, session_id: str | None, reason: str) -> int:
    """Revoke one device of somebody's, or all of them. How many. One that is revoked already is like a missing one."""
    account = _theirs(actor, "session.revoke", account_id)
    now = clock.now()
    with transaction():
        if session_id is None:
            count = sessions.revoke_all_of(account.id, now, now + RESCUE)
        else:
            known = {each.id for each in sessions.of_account(account.id, now)}
            count = int(session_id in known and sessions.revoke(session_id, now, now + RESCUE))
            if not count:
                raise Refused("not_found")
        _note("session.revoke", actor, account, reason=reason, devices=count, **_one(session_id))
    return count


def disable(actor: Actor, account_id: str, reason: str) -> None:
    """Nobody signs in with it any more; its devices are revoked, which rescues their work."""
    account = _theirs(actor, "account.disable", account_id)
    if account.id == actor.id:
        raise Refused("account.self")
    now = clock.now()
    with transaction():
        if accounts.standing(account.id).disabled_at is not None:
            raise Refused("account.disabled")
        accounts.disable(account.id, now)
        count = sessions.revoke_all_of(account.id, now, now + RESCUE)
        _note("account.disable", actor, account, reason=reason, devices=count)


def enable(actor: Actor, account_id: str) -> None:
    """They may sign in again. Revoked devices stay revoked. Safe to repeat."""
    account = _theirs(actor, "account.enable", account_id)
    with transaction():
        if accounts.standing(account.id).disabled_at is None:
            return
        accounts.disable(account.id, None)
        _note("account.enable", actor, account)


def take_factors(actor: Actor, account_id: str, reason: str) -> None:
    """They lost them: the password alone signs in, until they add others. Their sessions end."""
    account = _theirs(actor, "account.factors", account_id)
    now = clock.now()
    with transaction():
        dropped = factors.drop_all(account.id)
        sign_on.unbind_all(account.id)
        ended = sessions.end_all_of(account.id, now)
        _note("account.factors", actor, account, reason=reason, dropped=dropped, sessions_ended=ended)


def asked(actor: Actor) -> list[str]:
    """The roles of the actor's county that need a second factor."""
    return settings.asked_for_factor(actor.tenant)


def ask_roles(actor: Actor, roles: list[str]) -> list[str]:
    """Say which roles need a second factor, from their next sign-in on. Only for a whole county."""
    demand(actor, "account.rules", Subject(actor.tenant))
    wanted = fitting(roles)
    with transaction():
        settings.ask_for_factor(actor.tenant, wanted)
        audit.note(
            "account.rules", tenant=actor.tenant, region=actor.tenant, actor=actor.id,
            subject=f"county/{actor.tenant}", at=clock.now(), second_factor=wanted,
        )
    return wanted


def _theirs(actor: Actor, deed: str, account_id: str) -> Account:
    account = accounts.by_id(account_id)
    if account is None:
        raise Refused("not_found")
    demand(actor, deed, Subject(region=account.scope))
    return account


def _one(session_id: str | None) -> dict[str, str]:
    return {"session": session_id} if session_id else {}


def _note(deed: str, actor: Actor, account: Account, **details: object) -> None:
    audit.note(
        deed, tenant=account.tenant, region=account.scope, actor=actor.id, subject=f"account/{account.id}",
        at=clock.now(), **details,
    )
