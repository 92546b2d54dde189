"""The commands of `cli.py` that work on the database. Apart, because a server starts without needing any of this."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.aloud import read_campaign, read_result
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.core.scoring import ENGINE
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, demo, passwords, scoring
from mingcha.flows import recompute as recomputing
from mingcha.jobs import worker
from mingcha.store import accounts, audit, revisions

Options = argparse.Namespace


def in_app(command: Callable[[Flask, Options], int | None]) -> Callable[[Config, Options], int | None]:
    """For commands that work on the database."""

    def run(config: Config, options: Options) -> int | None:
        app = create_app(config)
        try:
            with app.app_context():
                return command(app, options)
        except Refused as refused:
            print(f"mingcha: {words(PROBLEMS[refused.code], refused.details)['en']}", file=sys.stderr)
            return 1

    return run


@in_app
def db_upgrade(app: Flask, options: Options) -> None:
    revisions.upgrade(app.config["MINGCHA"].migrations, options.revision)


@in_app
def db_downgrade(app: Flask, options: Options) -> None:
    revisions.downgrade(app.config["MINGCHA"].migrations, options.revision)


@in_app
def db_revision(app: Flask, options: Options) -> None:
    revisions.write(app.config["MINGCHA"].migrations, options.message, options.id)


@in_app
def setup(app: Flask, options: Options) -> None:
    """All that stands between an empty folder and a county to try; safe to repeat."""
    revisions.upgrade(app.config["MINGCHA"].migrations, "head")
    _build_demo(app)
    print("First: sign in as lin, press 准备离线 (prepare for offline), open the visit, then go on without a network.")
    print("Then: sign in as zhou in a private window, and read the score with its working.")


@in_app
def make_demo(app: Flask, options: Options) -> None:
    _build_demo(app)


def _build_demo(app: Flask) -> None:
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


def score_sheets(config: Config, options: Options) -> int:
    """Prints each sheet's working, or the campaign's places and grades. 1 if anything could not be read."""
    try:
        settings = [_setting(text) for text in options.set]
        if options.campaign:
            return _print_campaign(scoring.rank_files(config.checklists, options.files, settings), options)
        return _print_sheets(scoring.score_files(config.checklists, options.files, settings), options)
    except Refused as refused:
        file = f"{refused.details['file']}: " if "file" in refused.details else ""
        said = words(PROBLEMS[refused.code], refused.details)[options.lang]
        print(_harmless(f"mingcha: {file}{said}"), file=sys.stderr)
        return 1


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set {text}: write NAME=VALUE")
    return name, value


def _print_sheets(scored: list[scoring.Scored], options: Options) -> int:
    if options.json:
        found = [{"file": each.file, "site": each.site, "result": each.result} for each in scored]
        print(json.dumps(found[0]["result"] if len(found) == 1 else found, ensure_ascii=False, indent=2))
    else:
        for each in scored:
            _print_heading(each.checklist, each.site, options.lang)
            for line in read_result(each.result, each.checklist, options.lang):
                print(_harmless(line))
    return int(any(each.result["problems"] for each in scored))


def _print_campaign(ranked: scoring.Ranked, options: Options) -> int:
    if options.json:
        print(json.dumps(ranked.rows, ensure_ascii=False, indent=2))
    else:
        _print_heading(ranked.checklist, "", options.lang)
        for line in read_campaign(ranked.rows, ranked.checklist, options.lang):
            print(_harmless(line))
    return int(any(row["result"]["problems"] for row in ranked.rows))


def _print_heading(checklist: Checklist, site: str, language: str) -> None:
    """Which checklist and engine, so that the paper says by what it can be computed again."""
    title = getattr(checklist.title, language)
    print(_harmless(f"{title} · {site}" if site else title))
    print(f"{checklist.slug} {checklist.version} · sha256 {checklist.digest} · engine {ENGINE}")


def _harmless(line: str) -> str:
    """Names from a file must not move a terminal's cursor."""
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


@in_app
def recompute(app: Flask, options: Options) -> int:
    """Prints every snapshot and whether it comes to the same digits. 1 if one does not."""
    counts: Counter[str] = Counter()
    for each in recomputing.recompute_all():
        counts[each.verdict] += 1
        differs = f"  {each.was} → {each.now}" if each.was != each.now else ""
        print(f"{each.digest}  {each.inspection}  {each.total}  {each.verdict}{differs}")
    print(f"{counts.total()} snapshots, {counts['same']} the same, {counts.total() - counts['same']} not")
    return 1 if counts.total() != counts["same"] else 0


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
