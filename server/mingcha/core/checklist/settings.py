"""Readings of what the source leaves open, written into the figures that they change."""

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from mingcha.core.checklist.words import Json


def fill_in(content: Json, readings: Mapping[str, str]) -> Json:
    """The content with every setting's choice in the fields it `sets`; the same object when nothing differs.

    The file itself always shows the default, so whoever ignores this reads that. An aim with `when` is a yes or no:
    the field holds under those choices and under no other. Twin: `under` in `checklist.ts`.
    """
    changed = [setting for setting in content["settings"] if readings[setting["id"]] != setting["value"]]
    aims = [(aim, readings[setting["id"]]) for setting in changed for aim in setting.get("sets", ())]
    if not aims:
        return content
    filled: dict[str, Any] = deepcopy(dict(content))
    indicators = {
        indicator["id"]: indicator
        for category in filled["categories"]
        for group in category["groups"]
        for indicator in group["indicators"]
    }
    for aim, choice in aims:
        holder = indicators[aim["indicator"]]
        if aim.get("tier"):
            holder = holder["tiers"][aim["tier"]]
        elif aim.get("clause"):
            holder = next(clause for clause in holder["clauses"] if clause["id"] == aim["clause"])
        elif aim["field"] == "full_marks":
            gained = Decimal(choice) - Decimal(holder["full_marks"])
            total = Decimal(filled["full_marks"]) + gained
            filled["full_marks"] = f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total:f}"
        holder[aim["field"]] = choice in aim["when"] if "when" in aim else choice
    return filled
