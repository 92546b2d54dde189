"""What a paper about one visit is made of, gathered beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mingcha.core.checklist.model import Checklist


@dataclass(frozen=True)
class Finding:
    """`count` as people counted; `photos` are ids of pictures that a paper may show."""

    id: str
    indicator: str
    clause: str | None
    clause_text: str
    count: int
    note: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approval:
    digest: str
    at: str
    by: str


@dataclass(frozen=True)
class Visit:
    """One inspection as it stands at number `upto`. `result` is the engine's; an approved one is its snapshot's."""

    id: str
    county: str
    site: str
    address: str
    region: str
    campaign: str
    visit_on: str
    stage: str
    checklist: Checklist
    result: dict[str, Any]
    findings: tuple[Finding, ...]
    #: Photo id → the indicator that it belongs to, for pictures that a paper may show.
    photos: dict[str, str]
    team: tuple[str, ...]
    upto: int
    approval: Approval | None = None
    #: Figures that were written down, by indicator, in words.
    figures: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> dict[str, dict[str, Any]]:
        return {line["indicator"]: line for line in self.result["lines"]}

    def of(self, indicator: str) -> list[Finding]:
        return [each for each in self.findings if each.indicator == indicator]


def said_of(findings: Iterable[Finding]) -> str:
    """The findings of a row as one text."""
    return "；".join(
        f"{each.clause_text or '问题'}{f'（{each.count}处）' if each.count > 1 else ''}"
        f"{f'：{each.note}' if each.note else ''}"
        for each in findings
    )
