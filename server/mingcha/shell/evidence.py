"""The commands of `cli.py` about photos and about what is stored of a person."""

import json
from collections import Counter
from typing import Any

from flask import Flask

from mingcha.core.integrity import WORDS
from mingcha.core.problems import Refused
from mingcha.core.retention import KINDS
from mingcha.flows import integrity, persons, retention
from mingcha.shell import Options, in_app
from mingcha.store import accounts


@in_app
def evidence_verify(app: Flask, options: Options) -> int:
    """Prints what is not in order, then how many of each. 1 if anything is wrong."""
    counts: Counter[str] = Counter()
    wrong = 0
    for each in integrity.walk(options.inspection):
        counts[each.verdict] += 1
        if each.is_wrong:
            wrong += 1
            what = f"photo {each.photo}" if each.photo else "approval"
            what += f" of item {each.item}" if each.item else ""
            zh, en = WORDS[each.verdict]
            print(f"{each.verdict}  inspection {each.inspection}  {what}  sha256 {each.sha256 or '-'}  {zh} · {en}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) or "no photos")
    return 1 if wrong else 0


@in_app
def evidence_retention(app: Flask, options: Options) -> None:
    county = retention.county(options.county)
    if options.periods:
        found = retention.change(None, county, dict(_period(text) for text in options.periods))
    else:
        found = {kind: retention.periods(county).get(kind) for kind in KINDS}
    for kind, days in found.items():
        print(f"{kind:<10} {days if days is not None else 'without end'}")


@in_app
def evidence_sweep(app: Flask, options: Options) -> None:
    print(f"{retention.sweep()} photos deleted; their proof is kept")


@in_app
def person_export(app: Flask, options: Options) -> None:
    if options.name:
        found = persons.export_named(None, retention.county(options.county or ""), options.name)
    else:
        found = persons.export(None, _account_id(options.username))
    print(json.dumps(found, ensure_ascii=False, indent=1))


@in_app
def person_erase(app: Flask, options: Options) -> None:
    if options.name:
        found = persons.erase_named(None, retention.county(options.county or ""), options.name, options.reason)
    else:
        found = persons.erase(None, _account_id(options.username), options.reason)
    print(json.dumps(found, ensure_ascii=False, indent=1))


def _account_id(username: str | None) -> str:
    account = accounts.by_username(username or "")
    if account is None:
        raise Refused("not_found")
    return account.id


def _period(text: str) -> tuple[str, Any]:
    kind, _, days = text.partition("=")
    return kind, None if days == "none" else int(days) if days.isdigit() else days
