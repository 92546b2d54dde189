"""Every way to fail, in one list: what happened, what is safe, what to do next, in two languages.

The family tells the phone what to do: `refused` keep and show, `contested` ask a person, `stale` fetch afresh,
`barred` hold until sign-in, `busy` try later. A retired code is never used again.
"""

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


_ALL = (
    Problem("not_found", 404, "refused", "没有找到，或不在您的范围内。", "Not found, or outside your area."),
    Problem("op.malformed", 422, "refused", "这一步的内容不完整（{why}），已保留在手机上。",
            "This step is not well formed ({why}). It stays on the phone."),
    Problem("op.over_foreign", 422, "refused", "这一步想覆盖别的栏目的内容，已留待处理。",
            "This step would replace a value of another field. It is held for a person."),
)

PROBLEMS: dict[str, Problem] = {problem.code: problem for problem in _ALL}
