"""What a checklist is, once its file has proved valid.

Knows the shape of format 1 (`checklists/format.schema.json`, explained in `checklists/README.md`) and nothing of files.
`Checklist.parse` assumes a dict without faults: ask `lint` first. Marks and figures are Decimals, never floats.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Literal

from mingcha.core.canonical import digest

Scheme = Literal["points", "tiers", "matrix", "conformity"]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    zh: str
    en: str


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
    grades: "Grades | None"
    notes: tuple["Note", ...]
    categories: tuple["Category", ...]
    content: Json = field(repr=False, compare=False)

    @classmethod
    def parse(cls, content: Json) -> "Checklist":
        return cls(
            slug=content["slug"],
            version=content["version"],
            title=_words(content["title"]),
            scheme=content["scheme"],
            full_marks=_decimal(content.get("full_marks")),
            tiers=tuple(Tier(tier["id"], _words(tier["title"])) for tier in content.get("tiers", ())),
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


def fill_in(content: Json, readings: Mapping[str, str]) -> Json:
    """The content with every setting's choice in the fields it `sets`; the same object when nothing differs.

    The file itself always shows the default, so whoever ignores this reads that. Twin: `under` in `checklist.ts`.
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
        if aim.get("clause"):
            holder = next(clause for clause in holder["clauses"] if clause["id"] == aim["clause"])
        elif aim["field"] == "full_marks":
            gained = Decimal(choice) - Decimal(holder["full_marks"])
            total = Decimal(filled["full_marks"]) + gained
            filled["full_marks"] = f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total:f}"
        holder[aim["field"]] = choice
    return filled


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
            text=_words(raw["text"]),
            words={choice: _words(each) for choice, each in raw.get("words", {}).items()},
            at=raw.get("at"),
            sets=tuple(Aim(each["indicator"], each.get("clause"), each["field"]) for each in raw.get("sets", ())),
        )


@dataclass(frozen=True)
class Aim:
    """A field of an indicator, or of one of its clauses, that a setting fills in."""

    indicator: str
    clause: str | None
    field: str


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
        return cls(raw["id"], _words(raw["title"]), tuple(Group.parse(each) for each in raw["groups"]))

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
        title = _words(raw["title"]) if raw["title"] else None
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
    clauses: dict[str, "AnyClause"]
    tiers: dict[str, "TierDemand"]
    requirements: dict[str, "Requirement"]

    @classmethod
    def parse(cls, raw: Json) -> "Indicator":
        return cls(
            id=raw["id"],
            title=_words(raw["title"]),
            text=_words(raw["text"]),
            source_text=raw["source_text"],
            method=tuple(raw["method"]),
            place=raw["place"],
            aspect=raw["aspect"],
            evidence=tuple(Evidence(each["kind"], each["min"], each["when"]) for each in raw["evidence"]),
            measures={each["id"]: Measure.parse(each) for each in raw["measures"]},
            notes=_notes(raw["notes"]),
            full_marks=_decimal(raw.get("full_marks")),
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
    unit: str
    type: Literal["number", "percent", "count"]
    min: Decimal | None
    max: Decimal | None
    decimals: int

    @classmethod
    def parse(cls, raw: Json) -> "Measure":
        low, high = _decimal(raw.get("min")), _decimal(raw.get("max"))
        return cls(raw["id"], _words(raw["text"]), raw["unit"], raw["type"], low, high, raw["decimals"])


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
        return cls(raw["id"], _words(raw["text"]), tiers, implies, threshold)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """扣分条款. `text` is the reason sentence, already written; `cap` is the most this clause alone may take."""

    kind: ClassVar[str]
    id: str
    text: Words
    cap: Decimal | None
    phrases: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class Each(Clause):
    """`per` for every occurrence."""

    kind: ClassVar[str] = "each"
    per: Decimal
    unit: Words


@dataclass(frozen=True)
class Item:
    id: str
    text: Words


@dataclass(frozen=True, kw_only=True)
class Missing(Clause):
    """`per` for every distinct item of a named list that is not there."""

    kind: ClassVar[str] = "missing"
    per: Decimal
    items: dict[str, Item]


@dataclass(frozen=True, kw_only=True)
class Shortfall(Clause):
    """`per` for every `step` that a measure stays below `target`. `parts`: whether a part of a step counts."""

    kind: ClassVar[str] = "shortfall"
    measure: str
    target: Decimal
    step: Decimal
    per: Decimal
    parts: Literal["whole", "proportional"]


@dataclass(frozen=True, kw_only=True)
class Sample(Clause):
    """`per` for every fault found in `cases` drawn cases."""

    kind: ClassVar[str] = "sample"
    per: Decimal
    cases: int
    unit: Words


@dataclass(frozen=True, kw_only=True)
class Rank(Clause):
    """Marks by place over the campaign: `first`, then `step` less for each place; `rest` from place `from_` on."""

    kind: ClassVar[str] = "rank"
    measure: str
    first: Decimal
    step: Decimal
    from_: int
    rest: Decimal


@dataclass(frozen=True, kw_only=True)
class Judge(Clause):
    """The inspector awards 0..max against a rubric."""

    kind: ClassVar[str] = "judge"
    max: Decimal
    rubric: Words


@dataclass(frozen=True, kw_only=True)
class AllOrNothing(Clause):
    """One finding takes `points`, and no second one more."""

    kind: ClassVar[str] = "all_or_nothing"
    points: Decimal


@dataclass(frozen=True, kw_only=True)
class Award(Clause):
    """Begins at zero; `points` when awarded."""

    kind: ClassVar[str] = "award"
    points: Decimal


@dataclass(frozen=True, kw_only=True)
class Forfeit(Clause):
    """One finding takes the indicator's full marks."""

    kind: ClassVar[str] = "forfeit"


AnyClause = Each | Missing | Shortfall | Sample | Rank | Judge | AllOrNothing | Award | Forfeit

CLAUSE_KINDS = ("each", "missing", "shortfall", "sample", "rank", "judge", "all_or_nothing", "award", "forfeit")


def parse_clause(raw: Json) -> AnyClause:
    common: dict[str, Any] = {
        "id": raw["id"],
        "text": _words(raw["text"]),
        "cap": _decimal(raw.get("cap")),
        "phrases": tuple(_words(each) for each in raw.get("phrases", ())),
    }
    match raw["kind"]:
        case "each":
            return Each(**common, per=Decimal(raw["per"]), unit=_words(raw["unit"]))
        case "missing":
            items = {each["id"]: Item(each["id"], _words(each["text"])) for each in raw["items"]}
            return Missing(**common, per=Decimal(raw["per"]), items=items)
        case "shortfall":
            figures: dict[str, Any] = {name: Decimal(raw[name]) for name in ("target", "step", "per")}
            return Shortfall(**common, **figures, measure=raw["measure"], parts=raw["parts"])
        case "sample":
            return Sample(**common, per=Decimal(raw["per"]), cases=raw["cases"], unit=_words(raw["unit"]))
        case "rank":
            figures = {name: Decimal(raw[name]) for name in ("first", "step", "rest")}
            return Rank(**common, **figures, measure=raw["measure"], from_=raw["from"])
        case "judge":
            return Judge(**common, max=Decimal(raw["max"]), rubric=_words(raw["rubric"]))
        case "all_or_nothing":
            return AllOrNothing(**common, points=Decimal(raw["points"]))
        case "award":
            return Award(**common, points=Decimal(raw["points"]))
        case "forfeit":
            return Forfeit(**common)
        case unknown:
            raise ValueError(f"a clause of unknown kind: {unknown}")


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
                Band(each["id"], _words(each["title"]), each["from"], each["to"], Decimal(each["bonus"]))
                for each in raw["bands"]
            ),
            none=_words(raw["none"]),
            downgrades=tuple(Downgrade(each["id"], _words(each["text"]), each["steps"]) for each in raw["downgrades"]),
        )


def _words(raw: Json) -> Words:
    return Words(raw["zh"], raw["en"])


def _decimal(raw: str | None) -> Decimal | None:
    return None if raw is None else Decimal(raw)


def _notes(raw: Any) -> tuple[Note, ...]:
    return tuple(Note(_words(each["text"]), each.get("at"), each.get("code")) for each in raw)
