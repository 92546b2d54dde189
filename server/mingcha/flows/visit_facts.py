"""One inspection as its papers tell it: as it was approved, or as it stood at a number.

The log only grows and a snapshot never changes, so an inspection at a number reads the same for ever: papers made while
somebody approves are of one moment.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mingcha.core.checklist.model import Checklist
from mingcha.core.oplog import Op, State, fold, value
from mingcha.core.review import APPROVAL, stage
from mingcha.core.scoring import standing
from mingcha.core.scoring.state import facts_of_state
from mingcha.core.scoring.tiers import figures
from mingcha.flows.places import Places
from mingcha.flows.report_pictures import may_be_shown
from mingcha.papers.facts import Approval, Finding, Visit
from mingcha.store import accounts, assignments, campaigns, checklists, oplog, regions, snapshots
from mingcha.store.inspections import Inspection


def of(inspection: Inspection, upto: int | None = None, at: Places | None = None) -> tuple[Visit, State]:
    """The visit at number `upto` (the newest where none is given) and its state. An approved one is its snapshot, with
    what it was frozen from; `at`: places of its campaign for one that is not approved yet.
    """
    log = [op for _, op in oplog.ops_of(inspection.id, upto)]
    state = fold(log)
    checklist = checklist_of(inspection.checklist)
    approval: dict[str, Any] | None = value(state, APPROVAL)
    # A return takes an approval's force away without removing its words, so the stage decides.
    frozen = snapshots.read(approval["snapshot"]) if approval and _stands(log) else None
    if approval and frozen:
        state = fold(op for _, op in oplog.ops_of(inspection.id, frozen["upto"]))
        result = frozen["result"]
    else:
        terms = campaigns.terms([inspection.campaign]).get(inspection.campaign) if inspection.campaign else None
        result = standing(checklist, state, terms.settings if terms else None, at, closed=bool(terms and terms.closed))
    found = Visit(
        id=inspection.id,
        county=county(inspection.tenant),
        site=inspection.site.name["zh"],
        address=inspection.site.address,
        region=inspection.region,
        campaign=inspection.campaign_title,
        visit_on=inspection.visit_on,
        stage=stage(log, bool(log)),
        checklist=checklist,
        result=dict(result),
        findings=_findings(state, checklist),
        photos=_photos(state),
        team=tuple(each["name"] for each in assignments.teams([inspection.id])[inspection.id]),
        upto=upto if upto is not None else inspection.seq,
        approval=_approval(approval, frozen) if approval and frozen else None,
        figures=_figures(state, checklist),
    )
    return found, state


def hash_of(state: State, photo_id: str) -> str | None:
    """The hash that the op which announced a photo fixed."""
    element = state["elements"].get(f"photo/{photo_id}")
    return element["value"]["sha256"] if element else None


def county(tenant: str) -> str:
    named = regions.name(tenant)
    return named["zh"] if named else tenant


@lru_cache(maxsize=64)
def checklist_of(digest: str) -> Checklist:
    """A version never changes, so it is parsed once."""
    content = checklists.content(digest)
    if content is None:
        raise LookupError(f"checklist {digest}")
    return Checklist.parse(content)


def _stands(log: list[Op]) -> bool:
    return stage(log, bool(log)) in ("approved", "published")


def _approval(said: Mapping[str, Any], frozen: Mapping[str, Any]) -> Approval:
    by = frozen["approved_by"]
    return Approval(digest=said["snapshot"], at=said["at"], by=accounts.names({by}).get(by, ""))


def _findings(state: State, checklist: Checklist) -> tuple[Finding, ...]:
    """Live findings in the order of the checklist, then of their ids."""
    shown: dict[str, list[str]] = {}
    for photo in _live(state, "photo"):
        about = _said(state, photo, "finding")
        if about and may_be_shown(state, photo):
            shown.setdefault(about, []).append(photo)
    order = {id: number for number, id in enumerate(checklist.indicators)}
    found = []
    for id in _live(state, "finding"):
        said = state["elements"][f"finding/{id}"]["value"]
        indicator = checklist.indicators.get(said["indicator"])
        if indicator is None:
            continue
        clause = indicator.clauses.get(said["clause"] or "")
        required = indicator.requirements.get(said["clause"] or "")
        text = clause.text.zh if clause else required.text.zh if required else ""
        count = value(state, f"finding/{id}/count")
        found.append(
            Finding(
                id, indicator.id, said["clause"], _item_text(clause, said["item"], text),
                count if isinstance(count, int) else 1, value(state, f"finding/{id}/note") or "",
                tuple(sorted(shown.get(id, ()))),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (order[each.indicator], each.id)))


def _item_text(clause: Any, item: str | None, text: str) -> str:
    """The clause with the missing item's own name, where the clause lists items."""
    named = getattr(clause, "items", {}).get(item) if item else None
    return f"{text}（{named.text.zh}）" if named else text


def _photos(state: State) -> dict[str, str]:
    """Photo → indicator of those that papers may show, in the order of their ids."""
    found: dict[str, str] = {}
    for photo in _live(state, "photo"):
        indicator = _said(state, photo, "indicator")
        about = state["elements"].get(f"finding/{_said(state, photo, 'finding')}")
        indicator = indicator or (about["value"]["indicator"] if about else None)
        if indicator and may_be_shown(state, photo):
            found[photo] = indicator
    return found


def _figures(state: State, checklist: Checklist) -> dict[str, str]:
    facts = facts_of_state(state, checklist)
    told = {
        id: figures(checklist.indicators[id], said)[0].rstrip("；")
        for id, said in facts.items()
        if id in checklist.indicators
    }
    return {id: words for id, words in told.items() if words}


def _live(state: State, kind: str) -> list[str]:
    begin = f"{kind}/"
    return sorted(
        target.removeprefix(begin)
        for target, element in state["elements"].items()
        if target.startswith(begin) and element["live"]
    )


def _said(state: State, photo: str, name: str) -> str | None:
    """A field's own value where somebody set it, else what the announcing op said."""
    target = f"photo/{photo}/{name}"
    given = state["elements"][f"photo/{photo}"]["value"] or {}
    found: str | None = value(state, target) if target in state["fields"] else given.get(name)
    return found
