"""Scheme `matrix`: per row the highest tier whose requirements are all met; the whole by a visible setting.

Within a row a stronger tier reached includes the weaker ones, and a requirement met includes those it implies. Every
answer can only help upwards, so all answers at their worst and all at their best bound the row exactly.
The twin is `pwa/src/core/scoring/matrix.ts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..checklist.model import Checklist, Indicator, Requirement, Tier
from .facts import Facts, may_be_gone
from .figures import shown
from .result import LineState, Obstacle, PerTier, ScoreProblem, TierResult
from .tiers import certainty, figures, reach, reaches

Bounds = tuple[bool, bool]


@dataclass(slots=True)
class Row:
    """`low`, `high`: how many tiers up this row surely, possibly stands (0 none), all of them where it does not apply;
    `counts`: the same where what does not apply counts as none. `met`: by requirement."""

    indicator: Indicator
    state: LineState
    unknown: bool
    applies: bool
    low: int
    high: int
    counts: tuple[int, int]
    met: dict[str, Bounds]
    problems: list[ScoreProblem]


def row(checklist: Checklist, indicator: Indicator, facts: Facts) -> Row:
    problems: list[ScoreProblem] = []
    met = _met(indicator, facts, problems)
    low = high = 0
    for level, tier in enumerate(checklist.tiers, 1):
        asked = [met[one.id] for one in indicator.requirements.values() if tier.id in one.tiers]
        if asked and all(bounds[0] for bounds in asked):
            low = level
        if asked and all(bounds[1] for bounds in asked):
            high = level
    top = len(checklist.tiers)
    counts, out = (low, high), facts.verdicts == ("not_applicable",)
    if "not_applicable" in facts.verdicts:
        counts = (0, 0 if out else high)
        high, low = top, top if out else low
    wanted = any(not bounds[0] and bounds[1] for bounds in met.values())
    state: LineState = (
        "conflict" if facts.contested
        else "not_applicable" if out
        else "open" if low != high
        else "met" if low == top
        else "lost"
    )
    return Row(indicator, state, low != high and wanted, not out, low, high, counts, met, problems)


def _met(indicator: Indicator, facts: Facts, problems: list[ScoreProblem]) -> dict[str, Bounds]:
    own = {one.id: _own(indicator, one, facts, problems) for one in indicator.requirements.values()}
    met: dict[str, Bounds] = {}
    for id in own:
        low, high, denied = own[id]
        for stronger in _implying(indicator, id):
            strong_low, strong_high, _ = own[stronger]
            high = high or strong_high
            if strong_low and denied:
                problem: ScoreProblem = {"indicator": indicator.id, "measure": id, "code": "sheet.implied_not_met"}
                if problem not in problems:
                    problems.append(problem)
            low = low or (strong_low and not denied)
        met[id] = (low, high)
    return met


def _own(
    indicator: Indicator, requirement: Requirement, facts: Facts, problems: list[ScoreProblem]
) -> tuple[bool, bool, bool]:
    """Surely met, possibly met, by its own answers; and whether anyone said it is not."""
    said = facts.requirements.get(requirement.id) or (None,)
    low, high, denied = True, False, "not_met" in said
    for faults in facts.faults:
        under = tuple(fault for fault in faults if fault.clause == requirement.id)
        if under:
            low = False
            denied = denied or not may_be_gone(under)
            # Beside "met", of the requirement or of the whole row, the finding may be what goes.
            if not may_be_gone(under) and not (facts.met_removes and ("met" in said or "met" in facts.verdicts)):
                continue
        for verdict in said:
            if verdict == "not_applicable":
                high = True
            elif verdict == "not_met":
                low = False
            elif requirement.threshold:
                sure, possible = reaches(indicator, facts, requirement.threshold, problems)
                low, high = low and sure, high or possible
            elif verdict == "met":
                high = True
            else:
                low, high = False, True
    return low, high, denied


def _implying(indicator: Indicator, id: str) -> list[str]:
    """Requirements that, met, meet this one: directly or through others."""
    found: list[str] = []
    wanted = [id]
    while wanted:
        weaker = wanted.pop()
        for one in indicator.requirements.values():
            if weaker in one.implies and one.id != id and one.id not in found:
                found.append(one.id)
                wanted.append(one.id)
    return found


def words(found: Row, checklist: Checklist, facts: Facts) -> tuple[str, str]:
    indicator = found.indicator
    figures_zh, figures_en = figures(indicator, facts)
    if found.state == "not_applicable":
        zh, en = "不适用", "does not apply"
    else:
        zh, en = reach(checklist.tiers, found.low, found.high)
    if facts.contested:
        zh, en = f"{zh}；有分歧待定", f"{en}; disagreement open"
    return (f"{indicator.id} {indicator.title.zh}：{figures_zh}{zh}",
            f"{indicator.id} {indicator.title.en}: {figures_en}{en}")


def overall(
    checklist: Checklist, rows: Sequence[Row], settings: Mapping[str, str], facts: Mapping[str, Facts]
) -> TierResult:
    """By the setting `overall_tier`: `lowest_row` (default): every row; `most_rows`: more than half of them;
    `all_but_one`: every row but one. Rows that do not apply are taken out."""
    counted = [one for one in rows if one.applies]
    reached: str | None = None
    possible: str | None = None
    next_: tuple[int, Tier] | None = None
    per_tier: list[PerTier] = []
    for level, tier in enumerate(checklist.tiers, 1):
        sure = sum(one.low >= level for one in counted)
        maybe = sum(one.high >= level for one in counted)
        rule = settings.get("overall_tier", "lowest_row")
        bounds = (_enough(sure, len(counted), rule), _enough(maybe, len(counted), rule))
        per_tier.append({"tier": tier.id, "state": certainty(bounds), "met": sure, "of": len(counted)})
        if bounds[0]:
            reached = tier.id
        elif next_ is None:
            next_ = (level, tier)
        if bounds[1]:
            possible = tier.id
    between = [
        obstacle for one in counted if next_ and one.low < next_[0]
        for obstacle in _obstacles(one, next_[1], facts.get(one.indicator.id) or Facts())
    ]
    return {"reached": reached, "possible": possible, "next": next_[1].id if next_ else None,
            "per_tier": per_tier, "standing_between": between}


def _enough(count: int, rows: int, rule: str) -> bool:
    if rule == "most_rows":
        return count * 2 > rows
    if rule == "all_but_one":
        return count >= rows - 1
    return count == rows


def _obstacles(one: Row, tier: Tier, facts: Facts) -> list[Obstacle]:
    found: list[Obstacle] = []
    for requirement in one.indicator.requirements.values():
        if tier.id not in requirement.tiers or one.met[requirement.id][0]:
            continue
        possible = one.met[requirement.id][1]
        row = one.indicator
        zh = f"{row.id} {row.title.zh}：{requirement.text.zh}——{'尚未确定' if possible else '未达到'}"
        en = f"{row.id} {row.title.en}: {requirement.text.en} – {'not settled' if possible else 'not met'}"
        if requirement.threshold:
            measure = one.indicator.measures[requirement.threshold.measure]
            said = "/".join(text for text in facts.measures.get(measure.id, []) if text is not None)
            want, have = measure.with_unit(shown(requirement.threshold.at_least)), measure.with_unit(said)
            have_zh = f"现{have.zh}，" if said else "未填写，"
            have_en = f"now {have.en}, " if said else "not filled in, "
            zh, en = f"{zh}（{have_zh}须不低于{want.zh}）", f"{en} ({have_en}wants at least {want.en})"
        found.append({"indicator": one.indicator.id, "requirement": requirement.id, "why": {"zh": zh, "en": en}})
    return found
