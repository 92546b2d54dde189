"""The rings point inwards: the import contracts of pyproject.toml hold."""

from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

HOUSE = Path(__file__).resolve().parents[2]


def test_the_import_contracts_hold(monkeypatch, tmp_path):
    monkeypatch.chdir(HOUSE)
    result = lint_imports(config_filename=str(HOUSE / "pyproject.toml"), cache_dir=str(tmp_path))
    assert result == EXIT_STATUS_SUCCESS


def test_only_the_clock_reads_the_clock_and_only_the_config_the_environment():
    for file in (HOUSE / "server" / "mingcha").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        if file.name != "clock.py":
            for reading in ("datetime.now(", "utcnow(", "time.time(", "date.today("):
                assert reading not in source, f"{file.name} reads the clock: {reading}"
        if file.name != "config.py":
            for reading in ("os.environ", "os.getenv"):
                assert reading not in source, f"{file.name} reads the environment"
