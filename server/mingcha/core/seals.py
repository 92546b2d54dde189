"""Seals: what a phone can prove about its own words when somebody else carries them to the server.

Each account on each device has a key, made from the instance's secret and never stored; the phone is given it while its
person is signed in. Whoever carries an op or an invitation cannot make one up in another's name. Pure: the secret is given.
"""

import hashlib
import hmac

from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op


def key_of(secret: bytes, account: str, device: str) -> str:
    """The key of this person on this device, 64 hex digits."""
    return hmac.new(secret, f"mingcha seal 1\n{account}\n{device}".encode(), hashlib.sha256).hexdigest()


def seal_of(key: str, text: str) -> str:
    """64 hex digits. The phone's twin is `pwa/src/store/seals.ts`."""
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def is_sealed(secret: bytes, account: str, device: str, text: str, seal: str) -> bool:
    """Whether this person's phone sealed this text."""
    wanted = seal_of(key_of(secret, account, device), text)
    return hmac.compare_digest(wanted.encode(), seal.encode("utf-8", "replace"))


def text_of(op: Op) -> str:
    """What the seal of an op covers: all of it."""
    return canonical(op.as_json()).decode()


def invitation_text(*, inspection: str, checklist: str, inviter: str, device: str, at: str) -> str:
    """What the seal of an invitation covers. `checklist` is a digest, `at` the inviter's clock."""
    return f"mingcha join 1\n{inspection}\n{checklist}\n{inviter}\n{device}\n{at}"
