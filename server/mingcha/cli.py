"""`mingcha`: what is done at the server's own shell. Each command is one function below; the parser is at the end."""

import argparse
import json
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import flask_migrate
from flask import Flask

from mingcha.app import create_app
from mingcha.config import Config, environment, from_environment
from mingcha.core.access import ROLES
from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, demo, passwords
from mingcha.jobs import worker
from mingcha.store import accounts, audit

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
    except Refused as refused:
        print(f"mingcha: {words(PROBLEMS[refused.code], refused.details)['en']}", file=sys.stderr)
    return 1


def in_app(command: Callable[[Flask, Options], int | None]) -> Callable[[Config, Options], int | None]:
    """For commands that work on the database."""

    def run(config: Config, options: Options) -> int | None:
        app = create_app(config)
        with app.app_context():
            return command(app, options)

    return run


@in_app
def db_upgrade(app: Flask, options: Options) -> None:
    flask_migrate.upgrade(revision=options.revision)


@in_app
def db_downgrade(app: Flask, options: Options) -> None:
    flask_migrate.downgrade(revision=options.revision)


@in_app
def db_revision(app: Flask, options: Options) -> None:
    flask_migrate.migrate(message=options.message, rev_id=options.id)


@in_app
def make_demo(app: Flask, options: Options) -> None:
    config: Config = app.config["MINGCHA"]
    password = config.demo_password or _kept_password(config.data / "demo-password")
    demo.build(password)
    print(f"{demo.COUNTY_NAME[0]} · {demo.COUNTY_NAME[1]} ({demo.COUNTY})")
    print(f"  password of every demo account · 演示账号的密码: {password}")
    for username, name, role, scope in demo.PEOPLE:
        print(f"  {username:<6} {name}  {role:<11} {scope}")


@in_app
def user_add(app: Flask, options: Options) -> None:
    password, chosen = _password(options)
    account = account_flow.add(
        None, username=options.username, name=options.name or options.username, role=options.role, scope=options.scope,
        password=password, locale=options.locale,
    )
    print(f"added {account.username} ({account.role}, {account.scope})")
    if not chosen:
        print(f"password: {password}")


@in_app
def user_password(app: Flask, options: Options) -> None:
    account = accounts.by_username(options.username)
    if account is None:
        raise Refused("not_found")
    password, chosen = _password(options)
    account_flow.set_password(None, account.id, password)
    print(f"{account.username} has a new password; every session of the account has ended")
    if not chosen:
        print(f"password: {password}")


@in_app
def user_sign_out(app: Flask, options: Options) -> None:
    account = accounts.by_username(options.username)
    if account is None:
        raise Refused("not_found")
    print(f"{account.username}: {account_flow.end_sessions(account)} sessions ended; unsent work stays on the phones")


@in_app
def user_list(app: Flask, options: Options) -> None:
    for account in accounts.everyone():
        print(f"{account.username:<20} {account.role:<11} {account.scope:<12} {account.name}")


@in_app
def checklist_publish(app: Flask, options: Options) -> None:
    for each in checklists.publish_all(app.config["MINGCHA"].checklists):
        print(f"{each.slug} {each.version}  {each.digest}")


@in_app
def checklist_list(app: Flask, options: Options) -> None:
    for each in checklists.all_published():
        print(f"{each.slug:<20} {each.version:<10} {each.digest}  {each.title['zh']} · {each.title['en']}")


@in_app
def checklist_show(app: Flask, options: Options) -> None:
    print(json.dumps(checklists.show(options.slug, options.version), ensure_ascii=False, indent=2))


def checklist_lint(config: Config, options: Options) -> int:
    """Prints every fault. 1 if any is an error."""
    wrong = 0
    for each in checklists.lint_all(config.checklists):
        for fault in each.faults:
            wrong += fault.severity == "error"
            print(f"{each.slug} {each.version} {fault.path}: {fault.severity} {fault.code}: {fault.message.en}")
    return 1 if wrong else 0


@in_app
def work(app: Flask, options: Options) -> None:
    worker.run(app.app_context)


@in_app
def audit_verify(app: Flask, options: Options) -> int:
    """Prints each tenant's head as TENANT:SEQ:LINK. Kept elsewhere and given as --since, it proves nothing was cut."""
    broken = 0
    for tenant in audit.tenants():
        found = audit.breaks(tenant)
        for each in found:
            print(f"{tenant}: event {each.seq}: {each.why}")
        broken += len(found)
        head = audit.heads().get(tenant)
        if head and not found:
            print(f"whole: {tenant}:{head.seq}:{head.link}")
    for since in options.since or ():
        tenant, seq, link = _head(since)
        if audit.link_at(tenant, seq) != link:
            print(f"{tenant}: event {seq}: not the one that was noted; the trail was cut or rewritten")
            broken += 1
    return 1 if broken else 0


def serve(config: Config, options: Options) -> int:
    """Become gunicorn. One process on SQLite, where one writer is the rule; two on PostgreSQL."""
    workers = 1 if config.is_sqlite else 2
    more = {}
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


def _password(options: Options) -> tuple[str, bool]:
    """The password, and whether a person chose it: the first line of stdin if asked so, else a proposed one."""
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n"), True
    return passwords.proposed(), False


def _kept_password(file: Path) -> str:
    """One password for the demo, made once, so that it can be printed again."""
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
            new.write(passwords.proposed() + "\n")
    return file.read_text(encoding="utf-8").strip()


def _head(text: str) -> tuple[str, int, str]:
    tenant, seq, link = [*text.split(":"), "", ""][:3]
    if not (tenant and seq.isdigit() and link):
        raise ValueError(f"{text!r} is not TENANT:SEQ:LINK, as audit verify prints it")
    return tenant, int(seq), link


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mingcha", description="Mingcha at the server's own shell")
    groups = parser.add_subparsers(required=True, metavar="COMMAND")

    db = groups.add_parser("db", help="the database's tables").add_subparsers(required=True, metavar="WHAT")
    upgrade = _command(db, "upgrade", db_upgrade, "bring the tables up to this version")
    upgrade.add_argument("revision", nargs="?", default="head")
    _command(db, "downgrade", db_downgrade, "take tables back to a revision").add_argument("revision")
    revision = _command(db, "revision", db_revision, "write a new revision from what the models say")
    revision.add_argument("-m", "--message", required=True)
    revision.add_argument("--id", required=True, help="its number, as 0002")

    _command(groups, "demo", make_demo, "a county to try Mingcha in")

    user = groups.add_parser("user", help="accounts").add_subparsers(required=True, metavar="WHAT")
    add = _command(user, "add", user_add, "add an account; prints a password unless one is given")
    add.add_argument("username")
    add.add_argument("--name")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--scope", required=True, help="region code of 2, 4, 6, 9 or 12 digits")
    add.add_argument("--locale", default="zh", choices=("zh", "en"))
    password = _command(user, "password", user_password, "give an account a new password, ending its sessions")
    password.add_argument("username")
    for each in (add, password):
        each.add_argument("--password-stdin", action="store_true", help="read it from the first line of stdin")
    lost = _command(user, "sign-out", user_sign_out, "end every session of an account, as when a phone is lost")
    lost.add_argument("username")
    _command(user, "list", user_list, "every account")

    versions = groups.add_parser("checklist", help="checklist versions").add_subparsers(required=True, metavar="WHAT")
    _command(versions, "publish", checklist_publish, "publish what the folder's lock names")
    _command(versions, "list", checklist_list, "every published version")
    _command(versions, "lint", checklist_lint, "say what is wrong with the folder's files")
    show = _command(versions, "show", checklist_show, "a published version, or the newest")
    show.add_argument("slug")
    show.add_argument("version", nargs="?")

    trail = groups.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="WHAT")
    verify = _command(trail, "verify", audit_verify, "prove that the audit trail is whole")
    verify.add_argument("--since", action="append", metavar="TENANT:SEQ:LINK", help="a head printed earlier")

    _command(groups, "serve", serve, "serve on HOST and PORT under gunicorn")
    _command(groups, "work", work, "work jobs off, beside servers that do not")
    _command(groups, "health", health, "ask the running server how it is")
    return parser


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
