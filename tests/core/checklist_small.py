"""The smallest checklists that are free of faults, one per scheme, to break or to change one thing at a time."""

from copy import deepcopy
from typing import Any


def points() -> dict[str, Any]:
    return deepcopy(_POINTS)


def tiers() -> dict[str, Any]:
    content = _with_scheme("tiers")
    content["tiers"] = [_tier("standard", "标准型"), _tier("model", "示范型")]
    first, second = indicators(content)
    first["measures"] = [_AREA]
    first["tiers"] = {"standard": _demand("100"), "model": _demand("150")}
    second["tiers"] = {"standard": {"necessary": False}, "model": {"necessary": True}}
    return content


def matrix() -> dict[str, Any]:
    content = _with_scheme("matrix")
    content["tiers"] = [_tier("basic", "基础型"), _tier("standard", "标准型")]
    first, second = indicators(content)
    first["measures"] = [_AREA]
    first["requirements"] = [
        {
            "id": "a",
            "text": _w("面积不少于100平方米", "100 m2 or more"),
            "tiers": ["basic"],
            "threshold": _least("100"),
        },
        {
            "id": "b",
            "text": _w("面积不少于150平方米", "150 m2 or more"),
            "tiers": ["standard"],
            "implies": ["a"],
            "threshold": _least("150"),
        },
    ]
    second["requirements"] = [{"id": "a", "text": _w("有饮水机", "Drinking water"), "tiers": ["basic", "standard"]}]
    return content


def conformity() -> dict[str, Any]:
    return _with_scheme("conformity")


def indicators(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for part in content["categories"] for group in part["groups"] for each in group["indicators"]]


def _with_scheme(scheme: str) -> dict[str, Any]:
    content = deepcopy(_POINTS)
    content["scheme"] = scheme
    del content["full_marks"]
    for indicator in indicators(content):
        del indicator["full_marks"], indicator["clauses"]
        indicator["measures"] = []
    return content


def _w(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _tier(id_: str, zh: str) -> dict[str, Any]:
    return {"id": id_, "title": _w(zh, id_)}


def _least(figure: str) -> dict[str, str]:
    return {"measure": "area", "at_least": figure}


def _demand(figure: str) -> dict[str, Any]:
    return {"necessary": True, "thresholds": [_least(figure)]}


_AREA = {
    "id": "area",
    "text": _w("面积", "Area"),
    "unit": {"zh": "㎡", "en": "m²"},
    "type": "number",
    "min": "0",
    "max": None,
    "decimals": 1,
}

_RATE = {
    "id": "rate",
    "text": _w("评价率", "Rate"),
    "unit": {"zh": "%", "en": "%"},
    "type": "percent",
    "min": "0",
    "max": "100",
    "decimals": 2,
}


def _indicator(id_: str, zh: str, en: str) -> dict[str, Any]:
    return {
        "id": id_,
        "title": _w(zh[:8], en),
        "text": _w(zh, en),
        "source_text": zh,
        "method": ["on_site"],
        "place": "hall",
        "aspect": "space",
        "evidence": [{"kind": "scene", "min": 1, "when": "deduction"}],
        "measures": [],
        "notes": [],
    }


_POINTS: dict[str, Any] = {
    "format": 1,
    "slug": "small",
    "version": "1",
    "replaces": None,
    "title": _w("小表", "Small list"),
    "source": {"document": "小表"},
    "scheme": "points",
    "full_marks": "5",
    "settings": [],
    "notes": [],
    "categories": [
        {
            "id": "1",
            "title": _w("场所", "Premises"),
            "groups": [
                {
                    "id": "1.0",
                    "title": None,
                    "indicators": [
                        {
                            **_indicator("1.1", "大厅整洁，发现一处不整洁扣0.5分。", "The hall is tidy."),
                            "full_marks": "2",
                            "clauses": [
                                {
                                    "id": "a",
                                    "kind": "each",
                                    "text": _w("大厅不整洁", "The hall is untidy"),
                                    "per": "0.5",
                                    "unit": _w("处", "place"),
                                }
                            ],
                        },
                        {
                            **_indicator("1.2", "评价率100%，每低1个百分点扣0.3分。", "The rating rate is 100 %."),
                            "measures": [_RATE],
                            "full_marks": "3",
                            "clauses": [
                                {
                                    "id": "a",
                                    "kind": "shortfall",
                                    "text": _w("评价率低于100%", "The rate is below 100 %"),
                                    "measure": "rate",
                                    "target": "100",
                                    "step": "1",
                                    "per": "0.3",
                                    "parts": "whole",
                                }
                            ],
                        },
                    ],
                }
            ],
        }
    ],
}
