"""Getting about in content that may be anything: what has the wrong type is passed over, the schema names it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Found = Iterator[tuple[str, dict[str, Any]]]

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")


def each(path: str, holder: Any, key: str) -> Found:
    """The mappings in `holder[key]`, with their paths."""
    inside = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(inside, list):
        for place, item in enumerate(inside):
            if isinstance(item, dict):
                yield f"{path}.{key}[{place}]", item


def groups(content: Any) -> Found:
    for path, category in each("$", content, "categories"):
        yield from each(path, category, "groups")


def indicators(content: Any) -> Found:
    for path, group in groups(content):
        yield from each(path, group, "indicators")


def text(holder: Any, key: str) -> str | None:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else None


def texts(holder: Any, key: str) -> list[str]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def number(holder: Any, key: str) -> Decimal | None:
    value = text(holder, key)
    return Decimal(value) if value is not None and _DECIMAL.fullmatch(value) else None


def whole(holder: Any, key: str) -> int | None:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
