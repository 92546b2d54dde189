"""Passwords: Argon2id, hashed and compared. Knows no accounts."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mingcha.core.problems import Refused

SHORTEST, LONGEST = 10, 200

#: 19 MiB and two passes (OWASP's figure): eight threads at once stay under 160 MiB. Tests put a cheaper one here.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused("account.password", shortest=SHORTEST, longest=LONGEST)
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
