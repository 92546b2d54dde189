"""A comparison of two versions as a reader wants it: every change under its indicator, its place named in words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mingcha.core.checklist.compare import Change, compare
from mingcha.core.checklist.model import Checklist

Json = Mapping[str, Any]

#: The fields of a file, as people call them.
FIELDS: dict[str, tuple[str, str]] = {
    "title": ("名称", "title"),
    "text": ("内容", "words"),
    "source_text": ("原文", "the source’s words"),
    "source": ("来源", "source"),
    "document": ("文件名", "document"),
    "issued": ("发布日期", "issued"),
    "seed": ("原件编号", "number of the original"),
    "method": ("检查方式", "method"),
    "place": ("位置", "place"),
    "aspect": ("方面", "aspect"),
    "evidence": ("证据照片", "evidence"),
    "when": ("何时", "when"),
    "kind": ("种类", "kind"),
    "measures": ("指标值", "measure"),
    "unit": ("单位", "unit"),
    "type": ("类型", "type"),
    "min": ("最少", "least"),
    "max": ("最多", "most"),
    "decimals": ("小数位数", "decimals"),
    "notes": ("备注", "note"),
    "at": ("所指指标", "about the indicator"),
    "code": ("规则", "rule"),
    "full_marks": ("满分", "full marks"),
    "clauses": ("扣分条款", "clause"),
    "cap": ("上限", "cap"),
    "per": ("每次扣分", "points each"),
    "items": ("清单项", "item"),
    "measure": ("指标值", "measure"),
    "target": ("目标值", "target"),
    "step": ("每档", "step"),
    "parts": ("不足一档", "part of a step"),
    "cases": ("抽查件数", "cases"),
    "first": ("第一名得分", "first place"),
    "from": ("起始名次", "from place"),
    "to": ("截止名次", "to place"),
    "rest": ("其余得分", "the rest"),
    "rubric": ("评分说明", "rubric"),
    "points": ("分值", "points"),
    "phrases": ("常用语", "phrase"),
    "tiers": ("等次", "tier"),
    "necessary": ("必要", "necessary"),
    "thresholds": ("达标值", "threshold"),
    "threshold": ("达标值", "threshold"),
    "at_least": ("不少于", "at least"),
    "requirements": ("要求", "requirement"),
    "implies": ("包含的要求", "implied requirement"),
    "settings": ("设置", "setting"),
    "value": ("取值", "choice in force"),
    "choices": ("可选项", "choice"),
    "words": ("选项说明", "words of the choice"),
    "sets": ("所填栏目", "field it fills in"),
    "indicator": ("指标", "indicator"),
    "clause": ("条款", "clause"),
    "field": ("栏目", "field"),
    "grades": ("等级", "grades"),
    "valid_years": ("有效年数", "years valid"),
    "bands": ("名次区间", "band of places"),
    "bonus": ("加分", "bonus"),
    "none": ("无等级", "no grade"),
    "downgrades": ("降级情形", "downgrade"),
    "steps": ("降几级", "steps down"),
    "scheme": ("评定方式", "scheme"),
    "categories": ("一级、二级指标", "category or group"),
    "slug": ("检查表代号", "slug"),
    "format": ("格式", "format"),
    "id": ("编号", "id"),
    "zh": ("中文", "Chinese"),
    "en": ("英文", "English"),
}


def spoken(before: Checklist, after: Checklist) -> dict[str, Any]:
    """From `before` to `after`, whole and JSON-able. An indicator that came or went brings its words along."""
    found = compare(before, after)
    old, new = _places(before.content), _places(after.content)
    return {
        "from": _name(before),
        "to": _name(after),
        "same": found.same,
        "added": [new[id_] for id_ in found.added],
        "removed": [old[id_] for id_ in found.removed],
        **{
            sort: [{**_change(change), "title": _title(change, old, new)} for change in getattr(found, sort)]
            for sort in ("moved", "words", "scoring", "asking")
        },
    }


def label(path: str) -> dict[str, str]:
    """`clauses[a].per` as “扣分条款 a · 每次扣分”."""
    parts = [part.rstrip("]").partition("[") for part in path.split(".")] if path else []
    if path == "group":
        return {"zh": "所在一级、二级指标", "en": "category and group"}
    zh, en = [], []
    for name, _, member in parts:
        words = FIELDS.get(name, (name, name))
        zh.append(f"{words[0]} {member}".strip())
        en.append(f"{words[1]} {member}".strip())
    return {"zh": " · ".join(zh), "en": " · ".join(en)}


def _change(change: Change) -> dict[str, Any]:
    return {**asdict(change), "label": label(change.path)}


def _title(change: Change, old: Json, new: Json) -> Any:
    place = new.get(change.indicator) or old.get(change.indicator) if change.indicator else None
    return place["title"] if place else None


def _name(checklist: Checklist) -> dict[str, Any]:
    content = checklist.content
    return {
        "slug": checklist.slug,
        "version": checklist.version,
        "digest": checklist.digest,
        "title": content["title"],
        "scheme": checklist.scheme,
    }


def _places(content: Json) -> dict[str, Any]:
    return {
        indicator["id"]: {
            "indicator": indicator["id"],
            "category": category["id"],
            "group": group["id"],
            "title": indicator["title"],
            "text": indicator["text"],
            "full_marks": indicator.get("full_marks"),
        }
        for category in content["categories"]
        for group in category["groups"]
        for indicator in group["indicators"]
    }
