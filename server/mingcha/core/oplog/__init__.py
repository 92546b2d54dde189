"""The inspection as a merged document of operations: what other rings import."""

from .contradictions import contradictions
from .fold import fold
from .lifecycle import InspectionState, inspection_state
from .op import Conflict, Contradiction, Element, Head, Op, State, case_id, item_id, tally_id
from .outcomes import outcomes
from .parse import DEVICE, parse_op, read_json
from .read import agree, conflicts, heads, value
from .targets import who_may
from .touched import touched, unknown

__all__ = [
    "DEVICE", "Conflict", "Contradiction", "Element", "Head", "InspectionState", "Op", "State",
    "agree", "case_id", "conflicts", "contradictions", "fold", "heads", "inspection_state", "item_id", "outcomes", "parse_op",
    "read_json", "tally_id", "touched", "unknown", "value", "who_may",
]
