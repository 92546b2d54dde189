"""A worker process as `mingcha worker` is one, forked from a process that has read the code already."""

import os
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from mingcha.app import create_app
from mingcha.config import Config
from mingcha.jobs import worker

_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.once.crew"])


def hire(config: Config) -> ForkServerProcess:
    made = _context.Process(target=_work, args=(config,), daemon=True)
    made.start()
    return made


def _work(config: Config) -> None:
    log = os.open(Path(config.data) / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 2)
    worker.IDLE_SECONDS = 0.2
    worker.run(create_app(config).app_context)
