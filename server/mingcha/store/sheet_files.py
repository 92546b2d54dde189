"""Sheets of answers on disk: YAML or JSON, read without trust. What a sheet means is the core's.

YAML and JSON go through the same reader, so a figure that is not in quotes is refused in both: 99.95 as a number is
already no longer the text that a person wrote.
"""

import json
from pathlib import Path
from typing import Any, NoReturn

from mingcha.core.checklist.faults import Faulty
from mingcha.core.problems import Refused
from mingcha.store.checklist_yaml import LARGEST_BYTES, read_yaml


def read_sheet(path: Path) -> Any:
    """What the file says. Raises Refused("sheet.unreadable", file, why)."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
        if path.suffix.lower() == ".json" and len(raw) <= LARGEST_BYTES:
            raw = _as_yaml(raw)
        return read_yaml(raw)
    except Faulty as faulty:
        why = "; ".join(f"{fault.path} {fault.message.en}" for fault in faulty.faults[:5])
    except RecursionError:
        why = "nested too deeply"
    except OSError as error:
        why = error.strerror or type(error).__name__
    except ValueError as error:
        why = str(error)
    raise Refused("sheet.unreadable", file=path.name, why=why[:600])


def _as_yaml(raw: bytes) -> bytes:
    """The same JSON without escapes and tabs that YAML reads otherwise. Raises ValueError for what is no JSON."""
    value = json.loads(
        raw.decode("utf-8"), object_pairs_hook=_once, parse_int=_whole, parse_float=_not_a_text,
        parse_constant=_not_a_text,
    )
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands there twice")
    return found


def _whole(text: str) -> int:
    return int(text) if len(text) <= 16 else _not_a_text(text)


def _not_a_text(text: str) -> NoReturn:
    raise ValueError(f'{text[:20]} is not in quotes: figures are texts, as in "99.95"')
