"""What is done at the server's own shell."""

import io
import stat

import pytest

from mingcha import cli
from mingcha.app import create_app
from mingcha.store import accounts, sites
from mingcha.store.db import db, transaction


@pytest.fixture
def mingcha(tmp_path, monkeypatch, capsys):
    """Run a command on an empty machine: its exit code and what it printed."""
    monkeypatch.setenv("MINGCHA_DATA", str(tmp_path / "data"))
    for name in ("MINGCHA_DATABASE", "MINGCHA_DEMO_PASSWORD", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = cli.main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_two_commands_make_a_county_to_try_and_say_how_to_sign_in(mingcha, tmp_path):
    assert mingcha("db", "upgrade")[0] == 0
    code, first, _ = mingcha("demo")
    assert code == 0
    assert "明溪县（演示）" in first
    assert all(name in first for name in ("lin", "zhao", "zhou", "shi", "wu", "chen"))
    assert "qian" not in first
    password = (tmp_path / "data" / "demo-password").read_text().strip()
    assert password in first

    assert mingcha("demo")[:2] == (0, first)
    with create_app().app_context():
        towns = sites.in_area("990123")
        assert len(towns) == 11
        assert {"石桥镇便民服务中心", "白沙镇便民服务中心"} <= {site.name["zh"] for site in towns}
        assert all(len(site.region) == 9 and site.address and site.lat and site.lon for site in towns)
        assert sites.in_area("990456") == []


def test_what_lies_in_the_data_folder_is_its_owners_alone(mingcha, tmp_path):
    mingcha("db", "upgrade")
    mingcha("demo")
    for file in (tmp_path / "data", *(tmp_path / "data").rglob("*")):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_an_operator_may_choose_the_demos_password(mingcha, monkeypatch):
    monkeypatch.setenv("MINGCHA_DEMO_PASSWORD", "a-chosen-password")
    mingcha("db", "upgrade")
    assert "a-chosen-password" in mingcha("demo")[1]


def test_an_account_is_added_listed_and_given_a_new_password(mingcha):
    mingcha("db", "upgrade")
    code, out, _ = mingcha("user", "add", "liu", "--name", "刘", "--role", "inspector", "--scope", "990123")
    assert code == 0
    assert "password: " in out
    assert "liu" in mingcha("user", "list")[1]
    code, out, _ = mingcha("user", "password", "liu", "--password-stdin", stdin="a-long-password\n")
    assert code == 0
    assert "a-long-password" not in out
    assert mingcha("user", "sign-out", "liu")[0] == 0


def test_a_refusal_is_said_in_words_and_by_the_exit_code(mingcha):
    mingcha("db", "upgrade")
    liu = ("user", "add", "liu", "--role", "inspector", "--scope")
    assert mingcha(*liu, "99012")[::2] == (1, "mingcha: A region code has 2, 4, 6, 9 or 12 digits.\n")
    assert mingcha(*liu, "990123", "--password-stdin", stdin="short\n")[0] == 1
    assert mingcha("user", "password", "nobody")[0] == 1
    with create_app().app_context():
        assert accounts.everyone() == []


def test_audit_verify_prints_heads_and_later_proves_them(mingcha):
    mingcha("db", "upgrade")
    mingcha("demo")
    code, out, _ = mingcha("audit", "verify")
    assert code == 0
    head = out.split("whole: ")[1].strip()

    mingcha("user", "sign-out", "lin")
    assert mingcha("audit", "verify", "--since", head)[0] == 0

    tenant, seq, _ = head.split(":")
    assert mingcha("audit", "verify", "--since", f"{tenant}:{seq}:{'0' * 64}")[0] == 1
    assert mingcha("audit", "verify", "--since", "nonsense")[0] == 1


def test_audit_verify_names_a_changed_event(mingcha):
    mingcha("db", "upgrade")
    mingcha("demo")
    with create_app().app_context(), transaction():
        db.session.execute(db.text("UPDATE audit SET event = replace(event, 'inspector', 'admin') WHERE seq = 1"))
    code, out, _ = mingcha("audit", "verify")
    assert code == 1
    assert "event 1: the words were changed" in out


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "70000"), ("MINGCHA_DATABASE", "mysql://x/y"), ("MINGCHA_PROXIES", "-1")],
)
def test_a_setting_that_cannot_be_read_is_named(mingcha, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    code, _, err = mingcha("user", "list")
    assert code == 1
    assert name in err


def test_health_of_a_server_that_is_not_there_is_a_failure(mingcha, monkeypatch):
    monkeypatch.setenv("PORT", "1")
    assert mingcha("health")[0] == 1
