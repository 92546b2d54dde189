"""Signing on through another house: which of its subjects is which account, and the journeys there that are under way."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db, insert_if_absent


class SubjectRow(Row):
    __tablename__ = "sign_on_subject"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    bound_at: Mapped[datetime] = mapped_column(Moment)


class JourneyRow(Row):
    __tablename__ = "sign_on_journey"

    #: The hash of the state, which the browser carries.
    state_hash: Mapped[str] = mapped_column(Digest, primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


@dataclass(frozen=True)
class Journey:
    nonce: str
    verifier: str


def depart(state_hash: str, journey: Journey, *, now: datetime, expires_at: datetime) -> None:
    db.session.execute(delete(JourneyRow).where(JourneyRow.expires_at < now))
    db.session.add(
        JourneyRow(state_hash=state_hash, nonce=journey.nonce, verifier=journey.verifier, expires_at=expires_at)
    )
    db.session.flush()


def arrive(state_hash: str, now: datetime) -> Journey | None:
    """The journey of this state, once."""
    found = db.session.execute(
        delete(JourneyRow)
        .where(JourneyRow.state_hash == state_hash, JourneyRow.expires_at > now)
        .returning(JourneyRow.nonce, JourneyRow.verifier)
    ).first()
    return Journey(found.nonce, found.verifier) if found else None


def account_of(issuer: str, subject: str) -> str | None:
    row = db.session.get(SubjectRow, (issuer, subject))
    return row.account if row else None


def is_bound(issuer: str, account_id: str) -> bool:
    """Whether some subject of the issuer stands for this account."""
    query = select(SubjectRow.subject).where(SubjectRow.issuer == issuer, SubjectRow.account == account_id)
    return db.session.scalar(query.limit(1)) is not None


def bind(issuer: str, subject: str, account_id: str, *, tenant: str, now: datetime) -> None:
    insert_if_absent(SubjectRow, issuer=issuer, subject=subject, tenant=tenant, account=account_id, bound_at=now)


def unbind_all(account_id: str) -> None:
    db.session.execute(delete(SubjectRow).where(SubjectRow.account == account_id))
