"""Checklists on disk: `<root>/<slug>/<version>.yaml`, the schema beside them and the lock of what was published.

Reads and refuses; what a checklist means is the core's. A published file never changes:
`published.lock` holds its digest.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from mingcha.core.canonical import digest
from mingcha.core.checklist.faults import Fault, Faulty, fault
from mingcha.core.checklist.lint import errors, lint
from mingcha.core.checklist.model import Checklist
from mingcha.store.checklist_shape import SCHEMA as SCHEMA
from mingcha.store.checklist_shape import shape_faults as shape_faults
from mingcha.store.checklist_yaml import LARGEST_BYTES, read_yaml

LOCK = "published.lock"


def read(root: Path, slug: str, version: str | None = None) -> Checklist:
    """This version, or the newest. Raises Faulty when the file has errors or moved since it was published,
    FileNotFoundError when there is none.
    """
    wanted = version or newest(root, slug)
    content = read_content(path_of(root, slug, wanted))
    left = errors([*faults(root, content), *_moved(root, f"{slug}/{wanted}", content)])
    if left:
        raise Faulty(left)
    return Checklist.parse(content)


def read_content(path: Path) -> dict[str, Any]:
    """What the file says, unjudged but safe to hold. Raises Faulty."""
    with path.open("rb") as file:
        return parse(file.read(LARGEST_BYTES + 1))


def parse(raw: bytes) -> dict[str, Any]:
    value = read_yaml(raw)
    if not isinstance(value, dict):
        raise Faulty([fault("$", "yaml.syntax", line=1, why="fields with values are expected", why_zh="应为若干栏目")])
    return value


def faults(root: Path, content: dict[str, Any], earlier: list[dict[str, Any]] | None = None) -> list[Fault]:
    """Everything wrong with the content, shape and meaning together. `earlier`: older versions, oldest first."""
    found = {*shape_faults(root, content), *lint(content, earlier or [])}
    return sorted(found, key=lambda each: (each.path, each.code))


def check(root: Path, path: Path) -> list[Fault]:
    """Every fault of one file: as YAML, in shape, in meaning, against older versions, its name and the lock."""
    try:
        content = read_content(path)
    except Faulty as error:
        return error.faults
    slug, version = path.parent.name, path.stem
    before = [each for each in versions(root, slug) if _order(each) < _order(version)]
    earlier = [each for each in (_readable(path_of(root, slug, one)) for one in before) if each is not None]
    found = faults(root, content, earlier)
    if (content.get("slug"), content.get("version")) != (slug, version):
        want = f"{content.get('slug')}/{content.get('version')}.yaml"
        found.append(fault("$.version", "file.misplaced", want=want))
    found += _moved(root, f"{slug}/{version}", content)
    return found


def slugs(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir() and any(path.glob("*.yaml")))


def versions(root: Path, slug: str) -> list[str]:
    """Oldest first: figures count as figures, so 2022.10 follows 2022.9."""
    return sorted((path.stem for path in (root / slug).glob("*.yaml")), key=_order)


def newest(root: Path, slug: str) -> str:
    """The newest published version; where nothing is published yet, the newest draft."""
    every = versions(root, slug)
    if not every:
        raise FileNotFoundError(f"no checklist {slug}")
    locked = published(root)
    return ([each for each in every if f"{slug}/{each}" in locked] or every)[-1]


def path_of(root: Path, slug: str, version: str) -> Path:
    """Raises FileNotFoundError for a name that is none, before it touches the disk."""
    if not _NAME.fullmatch(slug) or not _NAME.fullmatch(version):
        raise FileNotFoundError(f"no checklist {slug} {version}")
    return root / slug / f"{version}.yaml"


def published(root: Path) -> dict[str, str]:
    """`slug/version` → digest, as the lock has it."""
    lock = root / LOCK
    lines = lock.read_text("utf-8").splitlines() if lock.exists() else []
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


def lock_faults(root: Path) -> Iterator[Fault]:
    """Published files that moved or vanished."""
    for name, want in published(root).items():
        slug, version = name.split("/")
        path = path_of(root, slug, version)
        if not path.exists():
            yield fault("$", "lock.missing", name=name)
            continue
        try:
            kept = digest(read_content(path)) == want
        except (Faulty, ValueError):
            kept = False
        if not kept:
            yield fault("$", "lock.moved", name=name)


def publish(root: Path, slug: str, version: str) -> Checklist:
    """Freeze this version. Publishing it again is harmless. Raises Faulty if more than recorded doubts is left."""
    path = path_of(root, slug, version)
    left = errors(check(root, path))
    if left:
        raise Faulty(left)
    checklist = Checklist.parse(read_content(path))
    locked = published(root)
    if f"{slug}/{version}" not in locked:
        _write_lock(root, {**locked, f"{slug}/{version}": checklist.digest})
    return checklist


def write_draft(root: Path, content: dict[str, Any]) -> Path:
    """A new file of this content, under the name that it gives itself. Raises FileExistsError, FileNotFoundError for a
    name that cannot be one.
    """
    target = path_of(root, str(content.get("slug", "")), str(content.get("version", "")))
    text = yaml.safe_dump(json.loads(json.dumps(content)), allow_unicode=True, sort_keys=False, width=110)
    try:
        faithful = parse(text.encode()) == content
    except Faulty:
        faithful = False
    target.parent.mkdir(exist_ok=True)
    with target.open("x", encoding="utf-8") as file:
        file.write(text if faithful else json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return target


def new_version(root: Path, slug: str, version: str, note: dict[str, str]) -> Path:
    """A draft of the next version: a copy of the newest with its number and `replaces` changed, comments kept.

    Raises FileExistsError when the version is there already.
    """
    base = newest(root, slug)
    target = path_of(root, slug, version)
    words = json.dumps({"version": base, "note": note}, ensure_ascii=False)
    text = path_of(root, slug, base).read_text("utf-8")
    text = re.sub(r"(?m)^version:.*$", lambda _: f"version: {json.dumps(version)}", text, count=1)
    text = re.sub(r"(?m)^replaces:.*\n(?:[ \t]+.*\n)*", lambda _: f"replaces: {words}\n", text, count=1)
    with target.open("x", encoding="utf-8") as file:
        file.write(text)
    return target


_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def _order(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[._-]", version)]


def _write_lock(root: Path, locked: dict[str, str]) -> None:
    lines = ["# Published checklists. Written by `mingcha checklist publish`; a line is never changed or removed."]
    lines += [f"{name} {locked[name]}" for name in sorted(locked)]
    draft = root / f"{LOCK}.new"
    draft.write_text("\n".join(lines) + "\n", "utf-8")
    draft.replace(root / LOCK)


def _moved(root: Path, name: str, content: dict[str, Any]) -> list[Fault]:
    """Whether this content is still what was published under the name."""
    want = published(root).get(name)
    return [fault("$", "lock.moved", name=name)] if want and want != _digest_or_none(content) else []


def _readable(path: Path) -> dict[str, Any] | None:
    """An older version that is broken is a fault of its own file, not of this one."""
    try:
        return read_content(path)
    except Faulty:
        return None


def _digest_or_none(content: dict[str, Any]) -> str | None:
    try:
        return digest(content)
    except ValueError:
        return None
