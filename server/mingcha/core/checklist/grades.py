"""等级: what the places of a campaign earn, and what lowers it."""

from dataclasses import dataclass
from decimal import Decimal

from mingcha.core.checklist.words import Json, Words, words


@dataclass(frozen=True)
class Band:
    """Places `from_`..`to` of the campaign earn this grade, and `bonus` points in the yearly appraisal."""

    id: str
    title: Words
    from_: int
    to: int
    bonus: Decimal


@dataclass(frozen=True)
class Downgrade:
    """A happening that lowers the grade by `steps`. Below the last band there is no grade."""

    id: str
    text: Words
    steps: int


@dataclass(frozen=True)
class Grades:
    """等级 over a campaign. `bands` stand best first; `none` names the state of having no grade."""

    valid_years: int
    bands: tuple[Band, ...]
    none: Words
    downgrades: tuple[Downgrade, ...]

    @classmethod
    def parse(cls, raw: Json) -> "Grades":
        return cls(
            valid_years=raw["valid_years"],
            bands=tuple(
                Band(each["id"], words(each["title"]), each["from"], each["to"], Decimal(each["bonus"]))
                for each in raw["bands"]
            ),
            none=words(raw["none"]),
            downgrades=tuple(Downgrade(each["id"], words(each["text"]), each["steps"]) for each in raw["downgrades"]),
        )
