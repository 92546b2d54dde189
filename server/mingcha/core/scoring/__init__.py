"""Scoring: from answers to a result that can be read aloud. What other rings import."""

from .campaign import SiteStanding, campaign, clause_places, standings
from .engine import result_of, score, standing
from .facts import Facts
from .figures import reading, shown
from .grades import Decision, Grade, check_decisions
from .ground import ground_of
from .result import ENGINE, Result
from .sheet import Sheet, check
from .snapshot import Photo, Snapshot, recompute, snapshot
from .state import facts_of_state, sheet_of
from .unplaced import Apart, unplaced

__all__ = [
    "ENGINE", "Apart", "Decision", "Facts", "Grade", "Photo", "Result", "Sheet", "SiteStanding", "Snapshot",
    "campaign", "check", "check_decisions", "clause_places", "facts_of_state", "ground_of", "reading", "recompute", "result_of", "score",
    "sheet_of", "shown", "snapshot", "standing", "standings", "unplaced",
]
