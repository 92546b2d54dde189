"""One's own second factors: authenticator codes, passkeys, recovery codes; and showing them at sign-in.

Adding or removing one needs the password, unless it was given a few minutes ago: an unlocked phone is not enough. The
rules of a passkey are webauthn's, of a code pyotp's; both are loaded when somebody first needs them.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mingcha import clock
from mingcha.core.problems import Refused
from mingcha.core.second_step import is_code, may_drop_factor, recovery_form
from mingcha.flows import passwords, session
from mingcha.flows.session import Opened, Visitor
from mingcha.store import accounts, audit, factors, settings
from mingcha.store.db import transaction
from mingcha.store.factors import Factor

#: A challenge, or a secret that is not confirmed yet, is good for so long.
CEREMONY = timedelta(minutes=10)
MOST_PASSKEYS = 10
RECOVERY_CODES = 10
ISSUER = "明察 Mingcha"
#: An authenticator's clock may be one step of 30 s off.
STEP_SECONDS, STEPS_OFF = 30, 1


@dataclass(frozen=True)
class House:
    """Where a passkey belongs: the host, and the address that the browser shows."""

    host: str
    origin: str


@dataclass(frozen=True)
class Own:
    factors: list[Factor]
    recovery_left: int
    is_asked: bool


def own(visitor: Visitor) -> Own:
    found = factors.of_account(visitor.account.id)
    kept = [each for each in found if each.kind in factors.FIRST_HAND]
    return Own(kept, len(found) - len(kept), _is_asked(visitor))


def begin_totp(visitor: Visitor, current: str | None) -> tuple[str, str]:
    """A fresh secret and its address for authenticator apps; nothing counts before a code confirms it."""
    import pyotp

    _demand_password(visitor, current)
    secret = pyotp.random_base32()
    with transaction():
        _begin(visitor, "totp", secret)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=visitor.account.username, issuer_name=ISSUER)


def confirm_totp(visitor: Visitor, code: str) -> tuple[list[str], Opened | None]:
    """The secret counts from now on, instead of an older one. See `_added`."""
    now = clock.now()
    session.count_second(visitor.account.id)
    with transaction():
        secret = factors.peek(visitor.session, "totp", now)
        if secret is None:
            raise Refused("factor.none_begun")
        step = _matching_step(secret, code, after=0)
        if step is None:
            raise Refused("session.wrong_code")
        factors.take(visitor.session, "totp", now)
        factors.drop_all(visitor.account.id, "totp")
        factors.add(
            visitor.account.id, tenant=visitor.account.tenant, kind="totp", name="", secret=secret, counter=step, now=now
        )
        session.clear_second(visitor.account.id)
        return _added(visitor, "totp")


def begin_passkey(visitor: Visitor, current: str | None, house: House) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    import webauthn
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement

    _demand_password(visitor, current)
    known = _passkeys(visitor.account.id)
    if len(known) >= MOST_PASSKEYS:
        raise Refused("factor.too_many", most=MOST_PASSKEYS)
    options = webauthn.generate_registration_options(
        rp_id=house.host, rp_name=ISSUER, user_name=visitor.account.username, user_display_name=visitor.account.name,
        user_id=visitor.account.id.encode(), exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.DISCOURAGED),
    )  # fmt: skip
    return _given(visitor, "register", options.challenge, webauthn.options_to_json(options))


def confirm_passkey(
    visitor: Visitor, credential: dict[str, Any], name: str, house: House
) -> tuple[list[str], Opened | None]:
    """The passkey counts from now on. See `_added`."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    now = clock.now()
    with transaction():
        challenge = factors.take(visitor.session, "register", now)
    if challenge is None:
        raise Refused("factor.none_begun")
    with _as_refusal():
        verified = webauthn.verify_registration_response(
            credential=credential, expected_challenge=bytes.fromhex(challenge), expected_rp_id=house.host,
            expected_origin=house.origin,
        )
    with transaction():
        factors.add(
            visitor.account.id, tenant=visitor.account.tenant, kind="passkey", name=name.strip(), now=now,
            secret=bytes_to_base64url(verified.credential_public_key), counter=verified.sign_count,
            credential=bytes_to_base64url(verified.credential_id),
        )  # fmt: skip
        return _added(visitor, "passkey")


def renew_recovery(visitor: Visitor, current: str | None) -> list[str]:
    """Fresh recovery codes; the old ones count no more."""
    _demand_password(visitor, current)
    with transaction():
        codes = _new_codes(visitor)
        _note(visitor, added="recovery")
    return codes


def drop(visitor: Visitor, factor_id: str, current: str | None) -> None:
    """Go without it. Recovery codes go with the last one."""
    _demand_password(visitor, current)
    with transaction():
        accounts.standing(visitor.account.id)
        mine = own(visitor)
        found = next((each for each in mine.factors if each.id == factor_id), None)
        if found is None:
            raise Refused("not_found")
        left = len(mine.factors) - 1
        if not may_drop_factor(left=left, is_asked=mine.is_asked):
            raise Refused("factor.last")
        factors.drop(visitor.account.id, factor_id)
        if not left:
            factors.drop_all(visitor.account.id, "recovery")
        _note(visitor, dropped=found.kind)


def ways(account_id: str) -> list[str]:
    """How this account may take the second step."""
    return sorted({each.kind for each in factors.of_account(account_id)})


def show_code(visitor: Visitor, code: str) -> Opened:
    """The second step by an authenticator's code or a recovery code. Each works once."""
    session.count_second(visitor.account.id)
    with transaction():
        how = _code_fits(visitor.account.id, code.strip())
        if how is None:
            raise Refused("session.wrong_code")
        session.clear_second(visitor.account.id)
        return session.go_on(visitor, "session.second", shown=True, by=how)


def ask_passkey(visitor: Visitor, house: House) -> dict[str, Any]:
    """What the browser needs to show a passkey at the second step."""
    import webauthn

    options = webauthn.generate_authentication_options(
        rp_id=house.host, allow_credentials=_described(_passkeys(visitor.account.id))
    )
    return _given(visitor, "assert", options.challenge, webauthn.options_to_json(options))


def show_passkey(visitor: Visitor, credential: dict[str, Any], house: House) -> Opened:
    """The second step by a passkey."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    session.count_second(visitor.account.id)
    now = clock.now()
    with transaction():
        challenge = factors.take(visitor.session, "assert", now)
    shown = str(credential.get("id") or "")
    found = next((each for each in _passkeys(visitor.account.id) if each.credential == shown), None)
    if challenge is None or found is None:
        raise Refused("session.passkey_failed")
    with _as_refusal():
        verified = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=bytes.fromhex(challenge), expected_rp_id=house.host,
            expected_origin=house.origin, credential_public_key=base64url_to_bytes(found.secret),
            credential_current_sign_count=found.counter,
        )  # fmt: skip
    with transaction():
        factors.advance(found.id, verified.new_sign_count, beyond=False, now=now)
        session.clear_second(visitor.account.id)
        return session.go_on(visitor, "session.second", shown=True, by="passkey")


def choose_password(visitor: Visitor, password: str) -> Opened:
    """The step of those whose password was somebody else's choice."""
    account = visitor.account
    if visitor.step != "password":
        raise Refused("session.step_over")
    if passwords.matches(password, accounts.password_hash_of(account.id)):
        raise Refused("account.password_same")
    password_hash = passwords.hashed(password, account.username, account.name)
    with transaction():
        accounts.set_password_hash(account.id, password_hash)
        return session.go_on(visitor, "session.password", shown=True)


def _added(visitor: Visitor, kind: str) -> tuple[list[str], Opened | None]:
    """Recovery codes where this is the first factor, told this once; and the session, where it waited for this."""
    codes = [] if any(each.kind == "recovery" for each in factors.of_account(visitor.account.id)) else _new_codes(visitor)
    _note(visitor, added=kind)
    opened = session.go_on(visitor, "session.second", shown=True, by=kind) if visitor.step == "enrol" else None
    return codes, opened


def _code_fits(account_id: str, code: str) -> str | None:
    """Which kind of code it was; taken, so that it works once."""
    if not is_code(code):
        return "recovery" if factors.spend(account_id, _code_hash(account_id, code)) else None
    for each in factors.of_account(account_id):
        if each.kind == "totp":
            step = _matching_step(each.secret, code, after=each.counter)
            if step is not None and factors.advance(each.id, step, beyond=True, now=clock.now()):
                return "totp"
    return None


def _matching_step(secret: str, code: str, *, after: int) -> int | None:
    """The time step whose code this is, if it lies after the one used last."""
    import pyotp

    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // STEP_SECONDS
    for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):
        if step > after and secrets.compare_digest(totp.generate_otp(step).encode(), code.strip().encode()):
            return step
    return None


def _new_codes(visitor: Visitor) -> list[str]:
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    codes = ["-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)]
    now, account = clock.now(), visitor.account
    factors.drop_all(account.id, "recovery")
    for code in codes:
        factors.add(
            account.id, tenant=account.tenant, kind="recovery", name="", secret=_code_hash(account.id, code), now=now
        )
    return codes


def _code_hash(account_id: str, code: str) -> str:
    """Codes have 59 bits of chance, so a plain keyed hash is enough; the account keeps equal codes apart."""
    text = f"{account_id}:{recovery_form(code)}".encode()
    return hashlib.blake2b(text, key=settings.secret(), digest_size=32).hexdigest()


def _demand_password(visitor: Visitor, current: str | None) -> None:
    if visitor.fresh or visitor.step is not None:
        return
    session.count_second(visitor.account.id)
    if not passwords.matches(current or "", accounts.password_hash_of(visitor.account.id)):
        raise Refused("account.current_password")
    with transaction():
        session.clear_second(visitor.account.id)


def _is_asked(visitor: Visitor) -> bool:
    return visitor.account.role in settings.asked_for_factor(visitor.account.tenant)


def _passkeys(account_id: str) -> list[Factor]:
    return [each for each in factors.of_account(account_id) if each.kind == "passkey"]


def _described(known: list[Factor]) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential or "")) for each in known]


def _given(visitor: Visitor, purpose: str, challenge: bytes, options: str) -> dict[str, Any]:
    with transaction():
        _begin(visitor, purpose, challenge.hex())
    found: dict[str, Any] = json.loads(options)
    return found


def _begin(visitor: Visitor, purpose: str, value: str) -> None:
    now = clock.now()
    factors.begin(
        visitor.session, purpose, value, tenant=visitor.account.tenant, now=now, expires_at=now + CEREMONY
    )


class _as_refusal:
    """Whatever is wrong with a passkey is told in one way."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        from webauthn.helpers.exceptions import WebAuthnException

        if isinstance(fault, WebAuthnException | ValueError | TypeError | KeyError):
            raise Refused("session.passkey_failed") from fault


def _note(visitor: Visitor, **details: str) -> None:
    account = visitor.account
    audit.note(
        "factor.manage", tenant=account.tenant, region=account.scope, actor=account.id, subject=f"account/{account.id}",
        at=clock.now(), **details,
    )
