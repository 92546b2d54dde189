"""The inspection as a merged document of operations: what other rings import."""

from .fold import fold
from .op import Conflict, Contradiction, Element, Head, Op, State, item_id, tally_id
from .read import agree, conflicts, heads, value

__all__ = [
    "Conflict", "Contradiction", "Element", "Head", "Op", "State",
    "agree", "conflicts", "fold", "heads", "item_id", "tally_id", "value",
]
