"""What a county knows of its inspectors beyond their accounts: unit, qualifications, and what ties them to places.

Ties are personal data: only those who plan campaigns read them.
"""

from dataclasses import dataclass, field

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.accounts import Account, AccountRow
from mingcha.store.db import Id, Json, Row, TenantCode, db, within


class PersonRow(Row):
    __tablename__ = "person"

    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    unit: Mapped[str] = mapped_column(String(120))
    qualifications: Mapped[list[str]] = mapped_column(Json)
    #: By rule of `core/draw/pool.py`: region codes; for `named` codes of sites.
    ties: Mapped[dict[str, list[str]]] = mapped_column(Json)
    available: Mapped[bool]


@dataclass(frozen=True)
class Person:
    account: str
    tenant: str
    unit: str = ""
    qualifications: list[str] = field(default_factory=list)
    ties: dict[str, list[str]] = field(default_factory=dict)
    available: bool = True


def put(person: Person) -> None:
    db.session.merge(
        PersonRow(
            account=person.account, tenant=person.tenant, unit=person.unit, qualifications=person.qualifications,
            ties=person.ties, available=person.available,
        )
    )
    db.session.flush()


def drop(account: str) -> None:
    db.session.execute(delete(PersonRow).where(PersonRow.account == account))


def of(account: Account) -> Person:
    """What is known; somebody of whom nothing was written down may go anywhere."""
    return of_several([account])[account.id]


def of_several(accounts: list[Account]) -> dict[str, Person]:
    query = select(PersonRow).where(PersonRow.account.in_([each.id for each in accounts]))
    known = {row.account: _person(row) for row in db.session.scalars(query)}
    return {each.id: known.get(each.id) or Person(each.id, each.tenant) for each in accounts}


def known(account: str) -> Person | None:
    row = db.session.get(PersonRow, account)
    return _person(row) if row else None


def inspectors(scope: str) -> list[Account]:
    """The inspectors whose area the scope covers, in order of username."""
    query = (
        select(AccountRow)
        .where(within(scope, AccountRow.tenant, AccountRow.scope), AccountRow.role == "inspector")
        .order_by(AccountRow.username)
    )
    return [
        Account(row.id, row.tenant, row.username, row.name, row.role, row.scope, row.locale)
        for row in db.session.scalars(query)
    ]


def _person(row: PersonRow) -> Person:
    return Person(row.account, row.tenant, row.unit, list(row.qualifications), dict(row.ties), row.available)
