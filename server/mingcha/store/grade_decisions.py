"""Decisions about grades, each with its source and reason. Rows are added, never changed: a mistake is revoked by
another row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Json, Moment, Row, TenantCode, db


class GradeDecisionRow(Row):
    __tablename__ = "grade_decision"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    #: As `Inspection.campaign_key`.
    campaign: Mapped[str] = mapped_column(String(200))
    site: Mapped[str] = mapped_column(Id, ForeignKey("site.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    #: What else the kind carries: trigger, steps, order, points, or the decision that it revokes.
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class GradeDecision:
    id: str
    campaign: str
    site: str
    kind: str
    terms: dict[str, Any]
    source: str
    reason: str
    decided_by: str | None
    decided_at: datetime


def add(decision: GradeDecision, *, tenant: str) -> None:
    db.session.add(
        GradeDecisionRow(
            id=decision.id,
            tenant=tenant,
            campaign=decision.campaign,
            site=decision.site,
            kind=decision.kind,
            terms=decision.terms,
            source=decision.source,
            reason=decision.reason,
            decided_by=decision.decided_by,
            decided_at=decision.decided_at,
        )
    )
    db.session.flush()


def of_campaign(tenant: str, campaign: str) -> list[GradeDecision]:
    """Every decision, oldest first, revoked ones too."""
    query = (
        select(GradeDecisionRow)
        .where(GradeDecisionRow.tenant == tenant, GradeDecisionRow.campaign == campaign)
        .order_by(GradeDecisionRow.decided_at, GradeDecisionRow.id)
    )
    return [
        GradeDecision(
            id=row.id,
            campaign=row.campaign,
            site=row.site,
            kind=row.kind,
            terms=row.terms,
            source=row.source,
            reason=row.reason,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
        for row in db.session.scalars(query)
    ]


def standing(decisions: Sequence[GradeDecision]) -> list[GradeDecision]:
    """Those that no later one revokes."""
    revoked = {each.terms["of"] for each in decisions if each.kind == "revoke"}
    return [each for each in decisions if each.kind != "revoke" and each.id not in revoked]
