"""A checklist laid flat for reading: one list of indicators, each with all that is known of it."""

from collections.abc import Mapping
from typing import Any

from mingcha.core.checklist.model import Checklist

_KEPT = ("title", "text", "source_text", "method", "place", "aspect", "evidence", "measures")


def show(checklist: Checklist) -> dict[str, Any]:
    """What `mingcha checklist show --json` prints. The words and figures are the file's own, untouched."""
    content = checklist.content
    head = ("slug", "version", "title", "scheme", "source", "replaces")
    return {
        **{key: content[key] for key in head},
        "digest": checklist.digest,
        "full_marks": content.get("full_marks"),
        "tiers": list(content.get("tiers", ())),
        "settings": content["settings"],
        "notes": content["notes"],
        "grades": content.get("grades"),
        "categories": [
            {
                "id": category["id"],
                "title": category["title"],
                "groups": [{"id": group["id"], "title": group["title"]} for group in category["groups"]],
            }
            for category in content["categories"]
        ],
        "indicators": [
            _flat(content, category["id"], group["id"], indicator)
            for category in content["categories"]
            for group in category["groups"]
            for indicator in group["indicators"]
        ],
    }


def _flat(content: Mapping[str, Any], category: str, group: str, indicator: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": indicator["id"],
        "category": category,
        "group": group,
        **{key: indicator[key] for key in _KEPT},
        "full_marks": indicator.get("full_marks"),
        "clauses": indicator.get("clauses", []),
        "tiers": _tiers(content, indicator),
        "notes": [
            *indicator["notes"],
            *({"text": note["text"]} for note in content["notes"] if note.get("at") == indicator["id"]),
        ],
    }


def _tiers(content: Mapping[str, Any], indicator: Mapping[str, Any]) -> dict[str, Any]:
    """Per tier: whether it needs this indicator, from which figures on, and by which requirements."""
    if content["scheme"] == "tiers":
        return {
            tier: {"necessary": demand["necessary"], "thresholds": demand.get("thresholds", []), "requirements": []}
            for tier, demand in indicator["tiers"].items()
        }
    if content["scheme"] == "matrix":
        return {tier["id"]: _matrix(tier["id"], indicator["requirements"]) for tier in content["tiers"]}
    return {}


def _matrix(tier: str, requirements: list[dict[str, Any]]) -> dict[str, Any]:
    asked = [requirement for requirement in requirements if tier in requirement["tiers"]]
    return {
        "necessary": bool(asked),
        "thresholds": [requirement["threshold"] for requirement in asked if requirement.get("threshold")],
        "requirements": [
            {
                "id": requirement["id"],
                "text": requirement["text"],
                "implies": requirement.get("implies", []),
                "threshold": requirement.get("threshold"),
            }
            for requirement in asked
        ],
    }
