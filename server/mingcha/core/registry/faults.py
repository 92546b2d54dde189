"""Everything that can be wrong with a sheet of the registry, by name, in both languages.

`error`: the row cannot be taken, and so nothing of the file is. `note`: it is read all the same, and says how.
"""

from dataclasses import dataclass
from typing import Any, Literal

from mingcha.core.registry.columns import KINDS

Severity = Literal["error", "note"]

_E, _N = "error", "note"

#: Code → severity, Chinese, English. `{…}` are details.
FAULTS: dict[str, tuple[str, str, str]] = {
    # The file
    "file.empty": (_E, "文件里没有数据行。", "The file has no rows of data."),
    "file.unreadable": (_E, "文件打不开：已损坏、有密码，或不是 xlsx/csv。",
        "The file cannot be opened: damaged, locked, or neither xlsx nor csv."),
    "file.old_excel": (_E, "这是旧格式 xls，请另存为 xlsx。", "This is the old xls format. Save it as xlsx."),
    "file.encoding": (_E, "文字编码认不出（既不是 UTF-8 也不是 GBK）。", "The text encoding is not known (neither UTF-8 nor GBK)."),
    "file.too_many_rows": (_E, "行数超过 {most} 行，请分开导入。", "There are more than {most} rows. Split the file."),
    "file.gbk": (_N, "文件按 GBK 编码读取。", "The file was read as GBK."),
    "file.other_sheets": (_N, "只读取第一张可见的表，未读：{names}。",
        "Only the first visible sheet is read; passed over: {names}."),
    # The heading
    "head.missing": (_E, "缺少必填列“{column}”。", "The column “{column}” is missing."),
    "head.repeated": (_E, "列名“{column}”出现了不止一次。", "The heading “{column}” stands there more than once."),
    "head.unknown": (_N, "不认识列“{column}”，没有读取。", "The column “{column}” is not known and was not read."),
    "head.nameless": (_E, "这一列有内容却没有列名。", "This column has content but no heading."),
    "head.hidden": (_E, "列“{column}”被隐藏，请取消隐藏或删去。", "The column “{column}” is hidden. Show it or remove it."),
    # The row
    "row.hidden": (_E, "这一行被隐藏或被筛选掉，请取消隐藏或删去。", "The row is hidden or filtered away. Show it or remove it."),
    "row.blank": (_N, "空行，已跳过。", "A blank row, passed over."),
    "row.heading_again": (_E, "这一行又是表头。", "The row is the heading again."),
    "row.total": (_E, "这一行像是合计，不是数据。", "The row looks like a total."),
    "row.too_long": (_E, "这一行的格数比表头多。", "The row has more cells than the heading."),
    "row.duplicate": (_E, "代码与第 {first} 行重复。", "The code is the same as in row {first}."),
    "row.same_name": (_E, "同一区划里名称与第 {first} 行相同。", "The name is the same as in row {first}, in the same region."),
    "row.taken": (_E, "代码“{code}”不在您的范围内，或已属于别处。", "The code “{code}” belongs elsewhere."),
    # Any cell
    "cell.merged": (_E, "单元格被合并，请取消合并并逐行填写。", "The cell is merged with others. Unmerge it and fill in every row."),
    "cell.formula": (_E, "这里是公式，请粘贴为数值。", "There is a formula here. Paste its value."),
    "cell.error": (_E, "这里是 Excel 的错误值（{text}）。", "There is an error value of Excel here ({text})."),
    "cell.boolean": (_E, "这里是“真/假”，应为文字。", "There is a yes/no value where text belongs."),
    "cell.date": (_E, "这里是日期（{text}），应为{column}。可能被 Excel 自动改了。",
        "There is a date ({text}) where {column} belongs. Excel may have changed it."),
    "cell.full_width": (_N, "全角字符已改为半角：{text}。", "Full-width characters were made plain: {text}."),
    "cell.spaces": (_N, "首尾或多余的空格已去掉。", "Spaces around it or in excess were taken away."),
    "cell.invisible": (_N, "看不见的字符已去掉。", "Invisible characters were taken away."),
    "cell.line_break": (_N, "换行已改为空格。", "A line break was made a space."),
    "cell.control": (_E, "含有控制字符。", "There is a control character in it."),
    "cell.garbled": (_E, "含有乱码（{text}），请检查编码。", "The text is garbled ({text}). Check the encoding."),
    "cell.placeholder": (_E, "“{text}”不是{column}，请填写或留空。", "“{text}” is no {column}. Fill it in or leave it empty."),
    "cell.missing": (_E, "没有填写{column}。", "{column} is not filled in."),
    "cell.too_long": (_E, "{column}超过 {most} 个字。", "{column} has more than {most} characters."),
    # Codes
    "code.scientific": (_E, "代码变成了科学计数法（{text}），末位已丢失。请把列设为文本重填。",
        "The code became scientific notation ({text}) and lost digits. Format the column as text."),
    "code.decimal": (_N, "代码带小数点，已按整数读取。", "The code had a decimal point and was read as a whole number."),
    "code.digits": (_E, "区划代码只能是数字（{text}）。", "A region code has digits only ({text})."),
    "code.length": (_E, "区划代码应为 6、9 或 12 位，这里是 {digits} 位。",
        "A region code has 6, 9 or 12 digits; here are {digits}."),
    "code.padded": (_N, "末尾补的 0 已去掉：{text}。", "Padding zeros were taken off: {text}."),
    "code.outside": (_E, "区划代码 {code} 不在您的范围内。", "The region {code} is outside your area."),
    "code.unknown": (_E, "没有登记过区划 {code}，请先导入区划。", "The region {code} is not registered. Import it first."),
    "code.level": (_E, "点位须落在镇街或村居（9 或 12 位）。", "A site lies in a town or a village (9 or 12 digits)."),
    "code.parent": (_E, "上级区划 {code} 没有登记，也不在本表中。",
        "The region above, {code}, is neither registered nor in this sheet."),
    "code.form": (_E, "编号只能用字母、数字和横线，最多 {most} 个。", "A code has letters, digits and hyphens, at most {most}."),
    # Positions
    "position.half": (_E, "经度和纬度只填了一个。", "Only one of latitude and longitude is filled in."),
    "position.not_decimal": (_E, "坐标应为小数，如 36.1852（这里是 {text}）。",
        "A position is a decimal, as 36.1852 (here: {text})."),
    "position.swapped": (_E, "经度和纬度像是填反了。", "Latitude and longitude seem to be swapped."),
    "position.latitude": (_E, "纬度 {text} 不在中国范围内（3–54）。", "The latitude {text} is not in China (3–54)."),
    "position.longitude": (_E, "经度 {text} 不在中国范围内（73–136）。", "The longitude {text} is not in China (73–136)."),
    "position.zero": (_E, "坐标为 0，是占位而不是位置。", "The position is 0, which stands for nothing."),
    "position.coarse": (_N, "坐标不足 3 位小数，误差可达数百米。",
        "The position has fewer than 3 decimals; it may be off by hundreds of metres."),
    # Figures, hours, people
    "number.not_whole": (_E, "{column}应为整数（这里是 {text}）。", "{column} is a whole number (here: {text})."),
    "number.range": (_E, "{column}应在 {least}–{most} 之间（这里是 {text}）。",
        "{column} lies between {least} and {most} (here: {text})."),
    "hours.form": (_E, "开放时间应写成 08:30-12:00 13:30-17:00（这里是 {text}）。",
        "Opening hours are written 08:30-12:00 13:30-17:00 (here: {text})."),
    "hours.reversed": (_E, "开放时间的结束早于开始（{text}）。", "The hours end before they begin ({text})."),
    "person.phone": (_E, "责任人一栏请只写姓名，不写电话。", "The responsible person is a name, without a telephone number."),
    "person.unknown": (_E, "没有检查员账号“{username}”，或不在您的范围内。",
        "There is no inspector account “{username}” in your area."),
    "tie.form": (_E, "回避项应为区划代码或点位编号，用顿号隔开（这里是 {text}）。",
        "Ties are region or site codes, separated by commas (here: {text})."),
    "choice.unknown": (_E, "{column}只能填：{offered}（这里是 {text}）。", "{column} is one of: {offered} (here: {text})."),
}  # fmt: skip


#: Headings as the sheets have them → as an English reader knows them.
_ENGLISH = {column.zh: column.en for columns in KINDS.values() for column in columns}


@dataclass(frozen=True)
class Fault:
    """`row` as the person sees it (0: the whole file); `column` is a heading or None."""

    row: int
    column: str | None
    code: str
    details: dict[str, Any]

    @property
    def severity(self) -> Severity:
        return "error" if FAULTS[self.code][0] == "error" else "note"

    def json(self) -> dict[str, Any]:
        _, zh, en = FAULTS[self.code]
        english = {**self.details, "column": _ENGLISH.get(self.details["column"], self.details["column"])}
        return {
            "row": self.row, "column": self.column, "code": self.code, "severity": self.severity,
            "message": {"zh": zh.format_map(self.details), "en": en.format_map(english)},
        }  # fmt: skip


def fault(row: int, column: str | None, code: str, /, **details: Any) -> Fault:
    """A fault with its details; the column's own name is always one of them."""
    return Fault(row, column, code, {"column": column or "", **details})
