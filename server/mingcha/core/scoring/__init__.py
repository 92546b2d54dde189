"""Scoring: from answers to a result that can be read aloud. What other rings import."""

from .campaign import SiteStanding, campaign, standings
from .engine import result_of, score, standing
from .facts import Facts
from .figures import reading, shown
from .grades import Decision, Grade
from .result import ENGINE, Result
from .sheet import Sheet, check
from .snapshot import Photo, Snapshot, recompute, snapshot
from .state import facts_of_state, sheet_of

__all__ = [
    "ENGINE", "Decision", "Facts", "Grade", "Photo", "Result", "Sheet", "SiteStanding", "Snapshot",
    "campaign", "check", "facts_of_state", "reading", "recompute", "result_of", "score", "sheet_of", "shown",
    "snapshot", "standing", "standings",
]
