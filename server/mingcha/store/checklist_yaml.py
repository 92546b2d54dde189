"""One YAML file to plain values, or every reason why not. Trusts nothing: size, depth, tags, aliases, doubled keys.

Works on YAML events, so a bomb is refused before anything is built. Only null, true, false, whole numbers and text come
out; what YAML would guess at (3.10, no, 2022-06-16) must stand in quotes.
"""

import re
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from mingcha.core.canonical import LARGEST_INT
from mingcha.core.checklist.faults import Fault, Faulty, fault

LARGEST_BYTES = 1024 * 1024
DEEPEST = 20
MOST_VALUES = 100_000

# Only its events are used, which neither parser finds by recursion; libyaml's is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,15})")
# What some YAML reader somewhere takes for something other than text.
_AMBIGUOUS = re.compile(
    r"[-+.]?[0-9][0-9_,.:eExXoObBaA-fF+-]*|[-+]?\.(inf|nan)|y|n|yes|no|on|off|true|false|null|~|=|<<", re.IGNORECASE
)


def read_yaml(raw: bytes) -> Any:
    """The value of one document. Raises Faulty with everything that is wrong with the file as YAML."""
    if len(raw) > LARGEST_BYTES:
        raise Faulty([fault("$", "yaml.too_large", limit=LARGEST_BYTES)])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Faulty([fault("$", "yaml.encoding")]) from None
    reader = _Reader()
    try:
        value = reader.document(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        reader.faults.append(_syntax(error))
    except RecursionError:
        reader.faults.append(fault("$", "yaml.too_deep", line="?", limit=DEEPEST))
    if reader.faults:
        raise Faulty(reader.faults)
    return value


class _Reader:
    """Builds values from events with a stack of its own, remembering the path of each for the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.values = 0

    def document(self, events: Any) -> Any:
        root: list[Any] = []
        stack: list[_Open] = [_Open("$", root)]
        for event in events:
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                stack.pop()
                continue
            if not isinstance(event, AliasEvent | ScalarEvent | MappingStartEvent | SequenceStartEvent):
                continue
            here = stack[-1]
            path = here.next_path()
            line = event.start_mark.line + 1 if event.start_mark else 0
            self._suspect(event, path, line)
            if here.wants_key() and not isinstance(event, ScalarEvent):
                self.faults.append(fault(path, "yaml.syntax", line=line, why="the name of a field must be text", why_zh="栏目名必须是文字"))
            self.values += 1
            if self.values > MOST_VALUES:
                self.faults.append(fault(path, "yaml.too_many", limit=MOST_VALUES))
                return None
            if len(stack) > DEEPEST:
                self.faults.append(fault(path, "yaml.too_deep", line=line, limit=DEEPEST))
                return None
            match event:
                case ScalarEvent():
                    if here.wants_key():
                        self._key(here, event, path, line)
                    else:
                        here.put(self._scalar(event, path, line))
                case MappingStartEvent():
                    child: Any = {}
                    here.put(child)
                    stack.append(_Open(path, child))
                case SequenceStartEvent():
                    child = []
                    here.put(child)
                    stack.append(_Open(path, child))
                case _:
                    here.put(None)
        if len(root) != 1 and not self.faults:
            self.faults.append(fault("$", "yaml.syntax", line=1, why="one document is expected", why_zh="只能有一份内容"))
        return root[0] if root else None

    def _suspect(self, event: Event, path: str, line: int) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            self.faults.append(fault(path, "yaml.alias", line=line))
        if getattr(event, "tag", None):
            self.faults.append(fault(path, "yaml.tag", line=line))

    def _key(self, here: "_Open", event: ScalarEvent, path: str, line: int) -> None:
        if here.has(event.value):
            self.faults.append(fault(f"{path}.{event.value}", "yaml.duplicate_key", line=line, key=event.value))
        if not event.style and _AMBIGUOUS.fullmatch(event.value):
            self.faults.append(fault(path, "yaml.ambiguous", line=line, text=event.value[:40]))
        here.key = event.value

    def _scalar(self, event: ScalarEvent, path: str, line: int) -> Any:
        text = event.value
        if event.style:
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _WHOLE.fullmatch(text) and abs(int(text)) <= LARGEST_INT:
            return int(text)
        if _AMBIGUOUS.fullmatch(text):
            self.faults.append(fault(path, "yaml.ambiguous", line=line, text=text[:40]))
        return text


#: What the parser may say, by the part that tells it apart.
_SYNTAX = {
    "control characters": "含有不可见的控制字符",
    "character": "此处不能有这个字符",
    "did not find expected key": "缩进不齐，或引号没有配对",
    "block end": "缩进不齐",
    "expected ',' or": "方括号或花括号没有配对",
    "found unexpected end of stream": "引号没有配对",
    "document start": "只能有一份内容",
    "mapping values are not allowed": "冒号位置不对，文字里的冒号要加引号",
    "could not find expected ':'": "栏目名后面缺少冒号",
    "tab": "缩进不能用制表符",
    "node content": "此处缺少内容",
}


class _Open:
    """A mapping or list that is still being filled."""

    def __init__(self, path: str, into: Any) -> None:
        self.path = path
        self.into = into
        self.key: str | None = None

    def wants_key(self) -> bool:
        return isinstance(self.into, dict) and self.key is None

    def has(self, key: str) -> bool:
        return key in self.into

    def next_path(self) -> str:
        if isinstance(self.into, dict):
            return self.path if self.key is None else f"{self.path}.{self.key}"
        return self.path if self.path == "$" and not self.into else f"{self.path}[{len(self.into)}]"

    def put(self, value: Any) -> None:
        if isinstance(self.into, list):
            self.into.append(value)
        elif self.key is None:
            self.key = ""  # a list or mapping as a key: named as a fault already
        else:
            self.into.setdefault(self.key, value)
            self.key = None


def _syntax(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    why = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    why_zh = next((zh for part, zh in _SYNTAX.items() if part in why), "写法有误")
    return fault("$", "yaml.syntax", line=mark.line + 1 if mark else "?", why=why, why_zh=why_zh)
