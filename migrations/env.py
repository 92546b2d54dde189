"""Runs revisions on SQLite and PostgreSQL alike, in one transaction, as the only writer.

A new table: write its model, list its file in `store/tables.py`, then
`mingcha db revision --id 0002 -m "what it is for"`.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from mingcha.store import sqlite_rules
from mingcha.store.db import Base, Json, Moment, db


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Revisions name plain types: they must still run when the model's own types have moved on."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return {Moment: "sa.DateTime(timezone=True)", Json: "sa.Text()"}[type(item)]
    return False


def run() -> None:
    with sqlite_rules.alone(db.engine), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A batch rebuilds a table under a new name, which must not touch the rows that point at it. Outside the
            # transaction, where SQLite listens to it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection = connection.execution_options(**{sqlite_rules.WRITES: True})
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if connection.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


run()
