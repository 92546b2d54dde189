"""检查报告: one visit on A4 with its photos, as PDF. The font's used signs are embedded, so it reads and prints anywhere.

The foot of every page carries the snapshot's digest; the first page a QR code that leads to its check.
"""

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image

from mingcha.papers.facts import Finding, Visit
from mingcha.papers.plain import clean
from mingcha.papers.words import LINE_STATE, STAGE, span

_FONT = Path(__file__).parent / "fonts" / "mingcha-hei.ttf"
#: The long edge of a picture in print, at about 150 dots per inch.
EDGE = 720
_QUALITY = 72
_GREY, _INK, _RED = (110, 110, 110), (25, 25, 25), (170, 30, 30)

#: The JPEG of a photo as a paper may show it; None where there is none.
Pictures = Callable[[str], bytes | None]


def report(visit: Visit, pictures: Pictures, *, made_at: datetime, check: str | None) -> bytes:
    """`check`: the address that the QR code holds, for an approved visit."""
    paper = _Paper(visit, made_at)
    paper.add_page()
    _head(paper, visit, check)
    _figures(paper, visit)
    _lost(paper, visit, pictures)
    _table(paper, visit)
    _other_pictures(paper, visit, pictures)
    _signatures(paper)
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, visit: Visit, made_at: datetime) -> None:
        super().__init__(format="A4")
        self._visit = visit
        self.set_creation_date(made_at)
        self.set_title(f"检查报告 {clean(visit.site)}")
        self.set_lang("zh-CN")
        self.set_producer("Mingcha")
        for style in ("", "B"):
            self.add_font("hei", style, str(_FONT))
        self.set_margins(18, 18, 18)
        self.set_auto_page_break(True, margin=20)
        self._missing = _signs(self)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("hei", "", 7.5)
        self.set_text_color(*_GREY)
        approval = self._visit.approval
        said = f"快照 {approval.digest}" if approval else "未批准稿，不得作为结果使用"
        self.cell(0, 4, said, align="L")
        self.set_x(self.l_margin)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(*_INK)

    def say(self, text: str, size: float = 10.5, *, bold: bool = False, line: float = 1.55, align: str = "L") -> None:
        self.set_font("hei", "B" if bold else "", size)
        self.multi_cell(0, size * 0.3528 * line, self.known(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def known(self, text: str) -> str:
        """The text with 〓 for a sign that the font does not have: a gap that shows."""
        return "".join(sign if sign in "\n" or ord(sign) in self._missing else "〓" for sign in clean(text))

    def heading(self, text: str) -> None:
        if self.will_page_break(24):
            self.add_page()
        self.ln(3)
        self.set_text_color(20, 70, 110)
        self.say(text, 13, bold=True)
        self.set_text_color(*_INK)
        self.ln(1)


def _signs(paper: FPDF) -> frozenset[int]:
    font = paper.fonts["hei"]
    return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()


def _head(paper: _Paper, visit: Visit, check: str | None) -> None:
    if check and visit.approval:
        size = 30.0
        code = io.BytesIO()
        segno.make(check, error="m").save(code, kind="png", scale=6, border=2)
        paper.image(code, x=paper.w - paper.r_margin - size, y=16, w=size, alt_text=check)
        paper.set_xy(paper.w - paper.r_margin - size - 4, 16 + size)
        paper.set_font("hei", "", 7.5)
        paper.set_text_color(*_GREY)
        paper.cell(size + 8, 4, "扫码核对快照", align="C")
        paper.set_text_color(*_INK)
        paper.set_xy(paper.l_margin, 18)
        paper.set_right_margin(18 + size + 6)
    paper.say(f"{visit.county}政务服务检查", 11)
    paper.say("检查报告", 22, bold=True, line=1.4)
    paper.say(visit.site, 14, bold=True)
    paper.say(f"检查日期：{visit.visit_on}　批次：{visit.campaign}")
    paper.say(f"检查依据：《{visit.checklist.title.zh}》（{visit.checklist.version}）")
    if visit.address:
        paper.say(f"地址：{visit.address}")
    if visit.team:
        paper.say(f"检查人员：{'、'.join(visit.team)}")
    if visit.approval:
        paper.say(f"批准：{visit.approval.by}　{visit.approval.at[:10]}")
    else:
        paper.set_text_color(*_RED)
        paper.say(f"未批准稿（{STAGE.get(visit.stage, visit.stage)}）：分数可能变动，不得作为结果使用。", bold=True)
        paper.set_text_color(*_INK)
    paper.set_right_margin(18)
    paper.set_y(max(paper.get_y(), 54 if check else 0))


def _figures(paper: _Paper, visit: Visit) -> None:
    result, checklist = visit.result, visit.checklist
    paper.heading("一、结果")
    figure = span(result["low"], result["high"])
    tier = result["tier"]
    match checklist.scheme:
        case "points":
            paper.say(f"得分 {figure} 分（满分 {result['full']} 分）", 15, bold=True)
        case "conformity":
            paper.say("没有适用的条款" if result["full"] == "0" else f"符合率 {figure}%", 15, bold=True)
        case _:
            reached = next((each.title.zh for each in checklist.tiers if tier and each.id == tier["reached"]), "未达标")
            paper.say(f"达到等次：{reached}", 15, bold=True)
    names = {each.id: each.title.zh for each in checklist.categories}
    rows = [(names[each["id"]], span(each["low"], each["high"]), each["full"]) for each in result["categories"]]
    unit = {"points": ("得分", "满分"), "conformity": ("符合率（%）", "")}.get(checklist.scheme, ("结果", "满分"))
    paper.set_font("hei", "", 9.5)
    with paper.table(
        col_widths=(100, 30, 30), text_align=("LEFT", "CENTER", "CENTER"), line_height=5.6, first_row_as_headings=True
    ) as table:
        for cells in [("部分", *unit), *rows]:
            row = table.row()
            for text in cells:
                row.cell(paper.known(text))
    if tier and tier["standing_between"]:
        paper.ln(2)
        paper.say("距上一等次还差：", bold=True)
        for each in tier["standing_between"]:
            paper.say(f"· {each['why']['zh']}", 9.5)


def _lost(paper: _Paper, visit: Visit, pictures: Pictures) -> None:
    paper.heading("二、发现的问题")
    shown = False
    for indicator in visit.checklist.indicators.values():
        line, findings = visit.lines[indicator.id], visit.of(indicator.id)
        if line["state"] != "lost" and not findings:
            continue
        shown = True
        if paper.will_page_break(22):
            paper.add_page()
        taken = f"　扣 {line['taken']} 分" if visit.checklist.scheme == "points" else ""
        paper.say(f"{indicator.id} {indicator.title.zh}{taken}", 11, bold=True)
        paper.set_text_color(*_GREY)
        paper.say(f"标准：{indicator.text.zh}", 9)
        paper.set_text_color(*_INK)
        for number, finding in enumerate(findings, 1):
            paper.say(f"（{number}）{_said(finding)}", 10)
            _pictures(paper, list(finding.photos), pictures)
        if not findings:
            paper.say(line["working"]["zh"], 10)
        paper.ln(2)
    if not shown:
        paper.say("未发现问题。")


def _said(finding: Finding) -> str:
    count = f"（{finding.count}处）" if finding.count > 1 else ""
    return f"{finding.clause_text or '问题'}{count}{'：' + finding.note if finding.note else ''}"


def _table(paper: _Paper, visit: Visit) -> None:
    paper.heading("三、逐项结果")
    points = visit.checklist.scheme == "points"
    heads = ("指标", "名称", "结论", "得分", "满分") if points else ("指标", "名称", "结论")
    widths = (16, 96, 26, 18, 18) if points else (20, 120, 34)
    paper.set_font("hei", "", 9)
    align = ("CENTER", "LEFT", *(["CENTER"] * (len(heads) - 2)))
    with paper.table(col_widths=widths, text_align=align, line_height=5.2) as table:
        row = table.row()
        for text in heads:
            row.cell(text)
        for indicator in visit.checklist.indicators.values():
            line = visit.lines[indicator.id]
            state = {"met": "满分", "lost": "扣分"}.get(line["state"]) if points else None
            cells = [indicator.id, indicator.title.zh, state or LINE_STATE[line["state"]]]
            if points:
                cells += [span(line["low"], line["high"]), line["full"]]
            row = table.row()
            for text in cells:
                row.cell(paper.known(text))


def _other_pictures(paper: _Paper, visit: Visit, pictures: Pictures) -> None:
    cited = {photo for finding in visit.findings for photo in finding.photos}
    rest: dict[str, list[str]] = {}
    for photo, indicator in visit.photos.items():
        if photo not in cited:
            rest.setdefault(indicator, []).append(photo)
    if not rest:
        return
    paper.heading("四、其他照片")
    for indicator in [each for each in visit.checklist.indicators if each in rest]:
        paper.say(f"{indicator} {visit.checklist.indicators[indicator].title.zh}", 9.5)
        _pictures(paper, rest[indicator], pictures)


def _pictures(paper: _Paper, photos: list[str], pictures: Pictures) -> None:
    """Two beside each other, each row as high as the higher one."""
    wide, gap = 84.0, 6.0
    waiting: list[Image.Image] = []
    for picture in _small(photos, pictures):
        waiting.append(picture)
        if len(waiting) == 2:
            _row(paper, waiting, wide, gap)
            waiting = []
    if waiting:
        _row(paper, waiting, wide, gap)


def _small(photos: list[str], pictures: Pictures) -> Iterator[Image.Image]:
    for photo in photos:
        data = pictures(photo)
        if data is not None:
            image = Image.open(io.BytesIO(data)).convert("RGB")
            image.thumbnail((EDGE, EDGE))
            yield image


def _row(paper: _Paper, images: list[Image.Image], wide: float, gap: float) -> None:
    sizes = [_fit(image, wide, 78) for image in images]
    height = max(each[1] for each in sizes)
    if paper.will_page_break(height + 3):
        paper.add_page()
    top = paper.get_y() + 1
    for place, (image, (width, high)) in enumerate(zip(images, sizes, strict=True)):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=_QUALITY)
        paper.image(out, x=paper.l_margin + place * (wide + gap), y=top, w=width, h=high)
    paper.set_y(top + height + 2)


def _fit(image: Image.Image, wide: float, high: float) -> tuple[float, float]:
    scale = min(wide / image.width, high / image.height)
    return image.width * scale, image.height * scale


def _signatures(paper: _Paper) -> None:
    if paper.will_page_break(30):
        paper.add_page()
    paper.ln(8)
    paper.say("检查人员签字：＿＿＿＿＿＿＿＿＿＿　　　被检查单位签字：＿＿＿＿＿＿＿＿＿＿")
    paper.ln(2)
    paper.say("日期：＿＿＿＿年＿＿月＿＿日")
