"""The server as it is run: gunicorn, real sockets, on either engine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mingcha.config import Config
from tests.cast import EVERYONE, LIN
from tests.conftest import PASSWORD

HOUSE = Path(__file__).resolve().parents[2]


class Server:
    """A `mingcha serve` of its own, and plain requests to it."""

    def __init__(self, config, log):
        self.port, self._config, self.log = _free_port(), config, log
        self.start()

    def start(self):
        settings = {
            "MINGCHA_DATA": str(self._config.data), "MINGCHA_DATABASE": self._config.database,
            "HOST": "127.0.0.1", "PORT": str(self.port), "PYTHONPATH": str(HOUSE / "server"),
            # Compiled once, not at each start.
            "PYTHONDONTWRITEBYTECODE": "",
        }  # fmt: skip
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mingcha.cli", "serve"], env={**os.environ, **settings}, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.ask("GET", "/api/v1/health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self, how=signal.SIGTERM):
        """Also when it has stopped already."""
        self._process.send_signal(how)
        self._process.wait(timeout=30)

    def ask(self, method, path, body=None, cookie=None):
        headers = {"X-Mingcha": "1", "Content-Type": "application/json", **({"Cookie": cookie} if cookie else {})}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read()

    def sign_in(self, person=LIN):
        return self.ask("POST", "/api/v1/session", {"username": person.username, "password": PASSWORD})


@pytest.fixture(scope="module")
def server(template, tmp_path_factory):
    """One for all: starting it takes longer than what is asked of it."""
    folder = tmp_path_factory.mktemp("serving")
    template.renew()
    server = Server(Config(data=folder / "data", database=template.url), folder / "log")
    yield server
    server.stop()


def test_a_session_survives_that_the_server_is_stopped_and_started(server):
    status, headers, _ = server.sign_in()
    assert status == 200
    cookie = headers["Set-Cookie"].split(";")[0]
    server.stop()
    with pytest.raises(urllib.error.URLError):
        server.ask("GET", "/api/v1/session", cookie=cookie)
    server.start()
    status, _, body = server.ask("GET", "/api/v1/session", cookie=cookie)
    assert (status, json.loads(body)["user"]["username"]) == (200, "lin")


def test_seven_people_signing_in_again_and_again_at_once_all_succeed(server):
    with ThreadPoolExecutor(len(EVERYONE)) as phones:
        statuses = list(phones.map(lambda person: [server.sign_in(person)[0] for _ in range(5)], EVERYONE))
    assert statuses == [[200] * 5] * len(EVERYONE)


def test_counters_are_summed_over_all_processes(server):
    for _ in range(12):
        server.ask("GET", "/api/v1/health")
    page = server.ask("GET", "/metrics")[2].decode()
    [line] = [line for line in page.splitlines() if line.startswith("mingcha_requests_total") and "/health" in line]
    assert float(line.split()[-1]) >= 13


def test_a_body_of_unknown_length_is_held_to_the_limit_by_the_real_server(server):
    body = b'{"username": "lin", "password": "' + b"x" * 6000 + b'"}'
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(
            b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Mingcha: 1\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        )
        assert wire.recv(64).startswith(b"HTTP/1.1 413 ")


def test_the_log_is_json_line_by_line_and_keeps_no_password_or_token(server):
    _, headers, _ = server.sign_in()
    token = headers["Set-Cookie"].split("=")[1].split(";")[0]
    server.stop()
    starts, events = [], []
    for line in server.log.read_text().splitlines():
        if line.startswith("http"):
            starts.append(line)
        else:
            events.append(json.loads(line))
    assert set(starts) == {f"http://127.0.0.1:{server.port}"}
    assert events[0]["event"] == "serving"
    assert any(event.get("deed") == "session.open" and event["status"] == 200 for event in events)
    assert PASSWORD not in server.log.read_text()
    assert token not in server.log.read_text()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
