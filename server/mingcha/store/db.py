"""The database: its types, its transactions, and what differs between SQLite and PostgreSQL.

`transaction()` is the only way to write. Everything else in `store` is one file per subject: table and queries.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, DateTime, Dialect, Executable, MetaData, String, Table, Text, and_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeDecorator

from mingcha.core.canonical import canonical
from mingcha.core.regions import TENANT_DIGITS, tenant_of
from mingcha.store import sqlite_rules

#: Ids are lower-case UUID text on both engines, as they are on the phone.
Id = String(36)
#: A region code of at most 12 digits, and the county that owns a row.
RegionCode = String(12)
TenantCode = String(6)
#: SHA-256 in hex.
Digest = String(64)
#: A column of text, of a class or of its plain table.
TextColumn = InstrumentedAttribute[str] | ColumnElement[str]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets the zone; this gives it back. Naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A value in its canonical form, as text: the same bytes on both engines. None is SQL NULL; floats are refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


#: PostgreSQL's own code for it.
_DISK_FULL = "53100"

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

#: What every table's class derives from.
if TYPE_CHECKING:
    Row = Base
else:
    Row = db.Model


@contextmanager
def transaction() -> Iterator[Session]:
    """All or nothing. Commits at the end, rolls back on any exception; inside another one it joins in.

    What was read before it is read afresh inside. On SQLite writers go one by one (`sqlite_rules`). On PostgreSQL it is
    a plain READ COMMITTED transaction: lock what you decide on with `with_for_update()`.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    require_nothing_written(session)
    session.rollback()
    session.expire_all()
    with sqlite_rules.alone(db.engine):
        try:
            session.info["writing"] = session.connection(execution_options={sqlite_rules.WRITES: True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


def require_nothing_written(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("written outside transaction()")


def let_go() -> None:
    """End reading, so that no connection and no snapshot is held while a slow line is waited for."""
    db.session.rollback()


def table_of(model: type[Any]) -> Table:
    """The plain table of a row's class, for statements that `ask` runs."""
    found: Table = model.__table__
    return found


def ask(statement: Executable, given: Any = None) -> "CursorResult[*tuple[Any, ...]]":
    """Run a statement of plain tables past the ORM, within the session's transaction.

    For what every sync asks: build the statement once, of `table_of(...)`; it costs a third of the same by classes.
    """
    return db.session.connection().execute(statement, given)


def changed(statement: UpdateBase) -> int:
    """Run an UPDATE or DELETE: how many rows it met."""
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount


def new_id() -> str:
    return str(uuid.uuid4())


def insert_if_absent(model: type[Any], **values: Any) -> bool:
    """Insert the row unless one with the same unique key is there; waits for a racing writer. True if inserted."""
    columns = _columns(model)  # type: ignore[arg-type]  # a class is hashable
    given = {columns[name]: value for name, value in values.items()}
    return ask(_insert_if_absent(table_of(model), db.engine.dialect.name), given).first() is not None


@cache
def _columns(model: type[Any]) -> dict[str, str]:
    """The name of each attribute's column."""
    return {each.key: each.columns[0].name for each in model.__mapper__.column_attrs}


@cache
def _insert_if_absent(table: Table, dialect: str) -> Executable:
    """Built once for each table: building costs more than inserting."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key)


def within(scope: str, tenant: TextColumn, region: TextColumn) -> ColumnElement[bool]:
    """The rows that a scope covers, by tenant first so that an index serves it."""
    prefix = region.startswith(scope, autoescape=True)
    return and_(tenant == tenant_of(scope), prefix) if len(scope) >= TENANT_DIGITS else prefix


def is_reachable() -> bool:
    """One true round trip."""
    return db.session.execute(text("SELECT 1")).scalar() == 1


def is_passing_fault(error: BaseException) -> bool:
    """Whether the database failed in a way that a later attempt may not: locked, restarting, out of connections."""
    return isinstance(error, OperationalError | PoolTimeout)


def is_full(error: BaseException) -> bool:
    """Whether the database had no room for a write. Nothing of the transaction is there; with room the next one is."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _DISK_FULL
