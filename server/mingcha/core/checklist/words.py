"""Words in both languages, and figures that are text in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    zh: str
    en: str


def words(raw: Json) -> Words:
    return Words(raw["zh"], raw["en"])


def decimal(raw: str | None) -> Decimal | None:
    return None if raw is None else Decimal(raw)
