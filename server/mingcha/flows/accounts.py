"""Adding people and giving them passwords."""

import re

from mingcha import clock
from mingcha.core.access import ROLES, Actor, Subject, demand
from mingcha.core.problems import Refused
from mingcha.core.regions import is_region, tenant_of
from mingcha.flows import passwords
from mingcha.store import accounts, audit, sessions
from mingcha.store.accounts import Account
from mingcha.store.db import new_id, transaction

USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")

#: `by` is the actor, or None for the person at the server's own shell, who is beyond every scope.
By = Actor | None


def fit_username(text: str) -> str:
    """As it is kept. Raises account.username where it cannot be one."""
    username = text.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused("account.username")
    return username


def add(
    by: By, *, username: str, name: str, role: str, scope: str, password: str, locale: str = "zh",
    must_change: bool = False,
) -> Account:  # fmt: skip
    """A new account, whose scope must lie within the adder's. `must_change`: its owner chooses a password at sign-in."""
    username = fit_username(username)
    if role not in ROLES:
        raise Refused("account.role", role=role)
    if not is_region(scope):
        raise Refused("region.malformed")
    if by is not None:
        demand(by, "account.add", Subject(region=scope))
    account = Account(new_id(), tenant_of(scope), username, name.strip(), role, scope, locale)
    password_hash = passwords.hashed(password, username, account.name)
    now = clock.now()
    with transaction():
        if accounts.by_username(username) is not None:
            raise Refused("account.taken", username=username)
        accounts.add(account, password_hash, created_at=now, must_change=must_change)
        audit.note(
            "account.add", tenant=account.tenant, region=scope, actor=by.id if by else None,
            subject=f"account/{account.id}", at=now, username=username, role=role, scope=scope,
        )
    return account


def set_password(by: By, account_id: str, password: str, current: str | None = None) -> Account:
    """A new password. Every session of the account ends, on every device; what phones hold unsent stays on them.

    Whoever changes their own shows that they know the `current` one: an unlocked phone is not enough. One that an
    administrator gave is changed at the next sign-in.
    """
    account = accounts.by_id(account_id)
    if account is None:
        raise Refused("not_found")
    if by is not None:
        own = frozenset({"self"}) if by.id == account_id else frozenset[str]()
        demand(by, "account.password", Subject(region=account.scope, relations=own))
        if own and not passwords.matches(current or "", accounts.password_hash_of(account_id)):
            raise Refused("account.current_password")
    password_hash = passwords.hashed(password, account.username, account.name)
    now = clock.now()
    with transaction():
        accounts.set_password_hash(account_id, password_hash, must_change=by is not None and by.id != account_id)
        ended = sessions.end_all_of(account_id, now)
        audit.note(
            "account.password", tenant=account.tenant, region=account.scope, actor=by.id if by else None,
            subject=f"account/{account_id}", at=now, sessions_ended=ended,
        )
    return account


def end_sessions(account: Account) -> int:
    """Sign the account out everywhere. How many sessions there were."""
    now = clock.now()
    with transaction():
        ended = sessions.end_all_of(account.id, now)
        audit.note(
            "session.close", tenant=account.tenant, region=account.scope, actor=None, subject=f"account/{account.id}",
            at=now, sessions_ended=ended,
        )
    return ended
