"""What a checklist is, once its file has proved valid.

Knows the shape of format 1 (`checklists/format.schema.json`, explained in `checklists/README.md`) and nothing of files.
`Checklist.parse` assumes a dict without faults: ask `lint` first. Marks and figures are Decimals, never floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from mingcha.core.canonical import digest
from mingcha.core.checklist.clauses import (
    CLAUSE_KINDS,
    AllOrNothing,
    AnyClause,
    Award,
    Clause,
    Each,
    Forfeit,
    Item,
    Judge,
    Missing,
    Rank,
    Sample,
    Shortfall,
    parse_clause,
)
from mingcha.core.checklist.grades import Band, Downgrade, Grades
from mingcha.core.checklist.settings import fill_in
from mingcha.core.checklist.words import Json, Words, decimal, words

__all__ = [
    "CLAUSE_KINDS",
    "Aim",
    "AllOrNothing",
    "AnyClause",
    "Award",
    "Band",
    "Category",
    "Checklist",
    "Clause",
    "Downgrade",
    "Each",
    "Evidence",
    "Forfeit",
    "Grades",
    "Group",
    "Indicator",
    "Item",
    "Judge",
    "Measure",
    "Missing",
    "Note",
    "Rank",
    "Requirement",
    "Sample",
    "Scheme",
    "Setting",
    "Shortfall",
    "Threshold",
    "Tier",
    "TierDemand",
    "Words",
    "fill_in",
    "parse_clause",
]

Scheme = Literal["points", "tiers", "matrix", "conformity"]


@dataclass(frozen=True)
class Checklist:
    """One version. `content` is the parsed file, of which `digest` is the name that phones fetch it by."""

    slug: str
    version: str
    title: Words
    scheme: Scheme
    full_marks: Decimal | None
    tiers: tuple["Tier", ...]
    settings: tuple["Setting", ...]
    grades: Grades | None
    notes: tuple["Note", ...]
    categories: tuple["Category", ...]
    content: Json = field(repr=False, compare=False)

    @classmethod
    def parse(cls, content: Json) -> "Checklist":
        return cls(
            slug=content["slug"],
            version=content["version"],
            title=words(content["title"]),
            scheme=content["scheme"],
            full_marks=decimal(content.get("full_marks")),
            tiers=tuple(Tier(tier["id"], words(tier["title"])) for tier in content.get("tiers", ())),
            settings=tuple(Setting.parse(each) for each in content["settings"]),
            grades=Grades.parse(content["grades"]) if content.get("grades") else None,
            notes=_notes(content["notes"]),
            categories=tuple(Category.parse(each) for each in content["categories"]),
            content=content,
        )

    @cached_property
    def digest(self) -> str:
        return digest(self.content)

    @cached_property
    def indicators(self) -> dict[str, "Indicator"]:
        """Every indicator by its id, in the order of the source."""
        return {
            indicator.id: indicator
            for category in self.categories
            for group in category.groups
            for indicator in group.indicators
        }

    @cached_property
    def category_of(self) -> dict[str, str]:
        """Indicator id → category id."""
        return {
            indicator.id: category.id
            for category in self.categories
            for group in category.groups
            for indicator in group.indicators
        }

    def readings(self, overrides: Mapping[str, str] | None = None) -> dict[str, str]:
        """Setting id → the choice in force: the file's own, or the campaign's where it chose another.

        An override that the checklist does not offer is ignored. `checklists/README.md`, "Settings", says who obeys
        which: `under` the figures, the campaign its ranks and grades, people what they count.
        """
        wanted = overrides or {}
        return {
            setting.id: wanted[setting.id] if wanted.get(setting.id) in setting.choices else setting.value
            for setting in self.settings
        }

    def under(self, overrides: Mapping[str, str] | None = None) -> "Checklist":
        """This checklist with the chosen readings written into its figures. Its content and digest stay."""
        filled = fill_in(self.content, self.readings(overrides))
        return self if filled is self.content else replace(Checklist.parse(filled), content=self.content)


@dataclass(frozen=True)
class Tier:
    """等次. Tiers stand in their file weakest first."""

    id: str
    title: Words


@dataclass(frozen=True)
class Setting:
    """A question that the source leaves open, the answer of this version, and those a campaign may choose.

    `words` names the choices for a reader; `at` is the indicator it is about; `sets` are the fields it fills in.
    """

    id: str
    value: str
    choices: tuple[str, ...]
    text: Words
    words: dict[str, Words]
    at: str | None
    sets: tuple["Aim", ...]

    @classmethod
    def parse(cls, raw: Json) -> "Setting":
        return cls(
            id=raw["id"],
            value=raw["value"],
            choices=tuple(raw["choices"]),
            text=words(raw["text"]),
            words={choice: words(each) for choice, each in raw.get("words", {}).items()},
            at=raw.get("at"),
            sets=tuple(Aim.parse(each) for each in raw.get("sets", ())),
        )


@dataclass(frozen=True)
class Aim:
    """A field of an indicator, of one of its clauses, or of what one tier asks of it, that a setting fills in.

    `when`: the choices under which a yes-or-no field holds; None where the choice itself is written.
    """

    indicator: str
    clause: str | None
    tier: str | None
    field: str
    when: tuple[str, ...] | None

    @classmethod
    def parse(cls, raw: Json) -> "Aim":
        when = tuple(raw["when"]) if "when" in raw else None
        return cls(raw["indicator"], raw.get("clause"), raw.get("tier"), raw["field"], when)


@dataclass(frozen=True)
class Note:
    """A doubt about the source and the reading chosen. `code` names the lint rule that this doubt answers, if any."""

    text: Words
    at: str | None
    code: str | None


@dataclass(frozen=True)
class Category:
    id: str
    title: Words
    groups: tuple["Group", ...]

    @classmethod
    def parse(cls, raw: Json) -> "Category":
        return cls(raw["id"], words(raw["title"]), tuple(Group.parse(each) for each in raw["groups"]))

    @property
    def indicators(self) -> tuple["Indicator", ...]:
        return tuple(indicator for group in self.groups for indicator in group.indicators)


@dataclass(frozen=True)
class Group:
    """二级指标. `title` is None where the source has no second level."""

    id: str
    title: Words | None
    indicators: tuple["Indicator", ...]

    @classmethod
    def parse(cls, raw: Json) -> "Group":
        title = words(raw["title"]) if raw["title"] else None
        return cls(raw["id"], title, tuple(Indicator.parse(each) for each in raw["indicators"]))


@dataclass(frozen=True)
class Indicator:
    """One thing to judge at a visit. Which of the last four fields are filled depends on the scheme."""

    id: str
    title: Words
    text: Words
    source_text: str
    method: tuple[str, ...]
    place: str
    aspect: str
    evidence: tuple["Evidence", ...]
    measures: dict[str, "Measure"]
    notes: tuple[Note, ...]
    full_marks: Decimal | None
    clauses: dict[str, AnyClause]
    tiers: dict[str, "TierDemand"]
    requirements: dict[str, "Requirement"]

    @classmethod
    def parse(cls, raw: Json) -> "Indicator":
        return cls(
            id=raw["id"],
            title=words(raw["title"]),
            text=words(raw["text"]),
            source_text=raw["source_text"],
            method=tuple(raw["method"]),
            place=raw["place"],
            aspect=raw["aspect"],
            evidence=tuple(Evidence(each["kind"], each["min"], each["when"]) for each in raw["evidence"]),
            measures={each["id"]: Measure.parse(each) for each in raw["measures"]},
            notes=_notes(raw["notes"]),
            full_marks=decimal(raw.get("full_marks")),
            clauses={each["id"]: parse_clause(each) for each in raw.get("clauses", ())},
            tiers={tier: TierDemand.parse(each) for tier, each in raw.get("tiers", {}).items()},
            requirements={each["id"]: Requirement.parse(each) for each in raw.get("requirements", ())},
        )


@dataclass(frozen=True)
class Evidence:
    """Photographs wanted: of `kind`, at least `min`, always or only where marks are taken."""

    kind: str
    min: int
    when: Literal["always", "deduction"]


@dataclass(frozen=True)
class Measure:
    """A figure to write down. `min`, `max` bound what can be true at all; they are no thresholds."""

    id: str
    text: Words
    unit: Words
    type: Literal["number", "percent", "count"]
    min: Decimal | None
    max: Decimal | None
    decimals: int

    @classmethod
    def parse(cls, raw: Json) -> "Measure":
        low, high = decimal(raw.get("min")), decimal(raw.get("max"))
        return cls(raw["id"], words(raw["text"]), words(raw["unit"]), raw["type"], low, high, raw["decimals"])

    def with_unit(self, figure: str) -> Words:
        """30天, 30 days; 90%, 90%: in English a word or a letter stands apart from its figure, a sign does not."""
        apart = " " if self.unit.en[:1].isalpha() else ""
        return Words(f"{figure}{self.unit.zh}", f"{figure}{apart}{self.unit.en}")


@dataclass(frozen=True)
class Threshold:
    measure: str
    at_least: Decimal

    @classmethod
    def parse(cls, raw: Json) -> "Threshold":
        return cls(raw["measure"], Decimal(raw["at_least"]))


@dataclass(frozen=True)
class TierDemand:
    """What one tier asks of one indicator (scheme `tiers`)."""

    necessary: bool
    thresholds: tuple[Threshold, ...]

    @classmethod
    def parse(cls, raw: Json) -> "TierDemand":
        return cls(raw["necessary"], tuple(Threshold.parse(each) for each in raw.get("thresholds", ())))


@dataclass(frozen=True)
class Requirement:
    """An atomic demand of one or more tiers (scheme `matrix`). Meeting it meets those it `implies`."""

    id: str
    text: Words
    tiers: tuple[str, ...]
    implies: tuple[str, ...]
    threshold: Threshold | None

    @classmethod
    def parse(cls, raw: Json) -> "Requirement":
        threshold = Threshold.parse(raw["threshold"]) if raw.get("threshold") else None
        tiers, implies = tuple(raw["tiers"]), tuple(raw.get("implies", ()))
        return cls(raw["id"], words(raw["text"]), tiers, implies, threshold)


def _notes(raw: Any) -> tuple[Note, ...]:
    return tuple(Note(words(each["text"]), each.get("at"), each.get("code")) for each in raw)
