"""Words: present in both languages, free of markup, scripts and characters that cannot be seen."""

import re
from collections.abc import Iterator
from typing import Any

from mingcha.core.checklist.faults import Fault, fault
from mingcha.core.checklist.rules import walk

LONGEST_TITLE = 20

_MARKUP = re.compile(r"<\s*[/!?a-zA-Z][^<]{0,40}|javascript\s*:|&#?[0-9a-zA-Z]{1,10};", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_HAN = re.compile("[\u3400-\u9fff]")
_LETTER = re.compile("[A-Za-z]")
#: Only running text may break into lines; an id with a line break would be two ids.
_MANY_LINES = {"zh", "en", "source_text", "document"}


def text_faults(content: dict[str, Any]) -> Iterator[Fault]:
    yield from _walk("$", content, "")
    for path, indicator in walk.indicators(content):
        title = walk.text(indicator.get("title"), "zh") or ""
        if len(title) > LONGEST_TITLE:
            yield fault(f"{path}.title.zh", "text.title_long", limit=LONGEST_TITLE)


def _walk(path: str, value: Any, key: str) -> Iterator[Fault]:
    match value:
        case dict():
            if "zh" in value or "en" in value:
                yield from _languages(path, value)
            for name, inside in value.items():
                yield from _text(f"{path}.{name}", str(name), "")
                yield from _walk(f"{path}.{name}", inside, str(name))
        case list():
            for place, inside in enumerate(value):
                yield from _walk(f"{path}[{place}]", inside, key)
        case str():
            yield from _text(path, value, key)


def _languages(path: str, words: dict[str, Any]) -> Iterator[Fault]:
    zh, en = (walk.text(words, language) or "" for language in ("zh", "en"))
    if not zh.strip() or (_LETTER.search(zh) and not _HAN.search(zh) and " " in zh.strip()):
        yield fault(f"{path}.zh", "text.language", zh_name="中文", en_name="Chinese")
    if not en.strip() or len(_HAN.findall(en)) > len(_LETTER.findall(en)):
        yield fault(f"{path}.en", "text.language", zh_name="英文", en_name="English")


def _text(path: str, value: str, key: str) -> Iterator[Fault]:
    markup = _MARKUP.search(value)
    if markup:
        yield fault(path, "text.markup", text=markup.group()[:40])
    if _INVISIBLE.search(value) or ("\n" in value and key not in _MANY_LINES):
        yield fault(path, "text.control")
