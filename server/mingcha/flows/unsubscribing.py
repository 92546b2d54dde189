"""The link in a mail or a group chat that switches its channel off. It needs no sign-in: who holds it, may."""

import hashlib
import hmac

from mingcha import clock
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.store import accounts, audit, channels, deliveries, settings
from mingcha.store.channels import Channel
from mingcha.store.db import transaction


def token(channel_id: str) -> str:
    """What stands in the link: the channel, and our proof that we wrote it."""
    return f"{channel_id}.{_proof(channel_id)}"


def find(given: str) -> Channel:
    """The channel that a link is about. A link that is not ours and a channel that is gone look the same."""
    channel_id, _, proof = given.partition(".")
    if not is_id(channel_id) or not hmac.compare_digest(proof.encode(), _proof(channel_id).encode()):
        raise Refused("not_found")
    found = channels.channel(channel_id)
    if found is None:
        raise Refused("not_found")
    return found


def switch_off(given: str) -> Channel:
    """Off, and nothing more rings there. The inbox is not touched. Safe to repeat."""
    found = find(given)
    account = accounts.by_id(found.account)
    with transaction():
        channels.switch(found.id, False)
        deliveries.drop_channel(found.id)
        audit.note(
            "channel.unsubscribe", tenant=found.tenant, region=account.scope if account else found.tenant, actor=None,
            subject=f"channel/{found.id}", at=clock.now(),
        )  # fmt: skip
    return found


def _proof(channel_id: str) -> str:
    return hmac.new(settings.secret(), f"unsubscribe:{channel_id}".encode(), hashlib.sha256).hexdigest()[:32]
