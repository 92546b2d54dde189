"""What a way to fail is, how it is raised, and how it is said."""


from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Family = Literal["refused", "contested", "stale", "barred", "busy"]


@dataclass(frozen=True)
class Problem:
    """`status` is the HTTP status; `zh` and `en` are whole sentences with `{details}` to fill in."""

    code: str
    status: int
    family: Family
    zh: str
    en: str


class Refused(Exception):
    """A problem with the details of this one time, raised where the fact is known and caught at the edge."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def words(problem: Problem, details: Mapping[str, Any]) -> dict[str, str]:
    """Both sentences with the details filled in; a detail `{zh, en}` in the sentence's own language. One that was not
    given stays as its name in brackets.
    """
    return {
        language: sentence.format_map(_Named({name: _in(language, value) for name, value in details.items()}))
        for language, sentence in (("zh", problem.zh), ("en", problem.en))
    }


def _in(language: str, detail: Any) -> Any:
    return detail[language] if isinstance(detail, Mapping) and detail.keys() == {"zh", "en"} else detail


class _Named(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"({key})"
