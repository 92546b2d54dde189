"""Drafting a checklist version at a desk: begun from a published one or from a file, edited, linted, published.

A draft may be saved with faults, which stand beside it; only a version without errors is published. What a file holds
that no checklist can say is listed in the draft's report.
"""

from pathlib import Path
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.canonical import canonical
from mingcha.core.checklist.faults import Fault, Faulty, fault
from mingcha.core.checklist.lint import errors
from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.flows import checklists as versions
from mingcha.store import accounts, audit, checklist_drafts, checklist_files, checklist_imports, checklists
from mingcha.store.checklist_drafts import Draft
from mingcha.store.checklist_excel import Workbook, workbook_of
from mingcha.store.checklist_yaml import DEEPEST, LARGEST_BYTES, MOST_VALUES
from mingcha.store.checklists import Published
from mingcha.store.db import new_id, transaction


def begin(actor: Actor, root: Path, base: str, version: str) -> dict[str, Any]:
    """A draft of the version that shall follow a published one."""
    content = dict(versions.known(actor, base).content)
    words = {"zh": f"依据 {content['version']} 版修订。", "en": f"Revised from version {content['version']}."}
    content.update(replaces={"version": content["version"], "note": words}, version=version)
    return _keep(actor, root, content, base=base, report=[])


def bring_in(actor: Actor, root: Path, raw: bytes, kind: str) -> dict[str, Any]:
    """A draft from a file: our workbook, an XLSForm, or a checklist file. `kind` as `checklist_imports.read` knows it.

    Raises Refused("checklist.faulty") with every fault where there is nothing to take over.
    """
    try:
        brought = checklist_imports.read(raw, kind)
        _require_keepable(brought.content)
    except Faulty as error:
        raise faulty(error.faults) from None
    return _keep(actor, root, brought.content, base=None, report=[each.as_json() for each in brought.report])


def read(actor: Actor, root: Path, draft_id: str) -> dict[str, Any]:
    return _told(root, _find(actor, draft_id, "checklist.draft"))


def save(actor: Actor, root: Path, draft_id: str, content: dict[str, Any], seq: int) -> dict[str, Any]:
    """Replace the content. `seq` is the save that the editor began from: nobody overwrites what they have not seen."""
    try:
        _require_keepable(content)
    except Faulty as error:
        raise faulty(error.faults) from None
    with transaction():
        draft = _find(actor, draft_id, "checklist.draft", hold=True)
        if draft.seq != seq:
            raise Refused("checklist.draft_moved", seq=draft.seq, by=draft.changed_by)
        slug, version = _name(content, draft.slug, draft.version)
        checklist_drafts.save(draft_id, slug=slug, version=version, content=content, by=actor.id, now=clock.now())
    return read(actor, root, draft_id)


def drop(actor: Actor, draft_id: str) -> None:
    with transaction():
        draft = _find(actor, draft_id, "checklist.draft", hold=True)
        checklist_drafts.drop(draft_id)
        _note(actor, draft, dropped=True)


def publish(actor: Actor, root: Path, draft_id: str, note: dict[str, str]) -> Published:
    """Make a version of the draft, for ever the same, with a note that says what it is for; the draft is gone.

    Where it replaces another version, the note is part of the content too, so that it travels with the version.
    """
    with transaction():
        draft = _find(actor, draft_id, "checklist.publish", hold=True)
        content = draft.content
        if isinstance(content.get("replaces"), dict):
            content = {**content, "replaces": {**content["replaces"], "note": note}}
        left = errors(_faults(root, content, draft.region))
        if left:
            raise faulty(left)
        published = versions.keep(content, Checklist.parse(content), by=actor, owner=draft.region, note=note)
        checklist_drafts.drop(draft_id)
    return published


def exported(actor: Actor, root: Path, draft_id: str) -> Workbook:
    """The draft as a workbook, once it has the shape of a checklist."""
    draft = _find(actor, draft_id, "checklist.draft")
    wrong = checklist_files.shape_faults(root, draft.content)
    if wrong:
        raise faulty(wrong)
    return workbook_of(draft.content)


def faulty(found: list[Fault]) -> Refused:
    return Refused("checklist.faulty", count=len(found), faults=[each.as_json() for each in found])


def _find(actor: Actor, draft_id: str, deed: str, *, hold: bool = False) -> Draft:
    draft = checklist_drafts.load(draft_id, hold=hold)
    if draft is None:
        raise Refused("not_found")
    demand(actor, deed, Subject(draft.region))
    return draft


def _keep(
    actor: Actor, root: Path, content: dict[str, Any], *, base: str | None, report: list[dict[str, Any]]
) -> dict[str, Any]:
    demand(actor, "checklist.draft", Subject(actor.scope))
    slug, version = _name(content, "", "")
    draft = Draft(
        id=new_id(),
        tenant=tenant_of(actor.scope),
        region=actor.scope,
        slug=slug,
        version=version,
        base=base,
        content=content,
        report=report,
        seq=1,
        changed_by=actor.id,
        changed_at=clock.now(),
    )
    with transaction():
        checklist_drafts.add(draft)
        _note(actor, draft)
    return _told(root, draft)


def _told(root: Path, draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "slug": draft.slug,
        "version": draft.version,
        "base": draft.base,
        "seq": draft.seq,
        "changed_at": clock.wire(draft.changed_at),
        "by": {"id": draft.changed_by, "name": accounts.names({draft.changed_by}).get(draft.changed_by, "")},
        "content": draft.content,
        "faults": [each.as_json() for each in _faults(root, draft.content, draft.region)],
        "report": draft.report,
    }


def _faults(root: Path, content: dict[str, Any], region: str) -> list[Fault]:
    slug, version = _name(content, "", "")
    found = checklist_files.faults(root, content, versions.earlier(slug, version, region))
    if checklists.named(slug, version):
        found.append(fault("$.version", "version.taken", version=version))
    return found


def _require_keepable(content: Any) -> None:
    """What the reader of files refuses in YAML is refused here in JSON: weight, depth, number and sort of values."""
    if not isinstance(content, dict):
        raise Faulty([fault("$", "content.unkeepable", why="fields with values are expected", why_zh="应为若干栏目")])
    level, count, deep = [content], 0, 0
    while level:
        count, deep = count + len(level), deep + 1
        if count > MOST_VALUES:
            raise Faulty([fault("$", "yaml.too_many", limit=MOST_VALUES)])
        if deep > DEEPEST:
            raise Faulty([fault("$", "yaml.too_deep", line="?", limit=DEEPEST)])
        level = [inner for each in level for inner in _inside(each)]
    try:
        weight = len(canonical(content))
    except ValueError:
        why = "only text, whole numbers, true, false and null can be kept"
        unkeepable = fault("$", "content.unkeepable", why=why, why_zh="只能有文字、整数、true、false 和 null")
        raise Faulty([unkeepable]) from None
    if weight > LARGEST_BYTES:
        raise Faulty([fault("$", "yaml.too_large", limit=LARGEST_BYTES)])


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _name(content: dict[str, Any], slug: str, version: str) -> tuple[str, str]:
    """Slug and version as the content says them, where it says something that can be one."""
    said = content.get("slug"), content.get("version")
    return (
        said[0][:64] if isinstance(said[0], str) and _plain(said[0]) else slug,
        said[1][:32] if isinstance(said[1], str) and _plain(said[1]) else version,
    )


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _note(actor: Actor, draft: Draft, **details: Any) -> None:
    audit.note(
        "checklist.draft",
        tenant=draft.tenant,
        region=draft.region,
        actor=actor.id,
        subject=f"checklist_draft/{draft.id}",
        at=clock.now(),
        name=f"{draft.slug} {draft.version}",
        **details,
    )
