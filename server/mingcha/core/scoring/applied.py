"""A checklist as a campaign's settings read it: `sets` of a setting puts the chosen value into a field.

Knows nothing of what the fields mean. The result keeps the digest of the published file; the settings stand beside it.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..canonical import canonical
from ..checklist.model import Checklist

_KEPT: dict[tuple[str, bytes], Checklist] = {}
_MOST_KEPT = 64


def applied(checklist: Checklist, chosen: Mapping[str, str]) -> Checklist:
    """The same checklist when every setting stands as published; otherwise a reading of it."""
    settings = [
        setting for setting in checklist.content["settings"]
        if setting.get("sets") and chosen[setting["id"]] != setting["value"]
    ]
    if not settings:
        return checklist
    key = (checklist.digest, canonical({setting["id"]: chosen[setting["id"]] for setting in settings}))
    if key not in _KEPT:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        content = deepcopy(dict(checklist.content))
        for setting in settings:
            _set(content, setting, chosen[setting["id"]])
        _KEPT[key] = Checklist.parse(content)
    return _KEPT[key]


def _set(content: dict[str, Any], setting: Mapping[str, Any], choice: str) -> None:
    """`sets`: [{indicator, clause?, field, values?}] — `values` maps the choice to what is put; without it the choice is."""
    for target in setting["sets"]:
        value = target["values"][choice] if "values" in target else choice
        for category in content["categories"]:
            for group in category["groups"]:
                for indicator in group["indicators"]:
                    if indicator["id"] == target["indicator"]:
                        _put(indicator, target, deepcopy(value))


def _put(indicator: dict[str, Any], target: Mapping[str, Any], value: Any) -> None:
    if target.get("clause") is None:
        indicator[target["field"]] = value
        return
    for clause in indicator["clauses"]:
        if clause["id"] == target["clause"]:
            clause[target["field"]] = value
