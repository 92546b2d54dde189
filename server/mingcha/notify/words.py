"""What people are told, in both languages.

Two kinds of words. Those of the inbox are read inside the app, by the one they are for. Those of the bell (`ring`) may
stand on a lock screen, in a mail or in a group chat: they name no site, no person and nothing of a finding.
"""

from collections.abc import Mapping
from typing import Any

#: By what happened: Chinese, English. `{place}` is the number of the item in its order, `{site}` names a hall and is
#: for the desk alone.
ENTRIES: Mapping[str, tuple[str, str]] = {
    "issued": ("收到一份整改通知书，请签收。", "A rectification order has arrived. Please acknowledge it."),
    "nobody": (
        "{site}没有账号，通知书无人能看到；请建账号或电话告知。",
        "{site} has no account, so nobody sees the order. Add one, or tell them by telephone.",
    ),
    "answered": ("{site}答复了第 {place} 项。", "{site} has answered item {place}."),
    "appealed": ("{site}对第 {place} 项提出申诉，请决定。", "{site} appeals against item {place}. Please decide."),
    "extension_asked": (
        "{site}申请第 {place} 项延期，请决定。",
        "{site} asks for an extension of item {place}. Please decide.",
    ),
    "done": ("{site}报告第 {place} 项整改完成，请验收。", "{site} reports item {place} as done. Please look at it."),
    "noted": (
        "{site}对第 {place} 项有迟到的内容，已留存。",
        "Something of {site} on item {place} came too late to take effect. It is kept.",
    ),
    "granted": ("第 {place} 项的延期已同意，期限改为 {due_on}。", "Item {place}: extension granted, now due on {due_on}."),
    "refused": ("第 {place} 项的延期未同意，期限仍为 {due_on}。", "Item {place}: extension refused, still due on {due_on}."),
    "upheld": ("第 {place} 项的申诉成立，已撤销。", "Item {place}: the appeal is upheld and the item lifted."),
    "rejected": ("第 {place} 项的申诉不成立，请看理由。", "Item {place}: the appeal is not upheld. See the reason."),
    "sent_back": ("第 {place} 项被退回，请看理由。", "Item {place} was sent back. See the reason."),
    "closed": ("第 {place} 项已销号。", "Item {place} is closed."),
    "escalated": ("第 {place} 项已上报。", "Item {place} was brought before those above."),
    "escalated_above": ("{site}第 {place} 项整改被上报，请关注。", "{site}, item {place}: brought before you."),
    "acknowledge": ("第 {place} 项还没有签收，期限 {due_on}。", "Item {place} is not acknowledged yet; due on {due_on}."),
    "deadline_ahead": (
        "第 {place} 项还有 {days} 个工作日到期（{due_on}）。",
        "Item {place} is due in {days} working days ({due_on}).",
    ),
    "deadline_today": ("第 {place} 项今天到期。", "Item {place} is due today."),
    "deadline_past": (
        "第 {place} 项已超期 {days} 个工作日（{due_on}）。",
        "Item {place} is {days} working days overdue ({due_on}).",
    ),
    "acknowledge_desk": ("{site}第 {place} 项至今没有签收。", "{site} has not acknowledged item {place} yet."),
    "overdue_desk": (
        "{site}第 {place} 项已超期 {days} 个工作日。",
        "{site}, item {place}: {days} working days overdue.",
    ),
    "result": ("一次检查的结果已发给你们，请查看。", "The result of a visit has been given to you. Please look at it."),
    "desk": ("{site}第 {place} 项在等您处理。", "{site}, item {place} waits for you."),
}

RING: Mapping[str, tuple[str, str]] = {
    "due": ("您有 {count} 条整改提醒，请打开应用查看。", "You have {count} reminders. Open the app to read them."),
    "news": ("您有 {count} 条新消息，请打开应用查看。", "You have {count} new messages. Open the app to read them."),
    "test": ("这是一条测试通知。", "This is a test notification."),
}
TITLE = {"zh": "明察", "en": "Mingcha"}
UNSUBSCRIBE = ("不想再收到：", "To stop these messages: ")


def entry(kind: str, details: Mapping[str, Any]) -> dict[str, str]:
    zh, en = ENTRIES[kind]
    names = details.get("site") or {"zh": "", "en": ""}
    return {"zh": zh.format(**{**details, "site": names["zh"]}), "en": en.format(**{**details, "site": names["en"]})}


def ring(tag: str, count: int) -> dict[str, str]:
    zh, en = RING[tag]
    return {"zh": zh.format(count=count), "en": en.format(count=count)}
