"""Making a visit that its phone could not tell of itself, in its author's name and by the rules of `flows/adhoc.py`.

Knows no seals: whoever calls has decided that the announcement is the author's.
"""

from mingcha.core.announced import Announced
from mingcha.core.problems import Refused
from mingcha.flows import adhoc
from mingcha.store import accounts, inspections


def make(visit: Announced) -> str:
    """`applied`, or `duplicate` where the visit is there already. Raises Refused as beginning it oneself would.

    A companion who must not go there does not keep the visit of the one who stood there from being taken.
    """
    author = accounts.by_id(visit.author)
    if author is None:
        raise Refused("not_found")
    known = visit.id in inspections.load([visit.id])
    for team in ((visit.team, ()) if visit.team else ((),)):
        try:
            adhoc.begin(
                author.actor, visit.id, site_id=visit.site, checklist=visit.checklist, title="",
                begun_at=visit.begun_at, team=team,
            )  # fmt: skip
            break
        except Refused:
            if not team:
                raise
    return "duplicate" if known else "applied"
