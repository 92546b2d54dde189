"""Photographs: what the words speak of should be seen on one."""

import re
from collections.abc import Iterator
from typing import Any

from mingcha.core.checklist.faults import Fault, fault
from mingcha.core.checklist.rules import walk

#: Words of a source that can hardly be judged without such a picture: (pattern, kind, its name).
TELLING = (
    (re.compile("工作牌|胸卡|胸牌|亮牌上岗"), "badge", "工作牌", "badges"),
    (re.compile("招牌|标识标牌|标识应用|指示牌|导引标识"), "signage", "标识标牌", "signs"),
    (re.compile("功能区|功能布局|分布图|填单区"), "layout", "功能布局", "the layout"),
)


def evidence_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for path, indicator in walk.indicators(content):
        wanted = [
            (walk.text(each, "kind"), walk.text(each, "when")) for _, each in walk.each(path, indicator, "evidence")
        ]
        for place, pair in enumerate(wanted):
            if pair in wanted[:place]:
                yield fault(f"{path}.evidence[{place}]", "evidence.double", kind=pair[0])
        if "on_site" not in walk.texts(indicator, "method"):
            continue
        words = walk.text(indicator.get("text"), "zh") or ""
        for pattern, kind, zh_name, en_name in TELLING:
            if pattern.search(words) and kind not in {kind for kind, _ in wanted}:
                yield fault(f"{path}.evidence", "evidence.missing", kind=kind, zh_name=zh_name, en_name=en_name)
