"""Whether a snapshot's digest, read off a paper, is one that stands: yes or no to whoever holds all of it, and no more.

Unknown, taken back, replaced or altered look the same: a paper's reader learns that this digest proves nothing.
"""

import re

from mingcha.core.canonical import digest as digest_of
from mingcha.core.oplog import fold, value
from mingcha.core.review import APPROVAL
from mingcha.store import oplog, snapshots

_DIGEST = re.compile(r"[0-9a-f]{64}")


def stands(digest: str) -> bool:
    """True where it is the digest of its own words and the approval that froze it still stands."""
    if not _DIGEST.fullmatch(digest):
        return False
    try:
        content = snapshots.read(digest)
        if content is None or digest_of(content) != digest:
            return False
        ops = [op for each in oplog.stage_ops([content["inspection"]]).values() for _, op in each]
    except (ValueError, KeyError, TypeError):
        return False
    approval = value(fold(ops), APPROVAL)
    return bool(approval and approval["snapshot"] == digest)
