"""How SQLite is kept safe: WAL, every commit on the disk, writers one by one, in this process and beside it.

SQLite 3.7.0–3.51.2 can corrupt a WAL database when two connections write or checkpoint at the same instant (fixed in
3.51.3, 3.50.7 and 3.44.6). So every write transaction, and with it every automatic checkpoint, runs under one lock of
the process and one lock file that the command line's processes honour too. It also beats SQLite's busy back-off.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from mingcha.core.problems import Refused

#: Execution option of a connection whose transaction will write.
WRITES = "mingcha_writes"
WAIT_SECONDS = 30

_writer = threading.Lock()
_lock_files: dict[str, Any] = {}


def has_wal_reset_bug(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return not fixed


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Be the only writer of a SQLite file; on PostgreSQL do nothing. Raises Refused("busy") after `WAIT_SECONDS`."""
    if engine.dialect.name != "sqlite":
        yield
        return
    if not _writer.acquire(timeout=WAIT_SECONDS):
        raise Refused("busy")
    try:
        lock_file = _lock_file(f"{engine.url.database}.lock")
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock_file, fcntl.LOCK_UN)
    finally:
        _writer.release()


def _lock_file(path: str) -> Any:
    if path not in _lock_files:
        _lock_files[path] = open(path, "ab")  # noqa: SIM115 - it stays open as long as the process
    return _lock_files[path]


@event.listens_for(Engine, "connect")
def _open(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # Python must not begin transactions behind our back: `_begin` does.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "mmap_size = 0",
        # 16 MiB: what many pushes touch again and again is then written back once.
        "wal_autocheckpoint = 4000",
        "foreign_keys = ON",
        f"busy_timeout = {WAIT_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITES)
        # Straight to the driver: this runs before every transaction.
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
