"""Grades: bands over places, one level lower on a recorded reason, vacated places by setting, bonus, validity.

A grade comes in three steps, each kept: the *band* of the place; what was *awarded* after criticisms and exposures
known at the award; the grade *now*, after later decisions. The bonus belongs to what was awarded, outside the 100.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NotRequired, TypedDict

from ..checklist.model import Grades
from ..problems import Refused
from .figures import reading, shown
from .result import Result, Words


class Decision(TypedDict):
    """A recorded decision. `trigger`: a listed happening known at the award (`trigger` names it) · `lower`: a later
    lowering by `steps` (1 if absent) · `withdraw`: no grade any more · `tie`: `order` of sites with equal totals ·
    `bonus`: `points` instead of the grade's own."""

    kind: Literal["trigger", "lower", "withdraw", "tie", "bonus"]
    site: str
    source: str
    reason: str
    trigger: NotRequired[str]
    steps: NotRequired[int]
    order: NotRequired[list[str]]
    points: NotRequired[str]


class Grade(TypedDict):
    """`band`, `awarded`, `now` are band ids or None for no grade; all are provisional until `settled`."""

    settled: bool
    place: list[int]
    band: str | None
    awarded: str | None
    now: str | None
    bonus: str
    valid_years: int
    valid_until: str | None
    decisions: list[Decision]
    working: Words


@dataclass(frozen=True, slots=True)
class Ranked:
    """A site with its best and worst place; `settled`: its total is no range."""

    site: str
    place: tuple[int, int]
    result: Result
    settled: bool


def grades(
    scale: Grades, rows: Sequence[Ranked], settings: Mapping[str, str], decisions: Sequence[Decision],
    awarded_on: str | None,
) -> dict[str, Grade]:
    """By site. Raises as `check_decisions` does."""
    check_decisions(scale, {row.site for row in rows}, decisions)
    place = {row.site: row.place for row in rows}
    if settings.get("grade_ties") == "decided":
        place = _decided(rows, decisions)
    settled = {row.site: row.settled and row.result["complete"] and _one_band(scale, place[row.site]) for row in rows}
    band = {site: _band(scale, best) for site, (best, _) in place.items()}
    awarded = {
        row.site: _lowered(scale, band[row.site], _steps(scale, row.site, settings, decisions)) for row in rows
    }
    if settings.get("vacated_place") == "refill":
        # Who moves up depends on everybody's place: nothing is certain before all are.
        if not all(settled.values()):
            settled = dict.fromkeys(settled, False)
        _refill(scale, place, band, awarded)
    return {
        row.site: _grade(scale, row, place[row.site], settled[row.site], band[row.site], awarded[row.site], decisions,
                         awarded_on)
        for row in rows
    }


def check_decisions(scale: Grades, sites: Collection[str], decisions: Sequence[Decision]) -> None:
    """Raises Refused("sheet.decision_unfounded") for a decision without source or reason,
    ("sheet.decision_unknown") for one about an unknown site or happening, ("sheet.decision_bonus")."""
    triggers = {each.id for each in scale.downgrades}
    for decision in decisions:
        if not decision["source"].strip() or not decision["reason"].strip():
            raise Refused("sheet.decision_unfounded", site=decision["site"])
        named = decision.get("order", [decision["site"]]) if decision["kind"] == "tie" else [decision["site"]]
        known = decision["kind"] != "trigger" or decision.get("trigger") in triggers
        if not known or not set(named) <= set(sites):
            raise Refused("sheet.decision_unknown", site=decision["site"])
        if decision["kind"] == "bonus":
            points, most = reading(decision.get("points")), max(band.bonus for band in scale.bands)
            if isinstance(points, str) or points > most:
                raise Refused("sheet.decision_bonus", site=decision["site"], most=shown(most))


def _band(scale: Grades, place: int) -> int:
    """Position of the band that holds a place; one beyond the last is no grade."""
    for position, band in enumerate(scale.bands):
        if band.from_ <= place <= band.to:
            return position
    return len(scale.bands)


def _one_band(scale: Grades, place: tuple[int, int]) -> bool:
    return _band(scale, place[0]) == _band(scale, place[1])


def _steps(scale: Grades, site: str, settings: Mapping[str, str], decisions: Sequence[Decision]) -> int:
    """One level however many happenings there were, unless the setting counts each."""
    steps = {each.id: each.steps for each in scale.downgrades}
    found = [
        steps[decision["trigger"]] for decision in decisions
        if decision["kind"] == "trigger" and decision["site"] == site
    ]
    return sum(found) if settings.get("downgrade_several") == "each" else max(found, default=0)


def _lowered(scale: Grades, position: int, steps: int) -> int:
    return min(position + steps, len(scale.bands))


def _decided(rows: Sequence[Ranked], decisions: Sequence[Decision]) -> dict[str, tuple[int, int]]:
    """Equal totals stand apart in the order that a decision records; without one any order is possible."""
    tied: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        tied.setdefault(row.place, []).append(row.site)
    orders = [decision.get("order", []) for decision in decisions if decision["kind"] == "tie"]
    found: dict[str, tuple[int, int]] = {}
    for (best, worst), sites in tied.items():
        if best != worst or len(sites) == 1:
            found |= dict.fromkeys(sites, (best, worst))
            continue
        order = next((order for order in reversed(orders) if set(order) == set(sites)), None)
        for site in sites:
            at = best + order.index(site) if order else best
            found[site] = (at, at) if order else (best, best + len(sites) - 1)
    return found


def _refill(
    scale: Grades, place: Mapping[str, tuple[int, int]], band: Mapping[str, int], awarded: dict[str, int]
) -> None:
    """Each seat that a lowered site leaves goes to the best-placed of the next band that kept its own. A site that
    comes down takes a seat there; sites with one place move up together while a seat is free."""
    for position in range(len(scale.bands)):
        left = sum(band[site] == position != awarded[site] for site in band)
        came = sum(awarded[site] == position and band[site] < position for site in band)
        free = left - came
        below = sorted(
            (site for site in band if band[site] == position + 1 == awarded[site]), key=lambda site: (place[site], site)
        )
        last: tuple[int, int] | None = None
        for moved, site in enumerate(below):
            if moved >= free and place[site] != last:
                break
            awarded[site], last = position, place[site]


def _grade(
    scale: Grades, row: Ranked, place: tuple[int, int], settled: bool, band: int, awarded: int,
    decisions: Sequence[Decision], awarded_on: str | None,
) -> Grade:
    now = awarded
    bonus = shown(scale.bands[awarded].bonus) if awarded < len(scale.bands) else "0"
    own = [decision for decision in decisions if row.site in (decision["site"], *decision.get("order", ()))]
    for decision in own:
        if decision["kind"] == "lower":
            now = _lowered(scale, now, decision.get("steps", 1))
        elif decision["kind"] == "withdraw":
            now = len(scale.bands)
        elif decision["kind"] == "bonus":
            points = reading(decision.get("points"))
            bonus = bonus if isinstance(points, str) else shown(points)
    return {
        "settled": settled, "place": list(place),
        "band": _id(scale, band), "awarded": _id(scale, awarded), "now": _id(scale, now),
        "bonus": bonus,
        "valid_years": scale.valid_years,
        "valid_until": _until(awarded_on, scale.valid_years) if awarded_on and now < len(scale.bands) else None,
        "decisions": own, "working": _working(scale, row, place, settled, band, awarded, now, own),
    }


def _id(scale: Grades, position: int) -> str | None:
    return scale.bands[position].id if position < len(scale.bands) else None


def _until(awarded_on: str, years: int) -> str:
    day = date.fromisoformat(awarded_on)
    try:
        return day.replace(year=day.year + years).isoformat()
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28).isoformat()


def _working(
    scale: Grades, row: Ranked, place: tuple[int, int], settled: bool, band: int, awarded: int, now: int,
    decisions: Sequence[Decision],
) -> Words:
    low, high = row.result["low"], row.result["high"]
    total = low if low == high else f"{low}–{high}"
    where = str(place[0]) if place[0] == place[1] else f"{place[0]}–{place[1]}"
    zh, en = [f"总得分{total}，第{where}名，按名次为{_zh(scale, band)}"], [
        f"total {total}, place {where}: {_en(scale, band)} by place"]
    for decision in decisions:
        said_zh, said_en = _happened(scale, decision)
        zh.append(f"{said_zh}（{decision['reason']}；来源：{decision['source']}）")
        en.append(f"{said_en} ({decision['reason']}; source: {decision['source']})")
    if awarded < band:
        zh.append("递补")
        en.append("moved up to a vacated place")
    zh.append(f"评为{_zh(scale, awarded)}")
    en.append(f"awarded {_en(scale, awarded)}")
    if now != awarded:
        zh.append(f"现为{_zh(scale, now)}")
        en.append(f"now {_en(scale, now)}")
    if not settled:
        zh.append("暂定")
        en.append("provisional")
    return {"zh": "；".join(zh), "en": "; ".join(en)}


def _happened(scale: Grades, decision: Decision) -> tuple[str, str]:
    match decision["kind"]:
        case "trigger":
            text = next(each.text for each in scale.downgrades if each.id == decision.get("trigger"))
            return text.zh, text.en
        case "lower":
            steps = decision.get("steps", 1)
            return f"后降低{steps}个等级", f"lowered later by {steps}"
        case "withdraw":
            return "取消等级", "grade withdrawn"
        case "tie":
            return "并列由决定排序", "tie put in order by decision"
        case "bonus":
            points = decision.get("points")
            return f"绩效考评加分定为{points}", f"bonus set to {points}"


def _zh(scale: Grades, position: int) -> str:
    return scale.bands[position].title.zh if position < len(scale.bands) else scale.none.zh


def _en(scale: Grades, position: int) -> str:
    return scale.bands[position].title.en if position < len(scale.bands) else scale.none.en
