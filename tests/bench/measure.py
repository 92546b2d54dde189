"""Medians with their spread, CPU time of processes, and the machine they were taken on."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Row:
    """One line of the table. `unit` is written behind every figure."""

    what: str
    values: Sequence[float]
    unit: str
    goal: str = ""

    def line(self) -> str:
        middle = statistics.median(self.values)
        spread = f"{_short(min(self.values))}–{_short(max(self.values))}" if len(self.values) > 1 else ""
        return f"| {self.what} | {_short(middle)} {self.unit} | {spread} | {self.goal} |"


def print_table(rows: Sequence[Row]) -> None:
    print(f"Commit {_commit()}, {_machine()}")
    print()
    print("| what | median | spread | goal |")
    print("| --- | --- | --- | --- |")
    for row in rows:
        print(row.line())


def cpu_ms(pid: int) -> float:
    """User and system time that a process and all its living descendants have used so far."""
    return sum(_own_cpu_ms(member) for member in _family(pid))


def yardstick_ms() -> float:
    """CPU time that this machine takes just now for a fixed piece of work: about 1.5 ms on an idle core of ours. CPU time
    itself stretches where neighbours share the core and its caches; figures of two hours are compared by this.
    """
    spent = []
    for _ in range(9):
        before = time.process_time()
        for _ in range(10):
            json.loads(json.dumps([{"a": number, "b": str(number)} for number in range(300)]))
        spent.append((time.process_time() - before) * 1000)
    return statistics.median(spent)


def resident_mb(pid: int) -> float:
    """The largest resident memory among a process's descendants (a node's worker)."""
    return max(_resident_mb(member) for member in _family(pid))


def together_mb(pid: int) -> float:
    """What a process and all its living descendants hold just now: their own pages, those that they share counted once, and
    the libraries of the one that has most of them. What strangers on this machine share of these is not taken off.
    """
    found = [_held_kb(member) for member in _family(pid)]
    return (sum(own for own, _ in found) + max(files for _, files in found)) / 1024


class Highest:
    """The highest of a figure while the block runs, asked every fifth of a second."""

    def __init__(self, ask: Callable[[], float]) -> None:
        self._ask, self._over = ask, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.value = 0.0

    def __enter__(self) -> "Highest":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            with suppress(OSError, KeyError, ValueError):  # one of them has just gone
                self.value = max(self.value, self._ask())


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _own_cpu_ms(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(after_name[11]) + int(after_name[12])) * 1000 / TICKS_PER_SECOND


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _held_kb(pid: int) -> tuple[int, int]:
    """Its share of pages without a file, and all pages of files."""
    rollup = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    resident, own, anonymous = (int(rollup[name].split()[0]) for name in ("Rss", "Pss_Anon", "Anonymous"))
    return own, resident - anonymous


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()


def _machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    return f"{os.cpu_count()} cores of {model}, Python {'.'.join(map(str, sys.version_info[:2]))}"
