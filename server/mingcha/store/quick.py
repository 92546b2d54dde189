"""Statements that every sync asks, compiled once and put straight to the driver: a tenth of what the same costs otherwise.

    _SEATS = Quick(select(_seat.inspection).where(_seat.account == bindparam("account"), one_of(_seat.id, "ids")))
    _SEATS(account=…, ids=[…])  ->  rows as tuples

Within `transaction()` a statement runs on its connection. Outside it is a question by itself, which sees what is committed
at that moment and needs no BEGIN: one trip to the database. Knows no table.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, Dialect, Engine, Executable, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

from mingcha.store.db import TextColumn, db

Given = dict[str, Any]
Process = Callable[[Any], Any]


class Quick:
    """One statement. What it is given and what it gives back has the Python types of its columns."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def __call__(self, **given: Any) -> list[tuple[Any, ...]]:
        """All rows. Raises SQLAlchemy's errors, as any other statement does."""
        engine = db.engine
        written = self._for(engine)
        values = written.filled(given)
        try:
            return written.read(_run(engine, written, values))
        except DBAPIError as fault:
            if not fault.connection_invalidated or _is_writing():
                raise
            return written.read(_run(engine, written, values))  # the database was started again; a question may be repeated

    def each(self, given: Sequence[Given], **common: Any) -> None:
        """Run it for each of these: many rows by one call of the driver. `common` is the same in all of them."""
        engine = db.engine
        written = self._for(engine)
        known = written.processed(common)
        with _cursor(engine) as cursor:
            cursor.executemany(written.text, [written.placed({**known, **written.processed(one)}) for one in given])

    def _for(self, engine: Engine) -> "_Written":
        name = engine.dialect.name
        if name not in self._written:
            self._written[name] = _Written(self._statement, engine.dialect)
        return self._written[name]


class _Written:
    """A statement in one database's words, with what turns values into the driver's and back."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect))  # type: ignore[attr-defined]
        self.text = compiled.string
        # psycopg would wait for the fifth time before it prepares.
        self.how: dict[str, Any] = {"prepare": True} if dialect.name == "postgresql" else {}
        self._names = list(compiled.positiontup or ()) if compiled.positional else None
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        self._binds: dict[str, Process] = {name: write for name, write in writers.items() if write is not None}
        columns = [column.type for column in getattr(statement, "selected_columns", ())]
        self._results = [
            (place, process) for place, kind in enumerate(columns) if (process := _reader(kind, dialect)) is not None
        ]

    def filled(self, given: Given) -> Any:
        return self.placed(self.processed({**self._fixed, **given}))

    def processed(self, given: Given) -> Given:
        """With the values as the driver takes them."""
        return {name: self._binds[name](value) if name in self._binds else value for name, value in given.items()}

    def placed(self, values: Given) -> Any:
        return values if self._names is None else [values[name] for name in self._names]

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if not self._results:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, process in self._results:
                values[place] = process(values[place])
            found.append(tuple(values))
        return found


def _reader(kind: "TypeEngine[Any]", dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class _Many(TypeDecorator[list[str]]):
    """A list of texts as one value, so that the statement's text never changes with its length."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> "TypeEngine[Any]":
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _OneOf(ColumnElement[bool]):
    inherit_cache = False
    type = Boolean()

    def __init__(self, column: TextColumn, name: str) -> None:
        self.column = column
        self.many = bindparam(name, type_=_Many)

    def self_group(self, against: Any = None) -> "_OneOf":
        """As it is: SQLAlchemy would compare it with 1 on SQLite, and no index would serve it."""
        return self


@compiles(_OneOf, "postgresql")
def _in_array(element: _OneOf, compiler: Any, **more: Any) -> str:
    return f"{compiler.process(element.column, **more)} = ANY({compiler.process(element.many, **more)})"


@compiles(_OneOf, "sqlite")
def _in_json(element: _OneOf, compiler: Any, **more: Any) -> str:
    column, many = compiler.process(element.column, **more), compiler.process(element.many, **more)
    return f"{column} IN (SELECT value FROM json_each({many}))"  # noqa: S608 - both are SQLAlchemy's own words


def one_of(column: TextColumn, name: str) -> ColumnElement[bool]:
    """The column's text is in the list given under this name."""
    return _OneOf(column, name)


def _run(engine: Engine, written: _Written, values: Any) -> list[tuple[Any, ...]]:
    with _cursor(engine) as cursor:
        cursor.execute(written.text, values, **written.how)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def _cursor(engine: Engine) -> Iterator[Any]:
    """The driver's cursor on the transaction's connection, or on one that commits by itself."""
    if _is_writing():
        connection = db.session.connection()
        with _errors(engine, lambda: connection.connection, connection.invalidate):
            yield connection.connection.cursor()
        return
    with _errors(engine, lambda: None):
        borrowed = engine.raw_connection()
    try:
        with _errors(engine, lambda: borrowed, borrowed.invalidate):
            on_postgres = engine.dialect.name == "postgresql"
            if on_postgres:
                borrowed.driver_connection.autocommit = True  # type: ignore[union-attr]
            yield borrowed.cursor()
            if on_postgres:
                borrowed.driver_connection.autocommit = False  # type: ignore[union-attr]
    except BaseException:
        if borrowed.is_valid:
            borrowed.invalidate()  # nobody shall begin on a connection in a state that nobody knows
        raise
    finally:
        borrowed.close()


def _is_writing() -> bool:
    """Whether a transaction is open here; without making a session only to ask."""
    return bool(db.session.registry.has() and db.session().info.get("writing"))


@contextmanager
def _errors(
    engine: Engine, connection: Callable[[], Any], invalidate: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's. A line that broke is given up, and with it every other one of the pool."""
    dialect = engine.dialect
    base = dialect.loaded_dbapi.Error
    try:
        yield
    except base as error:
        line = connection()
        line_broke = line is not None and dialect.is_disconnect(error, line.driver_connection, None)
        if line_broke:
            invalidate()
            engine.dispose()
        found = DBAPIError.instance(
            None, None, error, base, hide_parameters=True, connection_invalidated=line_broke, dialect=dialect
        )
        raise found from error
