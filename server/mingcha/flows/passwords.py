"""Passwords: Argon2id, hashed and compared. Knows no accounts; what makes one good is `core/passwords`."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mingcha.core.passwords import LONGEST, require_good

#: 19 MiB and two passes (OWASP's figure): eight threads at once stay under 160 MiB. Tests put a cheaper one here.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str, *names: str) -> str:
    """Its hash. Raises where the password is not good enough (`core/passwords`); `names` are its owner's."""
    require_good(password, names=names)
    return hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Without a hash it takes the same time to say no: names cannot be guessed."""
    try:
        return hasher.verify(password_hash or _nobodys_hash(), password[: LONGEST + 1]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def proposed() -> str:
    """A password that can be read out over the telephone, with 60 bits of chance."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


_nobody: dict[int, str] = {}


def _nobodys_hash() -> str:
    key = id(hasher)
    if key not in _nobody:
        _nobody[key] = hasher.hash(secrets.token_hex(16))
    return _nobody[key]
