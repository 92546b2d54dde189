"""Photos and persons at the server's own shell."""

import io
import json

import pytest

from mingcha import cli
from mingcha.app import create_app
from mingcha.config import from_environment
from mingcha.store import accounts, inspections
from tests.stories.phone import Phone
from tests.visits import photo_bytes

PASSWORD = "a password for tests"


@pytest.fixture
def mingcha(tmp_path, monkeypatch, capsys):
    """The demo county, and a way to run commands in it: exit code and what was printed."""
    monkeypatch.setenv("MINGCHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MINGCHA_DEMO_PASSWORD", PASSWORD)
    for name in ("MINGCHA_DATABASE", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        code = cli.main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    assert run("db", "upgrade")[0] == run("demo")[0] == 0
    return run


@pytest.fixture
def photo(mingcha):
    """A photo that 林 took and sent."""
    app = create_app()
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    client.post("/api/v1/session", json={"username": "lin", "password": PASSWORD})
    with app.app_context():
        visit = inspections.every_id()[0]
    lin = Phone(client, visit)
    lin.sync()
    taken = lin.announce(photo_bytes(), "1.1")
    lin.sync()
    assert lin.upload(taken, photo_bytes()).status_code == 201
    return taken


def test_evidence_verify_says_that_all_is_whole_or_names_what_is_not(mingcha, photo):
    assert mingcha("evidence", "verify")[:2] == (0, "1 whole\n")
    folder = from_environment().data / "blobs" / "photos"
    (kept,) = [path for path in folder.rglob("*") if path.is_file()]
    kept.write_bytes(photo_bytes(2))
    code, out, _ = mingcha("evidence", "verify")
    assert code == 1
    assert "changed  inspection" in out
    assert photo in out
    assert "已被改动" in out
    kept.unlink()
    code, out, _ = mingcha("evidence", "verify", "--inspection", out.split()[2])
    assert (code, out.splitlines()[-1]) == (1, "1 missing")
    assert mingcha("evidence", "verify", "--inspection", "nothing")[0] == 1


def test_periods_are_set_and_what_is_due_is_deleted(mingcha, photo):
    code, out, _ = mingcha("evidence", "retention", "990123", "badge=180", "scene=none")
    assert code == 0
    assert "badge      180" in out
    assert "scene      without end" in out
    assert mingcha("evidence", "retention", "990123")[1] == out
    assert mingcha("evidence", "retention", "990123", "badge=never")[0] == 1
    assert mingcha("evidence", "retention", "99")[0] == 1
    assert mingcha("evidence", "sweep")[:2] == (0, "0 photos deleted; their proof is kept\n")


def test_a_person_is_exported_and_erased(mingcha, photo):
    code, out, _ = mingcha("person", "export", "lin")
    assert code == 0
    assert [each["id"] for each in json.loads(out)["photos"]] == [photo]
    assert json.loads(mingcha("person", "export", "--name", "王芳", "--county", "990123")[1])["signatures"] == []
    assert mingcha("person", "erase", "nobody", "--reason", "asked")[0] == 1
    code, out, _ = mingcha("person", "erase", "lin", "--reason", "asked in writing")
    assert code == 0
    assert json.loads(out)["erased"]["account"] == 1
    with create_app().app_context():
        assert accounts.by_username("lin") is None
