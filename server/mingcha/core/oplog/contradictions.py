"""What no single field shows: values that cannot both be right. Computed from the state, settled by ordinary ops.

How each one ends: `met_with_finding` by another verdict or without the finding; `double_finding` without one of the
two, or when one person has added both (an add of the other's finding says "I know it, both stand");
`cited_photo_removed` by a new photo, the photo's return, or without the finding; `kept_element` by an add that names
the remove, or a new remove. The twin is `pwa/src/core/oplog/contradictions.ts`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from .op import Contradiction, Element, State
from .read import heads, value

#: Two people in one hall, looking at one fault. A drawn case is the same one whenever it is looked at.
CLOSE = timedelta(minutes=30)

_WHAT = {
    "finding": ("问题", "finding"), "photo": ("照片", "photo"), "sample": ("抽查件", "sample"),
    "signature": ("签名", "signature"),
}


class Titled(Protocol):
    """What this file needs of a checklist: indicators by id, each with a `title` of `zh` and `en`."""

    @property
    def indicators(self) -> Mapping[str, Any]: ...


def contradictions(state: State, checklist: Titled) -> list[Contradiction]:
    """Sorted by code, then by what they are about. None while a verdict is itself in conflict: that shows already."""
    live = {target: element for target, element in state["elements"].items() if element["live"]}
    found = [*_met_with_finding(state, live, checklist), *_double_finding(live, checklist),
             *_cited_photo_removed(state, live), *_kept_element(live)]
    return sorted(found, key=lambda contradiction: (contradiction["code"], contradiction["about"]))


def _met_with_finding(state: State, live: dict[str, Element], checklist: Titled) -> Iterator[Contradiction]:
    found: dict[str, list[str]] = {}
    for target, element in live.items():
        if target.startswith("finding/"):
            indicator, clause = element["value"]["indicator"], element["value"]["clause"]
            for said in (f"answer/{indicator}/verdict", f"answer/{indicator}/requirement/{clause}"):
                if value(state, said) == "met":
                    found.setdefault(said, []).append(target)
    for said, targets in found.items():
        zh, en = _name(checklist, said.split("/")[1])
        count = len(targets)
        yield {"code": "met_with_finding", "about": [said, *sorted(targets)], "text": {
            "zh": f"{zh}：结论为“符合”，却记有 {count} 个问题。",
            "en": f"{en}: the verdict is met, yet findings stand: {count}.",
        }}


def _double_finding(live: dict[str, Element], checklist: Titled) -> Iterator[Contradiction]:
    places: dict[tuple[str, str], list[tuple[datetime, str, Element]]] = {}
    for target, element in live.items():
        if target.startswith("finding/"):
            place = (element["value"]["indicator"], element["value"]["clause"] or "")
            places.setdefault(place, []).append((datetime.fromisoformat(element["heads"][0]["at"]), target, element))
    for (indicator, clause), there in places.items():
        there.sort(key=lambda entry: entry[:2])
        zh, en = _name(checklist, indicator)
        for position, (at, target, element) in enumerate(there):
            for later, other_target, other in there[position + 1:]:
                case = element["value"]["case"]
                if later - at > CLOSE and case is None:
                    break
                if later - at > CLOSE and case != other["value"]["case"]:
                    continue
                if _look_like_one(element, other):
                    yield {"code": "double_finding", "about": sorted((target, other_target)), "text": {
                        "zh": f"{zh}：两人记了相近的问题{f'（条款 {clause}）' if clause else ''}，可能是同一处。",
                        "en": f"{en}: two people noted findings{f' under clause {clause}' if clause else ''}"
                              " that may be one fault.",
                    }}


def _look_like_one(one: Element, other: Element) -> bool:
    if {head["author"] for head in one["heads"]} & {head["author"] for head in other["heads"]}:
        return False
    return all(
        one["value"][name] is None or other["value"][name] is None or one["value"][name] == other["value"][name]
        for name in ("item", "case")
    )


def _cited_photo_removed(state: State, live: dict[str, Element]) -> Iterator[Contradiction]:
    """A finding whose photo was removed and that has no other. What a photo was attached to later left with it."""
    photographed = {
        f"finding/{finding}" for target in live if target.startswith("photo/") for finding in _cites(state, target)
    }
    for target, element in state["elements"].items():
        if target.startswith("photo/") and not element["live"]:
            cited = f"finding/{element['value']['finding']}"
            if cited in live and cited not in photographed:
                yield {"code": "cited_photo_removed", "about": [target, cited], "text": {
                    "zh": "问题的照片已被删除，现无照片佐证。",
                    "en": "The photo of a finding was removed; no other photo shows it.",
                }}


def _cites(state: State, photo: str) -> list[Any]:
    said = heads(state, f"{photo}/finding")
    return [head["value"] for head in said] if said else [state["elements"][photo]["value"]["finding"]]


def _kept_element(live: dict[str, Element]) -> Iterator[Contradiction]:
    for target, element in live.items():
        if element["kept"]:
            zh, en = _WHAT[target.partition("/")[0]]
            yield {"code": "kept_element", "about": [target], "text": {
                "zh": f"有人删除了这个{zh}，而另有人同时作了修改，因此保留。",
                "en": f"One person removed this {en} while another changed it, so it was kept.",
            }}


def _name(checklist: Titled, indicator: str) -> tuple[str, str]:
    """Number and short name; only the number where the checklist does not know it."""
    known = checklist.indicators.get(indicator)
    title = getattr(known, "title", None)
    if title is None:
        return indicator, indicator
    zh, en = (title["zh"], title["en"]) if isinstance(title, Mapping) else (title.zh, title.en)
    return f"{indicator} {zh}", f"{indicator} {en}"
