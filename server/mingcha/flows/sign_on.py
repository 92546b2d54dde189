"""Signing on through the unit's own house (OpenID Connect): leaving with state, nonce and PKCE, and coming back.

Whoever comes back is matched by the issuer's verified subject. The first time, the claim that was agreed on (a user
name) names the account, and the subject is bound to it for good: who later gets that name there is not let in here.
No account is made by this. A second factor of ours is still asked for.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from mingcha import clock
from mingcha.core.problems import Refused
from mingcha.flows import session
from mingcha.notify.provider import Provider, ProviderFailed
from mingcha.store import accounts, audit, sign_on
from mingcha.store.accounts import Account
from mingcha.store.db import transaction
from mingcha.store.sign_on import Journey

#: How long somebody may take at the other house.
AWAY = timedelta(minutes=10)


def leave(provider: Provider, back: str) -> tuple[str, str]:
    """The other house's address to go to, and the state that this browser keeps. Raises sign_on.failed."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    now = clock.now()
    try:
        address = provider.address(back=back, state=state, nonce=nonce, challenge=_challenge(verifier))
    except ProviderFailed as fault:
        raise Refused("sign_on.failed") from fault
    with transaction():
        sign_on.depart(_hash(state), Journey(nonce, verifier), now=now, expires_at=now + AWAY)
    return address, state


def come_back(
    provider: Provider, *, back: str, code: str, state: str, kept: str, address: str, agent: str
) -> session.Opened:
    """A session for whom the other house vouches. `kept` is the state that this browser left with.

    Raises sign_on.failed, or sign_on.unknown where no account is meant; also for a disabled one.
    """
    journey = _journey(state, kept)
    try:
        claims = provider.claims(code=code, back=back, verifier=journey.verifier, nonce=journey.nonce)
    except ProviderFailed as fault:
        raise Refused("sign_on.failed") from fault
    now = clock.now()
    with transaction():
        account = _account(provider, claims)
        if account is None or accounts.standing(account.id).disabled_at is not None:
            raise Refused("sign_on.unknown")
        subject = str(claims["sub"])
        if sign_on.account_of(provider.issuer, subject) is None:
            sign_on.bind(provider.issuer, subject, account.id, tenant=account.tenant, now=now)
            audit.note(
                "session.open", tenant=account.tenant, region=account.scope, actor=account.id,
                subject=f"account/{account.id}", at=now, bound_to=provider.issuer,
            )
        return session.begin(account, address=address, agent=agent, by="oidc")


def _journey(state: str, kept: str) -> Journey:
    if not state or not secrets.compare_digest(state.encode(), kept.encode()):
        raise Refused("sign_on.failed")
    with transaction():
        journey = sign_on.arrive(_hash(state), clock.now())
    if journey is None:
        raise Refused("sign_on.failed")
    return journey


def _account(provider: Provider, claims: Mapping[str, object]) -> Account | None:
    subject, named = str(claims.get("sub") or ""), claims.get(provider.claim)
    if not 0 < len(subject) <= 255:
        return None
    known = sign_on.account_of(provider.issuer, subject)
    if known is not None:
        return accounts.by_id(known)
    if not isinstance(named, str) or (provider.claim == "email" and claims.get("email_verified") is not True):
        return None
    account = accounts.by_username(named.strip().lower())
    taken = account is not None and sign_on.is_bound(provider.issuer, account.id)
    return None if taken else account


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
