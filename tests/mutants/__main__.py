"""`python -m tests.mutants [part of a name …]`: plant each bug in a copy of the tree and see that the tests notice."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.catalogue import MUTANTS, Edit, Mutant

ROOT = Path(__file__).parents[2]
TREE = ("pyproject.toml", "server", "tests", "migrations", "checklists", "pwa")
TIMEOUT_SECONDS = 600
#: A planted bug must do wrong. One that cannot even run says nothing of the tests that fail by it.
CRASH = re.compile(r"^(?:E +|FAILED .* - |ERROR .* - )?((?:Reference|Name|Import|ModuleNotFound|Syntax|Indentation)Error)\b")


def main(wanted: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not wanted or any(part in mutant.name for part in wanted)]
    with tempfile.TemporaryDirectory(prefix="mingcha-mutants-") as folder:
        copy = Path(folder)
        _copy(copy)
        sound = _sound(copy, sorted({test for mutant in chosen for test in mutant.tests}))
        missed = 0
        for mutant in chosen:
            caught_by = _caught_by(copy, mutant, sound)
            missed += not caught_by
            print(f"{'caught' if caught_by else 'NOT CAUGHT':<11} {mutant.name:<32} {caught_by or ''}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} caught")
    return 1 if missed else 0


def _sound(copy: Path, tests: list[str]) -> list[str]:
    """Those that pass without any bug planted: only they can catch one."""
    failing = [test for test in tests if _failure(copy, test) is not None]
    for test in failing:
        print(f"fails already, so it catches nothing: {test}", flush=True)
    return [test for test in tests if test not in failing]


def _caught_by(copy: Path, mutant: Mutant, sound: list[str]) -> str | None:
    """The first test file that fails with the bug planted and passed without it."""
    before = {edit.file: (copy / edit.file).read_text(encoding="utf-8") for edit in mutant.edits}
    try:
        for edit in mutant.edits:
            _plant(copy, edit)
        for test in (test for test in mutant.tests if test in sound):
            said = _failure(copy, test)
            if said is None:
                continue
            if crash := next(filter(None, map(CRASH.match, map(str.strip, said.splitlines()))), None):
                print(f"{test} fails by {crash[0]}: the bug does not run; mend tests/mutants/catalogue.py", flush=True)
                return None
            return test
        return None
    finally:
        for file, text in before.items():
            (copy / file).write_text(text, encoding="utf-8")


def _plant(copy: Path, edit: Edit) -> None:
    file = copy / edit.file
    text = file.read_text(encoding="utf-8")
    if text.count(edit.old) != 1:
        sys.exit(f"{edit.file}: {edit.old!r} stands {text.count(edit.old)} times; mend tests/mutants/catalogue.py")
    file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def _failure(copy: Path, test: str) -> str | None:
    """What this test file says of the copy, if it finds anything wrong with it."""
    if test.startswith("pwa/"):
        command, folder = ["npx", "vitest", "run", test.removeprefix("pwa/"), "--bail", "1"], copy / "pwa"
    else:
        command, folder = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test], copy
    plain = {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    environment = {**os.environ, **plain, "PYTHONPATH": f"{copy / 'server'}{os.pathsep}{copy}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    if done.returncode not in (0, 1):
        sys.exit(f"{test} could not be run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout + done.stderr if done.returncode == 1 else None


def _copy(copy: Path) -> None:
    """The checkout without what is built; the phone's packages by reference."""
    leave = shutil.ignore_patterns("node_modules", "dist", "__pycache__", ".*_cache", "*.tsbuildinfo")
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, copy / name)
    modules = ROOT / "pwa" / "node_modules"
    if modules.exists():
        (copy / "pwa" / "node_modules").symlink_to(modules.resolve())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
