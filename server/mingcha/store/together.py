"""Several deeds by one commit, where writers go one by one and each would wait for the disk in turn.

On SQLite the deeds that pile up behind a commit go together into the next one: eight phones that hand in their work at
once wait for the disk twice, not eight times. Nobody is answered, and nobody else sees anything, before the commit that
holds it is on the disk. PostgreSQL does the same by itself. Knows no table.
"""

from collections import deque
from collections.abc import Callable
from threading import Event, Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from mingcha.core.problems import Refused
from mingcha.store.db import db, require_nothing_written, transaction
from mingcha.store.sqlite_rules import WAIT_SECONDS

Found = TypeVar("Found")


def together(deed: Callable[[], Found]) -> Found:
    """Do the deed in a transaction, perhaps with those of others; what it returned, once it is durable.

    All or nothing, as in `transaction()`, and so much more: it may be begun again from the start, and in another thread of
    the same application. A deed that fails never takes another with it.
    """
    engine, session = db.engine, db.session()
    if engine.dialect.name != "sqlite" or session.info.get("writing"):
        with transaction():
            return deed()
    require_nothing_written(session)
    session.rollback()  # hold no snapshot while waiting
    mine = _Deed(deed)
    _row(engine).take(mine)
    if mine.fault is not None:
        raise mine.fault
    return cast(Found, mine.found)


class _Deed:
    def __init__(self, do: Callable[[], Any]) -> None:
        self.do, self.found, self.over = do, None, Event()
        self.fault: BaseException | None = None


class _Row:
    """The deeds that wait for one database. Whoever comes to the front does all of them."""

    def __init__(self) -> None:
        self._front = Lock()
        self._waiting: deque[_Deed] = deque()

    def take(self, mine: _Deed) -> None:
        """Returns when it is over."""
        self._waiting.append(mine)
        if not self._front.acquire(timeout=WAIT_SECONDS):
            try:
                self._waiting.remove(mine)
            except ValueError:  # somebody is doing it
                mine.over.wait()
                return
            raise Refused("busy")
        try:
            if not mine.over.is_set():
                self._do([self._waiting.popleft() for _ in range(len(self._waiting))])
        finally:
            self._front.release()

    @staticmethod
    def _do(deeds: list[_Deed]) -> None:
        if len(deeds) == 1 or not _by_one_commit(deeds):
            for deed in deeds:
                _alone(deed)
        for deed in deeds:
            deed.over.set()


def _by_one_commit(deeds: list[_Deed]) -> bool:
    """False where one of them failed, or the commit: then none is done, and each is tried for itself, so that nobody
    waits for a deed that was dropped.
    """
    try:
        with transaction():
            for deed in deeds:
                deed.found = deed.do()
    except BaseException:
        return False
    return True


def _alone(deed: _Deed) -> None:
    try:
        with transaction():
            deed.found = deed.do()
    except BaseException as fault:
        deed.fault = fault


_rows: WeakKeyDictionary[Engine, _Row] = WeakKeyDictionary()
_opening = Lock()


def _row(engine: Engine) -> _Row:
    with _opening:
        return _rows.setdefault(engine, _Row())
