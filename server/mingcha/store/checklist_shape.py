"""What does not have the shape of format.schema.json, each place in words of both languages.

The schema decides; this only says it. Words of the validator itself are for programmers and reach nobody.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingcha.core.checklist.faults import Fault, fault
from mingcha.core.checklist.words import Words

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMA = "format.schema.json"

_TYPES = {
    "object": Words("若干栏目", "fields with values"),
    "array": Words("列表", "a list"),
    "string": Words("文字（数字和编号要加引号）", "text (figures and ids stand in quotes)"),
    "integer": Words("整数", "a whole number"),
    "boolean": Words("true 或 false", "true or false"),
    "null": Words("null（没有）", "null (nothing)"),
}
#: What the patterns of the schema are for; a test holds that each has its words.
_PATTERNS = {
    "id": Words("编号：1至32个字母、数字、点、横线或下划线", "an id: 1 to 32 letters, digits, dots, dashes, underscores"),
    "decimal": Words("不小于零的十进制数，如 \"0.5\"", "a figure that is not negative, such as \"0.5\""),
    "slug": Words("代号：小写字母、数字和横线", "a short name: small letters, digits and dashes"),
    "version": Words("版本号：字母或数字开头，至多20个字符", "a version: at most 20 characters, the first a letter or digit"),
    "rule": Words("检查规则的代号，如 marks.sum", "the code of a rule, such as marks.sum"),
    "setting": Words("设置代号：小写字母开头", "the id of a setting: small letters, digits, underscores"),
}


def shape_faults(root: Path, content: dict[str, Any]) -> list[Fault]:
    found = []
    for raw in _validator(root / SCHEMA).iter_errors(content):
        for error in _leaves(raw):
            words = _words(error)
            found.append(fault(error.json_path, "shape.invalid", why=words.en, why_zh=words.zh))
    return found


def _words(error: "ValidationError") -> Words:
    want: Any = error.validator_value
    found: Any = error.instance
    match error.validator:
        case "type":
            kinds = [_TYPES[kind] for kind in ([want] if isinstance(want, str) else want)]
            return _joined(kinds, "这里应是", "{} is expected here")
        case "required":
            name = next((each for each in want if error.message.startswith(f"{each!r} ")), "")
            return Words(f"缺少“{name}”。", f"“{name}” is missing.")
        case "additionalProperties" if want is False:
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            names = "、".join(str(each)[:40] for each in found if each not in known)
            return Words(f"这里不能有“{names}”。", f"“{names}” does not belong here.")
        case "enum":
            choices = [_said(each) for each in want]
            return Words(f"应为 {'、'.join(choices)} 之一。", f"One of {', '.join(choices)} is expected.")
        case "const":
            return Words(f"应为 {_said(want)}。", f"{_said(want)} is expected.")
        case "pattern":
            return _joined([_PATTERNS[_title(error)]], "这里应是", "{} is expected here")
        case "minLength":
            return Words("不能为空。", "It may not be empty.")
        case "maxLength":
            return Words(f"超过 {want} 个字。", f"It has more than {want} characters.")
        case "minimum":
            return Words(f"不得小于 {want}。", f"It may not be below {want}.")
        case "maximum":
            return Words(f"不得大于 {want}。", f"It may not be above {want}.")
        case "minItems" | "minProperties":
            return Words(f"至少要有 {want} 项。", f"At least {want} wanted.")
        case "maxItems" | "maxProperties":
            return Words(f"超过 {want} 项。", f"There are more than {want}.")
        case "uniqueItems":
            return Words("有重复的项。", "Something stands twice.")
        case None:
            return Words("这种评定方式没有这一栏。", "Checklists of this scheme do not have it.")
    return Words("不是这里允许的任何一种写法。", "It has none of the forms allowed here.")


def _joined(words: list[Words], zh: str, en: str) -> Words:
    said = en.format(" or ".join(each.en for each in words))
    return Words(f"{zh}{'或'.join(each.zh for each in words)}。", f"{said[:1].upper()}{said[1:]}.")


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _title(error: "ValidationError") -> str:
    """The schema gives each pattern a title."""
    return str(error.schema.get("title", "")) if isinstance(error.schema, dict) else ""


@cache
def _validator(path: Path) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # a server reads no files and need not carry it

    return Draft202012Validator(json.loads(path.read_text("utf-8")))


def _leaves(error: "ValidationError") -> "Iterator[ValidationError]":
    """`if/then`, `oneOf` and the like say little; the errors inside them say what is wrong."""
    inner = [leaf for each in error.context or () for leaf in _leaves(each)]
    if error.validator == "oneOf":
        deeper = [each for each in inner if len(each.absolute_path) > len(error.absolute_path)]
        inner = deeper or [each for each in inner if each.validator_value != "null"] or [error]
    yield from inner or [error]
