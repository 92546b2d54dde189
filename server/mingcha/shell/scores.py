"""Sheets scored, approvals recomputed, and the grades of a campaign."""

import json
import sys
from collections import Counter
from datetime import date

from flask import Flask

from mingcha.config import Config
from mingcha.core.aloud import read_campaign, read_result
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.core.scoring import ENGINE
from mingcha.flows import grades as grade_flow
from mingcha.flows import recompute as recomputing
from mingcha.flows import scoring
from mingcha.shell import Options, in_app


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
def grades(app: Flask, options: Options) -> None:
    """Each site with its grade's working, then every decision that was recorded."""
    if options.awarded_on:
        date.fromisoformat(options.awarded_on)
    found = grade_flow.read(None, options.county, options.campaign, options.awarded_on)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found["sites"]:
        print(_harmless(f"{row['site']['name'][options.lang]}  {row['grade']['working'][options.lang]}"))
    for each in found["decisions"]:
        print(_harmless(f"{each['decided_at']}  {each['kind']}  {each['site']}  {each['source']}: {each['reason']}"))
