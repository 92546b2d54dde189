"""A whole SQLite database copied while it is in use, and put back as one transaction. PostgreSQL has its own tools."""

import os
import sqlite3
from pathlib import Path

from mingcha.core.problems import Refused
from mingcha.store import sqlite_rules
from mingcha.store.db import db

_PAGES_AT_ONCE = 2000


def copy_to(file: Path) -> None:
    """The database as of one moment, readable by its owner alone, on the disk when this returns."""
    _demand_sqlite()
    aside = file.with_suffix(".part")
    aside.unlink(missing_ok=True)
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source, target = _open(_here()), sqlite3.connect(aside)
    try:
        source.backup(target, pages=_PAGES_AT_ONCE)
        target.execute("PRAGMA journal_mode = DELETE")
        _demand_whole(target)
    finally:
        target.close()
        source.close()
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(file)


def put_back(file: Path) -> None:
    """Replace the database's whole content by the copy's, all or nothing, while nobody writes."""
    _demand_sqlite()
    source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        _demand_whole(source)
        db.session.remove()
        db.engine.dispose()
        with sqlite_rules.alone(db.engine):
            target = _open(_here())
            try:
                source.backup(target)
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                target.close()
    finally:
        source.close()


def _demand_sqlite() -> None:
    if db.engine.dialect.name != "sqlite":
        raise Refused("backup.not_sqlite")


def _demand_whole(connection: sqlite3.Connection) -> None:
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        connection.execute("SELECT value FROM setting WHERE name = 'epoch'").fetchone()
    except sqlite3.DatabaseError as fault:
        raise Refused("backup.broken", why=str(fault)) from fault
    if found != "ok":
        raise Refused("backup.broken", why=found)


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=sqlite_rules.WAIT_SECONDS)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _here() -> str:
    return str(db.engine.url.database)
