"""What kill -9 cannot prove, a power cut would: that an op is on the disk before its answer leaves.

A killed process leaves what it wrote in the kernel's care, so the fleet's kills say nothing of the disk itself. Here
strace watches one node and its database: between reading a push and writing its answer there must be a flush.
"""

import json
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.fleet.database import Postgres
from tests.fleet.phone import Phone
from tests.fleet.stack import Node, sign_in

CALLS = "trace=fsync,fdatasync,recvfrom,sendto,sendmsg"
#: Where a commit is made durable, by database: in the path of the file that is flushed.
JOURNALS = {"sqlite": "mingcha.db-wal", "postgresql": "/pg_wal/"}


def can_watch() -> bool:
    return shutil.which("strace") is not None


def check(postgres: Postgres | None) -> bool:
    """Whether one push on a real node is flushed before it is answered."""
    with tempfile.TemporaryDirectory(prefix="mingcha-flush-") as name:
        folder = Path(name)
        database = postgres.fresh(f"flush_{time.monotonic_ns()}") if postgres else f"sqlite:///{folder / 'mingcha.db'}"
        node = Node(folder / "node", database, folder / "blobs")
        county = json.loads(node.run("tests.fleet.county", "2"))
        node.start()
        try:
            person = county["people"][0]
            cookie = sign_in(node.port, person["username"], county["password"])
            phone = Phone(node.port, person, cookie, county["inspection"], seed=1)
            heard = phone.sync(20)
            phone.work()
            watch = Watch([node.pid, *([postgres.pid] if postgres else [])], folder)
            heard = phone.sync(20) and heard
            calls = watch.stop()
        finally:
            node.stop()
        return heard and flushed_before_answer(calls, JOURNALS["postgresql" if postgres else "sqlite"])


class Watch:
    """Follows processes and all they beget from now on."""

    def __init__(self, pids: list[int], folder: Path) -> None:
        self._out = folder / "strace.txt"
        everyone = [member for pid in pids for member in (pid, *_children(pid))]
        attach = [option for pid in everyone for option in ("-p", str(pid))]
        self._process = subprocess.Popen(
            ["strace", "-f", "-yy", "-s", "40", "-e", CALLS, "-o", str(self._out), *attach], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not all(map(_is_traced, everyone)) and time.monotonic() < deadline:
            time.sleep(0.05)

    def stop(self) -> list[str]:
        """What was called, in order."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(10)
        return self._out.read_text(errors="replace").splitlines()


def flushed_before_answer(calls: list[str], journal: str) -> bool:
    """Whether after the push was read, and before the answer was written, `journal` was flushed without fault."""
    asked = next((n for n, line in enumerate(calls) if "POST /api/v1/sync" in line), len(calls))
    answered = next((n for n, line in enumerate(calls[asked:], asked) if "HTTP/1.1 200" in line), asked)
    flushing: set[str] = set()
    for line in calls[asked:answered]:
        process = line.partition(" ")[0]
        if "sync(" in line and journal in line:
            flushing.add(process)
        if process in flushing and "sync" in line and line.endswith("= 0"):
            return True
    return False


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_traced(pid: int) -> bool:
    return "TracerPid:\t0" not in Path(f"/proc/{pid}/status").read_text()
