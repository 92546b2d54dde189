"""Invitations: what an account will be, under the hash of a token that is given out once. Knows no password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, RegionCode, Row, TenantCode, changed, db, within


class InvitationRow(Row):
    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    token_hash: Mapped[str] = mapped_column(Digest, unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(RegionCode)
    locale: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Invitation:
    id: str
    tenant: str
    name: str
    role: str
    scope: str
    locale: str
    made_by: str
    made_at: datetime
    expires_at: datetime


def add(invitation: Invitation, token_hash: str) -> None:
    each = invitation
    db.session.add(
        InvitationRow(
            id=each.id, tenant=each.tenant, token_hash=token_hash, name=each.name, role=each.role, scope=each.scope,
            locale=each.locale, made_by=each.made_by, made_at=each.made_at, expires_at=each.expires_at,
        )
    )
    db.session.flush()


def open_in(scope: str, now: datetime) -> list[Invitation]:
    """Those of an area that can still be accepted, the newest first."""
    query = select(InvitationRow).where(
        within(scope, InvitationRow.tenant, InvitationRow.scope),
        InvitationRow.used_at.is_(None),
        InvitationRow.withdrawn_at.is_(None),
        InvitationRow.expires_at > now,
    )
    return [_read(row) for row in db.session.scalars(query.order_by(InvitationRow.made_at.desc(), InvitationRow.id))]


def by_id(invitation_id: str) -> Invitation | None:
    row = db.session.get(InvitationRow, invitation_id)
    return _read(row) if row else None


def by_token(token_hash: str, now: datetime) -> Invitation | None:
    """The one of this token, if it can still be accepted."""
    row = db.session.scalar(
        select(InvitationRow).where(
            InvitationRow.token_hash == token_hash,
            InvitationRow.used_at.is_(None),
            InvitationRow.withdrawn_at.is_(None),
            InvitationRow.expires_at > now,
        )
    )
    return _read(row) if row else None


def use(invitation_id: str, now: datetime) -> bool:
    """Take it, whoever comes first."""
    return _close(invitation_id, used_at=now)


def withdraw(invitation_id: str, now: datetime) -> bool:
    return _close(invitation_id, withdrawn_at=now)


def _close(invitation_id: str, **moment: datetime) -> bool:
    query = update(InvitationRow).where(
        InvitationRow.id == invitation_id, InvitationRow.used_at.is_(None), InvitationRow.withdrawn_at.is_(None)
    )
    return changed(query.values(**moment)) > 0


def _read(row: InvitationRow) -> Invitation:
    return Invitation(
        row.id, row.tenant, row.name, row.role, row.scope, row.locale, row.made_by, row.made_at, row.expires_at
    )
