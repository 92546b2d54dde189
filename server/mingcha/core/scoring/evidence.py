"""Which photographs are still wanted: per kind, how many there are and how many there should be."""

from ..checklist.model import Indicator
from .facts import Facts
from .result import LineState, MissingEvidence


def missing(indicator: Indicator, facts: Facts, state: LineState, deducted: bool) -> list[MissingEvidence]:
    """Nothing is wanted where nothing applies, nor before anyone has answered (that is listed as open)."""
    if not indicator.evidence or state == "not_applicable" or (state == "open" and not deducted):
        return []
    found: list[MissingEvidence] = []
    for wanted in indicator.evidence:
        if deducted or wanted.when == "always":
            have = facts.photo_kinds.get(wanted.kind, 0)
            if have < wanted.min:
                found.append({"kind": wanted.kind, "have": have, "want": wanted.min})
    return found
