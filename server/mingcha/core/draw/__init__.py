"""Who inspects what, by lot (双随机): anyone with the transcript and a few lines of any language finds the same."""

from mingcha.core.draw.draw import RULE, commitment, draw
from mingcha.core.draw.pool import Inspector, Pool, Site, Tie
from mingcha.core.draw.recusal import hindrances, recusals
from mingcha.core.draw.transcript import differences, transcript

__all__ = [
    "RULE", "Inspector", "Pool", "Site", "Tie", "commitment", "differences", "draw", "hindrances", "recusals",
    "transcript",
]  # fmt: skip
