"""Inviting somebody by a link or QR code, and accepting: it works once, for a few days, and is kept only as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from mingcha import clock
from mingcha.core.access import ROLES, Actor, Subject, demand
from mingcha.core.problems import Refused
from mingcha.core.regions import is_region, tenant_of
from mingcha.flows import passwords, session
from mingcha.flows.accounts import fit_username
from mingcha.store import accounts, audit, invitations, regions
from mingcha.store.accounts import Account
from mingcha.store.db import new_id, transaction
from mingcha.store.invitations import Invitation

MOST_DAYS = 30


@dataclass(frozen=True)
class Seen:
    """What the invited person is shown before they choose."""

    invitation: Invitation
    region: dict[str, str] | None


def invite(actor: Actor, *, name: str, role: str, scope: str, locale: str, days: int) -> tuple[str, Invitation]:
    """A new invitation and its token, which is told this once."""
    if role not in ROLES:
        raise Refused("account.role", role=role)
    if not is_region(scope):
        raise Refused("region.malformed")
    demand(actor, "account.invite", Subject(region=scope))
    token = secrets.token_urlsafe(32)
    now = clock.now()
    made = Invitation(
        new_id(), tenant_of(scope), name.strip(), role, scope, locale, actor.id, now, now + timedelta(days=days)
    )
    with transaction():
        invitations.add(made, _hash(token))
        _note("account.invite", made, actor.id, role=role, scope=scope)
    return token, made


def withdraw(actor: Actor, invitation_id: str) -> None:
    found = invitations.by_id(invitation_id)
    if found is None:
        raise Refused("not_found")
    demand(actor, "account.invite", Subject(region=found.scope))
    with transaction():
        if not invitations.withdraw(found.id, clock.now()):
            raise Refused("not_found")
        _note("account.invite", found, actor.id, withdrawn=True)


def look(token: str, *, address: str) -> Seen:
    """What an invitation offers. A wrong token, a used and an expired one are told the same."""
    found = invitations.by_token(_hash(token), clock.now())
    if found is None:
        session.count_stranger(address)
        raise Refused("invitation.void")
    return Seen(found, regions.name(found.scope))


def accept(token: str, *, username: str, password: str, address: str, agent: str) -> session.Opened:
    """The account that was offered, with the name and password chosen, and its first session."""
    seen = look(token, address=address).invitation
    username = fit_username(username)
    password_hash = passwords.hashed(password, username, seen.name)
    account = Account(new_id(), seen.tenant, username, seen.name, seen.role, seen.scope, seen.locale)
    now = clock.now()
    with transaction():
        if accounts.by_username(username) is not None:
            raise Refused("account.taken", username=username)
        if not invitations.use(seen.id, now):
            raise Refused("invitation.void")
        accounts.add(account, password_hash, created_at=now)
        opened = session.begin(account, address=address, agent=agent, invitation=seen.id)
        _note("account.accept", seen, account.id, account=account.id, username=username, invited_by=seen.made_by)
    return opened


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _note(deed: str, each: Invitation, actor: str, **details: object) -> None:
    audit.note(
        deed, tenant=each.tenant, region=each.scope, actor=actor, subject=f"invitation/{each.id}", at=clock.now(),
        **details,
    )
