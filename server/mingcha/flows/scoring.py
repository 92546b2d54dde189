"""Scoring sheets that lie in files: each by itself, or all as one campaign. Touches no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingcha.core.checklist.faults import Faulty
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import Refused
from mingcha.core.scoring import Result, Sheet, SiteStanding, campaign, score
from mingcha.core.sheets import Terms, chosen, parse_sheet, parse_terms
from mingcha.store import checklist_files, sheet_files

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Scored:
    """One file: its sheet, the checklist that the sheet names, and what it earns."""

    file: str
    site: str
    checklist: Checklist
    result: Result
    #: What was written about each finding, by its id.
    notes: dict[str, str]


@dataclass(frozen=True)
class Ranked:
    """All files together, best place first."""

    checklist: Checklist
    rows: list[SiteStanding]


def score_files(root: Path, files: Sequence[Path], settings: Pairs) -> list[Scored]:
    """Each sheet by itself. Raises Refused, with the file's name in its details, for what cannot be scored."""
    found = []
    for file in files:
        raw = _read(file)
        if isinstance(raw, dict) and "campaign" in raw:
            raise _in(file, Refused("sheet.malformed", why="a campaign part counts with --campaign only"))
        checklist, sheet = _sheet(root, file, raw)
        result = score(checklist, sheet, _chosen(file, checklist, settings))
        notes = {each["id"]: each["note"] for each in sheet.get("findings") or () if each.get("note")}
        found.append(Scored(file.name, sheet.get("site") or file.stem, checklist, result, notes))
    return found


def rank_files(root: Path, files: Sequence[Path], settings: Pairs) -> Ranked:
    """The campaign of all sheets. Its terms are the `campaign` part of one of the files, which may hold nothing else;
    `settings` come before them.
    """
    sheets: dict[str, Sheet] = {}
    parts: list[tuple[Path, Any]] = []
    list_: Checklist | None = None
    for file in files:
        raw = _read(file)
        if isinstance(raw, dict) and "campaign" in raw:
            parts.append((file, raw["campaign"]))
            raw = {key: value for key, value in raw.items() if key != "campaign"}
            if not raw:
                continue
        checklist, sheet = _sheet(root, file, raw)
        if list_ and checklist.digest != list_.digest:
            raise _in(file, Refused("sheet.malformed", why="a campaign has one checklist and version"))
        list_ = checklist
        site = sheet.get("site") or file.stem
        if site in sheets:
            raise _in(file, Refused("sheet.malformed", why=f"there are two sheets of {site}"))
        sheets[site] = sheet
    if list_ is None:
        raise Refused("sheet.malformed", why="no sheet among the files")
    if len(parts) > 1:
        raise _in(parts[1][0], Refused("sheet.malformed", why="a second campaign part"))
    terms = _terms(parts, list_)
    wanted = terms.settings | _chosen(files[0], list_, settings)
    rows = campaign(list_, sheets, wanted, terms.decisions, terms.listed, terms.awarded_on)
    return Ranked(list_, rows)


def _read(file: Path) -> Any:
    return sheet_files.read_sheet(file)


def _sheet(root: Path, file: Path, raw: Any) -> tuple[Checklist, Sheet]:
    checklist = _checklist(root, file, raw)
    try:
        return checklist, parse_sheet(raw, checklist)
    except Refused as refused:
        raise _in(file, refused) from None


def _checklist(root: Path, file: Path, raw: Any) -> Checklist:
    """The version that the sheet names. `parse_sheet` has the last word on what else is wrong with it."""
    slug, version = (raw.get(name) if isinstance(raw, dict) else None for name in ("checklist", "version"))
    if not isinstance(slug, str) or not isinstance(version, str):
        raise _in(file, Refused("sheet.malformed", why="checklist and version are missing"))
    try:
        return checklist_files.read(root, slug, version)
    except (FileNotFoundError, Faulty):
        raise _in(file, Refused("sheet.unknown_checklist", slug=slug[:40], version=version[:40])) from None


def _terms(parts: Sequence[tuple[Path, Any]], checklist: Checklist) -> Terms:
    for file, part in parts:
        try:
            return parse_terms(part, checklist)
        except Refused as refused:
            raise _in(file, refused) from None
    return Terms()


def _chosen(file: Path, checklist: Checklist, settings: Pairs) -> dict[str, str]:
    try:
        return chosen(checklist, settings)
    except Refused as refused:
        raise _in(file, refused) from None


def _in(file: Path, refused: Refused) -> Refused:
    return Refused(refused.code, **{**refused.details, "file": file.name})
