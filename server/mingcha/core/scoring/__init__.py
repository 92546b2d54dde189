"""Scoring: from answers to a result that can be read aloud. What other rings import."""

from .engine import result_of, score, standing
from .facts import Facts
from .figures import reading, shown
from .result import ENGINE, Result
from .sheet import Sheet, check
from .state import sheet_of

__all__ = ["ENGINE", "Facts", "Result", "Sheet", "check", "reading", "result_of", "score", "sheet_of", "shown", "standing"]
