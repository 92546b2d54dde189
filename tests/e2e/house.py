"""The real server as its own process, that a test can stop, kill and start again on the same data."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.e2e.starter import starter

ROOT = Path(__file__).parents[2]


class House:
    """One data folder and one port; `url` stays the same over restarts."""

    password = "a password for tests"

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data / "server.log"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._leader: int | None = None
        self.env = {**_env(data), "HOST": "127.0.0.1", "PORT": str(self.port)}
        shutil.copytree(_set_up(), data, dirs_exist_ok=True)

    def mingcha(self, *words: str, stdin: str = "") -> str:
        """Run one command of the shell tool on this house's data; its output."""
        return _mingcha(self.env, *words, stdin=stdin)

    def serve_build(self, dist: Path) -> None:
        """Another build of the phone app, from the next start on."""
        self.env["MINGCHA_DIST"] = str(dist)

    def start(self) -> "House":
        self._leader = starter().serve(self.env, self.log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/api/v1/health", timeout=2):
                    return self
            except OSError:
                assert _is_alive(self._leader), self.log.read_text()[-4000:]
                time.sleep(0.03)
        raise TimeoutError(self.log.read_text()[-4000:])

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End every process of the server; nothing listens on the port afterwards."""
        if self._leader is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._leader, how)
        deadline = time.monotonic() + 30
        while _is_alive(self._leader):
            assert time.monotonic() < deadline, self.log.read_text()[-4000:]
            time.sleep(0.02)
        self._leader = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)


@cache
def _set_up() -> Path:
    """A data folder as `mingcha setup` leaves it, made once for all houses of a process."""
    data = Path(tempfile.mkdtemp(prefix="mingcha-house-"))
    _mingcha(_env(data), "setup")
    return data


def _env(data: Path) -> dict[str, str]:
    settings = {"MINGCHA_DATA": str(data), "MINGCHA_DEMO_PASSWORD": House.password, "PYTHONPATH": str(ROOT / "server")}
    return {**os.environ, **settings}


def _mingcha(env: dict[str, str], *words: str, stdin: str = "") -> str:
    command = [sys.executable, "-m", "mingcha.cli", *words]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, input=stdin)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _is_alive(leader: int) -> bool:
    """Not whether any of its group is left: those wait for the machine's first process to take note of their end."""
    try:
        os.kill(leader, 0)
    except ProcessLookupError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
