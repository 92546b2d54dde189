"""Every place an op can write: which kinds, which values, which roles. One row per target of the merged document.

The twin is `pwa/src/core/oplog/targets.ts`. A role is named as in DESIGN §1; `server` is nobody who signs in: only
deeds of the desk write there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .op import case_id, item_id, tally_id
from .values import (
    IDENTIFIER,
    UUID,
    Check,
    decimal,
    each,
    flag,
    like,
    moment,
    nothing,
    one_of,
    or_nothing,
    record,
    short_text,
    text,
    whole,
)

Roles = frozenset[str]
INSPECTOR: Roles = frozenset({"inspector"})
TEAM: Roles = frozenset({"inspector", "supervisor"})
SUPERVISOR: Roles = frozenset({"supervisor"})
SERVER: Roles = frozenset({"server"})

ELEMENT_ID = re.compile(r"[0-9A-Za-z._:-]{1,98}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

VERDICTS = one_of("met", "not_met", "not_applicable")
PHOTO_KINDS = one_of("signage", "layout", "badge", "document", "equipment", "scene")

POSITION = or_nothing(
    record({"lat": decimal(2, 9, -90, 90), "lon": decimal(3, 9, -180, 180), "accuracy_m": whole(0, 10_000_000)})
)
IDENT = like(IDENTIFIER)
#: As it was typed: full-width digits, a comma, nonsense. What it means is the reading's affair (scoring).
TYPED = or_nothing(short_text(512))
POINTS = decimal(6, 4, -999_999, 999_999)
CASE = whole(1, 9999)

FINDING = record(
    {"indicator": IDENT, "clause": or_nothing(IDENT), "item": or_nothing(IDENT), "case": or_nothing(CASE)}
)
PHOTO = record({
    "sha256": like(_SHA256), "size": whole(1), "kind": PHOTO_KINDS,
    "taken_at": moment, "offset_min": whole(-1440, 1440),
    "position": POSITION, "indicator": or_nothing(IDENT), "finding": or_nothing(like(ELEMENT_ID)),
    "source": one_of("camera", "system", "import"), "width": whole(0, 100_000), "height": whole(0, 100_000),
    "name": or_nothing(short_text(255)),
})
SAMPLE = record({"indicator": IDENT, "case": CASE, "label": short_text(500)})
SIGNATURE = record({
    "role": one_of("inspector", "centre"), "name": short_text(100), "refused": flag, "reason": or_nothing(text),
    "strokes": each(each(whole(-100_000, 100_000))),
})


@dataclass(frozen=True, slots=True)
class Target:
    """`path` has fixed words and patterns; `fits` is a check that needs the target's own segments too."""

    path: tuple[str | re.Pattern[str], ...]
    roles: Roles
    check: Check
    element: bool = False
    fits: Callable[[list[str], Any], bool] = lambda segments, value: True

    @property
    def kinds(self) -> tuple[str, ...]:
        return ("add", "remove") if self.element else ("set",)


def _id_says_what_it_is(segments: list[str], value: Any) -> bool:
    """A finding's id is a UUID, or spells the clause (and the item, or the drawn case) that all phones count in it."""
    id, indicator, clause, item, case = segments[1], *(value[name] for name in ("indicator", "clause", "item", "case"))
    if UUID.fullmatch(id):
        return True
    if clause is None:
        return False
    if item is not None:
        return bool(id == item_id(indicator, clause, item))
    return bool(id == (tally_id(indicator, clause) if case is None else case_id(indicator, clause, case)))


TARGETS = (
    Target(("visit", "arrived"), TEAM, record({"at": moment, "position": POSITION})),
    Target(("visit", "present"), TEAM, text),
    Target(("visit", "note"), TEAM, text),
    Target(("visit", "submitted"), TEAM, or_nothing(record({"at": moment}))),
    Target(("answer", IDENTIFIER, "verdict"), TEAM, or_nothing(VERDICTS)),
    Target(("answer", IDENTIFIER, "measure", IDENTIFIER), TEAM, TYPED),
    Target(("answer", IDENTIFIER, "award", IDENTIFIER), TEAM, TYPED),
    Target(("answer", IDENTIFIER, "requirement", IDENTIFIER), TEAM, or_nothing(VERDICTS)),
    Target(("answer", IDENTIFIER, "note"), TEAM, text),
    Target(("answer", IDENTIFIER, "reply"), TEAM, or_nothing(
        record({"text": short_text(4000, least=1), "of": like(UUID)}))),
    Target(("finding", ELEMENT_ID), TEAM, FINDING, element=True, fits=_id_says_what_it_is),
    Target(("finding", ELEMENT_ID, "count"), TEAM, whole(1, 9999)),
    Target(("finding", ELEMENT_ID, "note"), TEAM, text),
    Target(("photo", UUID), TEAM, PHOTO, element=True),
    Target(("photo", UUID, "kind"), TEAM, or_nothing(PHOTO_KINDS)),
    Target(("photo", UUID, "note"), TEAM, or_nothing(text)),
    Target(("photo", UUID, "finding"), TEAM, or_nothing(like(ELEMENT_ID))),
    Target(("photo", UUID, "indicator"), TEAM, or_nothing(IDENT)),
    Target(("photo", UUID, "original"), TEAM, like(UUID)),
    Target(("photo", UUID, "order"), TEAM, or_nothing(whole(0, 9999))),
    Target(("split", IDENTIFIER), TEAM, or_nothing(like(UUID))),
    Target(("sample", ELEMENT_ID), TEAM, SAMPLE, element=True),
    Target(("signature", ELEMENT_ID), INSPECTOR, SIGNATURE, element=True),
    Target(("review", "adjust", IDENTIFIER), SUPERVISOR, or_nothing(
        record({"points": POINTS, "reason": short_text(4000, least=1)}))),
    Target(("review", "comment", IDENTIFIER), SUPERVISOR, text),
    Target(("review", "waiver", IDENTIFIER), SUPERVISOR, or_nothing(record({"reason": short_text(4000, least=1)}))),
    Target(("review", "return"), SUPERVISOR, or_nothing(
        record({"at": moment, "comment": text, "of": like(UUID)}))),
    Target(("review", "joined", ELEMENT_ID), SERVER, or_nothing(
        record({"into": like(ELEMENT_ID), "photos": each(like(UUID))}))),
    Target(("review", "late"), SERVER, or_nothing(
        record({"at": moment, "reason": short_text(4000, least=1), "upto": whole(0)}))),
    Target(("review", "reopened"), SERVER, or_nothing(
        record({"at": moment, "reason": short_text(4000, least=1), "snapshot": short_text(128, least=1)}))),
    Target(("review", "approval"), SERVER, or_nothing(
        record({"at": moment, "snapshot": short_text(128, least=1), "upto": whole(0)}))),
)

REMOVED = nothing
#: Those that begin with the same word and have as many segments.
_BY_SHAPE: dict[tuple[str, int], list[Target]] = {}
for _target in TARGETS:
    _BY_SHAPE.setdefault((str(_target.path[0]), len(_target.path)), []).append(_target)


@lru_cache(maxsize=4096)
def target_of(path: str) -> Target | None:
    """The row that a target belongs to; None when nothing of this kind exists."""
    segments = path.split("/")
    for target in _BY_SHAPE.get((segments[0], len(segments)), ()):
        if all(map(_matches, target.path, segments)):
            return target
    return None


def _matches(rule: str | re.Pattern[str], segment: str) -> bool:
    return rule == segment if isinstance(rule, str) else rule.fullmatch(segment) is not None


def who_may(target: str) -> Roles:
    """The roles that may write there; empty for what is no target."""
    found = target_of(target)
    return found.roles if found else frozenset()
