"""扣分条款: the nine ways in which a points checklist takes or gives marks. What they take is scoring's to say."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from mingcha.core.checklist.words import Json, Words, decimal, words


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
    """`per` for every fault found in `cases` drawn cases; for every case at fault where the unit is the case (件)."""

    kind: ClassVar[str] = "sample"
    per: Decimal
    cases: int
    unit: Words

    @property
    def counts_cases(self) -> bool:
        return self.unit.zh == "件"


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
        "text": words(raw["text"]),
        "cap": decimal(raw.get("cap")),
        "phrases": tuple(words(each) for each in raw.get("phrases", ())),
    }
    match raw["kind"]:
        case "each":
            return Each(**common, per=Decimal(raw["per"]), unit=words(raw["unit"]))
        case "missing":
            items = {each["id"]: Item(each["id"], words(each["text"])) for each in raw["items"]}
            return Missing(**common, per=Decimal(raw["per"]), items=items)
        case "shortfall":
            figures: dict[str, Any] = {name: Decimal(raw[name]) for name in ("target", "step", "per")}
            return Shortfall(**common, **figures, measure=raw["measure"], parts=raw["parts"])
        case "sample":
            return Sample(**common, per=Decimal(raw["per"]), cases=raw["cases"], unit=words(raw["unit"]))
        case "rank":
            figures = {name: Decimal(raw[name]) for name in ("first", "step", "rest")}
            return Rank(**common, **figures, measure=raw["measure"], from_=raw["from"])
        case "judge":
            return Judge(**common, max=Decimal(raw["max"]), rubric=words(raw["rubric"]))
        case "all_or_nothing":
            return AllOrNothing(**common, points=Decimal(raw["points"]))
        case "award":
            return Award(**common, points=Decimal(raw["points"]))
        case "forfeit":
            return Forfeit(**common)
        case unknown:
            raise ValueError(f"a clause of unknown kind: {unknown}")
