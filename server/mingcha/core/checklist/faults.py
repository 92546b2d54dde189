"""What can be wrong with a checklist, with the reason for each rule. A code is never used for anything else again.

`error`: the file cannot be published. `doubt`: the source itself may be at fault; a note with this `code` answers it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from mingcha.core.checklist.words import Words

Severity = Literal["error", "doubt"]


@dataclass(frozen=True)
class Fault:
    """`path` is JSONPath-like: `$.categories[0].groups[1].indicators[2].full_marks`."""

    path: str
    code: str
    message: Words
    severity: Severity = "error"

    def as_json(self) -> dict[str, Any]:
        words = {"zh": self.message.zh, "en": self.message.en}
        return {"path": self.path, "code": self.code, "severity": self.severity, "message": words, **self._cell()}

    def _cell(self) -> dict[str, Any]:
        """Where it is in a workbook, for a path like `indicators!C7`."""
        sheet, _, cell = self.path.rpartition("!")
        column = cell.rstrip("0123456789")
        row = cell[len(column) :]
        return {"sheet": sheet, "column": column, "row": int(row)} if sheet and row else {}


class Faulty(Exception):
    """A file that cannot be taken, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path} {fault.code}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Rule:
    """`zh` and `en` are the words of a fault, with `{details}` to fill in; `why` is what would go wrong without it."""

    code: str
    zh: str
    en: str
    why: str
    doubt: bool = False


_ALL = (
    Rule(
        "yaml.too_large",
        "文件超过 {limit} 字节。",
        "The file is larger than {limit} bytes.",
        "a file of megabytes is a mistake or an attack; the largest real one has 200 KB",
    ),
    Rule(
        "yaml.encoding",
        "文件不是 UTF-8 文本。",
        "The file is not UTF-8 text.",
        "another encoding would turn words into other words",
    ),
    Rule(
        "yaml.syntax",
        "第 {line} 行不是有效的 YAML：{why_zh}",
        "Line {line} is not valid YAML: {why}",
        "nothing can be read",
    ),
    Rule(
        "yaml.alias",
        "第 {line} 行使用了锚点或别名，请直接写出内容。",
        "Line {line} uses an anchor or alias. Write the content out.",
        "a few lines of aliases unfold to gigabytes, or to a cycle",
    ),
    Rule(
        "yaml.tag",
        "第 {line} 行使用了类型标签，不予执行。",
        "Line {line} carries a type tag. It is not obeyed.",
        "tags can name code to run",
    ),
    Rule(
        "yaml.duplicate_key",
        "第 {line} 行重复了“{key}”。",
        "Line {line} gives “{key}” a second time.",
        "the later would silently replace the earlier",
    ),
    Rule(
        "yaml.too_deep",
        "第 {line} 行嵌套超过 {limit} 层。",
        "Line {line} is nested deeper than {limit} levels.",
        "deep nesting exhausts the reader",
    ),
    Rule(
        "yaml.too_many", "内容超过 {limit} 项。", "There are more than {limit} values.", "no real checklist comes near"
    ),
    Rule(
        "yaml.ambiguous",
        "第 {line} 行的 {text} 含义不明，请加引号。",
        "Line {line}: {text} is ambiguous. Write it in quotes.",
        "YAML reads 3.10 as the number 3.1, and “no” as false",
    ),
    Rule("shape.invalid", "{why_zh}", "{why}", "the file does not have the shape of format.schema.json"),
    Rule("file.misplaced", "文件名应为 {want}。", "The file should be named {want}.", "a version is found by its path"),
    Rule(
        "lock.moved",
        "{name} 已发布，内容不得更改。请新建版本。",
        "{name} is published; its content may not change. Make a new version.",
        "inspections pin the published content by its hash",
    ),
    Rule(
        "lock.missing",
        "{name} 已发布，但文件不见了。",
        "{name} is published, but its file is gone.",
        "old inspections stay readable for ever",
    ),
    Rule(
        "version.taken",
        "版本 {version} 已发布过，内容不同。请换一个版本号。",
        "Version {version} is published with other content. Choose another number.",
        "a published version is for ever the same",
    ),
    Rule(
        "content.unkeepable",
        "内容无法保存：{why_zh}",
        "The content cannot be kept: {why}",
        "a digest needs text, whole numbers, lists and objects: fractions travel as text",
    ),
    Rule(
        "id.duplicate",
        "编号“{id}”重复。",
        "The id “{id}” is used twice.",
        "answers are kept by id; two owners of one id share their answers",
    ),
    Rule(
        "id.reused",
        "编号“{id}”在版本 {version} 中是另一项内容，不得再用。",
        "In version {version} the id “{id}” meant something else. It may not be used again.",
        "carrying forward would move an answer to a question nobody asked",
    ),
    Rule("id.unknown", "“{id}”不存在。", "There is no “{id}”.", "a reference to nothing does nothing, silently"),
    Rule(
        "replaces.itself",
        "版本不能替代自己。",
        "A version cannot replace itself.",
        "the chain of versions would never end",
    ),
    Rule("text.language", "缺少{zh_name}文字。", "The {en_name} text is missing.", "every reader has a language"),
    Rule(
        "text.markup",
        "文字中含有标记或脚本：{text}",
        "The text contains markup or a script: {text}",
        "words are shown, never run",
    ),
    Rule(
        "text.control",
        "文字中含有不可见的控制字符。",
        "The text contains invisible control characters.",
        "they hide or reverse what a reader sees, and break ids",
    ),
    Rule(
        "text.title_long",
        "简称超过 {limit} 字。",
        "The short title has more than {limit} characters.",
        "it must fit one line of a phone",
    ),
    Rule(
        "marks.sum",
        "各项分值合计 {sum}，与总分 {declared} 不符。",
        "The marks add up to {sum}, not to the declared {declared}.",
        "a centre could never reach the total, or pass it",
        doubt=True,
    ),
    Rule("marks.zero", "“{field}”不能为零。", "“{field}” may not be zero.", "it takes nothing, or divides by nothing"),
    Rule(
        "marks.unearnable",
        "各条合计最多得 {sum} 分，达不到满分 {full}。",
        "The clauses award {sum} at most; the full marks of {full} are out of reach.",
        "full marks that nobody can have",
        doubt=True,
    ),
    Rule(
        "clause.unreachable",
        "此条款不可能完全生效：{why_zh}。",
        "This clause can never take full effect: {why}.",
        "a rule that cannot apply is a mistake in the rule or in the marks",
        doubt=True,
    ),
    Rule("rank.rises", "名次靠后反而得分更高。", "A worse place would earn more.", "ranks reward the better place"),
    Rule(
        "tier.order",
        "“{measure}”的要求没有随等次提高：{weaker} 高于 {stronger}。",
        "The threshold of “{measure}” does not rise with the tier: {weaker} is above {stronger}.",
        "a centre could reach the higher tier and miss the lower",
        doubt=True,
    ),
    Rule(
        "tier.necessary_order",
        "对“{weaker}”必要，对更高的“{stronger}”却不必要。",
        "Necessary for “{weaker}” but not for the higher “{stronger}”.",
        "a centre could reach the higher tier and miss the lower",
        doubt=True,
    ),
    Rule(
        "tier.missing",
        "没有说明等次“{id}”。",
        "Nothing is said about the tier “{id}”.",
        "silence could mean necessary or not",
    ),
    Rule(
        "implies.cycle",
        "“{id}”的推定关系成环。",
        "“{id}” implies itself, by a cycle.",
        "ticking one would never come to an end",
    ),
    Rule(
        "measure.bounds",
        "最小值大于最大值。",
        "The least value is above the greatest.",
        "no figure could ever be entered",
    ),
    Rule(
        "measure.unused",
        "指标值“{id}”没有任何条款或等次使用。",
        "No clause or tier uses the measure “{id}”.",
        "people would write down a figure that changes nothing",
        doubt=True,
    ),
    Rule(
        "evidence.missing",
        "文字提到{zh_name}，但没有要求“{kind}”照片。",
        "The text speaks of {en_name}, but no “{kind}” photo is wanted.",
        "the deduction could not be proved",
        doubt=True,
    ),
    Rule(
        "evidence.double",
        "“{kind}”照片要求重复。",
        "A “{kind}” photo is asked for twice.",
        "the two would count the same pictures",
    ),
    Rule(
        "setting.choice",
        "“{value}”不在可选项中。",
        "“{value}” is not among the choices.",
        "a campaign could choose every reading but the one in force",
    ),
    Rule(
        "setting.aim",
        "设置所填的“{field}”与所选的“{value}”不一致。",
        "The field “{field}” that this setting fills in does not show its value, “{value}”.",
        "the file would show one reading and mean another",
    ),
    Rule(
        "grades.bands",
        "等级的名次区间不连续或重叠。",
        "The bands of places have a gap or overlap.",
        "a place would have no grade, or two",
    ),
    Rule(
        "workbook.unreadable",
        "文件打不开：{why_zh}。",
        "The file cannot be opened: {why}.",
        "only xlsx and yaml are read, and xls where it is an XLSForm",
    ),
    Rule(
        "workbook.old_format",
        "这是旧版 Excel（.xls）文件。请在 Excel 或 WPS 里另存为“.xlsx”，再导入一次。",
        "This is a workbook of the old Excel (.xls). Save it as “.xlsx” and bring it in again.",
        "our workbook is read from xlsx alone; the old format does not tell text from numbers as safely",
    ),
    Rule(
        "workbook.too_large",
        "工作簿太大（{what_zh}超过 {limit}）。",
        "The workbook is too large (more than {limit} {what}).",
        "a small file can unfold to gigabytes",
    ),
    Rule(
        "workbook.hostile",
        "文件含有{what_zh}，未予读取。",
        "The file holds {what}; that was not read.",
        "a document may hold programs or fetch other documents; nothing of the kind is run",
    ),
    Rule(
        "workbook.unknown_sheet",
        "没有“{name}”这张工作表可填的内容，未采用。",
        "Nothing is filled in on a sheet called “{name}”; it was not taken over.",
        "a sheet under another name would be left out silently",
    ),
    Rule(
        "workbook.unknown_column",
        "不认识“{name}”这一列，未采用。",
        "The column “{name}” is not known; it was not taken over.",
        "a column under another name would be left out silently",
    ),
    Rule(
        "workbook.missing_sheet",
        "缺少“{name}”工作表。",
        "The sheet “{name}” is missing.",
        "there is no checklist without it",
    ),
    Rule(
        "cell.formula",
        "单元格是公式，不予计算，未采用。请填写数值或文字。",
        "The cell holds a formula. It is not computed and was not taken over; write the value.",
        "a formula shows what another machine made of it, and may run a program",
    ),
    Rule(
        "cell.error",
        "单元格是错误值 {text}，未采用。",
        "The cell shows the error {text}; it was not taken over.",
        "an error is no value",
    ),
    Rule(
        "cell.date",
        "单元格是日期，未采用。请以文字填写。",
        "The cell holds a date; it was not taken over. Write it as text.",
        "Excel makes dates of ids such as 3-1",
    ),
    Rule(
        "cell.merged",
        "合并的单元格 {range}：只采用左上角的内容。",
        "Merged cells {range}: only the upper left one was read.",
        "nobody can say to which row or column the content belongs",
    ),
    Rule(
        "cell.merged_down",
        "合并的单元格 {range}：内容用于其中每一行。",
        "Merged cells {range}: the content was read for each of the rows.",
        "sheets on paper merge the category over its rows",
    ),
    Rule(
        "cell.number",
        "单元格是数字，按“{text}”读取；编号请以文字填写。",
        "The cell holds a number and was read as “{text}”. Write ids as text.",
        "Excel makes 3.1 of 3.10",
    ),
    Rule(
        "cell.full_width",
        "全角字符，按“{text}”读取。",
        "Full-width characters, read as “{text}”.",
        "digits are digits, however wide",
    ),
    Rule(
        "cell.unreadable",
        "“{text}”读不懂，未采用；应为{want_zh}。",
        "“{text}” cannot be read and was not taken over; {want} is expected.",
        "a guess would become a score",
    ),
    Rule(
        "cell.orphan",
        "没有编号为“{id}”的{of_zh}，此行未采用。",
        "There is no {of} “{id}”; the row was not taken over.",
        "the row belongs to nothing",
    ),
    Rule(
        "cell.no_id",
        "此行没有编号，未采用。",
        "The row has no id; it was not taken over.",
        "answers are kept by id",
    ),
    Rule(
        "form.unreadable",
        "不是有效的 XLSForm：{why_zh}",
        "Not a valid XLSForm: {why}",
        "only what ODK itself can read is brought in",
    ),
    Rule(
        "form.not_taken",
        "“{name}”（{what_zh}）无法带入。",
        "“{name}” ({what}) cannot be taken over.",
        "a checklist has no such question; leaving it out silently would lose it",
    ),
    Rule(
        "form.assumed",
        "表单没有说明{what_zh}，暂填“{text}”，请核对。",
        "The form does not say the {what}; “{text}” was put in. Please check.",
        "a reader must know what nobody wrote",
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _ALL})


def fault(path: str, code: str, **details: Any) -> Fault:
    """A fault of this rule, worded. Details never put markup anywhere: whoever shows them escapes them."""
    rule = RULES[code]
    words = Words(rule.zh.format(**details), rule.en.format(**details))
    return Fault(path, code, words)
