"""Figures as people write them and as marks are shown: decimal only, rounded half up only where a rule says so.

Knows how a measure's text is read and refused. The twin is `pwa/src/core/scoring/figures.ts`.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ..checklist.model import Measure

ZERO = Decimal(0)
HUNDRED = Decimal(100)

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_FULL_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {ord("．"): ord(".")}
_BLANK = " \t\r\n\u3000"
_MOST_DIGITS = 9
_MOST_DECIMALS = 6


def reading(text: object, measure: Measure | None = None) -> Decimal | str:
    """The figure a text says, or the problem code why it says none. Full-width digits count; a comma is refused."""
    if not isinstance(text, str):
        return "measure.not_a_number"
    plain = text.strip(_BLANK).translate(_FULL_WIDTH)
    if not plain:
        return "measure.empty"
    if "," in plain or "，" in plain:
        return "measure.comma"
    if plain[0] in "-−－" and _PLAIN.fullmatch(plain[1:]):
        return "measure.negative"
    if not _PLAIN.fullmatch(plain):
        return "measure.not_a_number"
    whole, _, parts = plain.partition(".")
    whole, parts = whole.lstrip("0"), parts.rstrip("0")
    if len(whole) > _MOST_DIGITS:
        return "measure.too_large"
    if len(parts) > (measure.decimals if measure else _MOST_DECIMALS):
        return "measure.too_precise"
    figure = Decimal(f"{whole or 0}.{parts or 0}")
    return (_bounded(figure, measure) if measure else None) or figure


def _bounded(figure: Decimal, measure: Measure) -> str | None:
    most = HUNDRED if measure.max is None and measure.type == "percent" else measure.max
    if most is not None and figure > most:
        return "measure.over_hundred" if measure.type == "percent" and most == HUNDRED else "measure.too_large"
    if measure.min is not None and figure < measure.min:
        return "measure.too_small"
    return None


@lru_cache(maxsize=4096)
def shown(figure: Decimal) -> str:
    """Without trailing zeros: "92.3", "100", "0"."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(low: Decimal, high: Decimal) -> str:
    """One figure, or two with a dash between."""
    return shown(low) if low == high else f"{shown(low)}–{shown(high)}"


def rounded(figure: Decimal, places: int) -> Decimal:
    return figure.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
