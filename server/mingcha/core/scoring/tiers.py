"""Scheme `tiers`: which necessary indicators a centre meets, the tier it reaches, and what stands before the next.

A tier asks for its own necessary indicators and for those of every weaker tier, so an indicator that blocks a weak tier
blocks the strong ones too, and bounds over open questions are exact. The twin is `pwa/src/core/scoring/tiers.ts`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..checklist.model import Checklist, Indicator, Threshold, Tier
from .facts import Facts, Said, may_be_gone
from .figures import reading, shown
from .result import Certainty, LineState, Obstacle, PerTier, ScoreProblem, TierResult

_OUT = "not_applicable"


@dataclass(slots=True)
class Standing:
    """One indicator, by tier surely and possibly: `allows` counts weaker tiers in, `own` is this tier's demand alone;
    `whole`: every demand; `counts`: every demand, where what does not apply is no indicator met.
    `necessary`: the tiers that ask for it."""

    indicator: Indicator
    state: LineState
    unknown: bool
    allows: dict[str, tuple[bool, bool]]
    own: dict[str, tuple[bool, bool]]
    whole: tuple[bool, bool]
    counts: tuple[bool, bool]
    necessary: set[str]
    problems: list[ScoreProblem]


def standing(checklist: Checklist, indicator: Indicator, facts: Facts) -> Standing:
    problems: list[ScoreProblem] = []
    own: dict[str, tuple[bool, bool]] = {}
    allows: dict[str, tuple[bool, bool]] = {}
    necessary = {tier for tier, demand in indicator.tiers.items() if demand.necessary}
    sure = possible = True
    for tier in checklist.tiers:
        own[tier.id] = _meets(indicator, facts, facts.verdicts, _thresholds(indicator, tier.id), problems)
        if tier.id in necessary:
            sure, possible = sure and own[tier.id][0], possible and own[tier.id][1]
        allows[tier.id] = (sure, possible)
    asked = [tier for tier in own if tier in necessary or _thresholds(indicator, tier)] or list(own)
    whole = _all(own[tier] for tier in asked)
    counts, applies = whole, facts.verdicts != (_OUT,)
    if _OUT in facts.verdicts:
        applying = tuple(verdict for verdict in facts.verdicts if verdict != _OUT)
        met = [_meets(indicator, facts, applying, _thresholds(indicator, tier), problems) for tier in asked]
        counts = (False, applies and _all(met)[1])
    state: LineState = (
        "conflict" if facts.contested
        else "not_applicable" if not applies
        else "open" if whole[0] != whole[1]
        else "met" if whole[0]
        else "lost"
    )
    return Standing(indicator, state, whole[0] != whole[1], allows, own, whole, counts, necessary, problems)


def _all(each: Iterable[tuple[bool, bool]]) -> tuple[bool, bool]:
    bounds = list(each)
    return all(low for low, _ in bounds), all(high for _, high in bounds)


def _thresholds(indicator: Indicator, tier: str) -> tuple[Threshold, ...]:
    demand = indicator.tiers.get(tier)
    return demand.thresholds if demand else ()


def _meets(
    indicator: Indicator, facts: Facts, verdicts: Said, thresholds: tuple[Threshold, ...], problems: list[ScoreProblem]
) -> tuple[bool, bool]:
    """Surely, possibly: over every one of these verdicts, every finding and figure that stands."""
    low, high = True, False
    for faults in facts.faults:
        gone = may_be_gone(faults)
        for verdict in verdicts:
            if verdict == _OUT:
                high = True
                continue
            if faults:
                low = False
                if not (gone or (facts.met_removes and verdict == "met")):
                    continue
            if verdict == "not_met":
                low = False
                continue
            sure, possible = _reaches(indicator, facts, thresholds, problems)
            if verdict is None and not thresholds:
                sure, possible = False, True
            low, high = low and sure, high or possible
    return low, high


def _reaches(
    indicator: Indicator, facts: Facts, thresholds: tuple[Threshold, ...], problems: list[ScoreProblem]
) -> tuple[bool, bool]:
    low = high = True
    for threshold in thresholds:
        sure, possible = reaches(indicator, facts, threshold, problems)
        low, high = low and sure, high and possible
    return low, high


def reaches(
    indicator: Indicator, facts: Facts, threshold: Threshold, problems: list[ScoreProblem]
) -> tuple[bool, bool]:
    """Whether a figure surely, possibly reaches its threshold. What is not filled in, or no figure, may be anything."""
    low, high = True, False
    for text in facts.measures.get(threshold.measure) or (None,):
        figure = None if text is None else reading(text, indicator.measures.get(threshold.measure))
        if figure is None or isinstance(figure, str):
            low, high = False, True
            if figure is not None:
                problem: ScoreProblem = {"indicator": indicator.id, "measure": threshold.measure, "code": figure}
                if problem not in problems:
                    problems.append(problem)
        elif figure >= threshold.at_least:
            high = True
        else:
            low = False
    return low, high


def certainty(bounds: tuple[bool, bool]) -> Certainty:
    return "yes" if bounds[0] else "unknown" if bounds[1] else "no"


def reach(tiers: Sequence[Tier], low: int, high: int) -> tuple[str, str]:
    """How far up something surely and possibly stands, in words; 0 is below the weakest tier."""
    if not tiers:
        return "无等次", "no tier"
    if low == high:
        if not low:
            return f"未达{tiers[0].title.zh}", f"below {tiers[0].title.en}"
        return tiers[low - 1].title.zh, tiers[low - 1].title.en
    best = tiers[high - 1].title
    if not low:
        return f"未定，最高可能为{best.zh}", f"not settled, {best.en} at best"
    return f"至少为{tiers[low - 1].title.zh}，可能为{best.zh}", f"at least {tiers[low - 1].title.en}, possibly {best.en}"


def words(standing: Standing, facts: Facts) -> tuple[str, str]:
    indicator = standing.indicator
    zh, en = {
        "met": ("符合", "met"), "lost": ("不符合", "not met"), "open": ("尚未检查", "not checked yet"),
        "not_applicable": ("不适用", "does not apply"), "conflict": ("有分歧待定", "disagreement open"),
    }[standing.state]
    figures_zh, figures_en = figures(indicator, facts)
    return (f"{indicator.id} {indicator.title.zh}：{figures_zh}{zh}",
            f"{indicator.id} {indicator.title.en}: {figures_en}{en}")


def figures(indicator: Indicator, facts: Facts) -> tuple[str, str]:
    """The figures filled in, each with its name: "办事大厅面积120m2；"."""
    zh = en = ""
    for id, measure in indicator.measures.items():
        said = [text for text in facts.measures.get(id, []) if text is not None]
        if said:
            read = [shown(figure) if not isinstance(figure, str) else text
                    for text in said if (figure := reading(text, measure)) is not None]
            said_so = measure.with_unit("/".join(read))
            zh += f"{measure.text.zh}{said_so.zh}；"
            en += f"{measure.text.en} {said_so.en}; "
    return zh, en


def overall(checklist: Checklist, standings: Sequence[Standing], facts: Mapping[str, Facts]) -> TierResult:
    reached: str | None = None
    possible: str | None = None
    next_: Tier | None = None
    per_tier: list[PerTier] = []
    for tier in checklist.tiers:
        necessary = [one for one in standings if tier.id in one.necessary]
        bounds = (all(one.allows[tier.id][0] for one in standings), all(one.allows[tier.id][1] for one in standings))
        per_tier.append({"tier": tier.id, "state": certainty(bounds), "of": len(necessary),
                         "met": sum(one.own[tier.id][0] for one in necessary)})
        if bounds[0]:
            reached = tier.id
        elif next_ is None:
            next_ = tier
        if bounds[1]:
            possible = tier.id
    return {
        "reached": reached, "possible": possible, "next": next_.id if next_ else None, "per_tier": per_tier,
        "standing_between": [_obstacle(one, next_, facts) for one in standings if not one.allows[next_.id][0]]
        if next_ else [],
    }


def _obstacle(one: Standing, tier: Tier, facts: Mapping[str, Facts]) -> Obstacle:
    """Why this indicator does not (yet) allow the tier, with the figure wanted."""
    said = facts.get(one.indicator.id) or Facts()
    zh, en = words(one, said)
    for threshold in _thresholds(one.indicator, tier.id):
        if not reaches(one.indicator, said, threshold, [])[0]:
            measure = one.indicator.measures[threshold.measure]
            want = measure.with_unit(shown(threshold.at_least))
            zh, en = f"{zh}，{tier.title.zh}须不低于{want.zh}", f"{en}, {tier.title.en} wants at least {want.en}"
    return {"indicator": one.indicator.id, "requirement": None, "why": {"zh": zh, "en": en}}
