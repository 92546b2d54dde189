"""Our own two Word templates, made by code so that they can be read and changed here: 整改通知书 and 通报.

What they may name is listed in `templates.WORDS`. Imported when one is wanted: python-docx is large.
"""

import io
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor


@lru_cache(maxsize=4)
def built_in(kind: str) -> bytes:
    paper = _Paper()
    (_notice if kind == "notice" else _circular)(paper)
    return paper.bytes()


def _notice(paper: "_Paper") -> None:
    paper.line("{{ county }}政务服务检查", font="黑体", size=16, middle=True, red=True)
    paper.line("整改通知书", font="黑体", size=26, middle=True, red=True, after=4)
    paper.line("编号：{{ number }}", middle=True, size=12, after=14)
    paper.line("{{ site }}：", bold=True)
    paper.body(
        "{{ visit_on }}，检查组依据《{{ checklist }}》对你单位进行了检查，发现下列问题共 {{ count }} 项。"
        "请按期限逐项整改，并在“明察”中报告整改情况。"
    )
    paper.line("{%p if words %}")
    paper.body("{{ words }}")
    paper.line("{%p endif %}")
    paper.line("一、整改事项", font="黑体")
    paper.table(
        ["序号", "存在问题", "类型", "期限", "责任人"], [12, 70, 24, 42, 20],
        "things", ["{{ one.place }}", "{% if one.title != one.text %}{{ one.title }}：{% endif %}{{ one.text }}"
                   "{% if one.repeats %}（第{{ one.repeats + 1 }}次出现）{% endif %}", "{{ one.kind }}·{{ one.severity }}",
                   "{{ one.due_on }}{% if one.due_guessed %}（暂按周末推算）{% endif %}", "{{ one.person }}"],
    )  # fmt: skip
    paper.line("二、现场情况", font="黑体")
    paper.line("{%p for one in things %}")
    paper.body("{{ one.place }}．{{ one.text }}（指标 {{ one.indicator }}）"
               "{% if one.proof %}整改后请附照片：{{ one.proof }}{% endif %}")  # fmt: skip
    paper.line("{%p for photo in one.photos %}")
    paper.line("{{ photo }}", middle=True, after=4)
    paper.line("{%p endfor %}")
    paper.line("{%p endfor %}")
    paper.line("三、申诉", font="黑体")
    paper.body("对以上问题有异议的，请于 {{ appeal_until }} 前在“明察”中提出申诉。")
    paper.line("签发：{{ issued_by }}", right=True)
    paper.line("{{ issued_on }}", right=True, after=18)
    paper.line("签收人：＿＿＿＿＿＿＿　　签收日期：＿＿＿＿年＿＿月＿＿日", size=12)
    paper.line("快照编号：{{ snapshot }}", size=8, font="宋体")


def _circular(paper: "_Paper") -> None:
    paper.line("关于“{{ campaign }}”检查情况的通报", font="黑体", size=20, middle=True, after=14)
    paper.line("各镇（街道）便民服务中心：", bold=True)
    paper.line("一、总体情况", font="黑体")
    paper.body(
        "{{ county }}{% if first_on == last_on %}于 {{ first_on }}{% else %}于 {{ first_on }}至{{ last_on }}{% endif %}"
        "，依据《{{ checklist }}》对 {{ count }} 个单位开展了检查。"
        "{% if average %}平均得分 {{ average }} 分（满分 {{ full }} 分）。{% endif %}"
        "{% if waiting %}另有 {{ waiting }} 个单位的结果尚未批准，未列入本通报。{% endif %}"
    )
    paper.line("二、检查结果", font="黑体")
    paper.table(
        ["名次", "单位", "结果", "等级"], [22, 84, 34, 28], "ranks",
        ["{{ one.place }}", "{{ one.site }}", "{{ one.score }}", "{{ one.grade }}"],
    )  # fmt: skip
    paper.line("三、主要问题", font="黑体")
    paper.line("{%p if not faults %}")
    paper.body("未发现问题。")
    paper.line("{%p endif %}")
    paper.line("{%p for one in faults %}")
    paper.body("{{ loop.index }}．{{ one.title }}（指标 {{ one.indicator }}）：{{ one.sites }} 个单位"
               "{% if one.taken %}，共扣 {{ one.taken }} 分{% endif %}。"
               "{% if one.examples %}如：{{ one.examples }}。{% endif %}")  # fmt: skip
    paper.line("{%p endfor %}")
    paper.line("{%p if pictures %}")
    paper.line("四、典型问题", font="黑体")
    paper.line("{%p for one in pictures %}")
    paper.line("{{ one.photo }}", middle=True)
    paper.line("{{ one.site }}：{{ one.text }}", middle=True, size=12, after=6)
    paper.line("{%p endfor %}")
    paper.line("{%p endif %}")
    paper.body("请各单位对照检查，举一反三，按整改通知书的期限完成整改。")
    paper.line("{{ county }}", right=True)
    paper.line("{{ made_on }}", right=True)


class _Paper:
    """A4 with the margins of official papers, body in 仿宋 三号."""

    def __init__(self) -> None:
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(32), Mm(28)
        section.left_margin, section.right_margin = Mm(22), Mm(20)
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(14)
        _chinese(normal.element.get_or_add_rPr(), "仿宋")
        normal.paragraph_format.space_after = Pt(0)

    def line(
        self, text: str, *, font: str = "仿宋", size: float = 14, middle: bool = False, right: bool = False,
        bold: bool = False, red: bool = False, after: float = 2,
    ) -> None:  # fmt: skip
        paragraph = self.document.add_paragraph()
        if middle:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_after = Pt(after)
        # A heading does not stand alone at the foot of a page.
        paragraph.paragraph_format.keep_with_next = font == "黑体"
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), bold
        if red:
            run.font.color.rgb = RGBColor(0xB4, 0x1E, 0x1E)
        _chinese(run._element.get_or_add_rPr(), font)

    def body(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(28)
        paragraph.paragraph_format.line_spacing = 1.4
        _chinese(paragraph.add_run(text)._element.get_or_add_rPr(), "仿宋")

    def table(self, heads: list[str], widths: list[int], over: str, cells: list[str]) -> None:
        """A head, and one row for each of `over`, named `one` in the cells."""
        table = self.document.add_table(rows=4, cols=len(heads))
        table.style = "Table Grid"
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        self._row(table.rows[0], heads, widths, "黑体")
        self._row(table.rows[1], [f"{{%tr for one in {over} %}}", *[""] * (len(heads) - 1)], widths, "仿宋")
        self._row(table.rows[2], cells, widths, "仿宋")
        self._row(table.rows[3], ["{%tr endfor %}", *[""] * (len(heads) - 1)], widths, "仿宋")
        for row in table.rows:
            whole = row._tr.get_or_add_trPr()
            whole.append(whole.makeelement(qn("w:cantSplit"), {}))
        repeat = table.rows[0]._tr.get_or_add_trPr()
        repeat.append(repeat.makeelement(qn("w:tblHeader"), {}))
        self.line("", size=6)

    def _row(self, row: Any, texts: list[str], widths: list[int], font: str) -> None:
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            if width < 40:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(text)
            run.font.size = Pt(11)
            _chinese(run._element.get_or_add_rPr(), font)

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def _chinese(properties: Any, font: str) -> None:
    """The font for Chinese too: Word keeps it apart from the Latin one."""
    fonts = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), font)
