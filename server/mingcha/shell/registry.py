"""The registry at the operator's shell: what is wrong with a sheet, and taking one in whole."""

from typing import Any

from flask import Flask

from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.flows import registry
from mingcha.shell import Options, in_app


@in_app
def registry_check(app: Flask, options: Options) -> int:
    return _look(options)[1]


@in_app
def registry_import(app: Flask, options: Options) -> int:
    told, failed = _look(options)
    if failed:
        return failed
    taken = registry.take(Actor("", "admin", options.scope), options.kind, options.file.read_bytes(), told["digest"])
    print(f"imported as {taken['id']}")
    return 0


def _look(options: Options) -> tuple[dict[str, Any], int]:
    """The preview, printed row by row; 1 where something keeps it from being imported."""
    try:
        told = registry.preview(Actor("", "admin", options.scope), options.kind, options.file.read_bytes())
    except Refused as refused:
        told = {"counts": {"errors": 1}, "faults": refused.details.get("faults", [])}
    for each in told["faults"]:
        where = f"row {each['row']}" if each["row"] else "file"
        print(f"{each['severity']:<5} {where} {each['column'] or ''}: {each['message']['zh']} {each['message']['en']}")
    print(", ".join(f"{name} {count}" for name, count in told["counts"].items()))
    return told, 1 if told["counts"]["errors"] else 0
