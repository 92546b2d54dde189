"""Checklist versions: publishing them, each once and for ever, and what a supervisor's desk shows of them.

Versions of the house's folder are the nation's; one that was drafted in an area belongs to that area. A version is
retired when another that the area uses replaces it; inspections that began with it go on.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.canonical import canonical
from mingcha.core.checklist.compare_words import spoken
from mingcha.core.checklist.faults import Fault, Faulty, fault
from mingcha.core.checklist.lint import errors
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.flows import review, secrecy
from mingcha.store import accounts, audit, checklist_drafts, checklist_files, checklists, inspections
from mingcha.store.checklist_excel import Workbook as Workbook
from mingcha.store.checklist_excel import workbook_of
from mingcha.store.checklists import NATION, Published
from mingcha.store.db import transaction


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


def keep(
    content: dict[str, Any],
    checklist: Checklist,
    *,
    by: Actor | None = None,
    owner: str = NATION,
    note: dict[str, str] | None = None,
) -> Published:
    """Put a version that was checked into the store. `by` is None at the server's own shell."""
    now = clock.now()
    replaces = content.get("replaces") or {}
    with transaction():
        known = checklists.named(checklist.slug, checklist.version)
        if known is None:
            known = checklists.publish(
                digest=checklist.digest,
                slug=checklist.slug,
                version=checklist.version,
                title=dict(content["title"]),
                scheme=checklist.scheme,
                replaces=replaces.get("version"),
                note=note or replaces.get("note"),
                owner=owner,
                body=canonical(content),
                now=now,
            )
            audit.note(
                "checklist.publish",
                tenant=tenant_of(owner),
                region=owner,
                actor=by.id if by else None,
                subject=f"checklist/{checklist.slug}/{checklist.version}",
                at=now,
                digest=checklist.digest,
            )
        if known.digest != checklist.digest:
            raise Refused("checklist.taken", name=f"{checklist.slug} {checklist.version}")
    return known


def listed(actor: Actor) -> list[dict[str, Any]]:
    """Every checklist that the actor's area uses: its versions, oldest first, who uses them, and the drafts."""
    counts = _counts(actor)
    found: dict[str, dict[str, Any]] = {}
    for slug, versions in _by_slug(actor).items():
        replaced = {each.replaces for each in versions}
        newest = versions[-1]
        found[slug] = {
            "slug": slug,
            "title": newest.title,
            "scheme": newest.scheme,
            "versions": [_version(each, each.version in replaced, counts.get(each.digest, 0)) for each in versions],
            "drafts": [],
        }
    drafts = [each for each in checklist_drafts.in_area(actor.scope) if _may_draft(actor, each.region)]
    names = accounts.names({each.changed_by for each in drafts})
    for draft in drafts:
        fresh: dict[str, Any] = {"slug": draft.slug, "title": None, "scheme": None, "versions": [], "drafts": []}
        found.setdefault(draft.slug, fresh)["drafts"].append(
            {
                "id": draft.id,
                "version": draft.version,
                "changed_at": clock.wire(draft.changed_at),
                "by": {"id": draft.changed_by, "name": names.get(draft.changed_by, "")},
            }
        )
    return [found[slug] for slug in sorted(found)]


def _counts(actor: Actor) -> Counter[str]:
    """By digest: how many inspections of the area use it, without those that the actor must not know of yet."""
    waiting = inspections.not_begun(actor.scope)
    hidden = secrecy.sealed(actor, waiting)
    return Counter(inspections.counts_by_checklist(actor.scope)) - Counter(
        each.checklist for each in waiting if each.id in hidden
    )


def compared(actor: Actor, before: str, after: str) -> dict[str, Any]:
    """Two published versions, by digest, side by side and in words."""
    return spoken(known(actor, before), known(actor, after))


def users(actor: Actor, digest: str) -> list[dict[str, Any]]:
    """The inspections of the actor's area that are pinned to a version, latest visit first."""
    known(actor, digest)
    return review.queue(actor, None, None, checklist=digest)


def exported(actor: Actor, digest: str) -> Workbook:
    """A published version as our workbook, which is also the template."""
    return workbook_of(known(actor, digest).content)


def known(actor: Actor, digest: str) -> Checklist:
    """A published version that the actor's area uses; what another county owns looks like what does not exist."""
    found, content = checklists.by_digest(digest), checklists.content(digest)
    if found is None or content is None or not found.is_for(actor.scope):
        raise Refused("not_found")
    return Checklist.parse(content)


def newer_than(actor: Actor, digest: str) -> list[Published]:
    """The versions of the same checklist, for the actor's area, that were published after this one; newest first."""
    pinned = checklists.by_digest(digest)
    every = [each for each in checklists.all_published(pinned.slug) if each.is_for(actor.scope)] if pinned else []
    place = next((place for place, each in enumerate(every) if each.digest == digest), len(every))
    return every[:place:-1]


def earlier(slug: str, version: str, region: str) -> list[dict[str, Any]]:
    """The contents of a checklist's published versions that a region uses, oldest first, this one left out."""
    others = [each for each in checklists.all_published(slug) if each.version != version and each.is_for(region)]
    return [content for each in others if (content := checklists.content(each.digest)) is not None]


def all_published() -> list[Published]:
    return checklists.all_published()


def show(slug: str, version: str | None = None) -> dict[str, Any]:
    """The content of a published version, or of the newest."""
    found = checklists.named(slug, version) if version else checklists.newest(slug)
    content = checklists.content(found.digest) if found else None
    if content is None:
        raise Refused("not_found")
    return content


def lint_all(root: Path, slug: str | None = None) -> list[Linted]:
    """Every file of the folder, or of one checklist, with its faults; what the lock names and is gone is one too."""
    found = [
        Linted(one, version, checklist_files.check(root, checklist_files.path_of(root, one, version)))
        for one, version in _files(root)
        if slug in (None, one)
    ]
    there = {(each.slug, each.version) for each in found}
    for name in checklist_files.published(root):
        one, _, version = name.partition("/")
        if (one, version) not in there and slug in (None, one):
            found.append(Linted(one, version, [fault("$", "lock.missing", name=name)]))
    return found


@dataclass(frozen=True)
class File:
    """A version as it lies in the folder: published, draft, or faulty, when its digest is not known."""

    slug: str
    version: str
    state: str
    digest: str | None
    title: str


def in_folder(root: Path) -> list[File]:
    locked = checklist_files.published(root)
    found = []
    for slug, version in _files(root):
        state = "published" if f"{slug}/{version}" in locked else "draft"
        try:
            each = checklist_files.read(root, slug, version)
            found.append(File(slug, version, state, each.digest, f"{each.title.zh} · {each.title.en}"))
        except Faulty as error:
            found.append(File(slug, version, "faulty", None, f"{len(error.faults)} faults; see lint"))
    return found


def freeze(root: Path, slug: str | None, version: str | None) -> list[tuple[str, str]]:
    """Write versions into the folder's lock; (name, digest) of each. Raises Faulty before any is written."""
    wanted = [each for each in _files(root) if slug in (None, each[0]) and version in (None, each[1])]
    if not wanted:
        raise FileNotFoundError(f"no checklist {slug} {version or ''}".strip())
    left = [
        wrong for each in wanted for wrong in errors(checklist_files.check(root, checklist_files.path_of(root, *each)))
    ]
    if left:
        raise Faulty(left)
    return [("/".join(each), checklist_files.publish(root, *each).digest) for each in wanted]


def _files(root: Path) -> list[tuple[str, str]]:
    return [(slug, each) for slug in checklist_files.slugs(root) for each in checklist_files.versions(root, slug)]


def _to_publish(root: Path) -> list[tuple[str, str]]:
    locked = checklist_files.published(root)
    every = _files(root)
    return [each for each in every if "/".join(each) in locked] if locked else every


def _by_slug(actor: Actor) -> dict[str, list[Published]]:
    found: dict[str, list[Published]] = {}
    for each in checklists.all_published():
        if each.is_for(actor.scope):
            found.setdefault(each.slug, []).append(each)
    return found


def _version(each: Published, retired: bool, used: int) -> dict[str, Any]:
    return {
        "version": each.version,
        "digest": each.digest,
        "title": each.title,
        "published_at": clock.wire(each.published_at),
        "replaces": each.replaces,
        "note": each.note,
        "owner": each.owner,
        "retired": retired,
        "inspections": used,
    }


def _may_draft(actor: Actor, region: str) -> bool:
    return may(actor, "checklist.draft", Subject(region))
