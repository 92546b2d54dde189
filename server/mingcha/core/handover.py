"""Who may take over open work: an inspector who is there, whose area it is, and whom nothing ties to the place.

Ties are those of the draw (`core/draw`): who must not be drawn for a place does not get it by hand either. Only what is
known counts: without ties, area and team decide. Knows no table.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from mingcha.core.draw.pool import Tie
from mingcha.core.regions import covers

#: How far a visit may have come and still be somebody's work.
OPEN = frozenset({"assigned", "in_progress", "returned", "submitted"})


@dataclass(frozen=True)
class Taker:
    id: str
    role: str
    scope: str
    enabled: bool = True
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class Visit:
    site: str
    region: str
    state: str
    team: Collection[str] = field(default_factory=frozenset)


def obstacle(taker: Taker, visit: Visit) -> str | None:
    """Why not, as one word; None when the taker may have it."""
    if visit.state not in OPEN:
        return "closed"
    if taker.role != "inspector" or not taker.enabled or not covers(taker.scope, visit.region):
        return "not_there"
    if taker.id in visit.team:
        return "on_team"
    for tie in taker.ties:
        if tie.site == visit.site or (tie.region and covers(tie.region, visit.region)):
            return tie.rule
    return None
