"""Places in a row of figures, some of which may still be open: the best and the worst place that each can have.

Ties by a visible setting: `shared` 1, 2, 2, 4 · `dense` 1, 2, 2, 3 · `worse` 1, 3, 3, 4.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

Number = Decimal | Fraction
Bounds = tuple[Number, Number]


def places(figures: Mapping[str, Bounds | None], ties: str) -> dict[str, tuple[int, int]]:
    """Best and worst place by name; the greatest figure is first. None: the figure is not known at all."""
    known = [bounds for bounds in figures.values() if bounds is not None]
    lows, highs = sorted(low for low, _ in known), sorted(high for _, high in known)
    open_ = len(figures) - len(known)
    settled = sorted({low for low, high in known if low == high})
    unsettled = sum(low != high for low, high in known) + open_
    found: dict[str, tuple[int, int]] = {}
    for name, bounds in figures.items():
        if bounds is None:
            found[name] = (1, len(figures))
            continue
        low, high = bounds
        if ties == "dense":
            others = unsettled - (low != high)
            found[name] = (1 + _above(settled, high), 1 + _above(settled, low) + others)
        elif ties == "worse":
            mine = low == high
            found[name] = (1 + _not_below(lows, high) - mine, _not_below(highs, low) + open_)
        else:
            found[name] = (1 + _above(lows, high), 1 + _above(highs, low) - (high > low) + open_)
    return found


def _above(figures: Sequence[Number], figure: Number) -> int:
    return len(figures) - bisect_right(figures, figure)


def _not_below(figures: Sequence[Number], figure: Number) -> int:
    return len(figures) - bisect_left(figures, figure)
