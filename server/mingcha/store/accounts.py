"""Accounts: who may sign in, as what, over which area. Knows no sessions and checks no password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, false, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.access import Actor
from mingcha.core.regions import LENGTHS
from mingcha.store.db import Id, Moment, RegionCode, Row, TenantCode, db, within


class AccountRow(Row):
    __tablename__ = "account"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(RegionCode)
    locale: Mapped[str] = mapped_column(String(8))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
    #: The password was somebody else's choice: its owner chooses one at the next sign-in.
    must_change: Mapped[bool] = mapped_column(server_default=false())
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Account:
    id: str
    tenant: str
    username: str
    name: str
    role: str
    scope: str
    locale: str

    @property
    def actor(self) -> Actor:
        return Actor(id=self.id, role=self.role, scope=self.scope)


@dataclass(frozen=True)
class Standing:
    """What decides about a sign-in beside the password."""

    must_change: bool
    disabled_at: datetime | None


def add(account: Account, password_hash: str, created_at: datetime, *, must_change: bool = False) -> None:
    db.session.add(
        AccountRow(
            id=account.id, tenant=account.tenant, username=account.username, name=account.name, role=account.role,
            scope=account.scope, locale=account.locale, password_hash=password_hash, created_at=created_at,
            must_change=must_change,
        )
    )
    db.session.flush()


def by_id(account_id: str) -> Account | None:
    return _account(db.session.get(AccountRow, account_id))


def active(account_id: str) -> Account | None:
    """If it may sign in."""
    row = db.session.get(AccountRow, account_id, populate_existing=True)
    return _account(row) if row is not None and row.disabled_at is None else None


def by_username(username: str) -> Account | None:
    return _account(_row_of(username))


def with_password(username: str) -> tuple[Account, str] | None:
    """The account and its password hash."""
    row = _row_of(username)
    account = _account(row)
    return (account, row.password_hash) if row and account else None


def password_hash_of(account_id: str) -> str | None:
    row = db.session.get(AccountRow, account_id)
    return row.password_hash if row else None


def in_area(scope: str) -> list[Account]:
    """Those who may sign in."""
    inside = within(scope, AccountRow.tenant, AccountRow.scope)
    query = select(AccountRow).where(inside, AccountRow.disabled_at.is_(None)).order_by(AccountRow.username)
    return [account for row in db.session.scalars(query) if (account := _account(row))]


def above(code: str) -> list[Account]:
    """Those who may sign in and look after a wider area that this region lies in."""
    wider = [code[:length] for length in LENGTHS if length < len(code)]
    query = select(AccountRow).where(AccountRow.scope.in_(wider), AccountRow.disabled_at.is_(None))
    return [account for row in db.session.scalars(query.order_by(AccountRow.username)) if (account := _account(row))]


def everyone() -> list[Account]:
    query = select(AccountRow).order_by(AccountRow.username)
    return [account for row in db.session.scalars(query) if (account := _account(row))]


def names(ids: set[str]) -> dict[str, str]:
    """Account id to the person's name, for those that exist."""
    query = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}


def set_password_hash(account_id: str, password_hash: str, *, must_change: bool = False) -> None:
    row = db.session.get(AccountRow, account_id)
    if row is None:
        raise LookupError(account_id)
    row.password_hash, row.must_change = password_hash, must_change


def standing(account_id: str) -> Standing:
    """How an account stands, its row locked to the end of the transaction."""
    row = db.session.scalars(
        select(AccountRow).where(AccountRow.id == account_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    return Standing(row.must_change, row.disabled_at)


def disable(account_id: str, now: datetime | None) -> None:
    """With None it is enabled again."""
    db.session.execute(update(AccountRow).where(AccountRow.id == account_id).values(disabled_at=now))


def search(scope: str, words: str) -> list[tuple[Account, Standing]]:
    """The accounts of an area whose name or user name holds these words; all without any."""
    query = select(AccountRow).where(within(scope, AccountRow.tenant, AccountRow.scope))
    if words:
        query = query.where(
            or_(
                AccountRow.username.contains(words.lower(), autoescape=True),
                AccountRow.name.contains(words, autoescape=True),
            )
        )
    return [
        (account, Standing(row.must_change, row.disabled_at))
        for row in db.session.scalars(query.order_by(AccountRow.username))
        if (account := _account(row))
    ]


def _row_of(username: str) -> AccountRow | None:
    row: AccountRow | None = db.session.scalar(select(AccountRow).where(AccountRow.username == username))
    return row


def _account(row: AccountRow | None) -> Account | None:
    if row is None:
        return None
    return Account(
        id=row.id, tenant=row.tenant, username=row.username, name=row.name, role=row.role, scope=row.scope,
        locale=row.locale,
    )
