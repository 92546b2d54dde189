"""The audit trail as a chain of digests: each link covers its event's digest and the link before.

An event's words may be erased when the law asks; its digest stays, so the chain still proves the rest. Knows no tables.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mingcha.core.canonical import digest

#: What the first event is linked to.
START = "0" * 64


@dataclass(frozen=True)
class Link:
    """One kept event. `event` is None where its words were erased."""

    seq: int
    digest: str
    link: str
    event: dict[str, Any] | None


@dataclass(frozen=True)
class Head:
    seq: int
    link: str


@dataclass(frozen=True)
class Break:
    """Where the trail does not hold: the sequence number, and why."""

    seq: int
    why: str


def next_link(head: Head, event: dict[str, Any]) -> Link:
    body = digest(event)
    return Link(seq=head.seq + 1, digest=body, link=_join(head.link, body), event=event)


def verify(links: Iterable[Link], head: Head) -> list[Break]:
    """Every break of a trail in order of sequence, against the head that was kept beside it. Empty means whole."""
    breaks: list[Break] = []
    seq, before = 0, START
    for each in links:
        if each.seq != seq + 1:
            breaks.append(Break(seq + 1, f"events {seq + 1} to {each.seq - 1} are missing"))
        elif each.link != _join(before, each.digest):
            breaks.append(Break(each.seq, "the link does not follow from the one before"))
        if each.event is not None and digest(each.event) != each.digest:
            breaks.append(Break(each.seq, "the words were changed"))
        seq, before = each.seq, each.link
    if seq < head.seq:
        breaks.append(Break(seq + 1, f"the tail is cut: events {seq + 1} to {head.seq} are missing"))
    elif seq > head.seq or before != head.link:
        breaks.append(Break(seq, "the kept head names another end"))
    return breaks


def _join(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}:{body}".encode()).hexdigest()
