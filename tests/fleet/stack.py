"""The real thing: gunicorn nodes on one database and one blob folder, each of which can be killed at any moment."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: A node on a machine that many share starts slowly; that says nothing of the node.
START_SECONDS = 240


class Node:
    """One `mingcha serve` on its own port, with a data folder of its own as on a machine of its own."""

    def __init__(self, folder: Path, database: str, blobs: Path | str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self.kills = 0
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT / "server"), str(ROOT))),
            "MINGCHA_DATA": str(folder),
            "MINGCHA_DATABASE": database.replace("postgresql+psycopg", "postgresql"),
            "MINGCHA_BLOBS": str(blobs),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def run(self, module: str, *words: str) -> str:
        """Run one program of the tests on this node's database; its last line of output."""
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()[-1]

    def start(self, wait: bool = True) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mingcha.cli", "serve"],
                env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        if wait:
            self.wait()

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ask(self.port, "GET", "/api/v1/health")[0] == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(self.said())

    def kill(self) -> None:
        """SIGKILL master and workers in the middle of whatever they do."""
        self._end(signal.SIGKILL)
        self.kills += 1

    def stop(self, how: int = signal.SIGTERM) -> None:
        self._end(how)

    def said(self) -> str:
        return self._log.read_text()[-4000:]

    def errors(self) -> list[str]:
        """What the node logged as its own failure: answers 500, and whatever was raised and not foreseen.

        That the database is away is foreseen (503, and the worker waits): it is logged as a warning without a trace.
        """
        found, plain = [], []
        for line in self._log.read_text().splitlines():
            if not line.startswith("{"):
                plain.append(line)
            elif '"exception": ' in line:  # as text: it may be torn by a kill
                found.append(_cause(line.partition('"exception": ')[2].replace("\\n", "\n")))
            elif '"status": 500' in line:
                found.append(line)
        blocks = "\n".join(plain).split("Traceback (most recent call last):")[1:]
        return found + [_cause(block) for block in blocks]

    def _end(self, how: int) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        self._process.wait(60)
        self._process = None


def _cause(trace: str) -> str:
    """Where it happened, and the exception."""
    block = trace.splitlines()
    frames = [line.strip() for line in block if line.startswith("  File ")]
    ends = [line for line in block if re.match(r"[A-Za-z_][\w.]*(: |$)", line)]
    return " | ".join([*frames[-1:], *ends[-1:]])[:400]


def ask(port: int, method: str, path: str, body: Any = None, cookie: str = "") -> tuple[int, Any, str]:
    """One request on a connection of its own: status, JSON, and the cookie that was set."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "X-Mingcha": "1", "Cookie": cookie, "Connection": "close"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return (
        response.status,
        json.loads(text) if text else None,
        (response.getheader("Set-Cookie") or "").partition(";")[0],
    )


def sign_in(port: int, username: str, password: str) -> str:
    """The session's cookie."""
    status, said, cookie = ask(port, "POST", "/api/v1/session", {"username": username, "password": password})
    assert status == 200, said
    return cookie


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
