"""The sheets of our workbook: which columns there are, where each stands in a checklist, and how its value is written.

A blank cell is a field that is not there; `null`, `[]` and `{}` are what they say. An apostrophe in front means: the
rest is text, whatever it looks like. No column holds a formula or anything that a spreadsheet would take for one.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


class Unreadable(ValueError):
    """A cell's text is not what its column holds. The words say what it should be."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Codec:
    """`write` a value as text; `read` it back, or raise Unreadable. `plain`: wide characters are the usual ones."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    plain: bool = True


@dataclass(frozen=True)
class Column:
    """`key` is the dotted path inside the row's object, and the last word of the heading."""

    key: str
    zh: str
    codec: str = "text"
    wide: int = 12

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.key.split("."))


@dataclass(frozen=True)
class Table:
    """`parents` name the columns that say to whose list, `into`, a row belongs."""

    name: str
    zh: str
    into: str
    parents: tuple[str, ...]
    columns: tuple[Column, ...]


def _both(key: str, zh: str, wide: int = 30) -> tuple[Column, Column]:
    return Column(f"{key}.zh", zh, wide=wide), Column(f"{key}.en", f"{zh}（英文）", wide=wide)


_ID = Column("id", "编号", "id")
_INDICATOR, _CLAUSE = Column("indicator", "指标编号", "id"), Column("clause", "条款编号", "id")
_NOTE = (Column("at", "所指指标", "id"), Column("code", "规则", "id"), *_both("text", "说明", 60))

#: The sheet of single values, one per row: its columns are these rows.
HEAD = (
    Column("format", "格式", "whole"), Column("slug", "检查表代号", "id"), Column("version", "版本", "id"),
    *_both("title", "名称"),
    Column("replaces", "替代（null：无）", "mark"), Column("replaces.version", "替代的版本", "id"),
    *_both("replaces.note", "替代说明"),
    Column("source.document", "来源文件"), Column("source.issued", "来源日期"), Column("source.seed", "原件编号"),
    Column("scheme", "评定方式", "id"), Column("full_marks", "满分", "figure"),
    Column("grades.valid_years", "等级有效年数", "whole"), *_both("grades.none", "无等级"),
)  # fmt: skip

TABLES = (
    Table("tiers", "等次", "tiers", (), (_ID, *_both("title", "名称"))),
    Table("settings", "设置", "settings", (), (
        _ID, Column("value", "取值", "text"), Column("choices", "可选项", "list", 24), Column("at", "所指指标", "id"),
        *_both("text", "问题", 50), Column("words", "选项说明（{}：空）", "mark"),
    )),
    Table("choices", "选项", "words", ("setting",), (
        Column("setting", "设置编号", "id"), Column("choice", "选项", "text"), *_both("words", "说明"),
    )),
    Table("sets", "所填栏目", "sets", ("setting",), (
        Column("setting", "设置编号", "id"), _INDICATOR, _CLAUSE, Column("tier", "等次编号", "id"),
        Column("field", "栏目", "id"), Column("when", "适用的取值", "list"),
    )),
    Table("bands", "名次区间", "bands", (), (
        _ID, *_both("title", "等级"), Column("from", "起始名次", "whole"), Column("to", "截止名次", "whole"),
        Column("bonus", "加分", "figure"),
    )),
    Table("downgrades", "降级", "downgrades", (), (_ID, *_both("text", "情形"), Column("steps", "降几级", "whole"))),
    Table("categories", "一级指标", "categories", (), (_ID, *_both("title", "名称"))),
    Table("groups", "二级指标", "groups", ("category",), (
        Column("category", "一级指标编号", "id"), _ID, Column("title", "名称（null：无）", "mark"),
        *_both("title", "名称"),
    )),
    Table("indicators", "指标", "indicators", ("category", "group"), (
        Column("category", "一级指标编号", "id"), Column("group", "二级指标编号", "id"), _ID,
        *_both("title", "简称", 20), *_both("text", "全文", 60), Column("source_text", "原文", wide=60),
        Column("method", "检查方式", "list", 18), Column("place", "位置", "id"), Column("aspect", "方面", "id"),
        Column("evidence", "证据照片（种类 张数 何时）", "evidence", 24), Column("full_marks", "满分", "figure"),
    )),
    Table("measures", "指标值", "measures", ("indicator",), (
        _INDICATOR, _ID, *_both("text", "名称"), *_both("unit", "单位", 8), Column("type", "类型", "id"),
        Column("min", "最少", "figure"), Column("max", "最多", "figure"), Column("decimals", "小数位数", "whole"),
    )),
    Table("clauses", "扣分条款", "clauses", ("indicator",), (
        _INDICATOR, _ID, Column("kind", "种类", "id"), *_both("text", "扣分原因", 50), Column("cap", "上限", "figure"),
        Column("per", "每次扣分", "figure"), *_both("unit", "单位", 8), Column("measure", "指标值编号", "id"),
        Column("target", "目标值", "figure"), Column("step", "每档", "figure"), Column("parts", "不足一档", "id"),
        Column("cases", "抽查件数", "whole"), Column("first", "第一名得分", "figure"),
        Column("from", "起始名次", "whole"), Column("rest", "其余得分", "figure"), Column("max", "最高分", "figure"),
        *_both("rubric", "评分说明", 40), Column("points", "分值", "figure"),
        Column("phrases", "常用语（[]：空）", "mark"),
    )),
    Table("items", "清单项", "items", ("indicator", "clause"), (_INDICATOR, _CLAUSE, _ID, *_both("text", "内容"))),
    Table("phrases", "常用语", "phrases", ("indicator", "clause"), (
        _INDICATOR, _CLAUSE, Column("zh", "常用语", wide=50), Column("en", "常用语（英文）", wide=50),
    )),
    Table("demands", "等次要求", "tiers", ("indicator",), (
        _INDICATOR, Column("tier", "等次", "id"), Column("necessary", "必要", "flag"),
        Column("thresholds", "达标值（指标值 数）", "thresholds", 24),
    )),
    Table("requirements", "逐条要求", "requirements", ("indicator",), (
        _INDICATOR, _ID, *_both("text", "要求", 60), Column("tiers", "等次", "list", 24),
        Column("implies", "包含的要求", "list"), Column("threshold", "达标值（指标值 数）", "threshold", 18),
    )),
    Table("notes", "备注", "notes", ("indicator",), (Column("indicator", "指标编号（空：全表）", "id"), *_NOTE)),
)  # fmt: skip

MARKS: dict[str, Any] = {"null": None, "[]": [], "{}": {}}
#: What a spreadsheet may take for a formula, and what our own cells mean otherwise.
_QUOTED = re.compile(r"['=+\-@\t\r\n]|\s|$")


def quoted(text: str) -> str:
    """Text as it stands in a cell: an apostrophe in front of what would be read as something else."""
    return f"'{text}" if text in MARKS or _QUOTED.match(text) or text[-1:].isspace() else text


def plain(text: str) -> str:
    """Without wide forms: ２．５ is 2.5."""
    return unicodedata.normalize("NFKC", text).strip()


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Unreadable("整数", "a whole number")
    return int(text)


def _figure(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,10})?", text):
        raise Unreadable("不小于零的数", "a figure that is not negative")
    return text


def _flag(text: str) -> bool:
    found = {"true": True, "1": True, "√": True, "是": True, "y": True, "yes": True,
             "false": False, "0": False, "否": False, "n": False, "no": False}.get(text.lower())  # fmt: skip
    if found is None:
        raise Unreadable("是或否", "true or false")
    return found


def _write_list(values: list[Any]) -> str:
    simple = all(isinstance(each, str) and re.fullmatch(r"[^\s,，、;；\[\"]+", each) for each in values)
    return "、".join(values) if simple else json.dumps(values, ensure_ascii=False)


def _read_list(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise Unreadable("用顿号分开的列表", "a list with commas between")
        return found
    return [each for each in re.split(r"[\s,，、;；]+", text) if each]


def _read_lines(text: str, words: int) -> list[list[str]]:
    lines = [line.split() for line in re.split(r"[\n;；]+", text) if line.strip()]
    if not lines or any(len(line) != words for line in lines):
        raise Unreadable(f"每行 {words} 个词", f"{words} words on each line")
    return lines


def _read_evidence(text: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "min": _whole(least), "when": when} for kind, least, when in _read_lines(text, 3)]


def _read_thresholds(text: str) -> list[dict[str, str]]:
    return [{"measure": measure, "at_least": _figure(least)} for measure, least in _read_lines(text, 2)]


def _read_threshold(text: str) -> dict[str, str]:
    found = _read_thresholds(text)
    if len(found) != 1:
        raise Unreadable("一行：指标值 数", "one line: measure and figure")
    return found[0]


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _threshold_of(value: Json) -> str:
    return f"{value['measure']} {value['at_least']}"


CODECS: dict[str, Codec] = {
    "text": Codec(_text_of, str, plain=False),
    "id": Codec(_text_of, str),
    "figure": Codec(_text_of, _figure),
    "whole": Codec(str, _whole),
    "flag": Codec(lambda value: "true" if value else "false", _flag),
    "list": Codec(_write_list, _read_list),
    "evidence": Codec(lambda found: "\n".join(f"{e['kind']} {e['min']} {e['when']}" for e in found), _read_evidence),
    "thresholds": Codec(lambda found: "\n".join(map(_threshold_of, found)), _read_thresholds),
    "threshold": Codec(_threshold_of, _read_threshold),
}  # fmt: skip
