"""Statements that every sync asks, compiled once and put straight to the driver: a tenth of what the same costs otherwise.

    _SEATS = Quick(select(_seat.inspection).where(_seat.account == bindparam("account"), one_of(_seat.id, "ids")))
    _SEATS(account=…, ids=[…])  ->  rows as tuples

Within `transaction()` a statement runs on its connection. Outside it is a question by itself, which sees what is committed
at that moment and needs no BEGIN: one trip to the database. Several such questions in a row share a line inside `asking()`.
Knows no table.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Executable,
    PoolProxiedConnection,
    String,
    Table,
    Text,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

from mingcha.store.db import Moment, TextColumn, db

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
            return written.read(_run(engine, written.text, values, written.how))
        except DBAPIError as fault:
            if not fault.connection_invalidated or _writing() is not None:
                raise
            # the database was started again; a question may be repeated
            return written.read(_run(engine, written.text, values, written.how))

    def _for(self, engine: Engine) -> "_Written":
        name = engine.dialect.name
        if name not in self._written:
            self._written[name] = _Written(self._statement, engine.dialect)
        return self._written[name]


class Insert:
    """Many rows into one table by one statement. `columns` are given for each row, in this order; the others of the table
    are `common` to all rows.
    """

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table, self._columns = table, list(columns)
        self._common = [column.name for column in table.columns if column.name not in self._columns]
        self._written: dict[str, _WrittenInsert] = {}

    def __call__(self, rows: Sequence[tuple[Any, ...]], **common: Any) -> None:
        """Within `transaction()`. Raises SQLAlchemy's errors; then none of the rows is there."""
        engine = db.engine
        name = engine.dialect.name
        if name not in self._written:
            self._written[name] = _WrittenInsert(self._table, self._columns, self._common, engine.dialect)
        self._written[name].run(engine, rows, [common[each] for each in self._common])


class _WrittenInsert:
    """On SQLite each row is a step of one prepared statement. On PostgreSQL, where each row would be a message of its own,
    they go as one array for each column.
    """

    def __init__(self, table: Table, columns: list[str], common: list[str], dialect: Dialect) -> None:
        self._as_arrays = dialect.name == "postgresql"
        quote = dialect.identifier_preparer.quote
        into = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, columns + common))})"
        types = [table.c[name].type for name in columns + common]
        writers = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in types]
        self._writers = [(place, write) for place, write in enumerate(writers[: len(columns)]) if write is not None]
        self._common_writers = writers[len(columns) :]
        if self._as_arrays:
            # Text without its length: a cast would cut what is too long, the column refuses it.
            said = ["text" if isinstance(kind, String) else dialect.type_compiler_instance.process(kind) for kind in types]
            names = [f"a{place}" for place in range(len(columns))]
            arrays = ", ".join(f"%s::{kind}[]" for kind in said[: len(columns)])
            values = ", ".join(f"%s::{kind}" for kind in said[len(columns) :])
            self._text = f"{into} SELECT r.*, c.* FROM unnest({arrays}) AS r({', '.join(names)}), (VALUES ({values})) AS c"  # noqa: S608
        else:
            self._text = f"{into} VALUES ({', '.join('?' * len(types))})"

    def run(self, engine: Engine, rows: Sequence[tuple[Any, ...]], common: list[Any]) -> None:
        same = tuple(
            write(value) if write is not None else value
            for write, value in zip(self._common_writers, common, strict=True)
        )
        rows = [self._ready(row) for row in rows] if self._writers else rows
        if self._as_arrays:
            _run(engine, self._text, [*map(list, zip(*rows, strict=True)), *same], {"prepare": True})
        else:
            _run(engine, self._text, [row + same for row in rows], {}, many=True)

    def _ready(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """As the driver takes it."""
        values = list(row)
        for place, write in self._writers:
            values[place] = write(values[place])
        return tuple(values)


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
    process = kind.dialect_impl(dialect).result_processor(dialect, None)
    if process is not None and isinstance(kind, Moment) and dialect.name == "sqlite":
        # There a moment is text, and the rows of one push bear the same.
        return lru_cache(maxsize=256)(process)
    return process


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


@contextmanager
def asking() -> Iterator[None]:
    """Questions within use one line to the database, borrowed once. They still see what is committed at their moment. For
    a few questions in a row; nothing slow belongs inside.
    """
    if getattr(_held, "is_asking", False) or _writing() is not None:
        yield
        return
    _held.is_asking = True
    try:
        yield
    finally:
        _held.is_asking = False
        borrowed, _held.line = getattr(_held, "line", None), None
        if borrowed is not None:
            _give_back(borrowed)


#: The line that this thread's `asking()` holds.
_held = threading.local()


def _run(engine: Engine, text: str, values: Any, how: dict[str, Any], *, many: bool = False) -> list[tuple[Any, ...]]:
    """On the transaction's connection, or on one that commits by itself."""
    connection = _writing()
    if connection is not None:
        with _Errors(engine, lambda: connection.connection, connection.invalidate):
            return _said(connection.connection.cursor(), text, values, how, many)
    borrowed = getattr(_held, "line", None) or _borrow(engine)
    try:
        with _Errors(engine, lambda: borrowed, borrowed.invalidate):
            found = _said(borrowed.cursor(), text, values, how, many)
    except BaseException:
        _held.line = None
        if borrowed.is_valid:
            borrowed.invalidate()  # nobody shall begin on a connection in a state that nobody knows
        borrowed.close()
        raise
    if getattr(_held, "is_asking", False):
        _held.line = borrowed
    else:
        _give_back(borrowed)
    return found


def _said(cursor: Any, text: str, values: Any, how: dict[str, Any], many: bool) -> list[tuple[Any, ...]]:
    if many:
        cursor.executemany(text, values)
        return []
    cursor.execute(text, values, **how)
    return cursor.fetchall() if cursor.description else []


def _borrow(engine: Engine) -> PoolProxiedConnection:
    """A connection that commits by itself."""
    with _Errors(engine, lambda: None):
        borrowed = engine.raw_connection()
    if engine.dialect.name == "postgresql":
        try:
            with _Errors(engine, lambda: borrowed, borrowed.invalidate):
                borrowed.driver_connection.autocommit = True  # type: ignore[union-attr]
        except BaseException:
            borrowed.close()
            raise
    return borrowed


def _give_back(borrowed: PoolProxiedConnection) -> None:
    """As it was: the next one may begin a transaction on it."""
    try:
        if db.engine.dialect.name == "postgresql":
            borrowed.driver_connection.autocommit = False  # type: ignore[union-attr]
    except BaseException:
        borrowed.invalidate()
        raise
    finally:
        borrowed.close()


def _writing() -> Connection | None:
    """The connection of the transaction that is open here, if any; without making a session only to ask."""
    return db.session().info.get("writing") if db.session.registry.has() else None


class _Errors:
    """The driver's errors as SQLAlchemy's. A line that broke is given up, and with it every other one of the pool."""

    __slots__ = ("_connection", "_engine", "_invalidate")

    def __init__(
        self, engine: Engine, connection: Callable[[], Any], invalidate: Callable[[], None] = lambda: None
    ) -> None:
        self._engine, self._connection, self._invalidate = engine, connection, invalidate

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        dialect = self._engine.dialect
        base = dialect.loaded_dbapi.Error
        if not isinstance(error, base):
            return
        line = self._connection()
        line_broke = line is not None and dialect.is_disconnect(error, line.driver_connection, None)
        if line_broke:
            self._invalidate()
            self._engine.dispose()
        raise DBAPIError.instance(
            None, None, error, base, hide_parameters=True, connection_invalidated=line_broke, dialect=dialect
        ) from error
