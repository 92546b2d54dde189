"""Checklists: the folder's files, its lock, and what the database has of them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from mingcha.config import Config
from mingcha.core.checklist.compare_words import spoken
from mingcha.core.checklist.faults import Fault, Faulty
from mingcha.core.checklist.model import Checklist
from mingcha.core.checklist.show import show
from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.flows import checklists
from mingcha.shell import Options, in_app
from mingcha.store import checklist_files, checklist_imports
from mingcha.store.checklist_excel import workbook_of

MOST_FILE_BYTES = 4 * 1024 * 1024


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
