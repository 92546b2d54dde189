"""The commands of `cli.py` that work on the database. Apart, because a server starts without needing any of this."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.access import Actor
from mingcha.core.aloud import read_campaign, read_result
from mingcha.core.checklist.compare_words import spoken
from mingcha.core.checklist.faults import Fault, Faulty
from mingcha.core.checklist.model import Checklist
from mingcha.core.checklist.show import show
from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.core.scoring import ENGINE
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists, demo, passwords, registry, ringing, scoring
from mingcha.flows import recompute as recomputing
from mingcha.jobs import worker
from mingcha.store import accounts, audit, checklist_files, checklist_imports, revisions
from mingcha.store.checklist_excel import workbook_of

Options = argparse.Namespace

MOST_FILE_BYTES = 4 * 1024 * 1024


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


def on_files(command: Callable[[Config, Options], int | None]) -> Callable[[Config, Options], int | None]:
    """For commands on the folder of checklists, which need no database."""

    def run(config: Config, options: Options) -> int | None:
        try:
            return command(config, options)
        except Faulty as faulty:
            _print_faults("", faulty.faults)
        except Refused as refused:
            print(f"mingcha: {words(PROBLEMS[refused.code], refused.details)['en']}", file=sys.stderr)
        except OSError as error:
            print(f"mingcha: {error}", file=sys.stderr)
        return 1

    return run


@on_files
def checklist_lint(config: Config, options: Options) -> int:
    """Prints every fault and every recorded doubt. 1 if any is an error."""
    every = checklists.lint_all(config.checklists, options.slug)
    if options.slug and not every:
        raise FileNotFoundError(f"no checklist {options.slug}")
    return 1 if sum(_print_faults(f"{each.slug} {each.version} ", each.faults) for each in every) else 0


@on_files
def checklist_publish(config: Config, options: Options) -> int | None:
    """Freeze versions in the folder's lock; with --store, put what the lock names into the database too."""
    for name, digest in checklists.freeze(config.checklists, options.slug, options.version):
        print(f"{name}  {digest}")
    return _store_checklists(config, options) if options.store else None


@in_app
def _store_checklists(app: Flask, options: Options) -> None:
    for each in checklists.publish_all(app.config["MINGCHA"].checklists):
        print(f"stored {each.slug} {each.version}  {each.digest}")


@on_files
def checklist_list(config: Config, options: Options) -> int | None:
    """The versions of the folder, or with --store those of the database."""
    if options.store:
        return _list_stored(config, options)
    for each in checklists.in_folder(config.checklists):
        print(f"{each.slug:<20} {each.version:<10} {each.state:<9} {each.digest or '-':<64}  {each.title}")
    return None


@in_app
def _list_stored(app: Flask, options: Options) -> None:
    for each in checklists.all_published():
        title = f"{each.title['zh']} · {each.title['en']}"
        print(f"{each.slug:<20} {each.version:<10} {each.owner:<9} {each.digest}  {title}")


@on_files
def checklist_show(config: Config, options: Options) -> None:
    checklist = _found(config, options.slug, options.version)
    if options.json:
        print(json.dumps(show(checklist), ensure_ascii=False, indent=2))
        return
    print(f"{checklist.title.zh} · {checklist.title.en}")
    print(f"{checklist.slug} {checklist.version}  {checklist.scheme}  {checklist.digest}")
    for category in checklist.categories:
        print(f"\n{category.id}  {category.title.zh} · {category.title.en}")
        for each in category.indicators:
            marks = f" [{each.full_marks}]" if each.full_marks is not None else ""
            needed = "".join(f" {tier}" for tier, demand in each.tiers.items() if demand.necessary)
            print(f"  {each.id:<6}{marks}{needed}  {each.title.zh} · {each.title.en}")


@on_files
def checklist_diff(config: Config, options: Options) -> int:
    """What changed from A to B, one line for each change. 1 where there is any, as `diff` has it."""
    found = spoken(*(_found(config, *_name(each)) for each in (options.a, options.b)))
    for each in found["added"]:
        print(f"+ {each['indicator']} {each['title']['zh']} · {each['title']['en']}")
    for each in found["removed"]:
        print(f"- {each['indicator']} {each['title']['zh']} · {each['title']['en']}")
    for sort in ("moved", "scoring", "asking", "words"):
        for each in found[sort]:
            place = each["indicator"] or "*"
            print(f"~ {sort} {place} {each['label']['zh']} ({each['path']}): {each['before']} → {each['after']}")
    return 0 if found["same"] else 1


@on_files
def checklist_new_version(config: Config, options: Options) -> None:
    note = {"zh": options.note_zh or "修订。", "en": options.note_en or "Revised."}
    print(checklist_files.new_version(config.checklists, options.slug, options.version, note))


@on_files
def checklist_export(config: Config, options: Options) -> None:
    checklist = _found(config, options.slug, options.version)
    Path(options.file).write_bytes(workbook_of(checklist.content).data)
    print(f"{checklist.slug} {checklist.version}  {checklist.digest}  {options.file}")


@on_files
def checklist_import(config: Config, options: Options) -> int:
    """A draft file from a workbook. Prints what could not be taken over, then the lint. 1 if any of it is an error."""
    file = Path(options.file)
    if file.stat().st_size > MOST_FILE_BYTES:
        raise Refused("too_large", limit="file", limit_bytes=MOST_FILE_BYTES)
    brought = checklist_imports.read(file.read_bytes(), "xlsform" if options.xlsform else "any")
    path = checklist_files.write_draft(config.checklists, brought.content)
    print(path)
    wrong = _print_faults("not taken over: ", brought.report)
    return 1 if wrong + _print_faults("", checklist_files.check(config.checklists, path)) else 0


def _found(config: Config, slug: str, version: str | None) -> Checklist:
    """A version of the folder; one that was published in the browser, from the database if there is one."""
    try:
        return checklist_files.read(config.checklists, slug, version)
    except FileNotFoundError:
        stored: list[Checklist] = []
        file = config.database.removeprefix("sqlite:///")
        if config.is_sqlite and not Path(file).exists():
            raise

        @in_app
        def look(app: Flask, options: Options) -> None:
            stored.append(Checklist.parse(checklists.show(slug, version)))

        if look(config, Options()) or not stored:
            raise FileNotFoundError(f"no checklist {slug} {version or ''}".strip()) from None
        return stored[0]


def _name(text: str) -> tuple[str, str | None]:
    """`slug/version`, or a slug alone for its newest."""
    slug, _, version = text.partition("/")
    return slug, version or None


def _print_faults(before: str, found: list[Fault]) -> int:
    """How many of them are errors."""
    for fault in found:
        print(f"{before}{fault.path}: {fault.severity} {fault.code}: {fault.message.en}")
    return sum(fault.severity == "error" for fault in found)


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
            for line in read_result(each.result, each.checklist, options.lang, each.notes):
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
def push_key(app: Flask, options: Options) -> None:
    print(ringing.rotate().public)


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


@in_app
def registry_check(app: Flask, options: Options) -> int:
    return _look(options)[1]


@in_app
def registry_import(app: Flask, options: Options) -> int:
    told, failed = _look(options)
    if failed:
        return failed
    taken = registry.take(Actor("", "admin", options.scope), options.kind, options.file.read_bytes(), told["digest"])
    print(f"imported as {taken['id']}")
    return 0


def _look(options: Options) -> tuple[dict[str, Any], int]:
    """The preview, printed row by row; 1 where something keeps it from being imported."""
    try:
        told = registry.preview(Actor("", "admin", options.scope), options.kind, options.file.read_bytes())
    except Refused as refused:
        told = {"counts": {"errors": 1}, "faults": refused.details.get("faults", [])}
    for each in told["faults"]:
        where = f"row {each['row']}" if each["row"] else "file"
        print(f"{each['severity']:<5} {where} {each['column'] or ''}: {each['message']['zh']} {each['message']['en']}")
    print(", ".join(f"{name} {count}" for name, count in told["counts"].items()))
    return told, 1 if told["counts"]["errors"] else 0
