"""ODK XLSForm to a checklist draft. pyxform reads and checks the form; what a checklist can say is taken from it.

A yes-or-no question becomes an indicator of the scheme `conformity`, a group a category, a group within it a group.
Everything else that the form asks or computes is listed by name, with its row.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from mingcha.core.checklist.faults import Fault, Faulty, fault
from mingcha.store.checklist_workbook import MOST_CELLS, MOST_ROWS, Book, Brought, Sheet, taken

SHEETS = ("survey", "choices", "settings")
MOST_XLS_BYTES = 2 * 1024 * 1024
DEEPEST = 12

YES = {"yes", "y", "true", "1", "met", "ok", "pass", "compliant", "是", "有", "符合", "合格", "达标", "shi"}
NO = {
    "no",
    "n",
    "false",
    "0",
    "not_met",
    "fail",
    "noncompliant",
    "否",
    "无",
    "没有",
    "不符合",
    "不合格",
    "不达标",
    "fou",
}
NEITHER = {"na", "n_a", "n/a", "not_applicable", "not applicable", "不适用", "98", "99"}

#: What a question may carry that an indicator cannot: the member of the form, in words.
CONDITIONS = {
    "relevant": "relevant", "constraint": "constraint", "calculate": "calculation", "readonly": "read only",
}  # fmt: skip

#: The same and the commonest sorts of questions, for Chinese readers; what is not here is said as ODK writes it.
SORTS = {
    "relevant": "显示条件", "constraint": "限制条件", "calculation": "计算", "read only": "只读", "hint": "提示",
    "text": "文字题", "integer": "整数题", "decimal": "小数题", "select one": "单选题", "select all that apply": "多选题",
    "rank": "排序题", "date": "日期题", "time": "时间题", "dateTime": "日期时间题", "photo": "照片题", "image": "照片题",
    "audio": "录音题", "video": "视频题", "file": "文件题", "barcode": "条码题", "geopoint": "位置题", "geotrace": "路线题",
    "geoshape": "区域题", "note": "说明", "calculate": "计算", "repeat": "重复组", "hidden": "隐藏项", "acknowledge": "确认题",
    "range": "滑块题", "start": "开始时间", "end": "结束时间", "today": "当天日期", "deviceid": "设备编号", "username": "用户名",
    "phonenumber": "电话号码", "audit": "操作记录", "background-audio": "后台录音", "xml-external": "外部数据",
    "csv-external": "外部数据",
}  # fmt: skip

#: What the form's own machinery adds; nobody is asked for it.
_SILENT = {"meta"}

Json = dict[str, Any]


def read(book: Book) -> Brought:
    """A draft from an xlsx form. Raises Faulty where ODK could not read it either."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    report = list(book.report)
    for name, sheet in sheets.items():
        if name not in SHEETS and sheet.cells:
            report.append(fault(f"{sheet.title}!A1", "workbook.unknown_sheet", name=sheet.title))
    return _brought({name: _lines(sheets[name]) for name in SHEETS if name in sheets}, report)


def read_xls(raw: bytes) -> Brought:
    """The same from the older binary format."""
    if len(raw) > MOST_XLS_BYTES:
        raise Faulty([fault("$", "workbook.too_large", what="bytes", what_zh="字节", limit=MOST_XLS_BYTES)])
    from pyxform.xls2json_backends import xls_to_dict  # 20 MB: not before somebody brings a form

    try:
        found = xls_to_dict(io.BytesIO(raw))
        sheets = {name: [dict(line) for line in found.get(name) or ()] for name in SHEETS}
    except Exception:  # whatever a broken or hostile file makes the library do
        raise Faulty([fault("$", "workbook.old_format")]) from None
    if not sheets["survey"]:  # our own workbook, or any other, in the old format
        raise Faulty([fault("$", "workbook.old_format")])
    if sum(len(line) for lines in sheets.values() for line in lines) > MOST_CELLS:
        raise Faulty([fault("$", "workbook.too_large", what="cells", what_zh="单元格", limit=MOST_CELLS)])
    if any(len(lines) > MOST_ROWS for lines in sheets.values()):
        raise Faulty([fault("$", "workbook.too_large", what="rows", what_zh="行数", limit=MOST_ROWS)])
    return _brought({name: lines for name, lines in sheets.items() if lines}, [])


def _lines(sheet: Sheet) -> list[Json]:
    """The rows below the headings, empty ones kept so that their numbers stay true."""
    headings = {column: cell.text.strip() for (row, column), cell in sheet.cells.items() if row == 1}
    last = max(sheet.rows(), default=1)
    lines: list[Json] = [{} for _ in range(2, last + 1)]
    for (row, column), cell in sheet.cells.items():
        if row > 1 and column in headings:
            lines[row - 2][headings[column]] = cell.text.strip()
    return lines


def _brought(sheets: dict[str, list[Json]], report: list[Fault]) -> Brought:
    from pyxform.xls2xform import convert

    try:
        form = convert(dict(sheets), validate=False)._pyxform
    except RecursionError:
        raise Faulty([*report, fault("$", "form.unreadable", why="it is nested too deep", why_zh="分组嵌套过深")]) from None
    except Exception as error:  # pyxform words its refusals; other failures are named by their kind
        why = " ".join(str(error).split())[:300] or type(error).__name__
        raise Faulty([*report, fault("survey!A1", "form.unreadable", why=why, why_zh=f"ODK 的原话是“{why}”")]) from None
    return _Form(form, sheets, report).brought()


class _Form:
    """Walks the questions once; `rows` says where each stands in the survey."""

    def __init__(self, form: Json, sheets: dict[str, list[Json]], report: list[Fault]) -> None:
        self.form, self.report = form, report
        self.rows: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(sheets.get("survey", ()), start=2):
            self.rows[str(line.get("name", ""))].append(number)
        self.used: set[str] = set()
        self.categories: list[Json] = []

    def brought(self) -> Brought:
        for child in self.form.get("children", ()):
            if _is_group(child):
                self._category(child)
            elif not _is_silent(child):
                self._ask(child, self._group(self._loose(), None))
        head = self._head()
        if not self.used:
            why = "there is no yes-or-no question in it"
            raise Faulty([*self.report, fault("survey!A1", "form.unreadable", why=why, why_zh="里面没有“是/否”题")])
        self._assume("survey!A1", "method, place and aspect", "检查方式、位置和方面", "on_site, hall, space")
        kept = [
            {**each, "groups": [group for group in each["groups"] if group["indicators"]]} for each in self.categories
        ]
        return Brought({**head, "categories": [each for each in kept if each["groups"]]}, self.report)

    def _head(self) -> Json:
        title = str(self.form.get("title") or self.form.get("name") or "")
        slug = re.sub(r"[^a-z0-9]+", "-", str(self.form.get("id_string") or title).lower()).strip("-")[:40].strip("-")
        if not slug:
            slug = "form"
            self._assume("settings!A1", "form_id", "表单代号", slug)
        version = re.sub(r"[^0-9A-Za-z._-]+", "-", str(self.form.get("version") or "")).strip("-._")[:20]
        if not version:
            version = "1"
            self._assume("settings!A1", "version", "版本", version)
        return {
            "format": 1,
            "slug": slug,
            "version": version,
            "replaces": None,
            "title": _by_script(title),
            "source": {"document": title or slug},
            "scheme": "conformity",
            "settings": [],
            "notes": [],
        }

    def _category(self, group: Json) -> None:
        category = {"id": self._id(group), "title": _words(group.get("label"), group["name"]), "groups": []}
        self.categories.append(category)
        self._conditions(group)
        for child in group.get("children", ()):
            if _is_group(child):
                self._conditions(child)
                inner = self._group(category, child)
                for each in _flat(child, self):
                    self._ask(each, inner)
            else:
                self._ask(child, self._group(category, None))

    def _group(self, category: Json, group: Json | None) -> Json:
        """The group of this form group; without one, the category's own, which has no title."""
        id_ = f"{category['id']}.0"[:32] if group is None else self._id(group)
        for each in category["groups"]:
            if each["id"] == id_:
                known: Json = each
                return known
        title = _words(group.get("label"), group["name"]) if group else None
        made: Json = {"id": id_, "title": title, "indicators": []}
        category["groups"].append(made)
        return made

    def _loose(self) -> Json:
        """The category of questions that stand in no group."""
        for each in self.categories:
            if each["id"] == "general":
                return each
        made: Json = {"id": "general", "title": {"zh": "未分组", "en": "Not grouped"}, "groups": []}
        self.categories.append(made)
        return made

    def _ask(self, question: Json, group: Json) -> None:
        name, place = str(question.get("name", "")), self._place(question)
        if question.get("type") != "select one" or not _is_yes_or_no(
            question.get("choices") or self._choices(question)
        ):
            for each in _every(question):
                self._leave(each, str(each.get("type", "")))
            return
        text = _words(question.get("label"), name)
        self._conditions(question)
        if question.get("hint"):
            self._leave(question, "hint")
        id_ = self._id(question)
        if id_ != name:
            self._assume(place, "id", "编号", id_)
        group["indicators"].append(
            {
                "id": id_,
                "title": {language: _short(words, 20 if language == "zh" else 60) for language, words in text.items()},
                "text": text,
                "source_text": text.get("zh") or text.get("en") or name,
                "method": ["on_site"],
                "place": "hall",
                "aspect": "space",
                "evidence": [],
                "measures": [],
                "notes": [],
            }
        )

    def _choices(self, question: Json) -> list[Json]:
        found = (self.form.get("choices") or {}).get(question.get("itemset") or question.get("list_name") or "", [])
        return list(found)

    def _conditions(self, question: Json) -> None:
        bind = question.get("bind")
        for member, what in CONDITIONS.items():
            if isinstance(bind, dict) and bind.get(member):
                self._leave(question, f"{what}: {str(bind[member])[:80]}")

    def _leave(self, question: Json, what: str) -> None:
        name = str(question.get("name", ""))[:40]
        kind, colon, rest = what.partition(":")
        what_zh = f"{SORTS.get(kind, kind)}{colon}{rest}"
        self.report.append(fault(self._place(question), "form.not_taken", name=name, what=what, what_zh=what_zh))

    def _assume(self, place: str, what: str, what_zh: str, text: str) -> None:
        self.report.append(taken(fault(place, "form.assumed", what=what, what_zh=what_zh, text=text)))

    def _place(self, question: Json) -> str:
        rows = self.rows.get(str(question.get("name", "")))
        return f"survey!A{rows[0]}" if rows else "survey!A1"

    def _id(self, named: Json) -> str:
        """The name as an id, made unique: answers are kept by it."""
        base = re.sub(r"[^0-9A-Za-z._-]+", "-", str(named.get("name", ""))).strip("-")[:28] or "q"
        id_, number = base, 2
        while id_ in self.used:
            id_, number = f"{base}-{number}", number + 1
        self.used.add(id_)
        return id_


def _is_group(child: Json) -> bool:
    return child.get("type") == "group" and not _is_silent(child)


def _is_silent(child: Json) -> bool:
    return child.get("name") in _SILENT and child.get("type") == "group"


def _flat(group: Json, form: _Form, depth: int = 0) -> Iterator[Json]:
    """The questions of a group; of groups within it too, which are listed: a checklist has two levels."""
    for child in group.get("children", ()):
        if _is_group(child) and depth < DEEPEST:
            form._leave(child, "group within a group within a group")
            yield from _flat(child, form, depth + 1)
        else:
            yield child


def _every(question: Json) -> Iterator[Json]:
    """A question, and those inside where it repeats."""
    yield question
    for child in question.get("children", ()):
        yield from _every(child)


def _is_yes_or_no(choices: list[Json]) -> bool:
    found = [_sort(choice) for choice in choices]
    return found.count("yes") == 1 and found.count("no") == 1 and found.count(None) == 0


def _sort(choice: Json) -> str | None:
    labels = choice.get("label")
    said = {str(choice.get("name", "")), *(labels.values() if isinstance(labels, dict) else [labels or ""])}
    words = {str(each).strip().lower() for each in said}
    for sort, known in (("neither", NEITHER), ("no", NO), ("yes", YES)):
        if words & known:
            return sort
    return None


def _words(label: Any, otherwise: str) -> dict[str, str]:
    """Both languages, as far as the form has them: by the language's name, else by the script it is written in."""
    if not isinstance(label, dict):
        return _by_script(str(label or otherwise))
    found: dict[str, str] = {}
    for language, text in label.items():
        if not isinstance(text, str) or not text.strip():
            continue
        key = _language(str(language))
        for name, words in ({key: text} if key else _by_script(text)).items():
            found.setdefault(name, words)
    return found or _by_script(otherwise)


def _language(name: str) -> str | None:
    lower = name.lower()
    if re.search(r"\bzh\b|中文|汉|漢|chinese|mandarin", lower):
        return "zh"
    return "en" if re.search(r"\ben\b|english|英", lower) else None


def _by_script(text: str) -> dict[str, str]:
    return {"zh" if re.search(r"[\u3400-\u9fff]", text) else "en": text}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
