"""A server process that is there at once: everything is read in one process, and each server is a fork of it.

Reading the server's libraries takes ten times what its own start takes. `python -m tests.e2e.starter` waits on stdin for
lines of JSON, `{"environment": {…}, "log": "…"}`; each becomes `mingcha serve` in a group of its own, and its id is
printed. It ends with its stdin, and leaves the servers alone.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[2]


class Starter:
    """The other end of that process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.starter"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": f"{ROOT / 'server'}:{ROOT}"},
        )  # fmt: skip

    def serve(self, environment: dict[str, str], log: Path) -> int:
        """The id of a new server process, which leads a group of its own."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps({"environment": environment, "log": str(log)}), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@cache
def starter() -> Starter:
    """One for all houses of a process."""
    return Starter()


def main() -> None:
    import gunicorn.app.wsgiapp
    import gunicorn.workers.gthread  # noqa: F401

    import mingcha.app
    import mingcha.cli  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for their end here
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            _serve(wanted["environment"], wanted["log"])
        with suppress(PermissionError):  # it has been quicker, and is gunicorn already
            os.setpgid(child, child)
        print(child, flush=True)


def _serve(environment: dict[str, str], log: str) -> NoReturn:
    from mingcha import cli

    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, written), (2, written)):
        os.dup2(file, stream)
    _be(environment)
    os.execve = _run_gunicorn  # type: ignore[assignment]
    sys.exit(cli.main(["serve"]))


def _run_gunicorn(_executable: str, command: list[str], environment: dict[str, str]) -> NoReturn:
    """What becoming gunicorn comes to where it has been read already."""
    from gunicorn.app.wsgiapp import run

    _be(environment)
    sys.argv = command[2:]
    run()
    sys.exit(0)


def _be(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
