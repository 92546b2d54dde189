"""Works jobs off, one at a time: as a thread beside the server in a small house, as processes of their own in a
large one.

Whatever a job raises is noted with it and tried again later, further and further apart; the worker itself goes on.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from mingcha import clock
from mingcha.jobs.catalogue import ANY_BELLS_DUE, BELLS, CATALOGUE, OUTBOXES, ROUTINES
from mingcha.logs import log
from mingcha.store import jobs
from mingcha.store.db import db, is_passing_fault, transaction
from mingcha.store.jobs import Job

#: What opens the application around a worker: `app.app_context`.
Inside = Callable[[], AbstractContextManager[Any]]

LEASE = timedelta(minutes=5)
IDLE_SECONDS = 2.0
#: While something is wrong, the next round waits twice as long each time, up to this.
MOST_SECONDS = 60.0


def work_off(limit: int = 10) -> int:
    """Do what is due now; how many jobs were tried. Within an application context."""
    with transaction():
        claimed = jobs.claim(clock.now(), LEASE, limit)
    for job in claimed:
        _do(job)
    return len(claimed)


def empty_outboxes() -> int:
    """Send and ring what is due, here and now; how much was done."""
    return _look_into((*OUTBOXES, *BELLS))


def _look_into(outboxes: Iterable[Callable[[], int]]) -> int:
    """How much was done. One outbox that fails does not hold the other up."""
    done = 0
    for outbox in outboxes:
        try:
            done += outbox()
        except Exception as fault:
            if is_passing_fault(fault):
                raise
            log().exception("outbox.stumbled", outbox=outbox.__module__)
            db.session.rollback()
    return done


def start(inside: Inside) -> Callable[[], None]:
    """Begin a thread that works jobs off until the returned function is called (or the process ends)."""
    stop = threading.Event()
    thread = threading.Thread(target=_go_on, args=(inside, stop), name="mingcha-worker", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(10)

    return end


def run(inside: Inside, stop: threading.Event | None = None) -> None:
    """Be a worker and nothing else."""
    _go_on(inside, stop or threading.Event())


def _go_on(inside: Inside, stop: threading.Event) -> None:
    last = dict.fromkeys((routine for routine, _ in ROUTINES), clock.now() - timedelta(days=1))
    pause = IDLE_SECONDS
    bells = _Bells(inside, stop)
    while not stop.is_set():
        tried = 0
        with inside():
            try:
                tried = work_off() + _look_into(OUTBOXES)
                bells.go()
                for routine, seconds in ROUTINES:
                    if clock.now() - last[routine] >= timedelta(seconds=seconds):
                        last[routine] = clock.now()
                        routine()
                pause = IDLE_SECONDS
            except Exception as fault:
                pause = min(MOST_SECONDS, 2 * pause)
                if is_passing_fault(fault):
                    log().warning("worker.waits", error=type(fault).__name__, seconds=pause)
                else:
                    log().exception("worker.stumbled", seconds=pause)
            finally:
                _leave()
        if not tried:
            stop.wait(pause)
    bells.end()


class _Bells:
    """Rings in a thread of its own, which lives while something is due: a channel may be slow, and inboxes and photos
    do not wait for it.
    """

    def __init__(self, inside: Inside, stop: threading.Event) -> None:
        self._inside, self._stop = inside, stop
        self._thread: threading.Thread | None = None

    def go(self) -> None:
        if (self._thread is None or not self._thread.is_alive()) and ANY_BELLS_DUE():
            self._thread = threading.Thread(target=self._ring, name="mingcha-bells", daemon=True)
            self._thread.start()

    def end(self) -> None:
        if self._thread is not None:
            self._thread.join(10)

    def _ring(self) -> None:
        with self._inside():
            try:
                while not self._stop.is_set() and _look_into(BELLS):
                    pass
            except Exception as fault:
                if not is_passing_fault(fault):
                    raise
                log().warning("bells.wait", error=type(fault).__name__)
            finally:
                _leave()


def _leave() -> None:
    """Give the connection back; on one that is broken even that may fail, which changes nothing."""
    try:
        db.session.remove()
    except Exception as fault:
        if not is_passing_fault(fault):
            raise


def _do(job: Job) -> None:
    try:
        CATALOGUE[job.kind](job.subject)
    except Exception as fault:
        if is_passing_fault(fault):
            raise  # its lease ends, and it is done again
        log().exception("job.failed", kind=job.kind, subject=job.subject, tries=job.tries)
        with transaction():
            jobs.failed(job.id, repr(fault), clock.now() + timedelta(seconds=15 * 2**job.tries))
        return
    with transaction():
        jobs.done(job.id)
