"""The shape of a result: plain JSON, so that one canonical text serves screen, snapshot and twin.

Every figure is a decimal string. The twin is `pwa/src/core/scoring/result.ts`.
"""

from typing import Literal, TypedDict

#: Raised when the same sheet would score otherwise than in a release before; the engine before then stays as a module
#: of its own, which recomputes the snapshots that name it.
ENGINE = 1

LineState = Literal["met", "lost", "open", "not_applicable", "conflict"]
Certainty = Literal["yes", "no", "unknown"]


class Words(TypedDict):
    zh: str
    en: str


class ClauseLine(TypedDict):
    """`low`, `high`: marks taken; for judge, award and rank marks given."""

    clause: str
    kind: str
    low: str
    high: str
    working: Words
    findings: list[str]


class MissingEvidence(TypedDict):
    kind: str
    have: int
    want: int


class MissingAt(MissingEvidence):
    indicator: str


class Line(TypedDict):
    """`taken` is what is surely lost: full − high. `tiers` (tiers, matrix): does this indicator allow the tier?"""

    indicator: str
    state: LineState
    full: str
    low: str
    high: str
    taken: str
    working: Words
    clauses: list[ClauseLine]
    tiers: dict[str, Certainty] | None
    photos: list[str]
    missing: list[MissingEvidence]


class CategoryLine(TypedDict):
    id: str
    low: str
    high: str
    full: str


class Obstacle(TypedDict):
    indicator: str
    requirement: str | None
    why: Words


class PerTier(TypedDict):
    tier: str
    state: Certainty
    met: int
    of: int


class TierResult(TypedDict):
    """`reached`: the highest tier that is certain; `possible`: the highest still possible; None is none."""

    reached: str | None
    possible: str | None
    next: str | None
    standing_between: list[Obstacle]
    per_tier: list[PerTier]


class ScoreProblem(TypedDict):
    """`measure` names the measure, clause or requirement concerned."""

    indicator: str
    measure: str | None
    code: str


class ChecklistName(TypedDict):
    slug: str
    version: str
    digest: str


class Result(TypedDict):
    """`settings`: every reading in force. `low`, `high`, `full` — points: marks; conformity: rate in %, `full` "0" if
    nothing applies; tiers: indicators met; matrix: sum of row tiers. `open`: indicators that want an answer;
    `provisional`: those that wait for places."""

    engine: int
    checklist: ChecklistName
    scheme: str
    settings: dict[str, str]
    complete: bool
    low: str
    high: str
    full: str
    open: list[str]
    provisional: list[str]
    missing_evidence: list[MissingAt]
    lines: list[Line]
    categories: list[CategoryLine]
    tier: TierResult | None
    problems: list[ScoreProblem]
