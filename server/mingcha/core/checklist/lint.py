"""What is wrong with a checklist, all at once. Shape is the schema's; this is what shape cannot say.

`faults.RULES` lists every rule with its reason. The content may be anything at all: what has the wrong type is passed
over, the schema names it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mingcha.core.checklist.faults import RULES, Fault, fault
from mingcha.core.checklist.rules import walk
from mingcha.core.checklist.rules.evidence import evidence_faults
from mingcha.core.checklist.rules.ids import id_faults, reuse_faults
from mingcha.core.checklist.rules.marks import marks_faults
from mingcha.core.checklist.rules.texts import text_faults
from mingcha.core.checklist.rules.tiers import tier_faults


def lint(content: dict[str, Any], earlier: Sequence[dict[str, Any]] = ()) -> list[Fault]:
    """Every fault, in the order of their paths. `earlier`: the older versions of this checklist, oldest first.

    A rule that the source itself may break gives an error until a note records the doubt under the rule's code, in the
    indicator's `notes` or the file's; from then on it gives a doubt, which does not stop publishing.
    """
    found = [
        *id_faults(content),
        *reuse_faults(content, earlier),
        *text_faults(content),
        *marks_faults(content),
        *tier_faults(content),
        *evidence_faults(content),
        *_itself(content),
        *_settings(content),
    ]
    recorded = _recorded(content)
    weighed = {replace(each, severity="doubt" if _is_recorded(each, recorded) else "error") for each in found}
    return sorted(weighed, key=lambda each: (each.path, each.code, each.message.zh))


def errors(found: Sequence[Fault]) -> list[Fault]:
    return [each for each in found if each.severity == "error"]


def _itself(content: dict[str, Any]) -> Iterator[Fault]:
    version = walk.text(content, "version")
    if version is not None and walk.text(content.get("replaces"), "version") == version:
        yield fault("$.replaces.version", "replaces.itself")


def _settings(content: dict[str, Any]) -> Iterator[Fault]:
    for path, setting in walk.each("$", content, "settings"):
        choices, value = walk.texts(setting, "choices"), walk.text(setting, "value")
        if value is not None and value not in choices:
            yield fault(f"{path}.value", "setting.choice", value=value)
        words = setting.get("words")
        for choice in words if isinstance(words, dict) else ():
            if choice not in choices:
                yield fault(f"{path}.words", "setting.choice", value=choice)
        for at, aim in walk.each(path, setting, "sets"):
            yield from _aim(at, aim, value, content)
            for choice in walk.texts(aim, "when"):
                if choice not in choices:
                    yield fault(f"{at}.when", "setting.choice", value=choice)


def _aim(path: str, aim: dict[str, Any], value: str | None, content: dict[str, Any]) -> Iterator[Fault]:
    """A setting fills in a field that exists and that shows the choice in force."""
    wanted, clause_id, tier = (walk.text(aim, name) for name in ("indicator", "clause", "tier"))
    field = walk.text(aim, "field") or ""
    holder = next((each for _, each in walk.indicators(content) if walk.text(each, "id") == wanted), None)
    if tier is not None:
        asks = (holder or {}).get("tiers")
        holder = asks.get(tier) if isinstance(asks, dict) and isinstance(asks.get(tier), dict) else None
    elif clause_id is not None:
        holder = next(
            (each for _, each in walk.each("", holder, "clauses") if walk.text(each, "id") == clause_id), None
        )
    if holder is None:
        yield fault(path, "id.unknown", id=f"{wanted} {tier or clause_id or ''}".strip())
    elif holder.get(field) != ((value in walk.texts(aim, "when")) if "when" in aim else value):
        yield fault(path, "setting.aim", field=field, value=value)


def _recorded(content: dict[str, Any]) -> set[tuple[str, str]]:
    """(path prefix, code) of every doubt that a note records."""
    paths = {walk.text(indicator, "id"): path for path, indicator in walk.indicators(content)}
    recorded = set()
    for _, note in walk.each("$", content, "notes"):
        at, code = walk.text(note, "at"), walk.text(note, "code")
        if code is not None:
            recorded.add((paths.get(at, "$.nowhere") if at is not None else "$", code))
    for path, indicator in walk.indicators(content):
        recorded |= {
            (path, code) for _, note in walk.each(path, indicator, "notes") if (code := walk.text(note, "code"))
        }
    return recorded


def _is_recorded(found: Fault, recorded: set[tuple[str, str]]) -> bool:
    """A note on the whole file answers only what is wrong with the whole file."""
    if not RULES[found.code].doubt:
        return False
    return any(
        code == found.code and (found.path.startswith(f"{path}.") if path != "$" else ".indicators[" not in found.path)
        for path, code in recorded
    )
