"""What kill -9 cannot prove, a power cut would: that an op, or a photo, is on the disk before its answer leaves.

A killed process leaves what it wrote in the kernel's care, so the fleet's kills say nothing of the disk itself. Here
strace watches one node and its database: between reading a push and writing its answer there must be a flush; between
reading a photo and proving it there must be three, of its bytes, of their folder and of the journal.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from tests.fleet.database import Postgres
from tests.fleet.phone import Phone
from tests.fleet.stack import Node, sign_in

CALLS = "trace=fsync,fdatasync,recvfrom,sendto,sendmsg"
#: Where a commit is made durable, by database: in the path of the file that is flushed.
JOURNALS = {"sqlite": "mingcha.db-wal", "postgresql": "/pg_wal/"}
#: A photo's bytes, still aside, and the folder that then names them.
BYTES = (r"/blobs/tmp/\w+>", r"/blobs/(?!tmp/)[\w/]+>")


def can_watch() -> bool:
    return shutil.which("strace") is not None


def check(postgres: Postgres | None) -> bool:
    """Whether one push and one photo on a real node are flushed before they are answered."""
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
            proved = _upload(phone)
            calls = watch.stop()
        finally:
            node.stop()
        journal = re.escape(JOURNALS["postgresql" if postgres else "sqlite"])
        push = flushed_before_answer(calls, "POST /api/v1/sync", "HTTP/1.1 200", [journal])
        photo = flushed_before_answer(calls, "POST /api/v1/uploads", "HTTP/1.1 201", [*BYTES, journal])
        return heard and proved and push and photo


def _upload(phone: Phone) -> bool:
    """One photo with its creation. Whether it was proved."""
    photo = os.urandom(30_000)
    sha256 = hashlib.sha256(photo).hexdigest()
    words = {"photo": str(uuid.uuid4()), "inspection": phone.inspection, "sha256": sha256}
    headers = {
        "X-Mingcha": "1", "Cookie": phone.cookie, "Connection": "close", "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream", "Upload-Length": str(len(photo)),
        "Upload-Metadata": ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in words.items()),
    }  # fmt: skip
    line = http.client.HTTPConnection("127.0.0.1", phone.port, timeout=60)
    line.request("POST", "/api/v1/uploads", photo, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status == 201 and answer.getheader("Mingcha-Verified") == sha256


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


def flushed_before_answer(calls: list[str], question: str, answer: str, paths: list[str]) -> bool:
    """Whether after the question was read, and before the answer was written, each of these (patterns of paths) was
    flushed without fault, one after the other.
    """
    asked = next((n for n, line in enumerate(calls) if question in line), len(calls))
    answered = next((n for n, line in enumerate(calls[asked:], asked) if answer in line), asked)
    wanted, flushing = list(paths), set[str]()
    for line in calls[asked:answered]:
        process = line.partition(" ")[0]
        if wanted and "sync(" in line and re.search(wanted[0], line):
            flushing.add(process)
        if process in flushing and "sync" in line and line.endswith("= 0"):
            wanted, flushing = wanted[1:], set()
    return not wanted and answered > asked


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_traced(pid: int) -> bool:
    return "TracerPid:\t0" not in Path(f"/proc/{pid}/status").read_text()
