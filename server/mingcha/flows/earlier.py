"""What earlier approved visits found at the place that somebody is on their way to: the paper file they carry along."""

from typing import Any

from mingcha.core import earlier
from mingcha.core.access import Actor
from mingcha.flows import inspections as place_of
from mingcha.flows import review
from mingcha.store import inspections

#: How many visits back a phone is told of.
MOST_VISITS = 3


def visits(actor: Actor, inspection_id: str) -> list[dict[str, Any]]:
    """Newest first: `{inspection, visit_on, rows}` of the last approved visits to the same site by the same standard.

    For the team alone: what was approved need not be published, so nobody else learns of it here.
    """
    here = place_of.find(actor, inspection_id, "inspection.history").inspection
    found = []
    for each in inspections.of_site(here.site.id, slug=here.slug, but=here.id, approved=MOST_VISITS * 2):
        folded = review.as_it_stands(each)
        if folded.approval is None:
            continue  # re-opened since
        rows = earlier.rows(folded.checklist, folded.state, folded.result)
        found.append({"inspection": each.id, "visit_on": each.visit_on, "rows": rows})
        if len(found) == MOST_VISITS:
            break
    return found
