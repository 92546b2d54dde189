"""Which photographs are still wanted: per kind, how many there are and how many there should be."""

from ..checklist.model import Indicator
from .facts import Facts
from .result import LineState, MissingEvidence


def missing(indicator: Indicator, facts: Facts, state: LineState, deducted: bool) -> list[MissingEvidence]:
    """Nothing is wanted where nothing applies, nor before anyone has answered (that is listed as open)."""
    if state == "not_applicable" or (state == "open" and not deducted):
        return []
    return [
        {"kind": wanted.kind, "have": have, "want": wanted.min}
        for wanted in indicator.evidence
        if (wanted.when == "always" or deducted)
        and (have := facts.photo_kinds.get(wanted.kind, 0)) < wanted.min
    ]
