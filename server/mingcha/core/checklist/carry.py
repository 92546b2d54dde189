"""Carrying a draft to a newer version of its checklist: what moves, what stays behind and why.

Reads a folded state; changes nothing. What moves comes as writes, which the caller turns into ops of the new draft; the
original document stays as it is, so nothing is ever lost by carrying.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from mingcha.core.checklist.model import AnyClause, Award, Checklist, Indicator, Judge, Measure, Missing, Sample, Words
from mingcha.core.oplog import agree

Json = Mapping[str, Any]

#: Why something stays behind.
REASONS: dict[str, Words] = {
    "conflict": Words("两个值尚未统一，请先处理。", "Two values are not settled yet. Settle them first."),
    "kept_or_removed": Words(
        "一人删除，另一人同时改过，去留未定，请先处理。",
        "One person removed it while another changed it. Settle first whether it stays.",
    ),
    "indicator_gone": Words("新版本没有这项指标。", "The new version does not have this indicator."),
    "question_changed": Words(
        "这项指标的内容已改，请重新作答。", "This indicator asks something else now. Answer it again."
    ),
    "measure_changed": Words("指标值已取消，或单位、范围已改。", "The measure is gone, or its unit or bounds changed."),
    "clause_changed": Words("扣分条款已取消或已改。", "The clause is gone or changed."),
    "item_gone": Words("新版本的清单里没有这一项。", "The new version’s list does not have this item."),
    "case_gone": Words(
        "新版本抽查件数较少，没有这一件。", "The new version draws fewer cases; this one is not among them."
    ),
    "requirement_changed": Words("这条要求已取消或已改。", "The requirement is gone or changed."),
    "finding_left": Words("所属问题未能带入新版本。", "The finding it belongs to could not be moved."),
    "bytes_on_their_way": Words(
        "照片还没有传到服务器，暂留在原来的检查中。",
        "The photo has not reached the server yet. It stays with the original.",
    ),
    "belongs_to_original": Words("只属于原来的检查。", "It belongs to the original inspection alone."),
}


@dataclass(frozen=True)
class Write:
    """An op to be made in the new draft. `origin`: the ops of the original whose fact it repeats."""

    kind: Literal["set", "add"]
    target: str
    value: Any
    origin: tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """A fact that stays behind; `values` are all its values, where it is in conflict."""

    target: str
    values: tuple[Any, ...]
    reason: str

    @property
    def words(self) -> Words:
        return REASONS[self.reason]


@dataclass(frozen=True)
class Carried:
    """`rescored`: indicators whose facts moved, but whose marks or thresholds are others now."""

    writes: tuple[Write, ...]
    left: tuple[Left, ...]
    rescored: tuple[str, ...]


def carry(state: Json, old: Checklist, new: Checklist) -> Carried:
    """Move what means the same in both versions. `state` as `oplog.fold` gives it, of a draft under `old`.

    A photo always moves: where its indicator or finding does not, it moves unattached, and that is listed too.
    """
    writes: list[Write] = []
    left: list[Left] = []
    moved: set[str] = set()
    for name, element in _in_order(state["elements"]):
        if not element["live"]:
            continue
        values = _distinct(element["heads"]) if not agree(name, element["heads"]) else [element["value"]]
        value, reason = None, _unsettled(element, values)
        if reason is None:
            value, reason = _element(name, values[0], moved, old, new)
        if reason:
            left.append(Left(name, tuple(values), reason))
        if value is not None:
            writes.append(Write("add", name, value, tuple(element["adds"])))
            moved.add(name)
    for target, heads in sorted(state["fields"].items()):
        values = _distinct(heads)
        reason = _field(target, values[0], state, moved, old, new) if len(values) == 1 else "conflict"
        if reason == "of_removed":
            continue
        if reason:
            left.append(Left(target, tuple(values), reason))
        else:
            writes.append(Write("set", target, values[0], tuple(head["op"] for head in heads)))
    return Carried(tuple(writes), tuple(left), tuple(_rescored(writes, old, new)))


def _in_order(elements: Json) -> Iterator[tuple[str, Any]]:
    """Findings first: photos and fields ask whether theirs moved."""
    yield from sorted(elements.items(), key=lambda pair: (not pair[0].startswith("finding/"), pair[0]))


def _unsettled(element: Json, values: list[Any]) -> str | None:
    """People disagree on what it is, or on whether it is there: neither side is carried without the other."""
    return "conflict" if len(values) > 1 else "kept_or_removed" if element["kept"] else None


def _element(name: str, value: Any, moved: set[str], old: Checklist, new: Checklist) -> tuple[Any, str | None]:
    """(the value to add, or None; why something stays behind, or None)"""
    match name.split("/")[0]:
        case "finding":
            reason = _finding(value, old, new)
            return (None if reason else value), reason
        case "sample":
            reason = _asks_alike(value["indicator"], old, new) or _case(value["indicator"], value["case"], new)
            return (None if reason else value), reason
        case "photo":
            return _photo(value, moved, new)
        case _:
            return None, "belongs_to_original"


def _finding(value: Json, old: Checklist, new: Checklist) -> str | None:
    id_ = value["indicator"]
    if id_ not in old.indicators or id_ not in new.indicators:
        return "indicator_gone"
    if value["clause"] is None:
        return _asks_alike(id_, old, new)
    was, now = (_clause(side, id_, value["clause"]) for side in (old, new))
    if was is None or now is None or was.kind != now.kind or not _same_words(was.text, now.text):
        return "clause_changed"
    match was, now:
        case Missing(), Missing() if value["item"] is not None:
            before, after = was.items.get(value["item"]), now.items.get(value["item"])
            if before is None or after is None or not _same_words(before.text, after.text):
                return "item_gone"
        case _, Sample() if value["case"] is not None and value["case"] > now.cases:
            return "case_gone"
    return None


def _photo(value: Json, moved: set[str], new: Checklist) -> tuple[Any, str | None]:
    finding_lost = value["finding"] is not None and f"finding/{value['finding']}" not in moved
    indicator_lost = value["indicator"] is not None and value["indicator"] not in new.indicators
    kept = {
        **value,
        "finding": None if finding_lost else value["finding"],
        "indicator": None if indicator_lost else value["indicator"],
    }
    return kept, "indicator_gone" if indicator_lost else "finding_left" if finding_lost else None


def _field(target: str, value: Any, state: Json, moved: set[str], old: Checklist, new: Checklist) -> str | None:
    match target.split("/"):
        case ["visit", "arrived" | "present" | "note"]:
            return None
        case ["answer", id_, *rest]:
            return _answer(id_, rest, value, old, new)
        case ["finding" | "photo" | "sample" as kind, id_, *rest]:
            element = state["elements"].get(f"{kind}/{id_}")
            if element is None or not element["live"]:
                return "of_removed"
            if f"{kind}/{id_}" not in moved:
                return "finding_left" if kind == "finding" else "indicator_gone"
            if rest == ["finding"] and value is not None and f"finding/{value}" not in moved:
                return "finding_left"
            if rest == ["indicator"] and value is not None and value not in new.indicators:
                return "indicator_gone"
            return None
        case _:
            return "belongs_to_original"


def _answer(id_: str, rest: list[str], value: Any, old: Checklist, new: Checklist) -> str | None:
    if id_ not in old.indicators or id_ not in new.indicators:
        return "indicator_gone"
    was, now = old.indicators[id_], new.indicators[id_]
    match rest:
        case ["note"]:
            return None
        case ["measure", name]:
            return None if _same_measure(was.measures.get(name), now.measures.get(name)) else "measure_changed"
        case ["award", name]:
            return None if _same_award(was.clauses.get(name), now.clauses.get(name), value) else "clause_changed"
        case ["requirement", name]:
            before, after = was.requirements.get(name), now.requirements.get(name)
            alike = before is not None and after is not None and _same_words(before.text, after.text)
            return None if alike and before.threshold == after.threshold else "requirement_changed"  # type: ignore[union-attr]
        case ["verdict"]:
            return _asks_alike(id_, old, new)
        case _:
            return "belongs_to_original"


def _asks_alike(id_: str, old: Checklist, new: Checklist) -> str | None:
    """A verdict is an answer to the whole question: the words and, where tiers ask for figures, the figures."""
    was, now = old.indicators.get(id_), new.indicators.get(id_)
    if was is None or now is None:
        return "indicator_gone"
    return None if _same_words(was.text, now.text) and _figures(was) == _figures(now) else "question_changed"


def _figures(indicator: Indicator) -> Any:
    return {tier: demand.thresholds for tier, demand in indicator.tiers.items()}


def _case(id_: str, case: int, new: Checklist) -> str | None:
    drawn = [clause.cases for clause in new.indicators[id_].clauses.values() if isinstance(clause, Sample)]
    return None if drawn and case <= max(drawn) else "case_gone"


def _clause(checklist: Checklist, indicator: str, clause: str) -> AnyClause | None:
    return checklist.indicators[indicator].clauses.get(clause)


def _same_measure(was: Measure | None, now: Measure | None) -> bool:
    if was is None or now is None:
        return False
    bounds = [(each.unit.zh, each.type, each.min, each.max) for each in (was, now)]
    # A figure with more decimals than are asked for now would be none.
    return bounds[0] == bounds[1] and was.decimals <= now.decimals and _same_words(was.text, now.text)


def _same_award(was: AnyClause | None, now: AnyClause | None, value: Any) -> bool:
    """An award moves while its clause says the same and still has room for it."""
    if was is None or now is None or was.kind != now.kind or not _same_words(was.text, now.text):
        return False
    match was, now:
        case Judge(), Judge():
            return was.max == now.max and _same_words(was.rubric, now.rubric)
        case Award(), Award():
            return was.points == now.points or _is_nothing(value)
    return True


def _is_nothing(value: Any) -> bool:
    try:
        return value is None or Decimal(str(value)) == 0
    except InvalidOperation:
        return False


def _same_words(one: Words, other: Words) -> bool:
    """Spaces and punctuation do not change what a Chinese sentence asks; the Chinese text is the one that binds."""
    return _bare(one.zh) == _bare(other.zh)


def _bare(text: str) -> str:
    # A dot between figures is part of a number: 0.5 is not 05.
    return re.sub(r"(?<![0-9])[.]|[.](?![0-9])|[^\w.%％√+-]", "", text)


def _distinct(heads: list[Any]) -> list[Any]:
    values: list[Any] = []
    for head in heads:
        if head["value"] not in values:
            values.append(head["value"])
    return values


def _rescored(writes: list[Write], old: Checklist, new: Checklist) -> Iterator[str]:
    touched = {write.target.split("/")[1] for write in writes if write.target.startswith("answer/")}
    touched |= {
        write.value["indicator"] for write in writes if write.target.startswith("finding/") and write.kind == "add"
    }
    for id_, now in new.indicators.items():
        was = old.indicators.get(id_)
        if id_ in touched and was is not None and _marks(was) != _marks(now):
            yield id_


def _marks(indicator: Indicator) -> Any:
    """What a score is made of, without the words."""
    clauses = {
        id_: {key: value for key, value in vars(clause).items() if key not in ("text", "phrases", "rubric", "unit")}
        for id_, clause in indicator.clauses.items()
    }
    requirements = {id_: (each.tiers, each.implies, each.threshold) for id_, each in indicator.requirements.items()}
    return indicator.full_marks, clauses, indicator.tiers, requirements
