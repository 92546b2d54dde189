"""`mingcha`: what is done at the server's own shell. The parser is at the end; commands on the database are `shell.py`.

Imports little, so that `serve` and `health` are quick.
"""

import argparse
import importlib
import json
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from mingcha.config import Config, environment, from_environment
from mingcha.core.access import ROLES

THREADS = 8

Options = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 when done, 1 when refused or found wrong, 2 when the command line is not understood."""
    options = _parser().parse_args(argv)
    try:
        config = from_environment()
        return int(options.run(config, options) or 0)
    except ValueError as error:
        print(f"mingcha: {error}", file=sys.stderr)
    return 1


def serve(config: Config, options: Options) -> int:
    """Become gunicorn. One process on SQLite, where one writer is the rule; two on PostgreSQL."""
    workers = 1 if config.is_sqlite else 2
    # Eight threads would else keep a heap each, half empty: tens of megabytes.
    more = {"MALLOC_ARENA_MAX": "2"}
    if workers > 1:
        counters = config.data / "run" / "metrics"
        shutil.rmtree(counters, ignore_errors=True)
        counters.mkdir(parents=True)
        more["PROMETHEUS_MULTIPROC_DIR"] = str(counters)
    host = f"[{config.host}]" if ":" in config.host else config.host
    command = [
        sys.executable, "-m", "gunicorn", "mingcha.app:serving()",
        "--bind", f"{host}:{config.port}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(THREADS),
        "--timeout", "60", "--graceful-timeout", "15", "--keep-alive", "30",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    if options.reload:
        command.append("--reload")
    if Path("/dev/shm").is_dir():  # noqa: S108 - a heartbeat file, which must not wait for a disk
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    print(f"http://{host}:{config.port}", flush=True)
    os.execve(sys.executable, command, environment(**more))  # noqa: S606


def health(config: Config, options: Options) -> int:
    """Ask the running server how it is."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.host, config.host)  # noqa: S104
    url = f"http://{host}:{config.port}/api/v1/health"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            print(json.load(answer)["status"])
            return 0
    except (urllib.error.URLError, OSError, ValueError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1


def draw_replay(config: Config, options: Options) -> int:
    """Needs no database: anyone may ask it anywhere."""
    from mingcha.core.campaign import misfits
    from mingcha.core.problems import Refused

    record = json.loads(options.file.read_text(encoding="utf-8"))
    try:
        found = misfits(record, options.commitment)
    except (Refused, KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"{options.file}: this is no record of a draw ({fault!r})") from None
    if found:
        print(f"does not follow: {', '.join(found)}", file=sys.stderr)
        return 1
    print(f"{len(record['visits'])} visits follow from the seed; commitment {record.get('committed') or record['commitment']}")
    if not options.commitment:
        print("compare it with what was published before the draw, or give it as --commitment")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mingcha", description="Mingcha at the server's own shell")
    groups = parser.add_subparsers(required=True, metavar="COMMAND")

    db = groups.add_parser("db", help="the database's tables").add_subparsers(required=True, metavar="WHAT")
    upgrade = _command(db, "upgrade", _in_shell("house", "db_upgrade"), "bring the tables up to this version")
    upgrade.add_argument("revision", nargs="?", default="head")
    _command(db, "downgrade", _in_shell("house", "db_downgrade"), "take tables back to a revision").add_argument("revision")
    revision = _command(db, "revision", _in_shell("house", "db_revision"), "write a new revision from what the models say")
    revision.add_argument("-m", "--message", required=True)
    revision.add_argument("--id", required=True, help="its number, as 0002")

    _command(groups, "setup", _in_shell("house", "setup"), "tables, checklists and a county, for a first try")
    _command(groups, "demo", _in_shell("house", "make_demo"), "a county to try Mingcha in")

    copy = _command(groups, "backup", _in_shell("house", "back_up"), "copy database and photos; safe while people work")
    copy.add_argument("folder", metavar="FOLDER", type=Path, help="photos that are in it already are not copied again")
    copy.add_argument("--no-photos", action="store_true", help="list the photos only (photos.txt)")
    back = _command(groups, "restore", _in_shell("house", "restore"), "put a backup back; phones then offer again what they kept")
    what = back.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", metavar="FOLDER", type=Path, nargs="?")
    what.add_argument("--epoch", action="store_true", help="only begin anew, after PostgreSQL's own restore")

    user = groups.add_parser("user", help="accounts").add_subparsers(required=True, metavar="WHAT")
    add = _command(user, "add", _in_shell("people", "user_add"), "add an account; prints a password unless one is given")
    add.add_argument("username")
    add.add_argument("--name")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--scope", required=True, help="region code of 2, 4, 6, 9 or 12 digits")
    add.add_argument("--locale", default="zh", choices=("zh", "en"))
    password = _command(user, "password", _in_shell("people", "user_password"), "give an account a new password")
    password.add_argument("username")
    for each in (add, password):
        each.add_argument("--password-stdin", action="store_true", help="read it from the first line of stdin")
    lost = _command(user, "sign-out", _in_shell("people", "user_sign_out"), "end every session of an account")
    lost.add_argument("username")
    _command(user, "list", _in_shell("people", "user_list"), "every account")

    versions = groups.add_parser("checklist", help="checklist versions").add_subparsers(required=True, metavar="WHAT")
    lint = _command(versions, "lint", _in_shell("checklists", "checklist_lint"), "say everything that is wrong with the files")
    lint.add_argument("slug", nargs="?")
    publish = _command(versions, "publish", _in_shell("checklists", "checklist_publish"), "freeze a version in the folder's lock")
    publish.add_argument("slug", nargs="?", help="without it, every file that is not in the lock yet")
    publish.add_argument("version", nargs="?", help="without it, every version of this checklist")
    publish.add_argument("--store", action="store_true", help="put what the lock names into the database too")
    every = _command(versions, "list", _in_shell("checklists", "checklist_list"), "the versions of the folder")
    every.add_argument("--store", action="store_true", help="those of the database instead")
    show = _command(versions, "show", _in_shell("checklists", "checklist_show"), "a version, or the newest")
    show.add_argument("slug")
    show.add_argument("version", nargs="?")
    show.add_argument("--json", action="store_true", help="laid flat: one list of indicators with all that is known")
    diff = _command(versions, "diff", _in_shell("checklists", "checklist_diff"), "what changed from one version to another")
    diff.add_argument("a", metavar="A", help="SLUG/VERSION, or SLUG for its newest")
    diff.add_argument("b", metavar="B")
    new = _command(versions, "new-version", _in_shell("checklists", "checklist_new_version"), "a draft file of the next version")
    new.add_argument("slug")
    new.add_argument("version")
    new.add_argument("--note-zh", help="what it replaces the older one for")
    new.add_argument("--note-en")
    out = _command(versions, "export", _in_shell("checklists", "checklist_export"), "a version as a workbook, which is the template")
    out.add_argument("slug")
    out.add_argument("file", metavar="FILE.xlsx")
    out.add_argument("--version")
    bring = _command(versions, "import", _in_shell("checklists", "checklist_import"), "a draft file from a workbook or an XLSForm")
    bring.add_argument("file", metavar="FILE.xlsx")
    bring.add_argument("--xlsform", action="store_true", help="read it as an ODK XLSForm")

    sheets = _command(groups, "score", _in_shell("scores", "score_sheets"), "score sheets of answers, with the working")
    sheets.description = (
        "Scores sheets of answers (YAML or JSON; the form is in checklists/README.md, “A sheet of answers”). "
        "1 if a sheet is refused or something on it could not be read."
    )
    sheets.add_argument("files", nargs="+", metavar="FILE", type=Path)
    sheets.add_argument("--campaign", action="store_true", help="rank the sheets together, with places and grades")
    sheets.add_argument("--json", action="store_true", help="the results as data")
    sheets.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the checklist")
    sheets.add_argument("--lang", default="zh", choices=("zh", "en"))
    again = _command(groups, "recompute", _in_shell("scores", "recompute"), "prove that stored approvals come to the same digits")
    again.add_argument("--all", action="store_true", required=True, help="every stored snapshot")

    grades = _command(groups, "grades", _in_shell("scores", "grades"), "places, grades and decisions of a campaign")
    grades.add_argument("county", help="its region code, 6 digits")
    grades.add_argument("campaign", help="its title")
    grades.add_argument("--awarded-on", metavar="YYYY-MM-DD", help="the day of the award, from which grades are valid")
    grades.add_argument("--json", action="store_true")
    grades.add_argument("--lang", default="zh", choices=("zh", "en"))

    drawing = groups.add_parser("draw", help="draws of campaigns").add_subparsers(required=True, metavar="WHAT")
    replay = _command(drawing, "replay", draw_replay, "prove that a draw follows from its seed (REPLAY.md)")
    replay.add_argument("file", metavar="FILE", type=Path)
    replay.add_argument("--commitment", metavar="HASH", help="what was published before the draw")
    registry = groups.add_parser("registry", help="sites and people by sheet").add_subparsers(required=True, metavar="WHAT")
    for deed, help_text in (("check", "name everything wrong with a sheet"), ("import", "take a sheet in, whole or not at all")):
        sheet_of = _command(registry, deed, _in_shell("registry", f"registry_{deed}"), help_text)
        sheet_of.add_argument("kind", choices=("regions", "sites", "people"))
        sheet_of.add_argument("file", metavar="FILE", type=Path)
        sheet_of.add_argument("--scope", required=True, help="the county, as 990123")

    trail = groups.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="WHAT")
    verify = _command(trail, "verify", _in_shell("house", "audit_verify"), "prove that the audit trail is whole")
    verify.add_argument("--since", action="append", metavar="TENANT:SEQ:LINK", help="a head printed earlier")

    photos = groups.add_parser("evidence", help="photos and their proof").add_subparsers(required=True, metavar="WHAT")
    walk = _command(photos, "verify", _in_shell("evidence", "evidence_verify"), "walk every photo from op to bytes")
    walk.add_argument("--inspection", metavar="ID", help="this one alone")
    kept = _command(photos, "retention", _in_shell("evidence", "evidence_retention"), "how long photos are kept")
    kept.add_argument("county", help="six digits")
    kept.add_argument("periods", nargs="*", metavar="KIND=DAYS", help="as badge=180; DAYS “none”: without end")
    _command(photos, "sweep", _in_shell("evidence", "evidence_sweep"), "delete now what is due")
    person = groups.add_parser("person", help="a person’s request").add_subparsers(required=True, metavar="WHAT")
    export = _command(person, "export", _in_shell("evidence", "person_export"), "print what is stored, as JSON")
    erase = _command(person, "erase", _in_shell("evidence", "person_erase"), "delete as far as the law lets")
    for each in (export, erase):
        each.add_argument("username", nargs="?")
        each.add_argument("--name", help="somebody without an account, as they signed")
        each.add_argument("--county", help="six digits, with --name")
    erase.add_argument("--reason", required=True, help="the request that this rests on")

    serving = _command(groups, "serve", serve, "serve on HOST and PORT under gunicorn")
    serving.add_argument("--reload", action="store_true", help="start again when the code changes (make dev)")
    _command(groups, "worker", _in_shell("house", "work"), "work jobs off, remind and ring, beside servers; as many as you like")
    _command(groups, "work", _in_shell("house", "work"), "the same as worker")
    _command(groups, "push-key", _in_shell("house", "push_key"), "make a new key for Web Push; phones change over by themselves")
    _command(groups, "health", health, "ask the running server how it is")
    return parser


def _in_shell(module: str, name: str) -> Callable[[Config, Options], int | None]:
    """A command of the package `shell`, which is imported only when it runs."""

    def run(config: Config, options: Options) -> int | None:
        command = getattr(importlib.import_module(f"mingcha.shell.{module}"), name)
        return int(command(config, options) or 0)

    return run


def _command(
    group: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[Config, Options], int | None],
    words_of_help: str,
) -> argparse.ArgumentParser:
    parser = group.add_parser(name, help=words_of_help)
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
