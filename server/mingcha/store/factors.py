"""Second factors: authenticator secrets, passkeys, recovery codes. Judges none of them.

A TOTP secret must be readable to be checked; of a recovery code only the hash is kept, of a passkey the public key.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, Row, TenantCode, changed, db, new_id

#: The kinds that can be asked for at sign-in by themselves; recovery codes stand in for them.
FIRST_HAND = ("totp", "passkey")


class FactorRow(Row):
    __tablename__ = "factor"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    #: totp, passkey or recovery
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    #: totp: the secret in base32. passkey: its public key in base64url. recovery: the hash of the code.
    secret: Mapped[str] = mapped_column(Text)
    #: A passkey's credential id in base64url.
    credential: Mapped[str | None] = mapped_column(Text)
    #: totp: the last time step that was used. passkey: the authenticator's own count.
    counter: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class CeremonyRow(Row):
    """What was given out and must come back: the challenge for a passkey, or a TOTP secret not yet confirmed."""

    __tablename__ = "ceremony"

    session: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    #: totp, register or assert
    purpose: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


@dataclass(frozen=True)
class Factor:
    id: str
    kind: str
    name: str
    secret: str
    credential: str | None
    counter: int
    made_at: datetime
    used_at: datetime | None


def of_account(account_id: str) -> list[Factor]:
    query = select(FactorRow).where(FactorRow.account == account_id).order_by(FactorRow.made_at, FactorRow.id)
    return [
        Factor(row.id, row.kind, row.name, row.secret, row.credential, row.counter, row.made_at, row.used_at)
        for row in db.session.scalars(query)
    ]


def kinds_of(account_ids: set[str]) -> dict[str, set[str]]:
    """Which kinds each of these accounts has."""
    query = select(FactorRow.account, FactorRow.kind).where(FactorRow.account.in_(account_ids)).distinct()
    found: dict[str, set[str]] = {}
    for account, kind in db.session.execute(query):
        found.setdefault(account, set()).add(kind)
    return found


def has_any(account_id: str) -> bool:
    query = select(func.count()).where(FactorRow.account == account_id, FactorRow.kind.in_(FIRST_HAND))
    return bool(db.session.scalar(query))


def add(
    account_id: str, *, tenant: str, kind: str, name: str, secret: str, now: datetime,
    credential: str | None = None, counter: int = 0,
) -> str:  # fmt: skip
    factor_id = new_id()
    db.session.add(
        FactorRow(
            id=factor_id, tenant=tenant, account=account_id, kind=kind, name=name[:80], secret=secret,
            credential=credential, counter=counter, made_at=now,
        )
    )
    db.session.flush()
    return factor_id


def advance(factor_id: str, counter: int, *, beyond: bool, now: datetime) -> bool:
    """Move a factor's count on. With `beyond`, only upwards: False where somebody else was there first."""
    query = update(FactorRow).where(FactorRow.id == factor_id)
    if beyond:
        query = query.where(FactorRow.counter < counter)
    return changed(query.values(counter=counter, used_at=now)) > 0


def spend(account_id: str, code_hash: str) -> bool:
    """Take a recovery code out, whoever comes first."""
    query = delete(FactorRow).where(
        FactorRow.account == account_id, FactorRow.kind == "recovery", FactorRow.secret == code_hash
    )
    return changed(query) > 0


def drop(account_id: str, factor_id: str) -> None:
    db.session.execute(delete(FactorRow).where(FactorRow.account == account_id, FactorRow.id == factor_id))


def drop_all(account_id: str, kind: str | None = None) -> int:
    query = delete(FactorRow).where(FactorRow.account == account_id)
    if kind is not None:
        query = query.where(FactorRow.kind == kind)
    return changed(query)


def begin(session: str, purpose: str, value: str, *, tenant: str, now: datetime, expires_at: datetime) -> None:
    """Remember what was given out; an older one of the same kind counts no more."""
    db.session.execute(delete(CeremonyRow).where(CeremonyRow.expires_at < now))
    db.session.merge(CeremonyRow(session=session, tenant=tenant, purpose=purpose, value=value, expires_at=expires_at))
    db.session.flush()


def take(session: str, purpose: str, now: datetime) -> str | None:
    """What was given out, once; None where there is nothing, or it is too old."""
    query = (
        delete(CeremonyRow)
        .where(CeremonyRow.session == session, CeremonyRow.purpose == purpose, CeremonyRow.expires_at > now)
        .returning(CeremonyRow.value)
    )
    value: str | None = db.session.scalar(query)
    return value


def peek(session: str, purpose: str, now: datetime) -> str | None:
    value: str | None = db.session.scalar(
        select(CeremonyRow.value).where(
            CeremonyRow.session == session, CeremonyRow.purpose == purpose, CeremonyRow.expires_at > now
        )
    )
    return value



