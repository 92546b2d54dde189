"""What still stands between a right password and a session: nothing, a code, a password of one's own, a second factor.

A session that is half open may do only what leads on. Knows no clock, no code and no key.
"""

from collections.abc import Collection

#: What each step lets one do. Everything else waits.
OPENS: dict[str, frozenset[str]] = {
    "code": frozenset({"session.second", "session.read", "session.close"}),
    "password": frozenset({"session.password", "session.read", "session.close"}),
    "enrol": frozenset({"factor.manage", "session.read", "session.close"}),
}
#: What a phone whose device was revoked may still do: hand in its work, and say that it has let go of the rest.
RESCUE = frozenset({"inspection.sync", "photo.upload", "rescue.import", "feedback.send", "session.close"})
#: Whom a county may ask for a second factor; everybody may have one.
ASKABLE = ("supervisor", "admin", "inspector", "centre", "viewer")


def next_step(*, has_factor: bool, shown: bool, must_change: bool, is_asked: bool) -> str | None:
    """The step to take now; None when the session is open. `shown`: the second factor was shown in this session."""
    if has_factor and not shown:
        return "code"
    if must_change:
        return "password"
    if is_asked and not has_factor:
        return "enrol"
    return None


def is_open(deed: str, step: str | None, *, revoked: bool) -> bool:
    """Whether a session in this state may do the deed at all."""
    if revoked:
        return deed in RESCUE
    return step is None or deed in OPENS[step]


def may_drop_factor(*, left: int, is_asked: bool) -> bool:
    """Whether one may go without the factor, when `left` remain: not the last one where one is asked for."""
    return left > 0 or not is_asked


def is_code(text: str) -> bool:
    """Six digits, as an authenticator shows them; else it is taken for a recovery code."""
    return len(text) == 6 and text.isascii() and text.isdigit()


def recovery_form(text: str) -> str:
    """A recovery code as it is compared: without the signs and case that people add."""
    return "".join(each for each in text.lower() if each.isascii() and each.isalnum())


def fitting(roles: Collection[str]) -> list[str]:
    """The roles that may be asked, in one order."""
    return [role for role in ASKABLE if role in roles]
