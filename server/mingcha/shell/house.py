"""The house as a whole: tables, a county to try, backups, the worker, the key for pushes, the audit trail."""

import os
from pathlib import Path

from flask import Flask

from mingcha.config import Config
from mingcha.flows import backups, demo, passwords, ringing
from mingcha.jobs import worker
from mingcha.shell import Options, in_app
from mingcha.store import audit, revisions


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
def back_up(app: Flask, options: Options) -> int:
    """Prints what was copied. 1 where a proved photo has no bytes here."""
    done = backups.back_up(options.folder, with_photos=not options.no_photos)
    print(f"{options.folder}: the database and {done.photos} photos, {done.copied} of them copied now")
    return _print_absent(done)


@in_app
def restore(app: Flask, options: Options) -> int:
    """Prints what is there again. 1 where a photo's bytes are nowhere: phones that still have it are asked for it."""
    if options.epoch:
        done = backups.begin_again()
    else:
        done = backups.restore(options.folder, lambda: revisions.upgrade(app.config["MINGCHA"].migrations, "head"))
    print(f"{done.photos} photos, {done.copied} of them copied back; phones pull afresh and offer again what they kept")
    return _print_absent(done)


def _print_absent(done: backups.Done) -> int:
    for sha256 in done.absent:
        print(f"no bytes: {sha256}")
    return 1 if done.absent else 0


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
