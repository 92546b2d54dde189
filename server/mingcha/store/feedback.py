"""投诉建议: what people complain of or suggest, under the id that their phone gave it, so that sending again is safe."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.accounts import AccountRow
from mingcha.store.db import Id, Moment, RegionCode, Row, TenantCode, db, insert_if_absent, within


class FeedbackRow(Row):
    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    #: The sender's scope: whoever covers it reads this.
    region: Mapped[str] = mapped_column(RegionCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    #: When it was written, by the sender's own clock.
    at: Mapped[str] = mapped_column(String(24))
    received_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Feedback:
    id: str
    account: str
    name: str
    kind: str
    text: str
    at: str
    received_at: datetime


def keep(
    feedback_id: str, *, tenant: str, region: str, account: str, kind: str, text: str, at: str, now: datetime
) -> bool:
    """Keep it, once however often it is sent. True the first time."""
    return insert_if_absent(
        FeedbackRow, id=feedback_id, tenant=tenant, region=region, account=account, kind=kind, text=text, at=at,
        received_at=now,
    )  # fmt: skip


def is_the_same(feedback_id: str, *, account: str, text: str) -> bool:
    """Whether what is kept under this id is this person's, in these words."""
    found = db.session.get(FeedbackRow, feedback_id)
    return found is not None and found.account == account and found.text == text


def in_area(scope: str, limit: int) -> list[Feedback]:
    """Newest first, with the sender's name."""
    query = (
        select(FeedbackRow, AccountRow.name)
        .join(AccountRow, AccountRow.id == FeedbackRow.account)
        .where(within(scope, FeedbackRow.tenant, FeedbackRow.region))
        .order_by(FeedbackRow.received_at.desc(), FeedbackRow.id)
        .limit(limit)
    )
    return [
        Feedback(row.id, row.account, name, row.kind, row.text, row.at, row.received_at)
        for row, name in db.session.execute(query)
    ]
