"""Publishing checklists: from the folder of files into the store, each version once and for ever."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingcha import clock
from mingcha.core.canonical import canonical
from mingcha.core.checklist.faults import Fault
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import Refused
from mingcha.store import audit, checklist_files, checklists
from mingcha.store.checklists import Published
from mingcha.store.db import transaction

#: Versions belong to no county; the trail keeps them under the country's own name.
NATION = "00"


@dataclass(frozen=True)
class Linted:
    """One file, and everything wrong with it."""

    slug: str
    version: str
    faults: list[Fault]


def publish_all(root: Path) -> list[Published]:
    """Every published version of the folder (those of its lock; where there is no lock yet, every file)."""
    return [publish(root, slug, version) for slug, version in _to_publish(root)]


def publish(root: Path, slug: str, version: str) -> Published:
    """One version. Publishing it again is harmless. Raises Faulty for a file with errors,
    Refused("checklist.taken").
    """
    checklist = checklist_files.read(root, slug, version)
    content = checklist_files.read_content(checklist_files.path_of(root, slug, version))
    return keep(content, checklist)


def keep(content: dict[str, Any], checklist: Checklist) -> Published:
    """Put a version that was checked into the store."""
    now = clock.now()
    with transaction():
        known = checklists.named(checklist.slug, checklist.version)
        if known is None:
            known = checklists.publish(
                digest=checklist.digest,
                slug=checklist.slug,
                version=checklist.version,
                title=dict(content["title"]),
                body=canonical(content),
                now=now,
            )
            audit.note(
                "checklist.publish",
                tenant=NATION,
                region=NATION,
                actor=None,
                subject=f"checklist/{checklist.slug}/{checklist.version}",
                at=now,
                digest=checklist.digest,
            )
        if known.digest != checklist.digest:
            raise Refused("checklist.taken", name=f"{checklist.slug} {checklist.version}")
    return known


def all_published() -> list[Published]:
    return checklists.all_published()


def show(slug: str, version: str | None = None) -> dict[str, Any]:
    """The content of a published version, or of the newest."""
    found = checklists.named(slug, version) if version else checklists.newest(slug)
    content = checklists.content(found.digest) if found else None
    if content is None:
        raise Refused("not_found")
    return content


def lint_all(root: Path) -> list[Linted]:
    """Every file of the folder with its faults."""
    return [
        Linted(slug, version, checklist_files.check(root, checklist_files.path_of(root, slug, version)))
        for slug in checklist_files.slugs(root)
        for version in checklist_files.versions(root, slug)
    ]


def _to_publish(root: Path) -> list[tuple[str, str]]:
    locked = checklist_files.published(root)
    every = [(slug, each) for slug in checklist_files.slugs(root) for each in checklist_files.versions(root, slug)]
    return [each for each in every if "/".join(each) in locked] if locked else every
