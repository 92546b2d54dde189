"""Where an inspection stands, read from what people said in it; no clock and no order of arrival decides.

A return answers a submission by its op id (`of`), so "newer" means: a submission that names the returned one in `over`
is another op, and the return does not answer it. An approval stands until the deed sets it to null (re-opened).
The twin is `pwa/src/core/oplog/lifecycle.ts`.
"""

from typing import Literal

from .op import State
from .read import heads

InspectionState = Literal["assigned", "in_progress", "submitted", "returned", "approved", "published"]


def inspection_state(state: State, *, published: bool = False) -> InspectionState:
    """`published` is the campaign's word, not the inspection's; it counts only while an approval stands.

    Two submissions that did not see each other are one: a return of either returns both. Where one inspector took the
    submission back and another confirmed it, it counts as submitted and the conflict is shown.
    """
    if _said(state, "review/approval"):
        return "published" if published else "approved"
    submitted = _said(state, "visit/submitted")
    if submitted:
        answered = {head["value"]["of"] for head in heads(state, "review/return") if head["value"] is not None}
        return "returned" if answered & set(submitted) else "submitted"
    begun = state["elements"] or any(not target.startswith("review/") for target in state["fields"])
    return "in_progress" if begun else "assigned"


def _said(state: State, target: str) -> list[str]:
    """The op ids of the heads that say something."""
    return [head["op"] for head in heads(state, target) if head["value"] is not None]
