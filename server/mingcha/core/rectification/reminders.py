"""When whom to remind of an item: ladders of steps, as data, climbed in working days.

A ladder hangs on a day (`anchor`) and is climbed only while the item's standing says so; an acknowledgement ends the
first ladder, a report the second. What was missed because nobody was told yet is not made up for: steps that lie in the
past when a ladder is hung up are left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from mingcha.core.rectification.items import Item
from mingcha.core.rectification.moves import WITH_CENTRE, Standing
from mingcha.core.rectification.working_days import CHINA, Counted, Knows, moved, today

#: `on` counts working days from the anchor, negative before it; `every` repeats a step from there on. `to`: the centre's
#: people, or the supervisor who issued the order. `hour` is that of Beijing.
RULES: Mapping[str, Any] = {
    "hour": 9,
    "ladders": [
        {
            "name": "acknowledge",
            "anchor": "issued",
            "steps": [{"on": 1, "to": "centre"}, {"on": 2, "to": "centre"}, {"on": 3, "to": "supervisor"}],
        },
        {
            "name": "deadline",
            "anchor": "due",
            "steps": [
                {"on": -3, "to": "centre"},
                {"on": -1, "to": "centre"},
                {"on": 0, "to": "centre"},
                {"on": 1, "every": 2, "to": "centre"},
                {"on": 3, "every": 5, "to": "supervisor"},
            ],
        },
        {"name": "desk", "anchor": "waiting", "steps": [{"on": 2, "every": 3, "to": "supervisor"}]},
    ],
}


@dataclass(frozen=True)
class Rung:
    """One reminder to come. `name` is the same whenever the same reminder is worked out again."""

    ladder: str
    anchor: date
    on: int
    to: str
    at: datetime

    @property
    def name(self) -> str:
        return f"{self.ladder}:{self.anchor.isoformat()}:{self.on}:{self.to}"


def is_climbed(ladder: str, standing: Standing) -> bool:
    """Whether a ladder still has a reason."""
    match ladder:
        case "acknowledge":
            return standing.state == "issued" and standing.acknowledged_at is None
        case "deadline":
            # While an appeal lies on the desk, nobody is pressed to do what may fall away.
            appealing = standing.appeal is not None and standing.appeal.open
            return standing.state in WITH_CENTRE and not appealing
        case "desk":
            return standing.waits_for_desk
    return False


def anchors(item: Item, standing: Standing) -> dict[str, date]:
    """The days that the ladders hang on now."""
    found = {"issued": item.issued_on, "due": standing.due_on}
    if standing.waiting_since is not None:
        found["waiting"] = today(standing.waiting_since)
    return found


def ahead(item: Item, standing: Standing, now: datetime, knows: Knows, rules: Mapping[str, Any] = RULES) -> list[Rung]:
    """The reminders to come, soonest first: every single step, and of a repeated one its next."""
    days = anchors(item, standing)
    found = [
        rung
        for ladder in rules["ladders"]
        if is_climbed(ladder["name"], standing) and ladder["anchor"] in days
        for step in ladder["steps"]
        for rung in _next(ladder["name"], days[ladder["anchor"]], step, rules["hour"], now, knows)
    ]
    return sorted(found, key=lambda rung: (rung.at, rung.name))


def is_wanted(rung_name: str, item: Item, standing: Standing, rules: Mapping[str, Any] = RULES) -> bool:
    """Whether a reminder that was planned earlier still has its reason: same ladder, same anchor."""
    ladder, anchor, _, _ = rung_name.split(":")
    hung = next((each["anchor"] for each in rules["ladders"] if each["name"] == ladder), "")
    day = anchors(item, standing).get(hung)
    return day is not None and day.isoformat() == anchor and is_climbed(ladder, standing)


def _next(ladder: str, anchor: date, step: Mapping[str, Any], hour: int, now: datetime, knows: Knows) -> Iterator[Rung]:
    on, every = step["on"], step.get("every")
    while True:
        at = _at(moved(anchor, on, knows), hour)
        if at > now:
            yield Rung(ladder, anchor, on, step["to"], at)
            return
        if not every or on > 250:
            return
        on += every


def _at(counted: Counted, hour: int) -> datetime:
    return datetime.combine(counted.day, time(hour), CHINA)
