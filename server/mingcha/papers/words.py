"""The words that papers use for codes. Papers are Chinese, as the offices that get them are."""

KIND = {"immediate": "立行立改", "deadline": "限期整改", "long": "长期整改"}
SEVERITY = {"minor": "一般", "serious": "较重", "grave": "严重"}
ITEM_STATE = {
    "issued": "待签收", "acknowledged": "已签收", "answered": "已答复", "done": "待验收", "sent_back": "已退回",
    "closed": "已销号", "lifted": "已撤销",
}
LINE_STATE = {"met": "符合", "lost": "不符合", "open": "未检查", "not_applicable": "不适用", "conflict": "有分歧"}
STAGE = {
    "assigned": "待检查", "in_progress": "检查中", "submitted": "待审核", "returned": "已退回", "approved": "已批准",
    "published": "已公布",
}
YES_NO = {True: "是", False: "否"}


def span(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def chinese_day(day: str) -> str:
    """2026-09-18 → 2026年9月18日."""
    year, month, date = day[:10].split("-")
    return f"{year}年{int(month)}月{int(date)}日"
