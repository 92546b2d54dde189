"""Scheme `conformity`: met or not met, as rates over what applies. The twin is `pwa/src/core/scoring/conformity.ts`."""

from dataclasses import dataclass
from decimal import Decimal

from ..checklist.model import Indicator
from .facts import Facts, may_be_gone
from .figures import HUNDRED, ZERO, rounded
from .result import LineState

_MET, _OUT, _LOST = 2, 1, 0
_VALUE = {"met": _MET, "not_met": _LOST}


@dataclass(slots=True)
class Duty:
    """The worst and the best that one indicator may turn out: 2 met, 1 does not apply, 0 not met."""

    worst: int
    best: int
    state: LineState
    unknown: bool


def duty(facts: Facts) -> Duty:
    seen: set[int] = set()
    unknown = False
    for faults in facts.faults:
        gone = may_be_gone(faults)
        for verdict in facts.verdicts:
            if verdict == "not_applicable":
                seen.add(_OUT)
                continue
            if faults:
                seen.add(_LOST)
                if not (gone or (facts.met_removes and verdict == "met")):
                    continue
            if verdict is None:
                unknown = True
                seen |= {_LOST, _MET}
            else:
                seen.add(_VALUE[verdict])
    worst, best = min(seen), max(seen)
    state: LineState = (
        "conflict" if facts.contested
        else "open" if worst != best
        else ("lost", "not_applicable", "met")[best]
    )
    return Duty(worst, best, state, unknown)


def words(indicator: Indicator, found: Duty) -> tuple[str, str]:
    zh, en = {
        "met": ("符合", "met"), "lost": ("不符合", "not met"), "open": ("尚未检查", "not checked yet"),
        "not_applicable": ("不适用", "does not apply"), "conflict": ("有分歧待定", "disagreement open"),
    }[found.state]
    return f"{indicator.id} {indicator.title.zh}：{zh}", f"{indicator.id} {indicator.title.en}: {en}"


def rate(duties: list[Duty]) -> tuple[Decimal, Decimal, Decimal]:
    """Lowest and highest rate in percent, rounded half up to two places, and 100 — or 0 where nothing applies.

    What does not apply is taken out. A met duty never lowers the rate and an unmet one never raises it, so all at
    their worst and all at their best bound it exactly; only "nothing applies" has no rate and stands aside.
    """
    worst = _rate([each.worst for each in duties])
    best = _rate([each.best for each in duties])
    if worst is None and best is None:
        return ZERO, ZERO, ZERO
    if worst is None:
        worst = HUNDRED
    if best is None:
        best = ZERO
    return worst, best, HUNDRED


def _rate(values: list[int]) -> Decimal | None:
    met, lost = values.count(_MET), values.count(_LOST)
    return rounded(HUNDRED * met / (met + lost), 2) if met + lost else None
