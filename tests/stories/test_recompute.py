"""Years later: what was approved comes to the same digits, or the command says which does not."""

import json

import pytest

from mingcha import cli
from mingcha.core.canonical import canonical
from mingcha.core.canonical import digest as digest_of
from mingcha.flows import recompute
from mingcha.store.db import db, transaction


@pytest.fixture
def verdicts(app):
    def found():
        with app.app_context():
            return [each.verdict for each in recompute.recompute_all()]

    return found


@pytest.fixture
def change(app):
    """Somebody with the database's password."""

    def run(statement, **given):
        with app.app_context(), transaction():
            db.session.execute(db.text(statement), given)

    return run


@pytest.fixture
def rewrite(change):
    """Somebody changes the stored words; a cleverer one gives them their new name too."""

    def run(digest, content, *, name=None):
        given = {"old": digest, "new": name or digest, "body": canonical(content).decode()}
        change("UPDATE snapshot SET body = :body, digest = :new WHERE digest = :old", **given)

    return run


@pytest.fixture
def frozen(app, approved_visit):
    """The one snapshot that an approval has written: its digest and words."""
    with app.app_context():
        digest, body = db.session.execute(db.text("SELECT digest, body FROM snapshot")).one()
    return digest, json.loads(body)


def test_a_stored_approval_recomputes_to_the_same_digits(app, frozen):
    with app.app_context():
        (found,) = recompute.recompute_all()
    assert (found.verdict, found.total, found.digest) == ("same", "8", frozen[0])
    assert found.was == found.now == digest_of(frozen[1]["result"])


def test_work_that_came_after_the_approval_changes_nothing_of_it(frozen, zhao, verdicts):
    zhao.write("answer/2/verdict", "not_met", over=[])
    zhao.sync()
    assert verdicts() == ["same"]


def test_a_changed_digit_is_found_whether_or_not_the_name_was_changed_with_it(frozen, rewrite, verdicts):
    digest, content = frozen
    content["result"]["high"] = "9"
    rewrite(digest, content)
    assert verdicts() == ["altered"]
    rewrite(digest, content, name=digest_of(content))
    assert verdicts() == ["differs"]


@pytest.mark.parametrize(
    ("field", "value", "verdict"),
    [
        ("engine", 2, "other_engine"),
        ("checklist", "0" * 64, "no_checklist"),
        ("state", "0" * 64, "state_differs"),
        ("ops", "0" * 64, "ops_differ"),
        ("upto", 1, "ops_differ"),
        ("inspection", "0" * 36, "altered"),
        ("result", None, "altered"),
    ],
)
def test_what_a_snapshot_names_must_be_what_is_stored(frozen, rewrite, verdicts, field, value, verdict):
    digest, content = frozen
    content[field] = value
    rewrite(digest, content, name=digest_of(content))
    assert verdicts() == [verdict]


def test_words_that_nobody_can_read_are_said_to_be_altered(frozen, change, verdicts):
    change("UPDATE snapshot SET body = '{'")
    assert verdicts() == ["altered"]


def test_an_op_that_was_changed_in_the_log_is_found(frozen, change, verdicts):
    change("UPDATE op SET body = replace(body, '\"met\"', '\"not_met\"')")
    assert verdicts() == ["state_differs"]


def test_the_command_prints_each_and_a_count_and_its_exit_code_tells(app, frozen, rewrite, monkeypatch, capsys):
    monkeypatch.setattr("mingcha.shell.create_app", lambda config: app)
    assert cli.main(["recompute", "--all"]) == 0
    out = capsys.readouterr().out
    assert f"{frozen[0]}  " in out
    assert "1 snapshots, 1 the same, 0 not" in out

    content = frozen[1]
    content["result"]["low"] = "7"
    rewrite(frozen[0], content, name=digest_of(content))
    assert cli.main(["recompute", "--all"]) == 1
    assert "1 snapshots, 0 the same, 1 not" in capsys.readouterr().out
