"""Files that no county should ever publish: each is refused whole, every fault named, nothing executed."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mingcha.core.checklist.faults import Fault, Faulty
from mingcha.store import checklist_files
from tests.core import checklist_small as small

ROOT = Path(__file__).parents[2] / "checklists"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(ROOT / checklist_files.SCHEMA, tmp_path)
    (tmp_path / "small").mkdir()
    return tmp_path


def write(root: Path, raw: bytes) -> Path:
    path = root / "small" / "1.yaml"
    path.write_bytes(raw)
    return path


def yaml_of(content: dict[str, Any], change: Callable[[str], str] = str) -> bytes:
    """JSON is YAML; what JSON cannot say is put in by changing the text."""
    return change(json.dumps(content, ensure_ascii=False, indent=1)).encode()


def spoiled(spoil: Callable[[dict[str, Any]], Any]) -> bytes:
    content = small.points()
    spoil(content)
    return yaml_of(content)


def tiered(spoil: Callable[[dict[str, Any]], Any]) -> bytes:
    content = small.matrix()
    spoil(content)
    return yaml_of(content)


def in_a_circle(content: dict[str, Any]) -> None:
    first, second = one(content)["requirements"][:2]
    first["implies"], second["implies"] = [second["id"]], [first["id"]]


def one(content: dict[str, Any]) -> dict[str, Any]:
    return small.indicators(content)[0]


HAN = re.compile("[\u3400-\u9fff]")
#: A message may quote the file, in whatever language that is.
QUOTED = re.compile("“[^”]*”|: .*")

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [*{before},*{before},*{before},*{before},*{before},*{before},*{before},*{before}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CALL = "format: !!python/object/apply:os.system ['touch {marker}']\n"

FILES: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "$", "yaml.syntax"),
    "a list": (b"- 1\n- 2\n", "$", "yaml.syntax"),
    "two documents": (b"a: 1\n---\nb: 2\n", "$", "yaml.syntax"),
    "not YAML": (b"format: [1, 2\nslug: {", "$", "yaml.syntax"),
    "not UTF-8": ("title: 大厅".encode("gb18030"), "$", "yaml.encoding"),
    "a zero byte": (b"slug: sm\x00all\n", "$", "yaml.syntax"),
    "10 MB of text": (b"slug: " + b"x" * 10_000_000, "$", "yaml.too_large"),
    "1 MB of values": (b"slug: [" + b"1," * 400_000 + b"]", "$.slug", "yaml.too_many"),
    "an alias bomb": (BOMB.encode(), "$.b", "yaml.alias"),
    "a cycle": (b"categories: &a [*a]\n", "$.categories[0]", "yaml.alias"),
    "a thousand levels": (b"slug: " + b"[" * 1000 + b"]" * 1000, "$.slug", "yaml.too_deep"),
    "a thousand open levels": (b"slug: " + b"[" * 1000, "$.slug", "yaml.too_deep"),
    "a key twice": (b"slug: a\nslug: b\n", "$.slug", "yaml.duplicate_key"),
    "a merge key": (b"slug: {<<: {a: 1}}\n", "$.slug", "yaml.ambiguous"),
    "a list as key": (b"? [1, 2]\n: 3\n", "$", "yaml.syntax"),
    "a number that is an id": (yaml_of(small.points(), lambda t: t.replace('"1.1"', "1.10")), ".id", "yaml.ambiguous"),
    "an unquoted no": (b"slug: no\n", "$.slug", "yaml.ambiguous"),
    "an infinite mark": (b"full_marks: .inf\n", "$.full_marks", "yaml.ambiguous"),
    "a wrong type": (spoiled(lambda c: c.update(categories="all")), "$.categories", "shape.invalid"),
    "a number for text": (spoiled(lambda c: one(c).update(id=11)), ".indicators[0].id", "shape.invalid"),
    "a missing part": (spoiled(lambda c: one(c).pop("evidence")), ".indicators[0]", "shape.invalid"),
    "an unknown part": (spoiled(lambda c: one(c).update(weight="3")), ".indicators[0]", "shape.invalid"),
    "an unknown scheme": (spoiled(lambda c: c.update(scheme="stars")), "$.scheme", "shape.invalid"),
    "an unknown clause kind": (spoiled(lambda c: one(c)["clauses"][0].update(kind="fine")), ".kind", "shape.invalid"),
    "negative points": (spoiled(lambda c: one(c)["clauses"][0].update(per="-0.5")), ".per", "shape.invalid"),
    "negative full marks": (spoiled(lambda c: one(c).update(full_marks="-2")), ".full_marks", "shape.invalid"),
    "a cycle of requirements": (tiered(in_a_circle), ".requirements[0].implies", "implies.cycle"),
    "a version that replaces itself": (
        spoiled(lambda c: c.update(replaces={"version": c["version"], "note": {"zh": "改", "en": "Changed"}})),
        "$.replaces.version",
        "replaces.itself",
    ),
    "a measure that does not exist": (
        spoiled(lambda c: small.indicators(c)[1]["clauses"][0].update(measure="speed")), ".clauses[0].measure", "id.unknown",
    ),
    "marks beyond reason": (spoiled(lambda c: c.update(full_marks="1" + "0" * 400)), "$.full_marks", "shape.invalid"),
    "marks in full-width digits": (spoiled(lambda c: c.update(full_marks="５")), "$.full_marks", "shape.invalid"),
    "tiers in a points list": (spoiled(lambda c: c.update(tiers=[])), "$", "shape.invalid"),
    "no marks in a points list": (spoiled(lambda c: one(c).pop("full_marks")), ".indicators[0]", "shape.invalid"),
    "a slug that climbs": (spoiled(lambda c: c.update(slug="../../etc")), "$.slug", "shape.invalid"),
    "a text without end": (spoiled(lambda c: one(c)["text"].update(zh="长" * 5000)), ".text.zh", "shape.invalid"),
    "another file's name": (spoiled(lambda c: c.update(version="2")), "$.version", "file.misplaced"),
    "a doubled id": (spoiled(lambda c: small.indicators(c)[1].update(id="1.1")), "[1].id", "id.duplicate"),
    "a script": (spoiled(lambda c: one(c)["text"].update(en="<script src=//x>")), ".text.en", "text.markup"),
    "a script that begins in one phrase": (
        spoiled(lambda c: one(c)["clauses"][0].update(phrases=[{"zh": "<script>alert(1)", "en": "x"}])),
        ".clauses[0].phrases[0].zh",
        "text.markup",
    ),
    "a picture that runs a script": (
        spoiled(lambda c: c["title"].update(zh="大厅<img src=x onerror=alert(1)>")), "$.title.zh", "text.markup",
    ),
    "a script as a link": (spoiled(lambda c: one(c)["text"].update(en="JavaScript : alert(1)")), ".text.en", "text.markup"),
    "a script in other letters": (
        spoiled(lambda c: one(c)["title"].update(en="&#60;script&#62;")), ".title.en", "text.markup",
    ),
    "a script in the source's words": (spoiled(lambda c: one(c).update(source_text="<svg/onload=x>")), ".source_text", "text.markup"),
    "reversed text": (spoiled(lambda c: one(c)["text"].update(en="tidy \u202e ydit")), ".text.en", "text.control"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_refused_and_its_fault_named(root: Path, name: str) -> None:
    raw, where, code = FILES[name]
    path = write(root, raw)

    found = checklist_files.check(root, path)

    assert any(each.code == code and where in each.path for each in found), _seen(found)
    for each in found:
        assert each.path.startswith("$")
        assert HAN.search(each.message.zh), each.message.zh
        assert not HAN.search(QUOTED.sub("", each.message.en)), each.message.en
    with pytest.raises(Faulty):
        checklist_files.publish(root, "small", "1")
    assert checklist_files.published(root) == {}


def test_a_tag_that_names_code_runs_nothing(root: Path, tmp_path: Path) -> None:
    marker = tmp_path / "it ran"

    found = checklist_files.check(root, write(root, CALL.format(marker=marker).encode()))

    assert [(each.path, each.code) for each in found] == [("$.format", "yaml.tag")]
    assert not marker.exists()


def test_a_file_with_many_faults_names_them_all_at_once(root: Path) -> None:
    content = small.points()
    content["full_marks"] = "9"
    content["scheme"] = "points"
    content["colour"] = "red"
    first, second = small.indicators(content)
    first["text"]["en"] = ""
    first["clauses"][0]["per"] = "-1"
    first["method"] = ["guess"]
    second["id"] = "1.1"
    second["clauses"][0]["measure"] = "speed"
    second["title"]["zh"] = "<b>评价率</b>"

    found = checklist_files.check(root, write(root, yaml_of(content)))

    at = "$.categories[0].groups[0].indicators"
    assert {(each.path, each.code) for each in found} >= {
        ("$", "shape.invalid"),
        ("$.full_marks", "marks.sum"),
        (f"{at}[0].text.en", "text.language"),
        (f"{at}[0].clauses[0].per", "shape.invalid"),
        (f"{at}[0].method[0]", "shape.invalid"),
        (f"{at}[1].id", "id.duplicate"),
        (f"{at}[1].clauses[0].measure", "id.unknown"),
        (f"{at}[1].title.zh", "text.markup"),
    }


def test_a_file_broken_as_yaml_names_every_line_that_is(root: Path) -> None:
    raw = b"slug: a\nslug: b\ntitle: &t {zh: no}\nsource: !!set {x}\nnotes: [3.10]\n"

    found = checklist_files.check(root, write(root, raw))

    assert [each.code for each in found] == [
        "yaml.duplicate_key", "yaml.alias", "yaml.ambiguous", "yaml.tag", "yaml.ambiguous",
    ]  # fmt: skip
    assert all(each.message.zh and each.message.en for each in found)


@pytest.mark.parametrize(
    ("slug", "version"), [("..", "1"), ("small", "../../etc/passwd"), ("small", ""), ("/etc", "1")]
)
def test_a_name_never_leaves_the_checklist_folder(root: Path, slug: str, version: str) -> None:
    with pytest.raises(FileNotFoundError):
        checklist_files.path_of(root, slug, version)


def _seen(found: list[Fault]) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in found]
