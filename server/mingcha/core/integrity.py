"""From the op that announced a photo to the bytes on the disk: does every step still say the same?

Judges what others fetched; reads nothing itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal[
    # in order
    "whole", "erased", "waived", "waiting", "unannounced",
    # not in order
    "missing", "changed", "mismatch", "op_changed", "snapshot_missing", "snapshot_altered", "snapshot_differs",
    "log_changed",
]  # fmt: skip

WRONG = frozenset({
    "missing", "changed", "mismatch", "op_changed", "snapshot_missing", "snapshot_altered", "snapshot_differs",
    "log_changed",
})

WORDS: dict[Verdict, tuple[str, str]] = {
    "whole": ("完好", "whole"),
    "erased": ("已按规定删除，凭证还在", "deleted by the rules; its proof is kept"),
    "waived": ("没有送到，负责人已免于补拍", "never came; waived by the supervisor"),
    "waiting": ("还在手机上", "still on its way from the phone"),
    "unannounced": ("字节已到，登记还没有到", "bytes are here, the op that announces them is not"),
    "missing": ("缺失：服务器上没有这些字节", "missing: the bytes are not in the store"),
    "changed": ("已被改动：字节的哈希与登记的不同", "changed: the bytes have another hash than was announced"),
    "mismatch": ("收到的是别的字节，登记的没有来", "other bytes came than were announced"),
    "op_changed": ("登记这张照片的操作被改动", "the op that announces it was changed in the log"),
    "snapshot_missing": ("批准时的快照不见了", "the snapshot of the approval is gone"),
    "snapshot_altered": ("批准时的快照被改动", "the snapshot of the approval was altered"),
    "snapshot_differs": ("快照里的哈希与登记的不同", "the snapshot names another hash than the op"),
    "log_changed": ("批准所依据的操作记录被改动", "the ops that the approval covers were changed"),
}


@dataclass(frozen=True)
class Stored:
    """A photo's bytes as the record knows them; `hash_now` of what the store gives, None where it gives nothing."""

    sha256: str
    erased: bool
    hash_now: str | None


def judge(
    said: Mapping[str, Any] | None, stored: Collection[Stored], *, approved: bool, waived: bool
) -> Verdict:
    """One photo: `said` is its op's value, None where no op announces it; `approved`: a snapshot holds its hash."""
    if said is None:
        return next((verdict for each in stored if (verdict := of_bytes(each)) in WRONG), "unannounced")
    for each in stored:
        if each.sha256 == said.get("sha256"):
            return of_bytes(each)
    if stored:
        return "mismatch"
    if waived:
        return "waived"
    return "missing" if approved else "waiting"


def of_bytes(stored: Stored) -> Verdict:
    """What the store gives, held against the record alone."""
    if stored.erased:
        return "erased"
    if stored.hash_now is None:
        return "missing"
    return "whole" if stored.hash_now == stored.sha256 else "changed"
