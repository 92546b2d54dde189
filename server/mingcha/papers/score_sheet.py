"""评分表: one visit in the columns of its source, with sums as formulas.

`points` is the table of 002 (序号, 项目, 评选内容, 分值, 得分) and what was taken beside it; `tiers` that of 000 with its
√ columns; `matrix` that of 004 with one column for each tier; `conformity` a register of duties with rates.
"""

from decimal import Decimal
from typing import Any

from mingcha.core.checklist.model import Category, Checklist, Indicator
from mingcha.papers.facts import Visit, said_of
from mingcha.papers.words import LINE_STATE, span
from mingcha.papers.workbook import Book, Sheet, at, ranged

#: Sums of marks are rounded to so many places, since a spreadsheet adds binary fractions.
PLACES = 6


def score_sheet(visit: Visit) -> bytes:
    book = Book()
    match visit.checklist.scheme:
        case "points":
            _points(book, visit)
        case "tiers":
            _tiers(book, visit)
        case "matrix":
            _matrix(book, visit)
        case _:
            _conformity(book, visit)
    _workings(book, visit)
    return book.bytes()


def _top(sheet: Sheet, visit: Visit) -> int:
    sheet.title(0, visit.checklist.title.zh)
    sheet.under(1, f"单位：{visit.site}　　检查日期：{visit.visit_on}　　批次：{visit.campaign}")
    if visit.approval:
        sheet.under(2, f"已批准 {visit.approval.at[:10]}　快照 {visit.approval.digest}")
    else:
        sheet.under(2, "未批准稿：分数可能变动，不得作为结果使用。")
    return 3


def _points(book: Book, visit: Visit) -> None:
    """得分 = 分值 − 扣分 in each row; subtotals and total are sums of them."""
    ranges = any(line["low"] != line["high"] for line in visit.result["lines"])
    heads = ["序号", "项目", "评选内容", "分值", "得分", "扣分", "存在问题"]
    widths: list[float] = [7, 13, 52, 8, 8, 8, 42]
    if ranges:
        heads.insert(5, "最低得分")
        widths.insert(5, 9)
    taken, said = (6, 7) if ranges else (5, 6)
    sheet = book.sheet("评分表", widths, landscape=True)
    row = _top(sheet, visit)
    sheet.head(row, heads)
    row += 1
    lines = visit.lines
    sums: list[int] = []
    for number, category in enumerate(visit.checklist.categories, 1):
        first = row
        for indicator in category.indicators:
            line = lines[indicator.id]
            faults = said_of(visit.of(indicator.id)) or _why(line)
            sheet.text(row, 2, f"{indicator.id} {indicator.text.zh}")
            sheet.figure(row, 3, line["full"])
            sheet.formula(row, 4, f"=ROUND({at(row, 3)}-{at(row, taken)},{PLACES})", line["high"])
            if ranges:
                sheet.figure(row, 5, line["low"])
            sheet.figure(row, taken, line["taken"])
            sheet.text(row, said, faults)
            sheet.height(row, {2: f"{indicator.id} {indicator.text.zh}", said: faults})
            row += 1
        if row == first:
            continue
        sheet.merged(first, row - 1, 0, str(number))
        sheet.merged(first, row - 1, 1, category.title.zh)
        told = next(each for each in visit.result["categories"] if each["id"] == category.id)
        sheet.text(row, 0, "", "sum_text")
        sheet.text(row, 1, "小计", "sum_text")
        sheet.text(row, 2, category.title.zh, "sum_text")
        _sums(sheet, row, first, row - 1, told, ranges, taken)
        sheet.text(row, said, "", "sum_text")
        sums.append(row)
        row += 1
    sheet.text(row, 0, "", "sum_text")
    sheet.text(row, 1, "合计", "sum_text")
    sheet.text(row, 2, "", "sum_text")
    for column, figure in _columns(visit.result, ranges, taken).items():
        cells = ",".join(at(each, column) for each in sums)
        sheet.formula(row, column, f"=ROUND(SUM({cells}),{PLACES})", figure, "sum")
    sheet.text(row, said, "检查人员签字：　　　　　　　　被检查单位签字：", "sum_text")


def _why(line: dict[str, Any]) -> str:
    """What a row without findings says: nothing where all is well, else the clauses that took something."""
    if line["state"] == "met":
        return ""
    return "；".join(each["working"]["zh"] for each in line["clauses"]) or LINE_STATE[line["state"]]


def _sums(
    sheet: Sheet, row: int, first: int, last: int, told: dict[str, Any], ranges: bool, taken: int
) -> None:
    for column, figure in _columns(told, ranges, taken).items():
        sheet.formula(row, column, f"=ROUND(SUM({ranged(first, last, column)}),{PLACES})", figure, "sum")


def _columns(told: dict[str, Any], ranges: bool, taken: int) -> dict[int, str]:
    """By column: the engine's figure."""
    found = {3: told["full"], 4: told["high"], taken: f"{Decimal(told['full']) - Decimal(told['high'])}"}
    return {**found, 5: told["low"]} if ranges else found


def _tiers(book: Book, visit: Visit) -> None:
    """The √ marks of the source, what was found, and per tier how many of its necessary indicators are met."""
    tiers = list(reversed(visit.checklist.tiers))
    heads = ["一级指标", "二级指标", "序号", "三级指标", *(tier.title.zh for tier in tiers), "结论", "存在问题"]
    mark, verdict = 4, 4 + len(tiers)
    widths: list[float] = [14, 14, 6, 60, *([8.0] * len(tiers)), 9, 34]
    sheet = book.sheet("指标表", widths, landscape=True)
    row = _top(sheet, visit)
    sheet.head(row, heads)
    first = row = row + 1
    for category in visit.checklist.categories:
        top = row
        for group in category.groups:
            start = row
            for indicator in group.indicators:
                line = visit.lines[indicator.id]
                faults = "；".join(filter(None, (visit.figures.get(indicator.id), said_of(visit.of(indicator.id)))))
                sheet.text(row, 2, indicator.id, "middle")
                sheet.text(row, 3, indicator.text.zh)
                for column, tier in enumerate(tiers, mark):
                    demand = indicator.tiers.get(tier.id)
                    sheet.text(row, column, "√" if demand and demand.necessary else "", "middle")
                sheet.text(row, verdict, LINE_STATE[line["state"]], "middle")
                sheet.text(row, verdict + 1, faults)
                sheet.height(row, {3: indicator.text.zh, verdict + 1: faults})
                row += 1
            if row > start:
                sheet.merged(start, row - 1, 1, group.title.zh if group.title else "")
        if row > top:
            sheet.merged(top, row - 1, 0, category.title.zh)
    last = row - 1
    _sum_line(sheet, row, "符合的指标数", f'=COUNTIF({ranged(first, last, verdict)},"符合")', _sure(visit))
    if visit.result["low"] != visit.result["high"]:
        row += 1
        _sum_text(sheet, row, "尚有未定，符合的指标数在此之间", span(visit.result["low"], visit.result["high"]))
    row += 1
    tier_result = visit.result["tier"]
    for column, tier in enumerate(tiers, mark):
        told = next(each for each in tier_result["per_tier"] if each["tier"] == tier.id)
        marks = ranged(first, last, column)
        asked = f'=COUNTIF({marks},"√")'
        _sum_line(sheet, row, f"{tier.title.zh}必要条件数", asked, told["of"])
        _sum_text(sheet, row + 1, f"{tier.title.zh}必要条件中达到的（含本等次的面积等数值要求）", str(told["met"]))
        row += 2
    _sum_text(sheet, row, "达到的等次", _tier_name(visit.checklist, tier_result["reached"]))


def _sure(visit: Visit) -> int:
    return sum(line["state"] == "met" for line in visit.result["lines"])


def _matrix(book: Book, visit: Visit) -> None:
    """One column per tier with the source's demand; what is reached as a level, whose sum is the engine's figure."""
    tiers = visit.checklist.tiers
    heads = ["序号", "指标类型", *(tier.title.zh for tier in tiers), "达到等次", "级数", "尚缺"]
    reached = 2 + len(tiers)
    widths: list[float] = [6, 12, *([36.0] * len(tiers)), 12, 7, 34]
    sheet = book.sheet("标准对照表", widths, landscape=True)
    row = _top(sheet, visit)
    sheet.head(row, heads)
    first = row = row + 1
    between = visit.result["tier"]["standing_between"]
    for indicator in visit.checklist.indicators.values():
        line = visit.lines[indicator.id]
        sheet.text(row, 0, indicator.id, "middle")
        sheet.text(row, 1, indicator.title.zh, "middle")
        texts: dict[int, str] = {}
        for column, tier in enumerate(tiers, 2):
            texts[column] = _asked(indicator, tier.id)
            sheet.text(row, column, texts[column])
        lacks = "\n".join(each["why"]["zh"] for each in between if each["indicator"] == indicator.id)
        texts[reached + 2] = lacks
        level = int(line["high"]) if line["low"] == line["high"] else int(line["low"])
        name = "不适用" if line["state"] == "not_applicable" else (tiers[level - 1].title.zh if level else "未达标")
        sheet.text(row, reached, name, "middle")
        sheet.figure(row, reached + 1, line["low"])
        sheet.text(row, reached + 2, lacks)
        sheet.height(row, texts)
        row += 1
    levels = ranged(first, row - 1, reached + 1)
    _sum_line(sheet, row, "级数合计", f"=SUM({levels})", visit.result["low"])
    for level, tier in enumerate(tiers, 1):
        told = next(each for each in visit.result["tier"]["per_tier"] if each["tier"] == tier.id)
        applying = f'COUNTIFS({levels},">={level}",{ranged(first, row - 1, reached)},"<>不适用")'
        _sum_line(sheet, row + level, f"达到{tier.title.zh}的项数（共{told['of']}项适用）", f"={applying}", told["met"])
    _sum_text(sheet, row + len(tiers) + 1, "总体等次", _tier_name(visit.checklist, visit.result["tier"]["reached"]))


def _asked(indicator: Indicator, tier: str) -> str:
    return "\n".join(f"· {one.text.zh}" for one in indicator.requirements.values() if tier in one.tiers)


def _conformity(book: Book, visit: Visit) -> None:
    """Duties with their verdict; the rates of each part and of the whole over what applies."""
    sheet = book.sheet("检查表", [16, 9, 18, 62, 9, 42], landscape=True)
    row = _top(sheet, visit)
    sheet.head(row, ["部分", "条款", "名称", "要求", "结论", "存在问题"])
    row += 1
    first = row
    parts: list[tuple[Category, int, int]] = []
    for category in visit.checklist.categories:
        top = row
        for indicator in category.indicators:
            line, faults = visit.lines[indicator.id], said_of(visit.of(indicator.id))
            sheet.text(row, 1, indicator.id, "middle")
            sheet.text(row, 2, indicator.title.zh)
            sheet.text(row, 3, indicator.text.zh)
            sheet.text(row, 4, LINE_STATE[line["state"]], "middle")
            sheet.text(row, 5, faults)
            sheet.height(row, {2: indicator.title.zh, 3: indicator.text.zh, 5: faults})
            row += 1
        if row > top:
            sheet.merged(top, row - 1, 0, category.title.zh)
            parts.append((category, top, row - 1))
    last = row - 1
    told = {each["id"]: each for each in visit.result["categories"]}
    for category, top, end in parts:
        _rate_line(sheet, row, category.title.zh, top, end, told[category.id])
        row += 1
    _rate_line(sheet, row, "全部", first, last, visit.result)


def _rate_line(sheet: Sheet, row: int, name: str, first: int, last: int, told: dict[str, Any]) -> None:
    """Met over what applies, in percent; while something is open the engine's range."""
    cells = ranged(first, last, 4)
    out = f'COUNTIF({cells},"不适用")'
    met = f'COUNTIF({cells},"符合")'
    applying = f"(ROWS({cells})-{out})"
    sheet.text(row, 0, "符合率（%）", "sum_text")
    for column in (1, 2):
        sheet.text(row, column, "", "sum_text")
    sheet.text(row, 3, name, "sum_text")
    if told["full"] == "0":
        sheet.text(row, 4, "—", "sum")
    elif told["low"] != told["high"]:
        sheet.text(row, 4, span(told["low"], told["high"]), "sum")
    else:
        sheet.formula(row, 4, f"=ROUND(100*{met}/{applying},2)", told["low"], "sum")
    sheet.text(row, 5, "" if told["low"] == told["high"] else "尚有未定", "sum_text")
    sheet.height(row, {})


def _sum_line(sheet: Sheet, row: int, name: str, formula: str, result: Any) -> None:
    sheet.sheet.merge_range(row, 0, row, len(sheet.widths) - 3, "", sheet._styles["sum_text"])
    sheet.text(row, 0, name, "sum_text")
    sheet.formula(row, len(sheet.widths) - 2, formula, str(result), "sum")
    sheet.text(row, len(sheet.widths) - 1, "", "sum_text")
    sheet.height(row, {})


def _sum_text(sheet: Sheet, row: int, name: str, said: str) -> None:
    sheet.sheet.merge_range(row, 0, row, len(sheet.widths) - 3, "", sheet._styles["sum_text"])
    sheet.text(row, 0, name, "sum_text")
    if said.isdigit():
        sheet.figure(row, len(sheet.widths) - 2, said, "sum")
    else:
        sheet.text(row, len(sheet.widths) - 2, said, "sum")
    sheet.text(row, len(sheet.widths) - 1, "", "sum_text")
    sheet.height(row, {})


def _tier_name(checklist: Checklist, tier: str | None) -> str:
    return next((each.title.zh for each in checklist.tiers if each.id == tier), "未达标")


def _workings(book: Book, visit: Visit) -> None:
    """计算过程: the engine's own sentence for each row, clause by clause."""
    sheet = book.sheet("计算过程", [9, 24, 10, 10, 10, 76], landscape=True)
    sheet.title(0, "计算过程")
    sheet.head(1, ["指标", "名称", "满分", "得分", "扣分", "算式"])
    row = 2
    for indicator in visit.checklist.indicators.values():
        line = visit.lines[indicator.id]
        working = "\n".join([line["working"]["zh"], *(f"　{each['working']['zh']}" for each in line["clauses"])])
        sheet.text(row, 0, indicator.id, "middle")
        sheet.text(row, 1, indicator.title.zh)
        for column, text in ((2, line["full"]), (3, span(line["low"], line["high"])), (4, line["taken"])):
            sheet.text(row, column, text, "middle")
        sheet.text(row, 5, working)
        sheet.height(row, {1: indicator.title.zh, 5: working})
        row += 1
