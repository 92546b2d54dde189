"""The two Word templates that there are, and what each may name. Ours are drawn by `built_in.py`.

A county takes one out, edits it in Word and brings it back.
"""

KINDS = {
    "notice": {"zh": "整改通知书", "en": "Rectification notice"},
    "circular": {"zh": "检查情况通报", "en": "Circular of a campaign"},
}

#: By kind: what a template may name, in the order people need it. `x[]` is a list to repeat over.
WORDS: dict[str, dict[str, str]] = {
    "notice": {
        "county": "县（市、区）", "number": "编号", "site": "单位", "visit_on": "检查日期", "checklist": "检查依据",
        "words": "附言", "issued_on": "下发日期", "issued_by": "签发人", "appeal_until": "申诉截止",
        "count": "整改事项数", "things[]": "事项：place 序号 indicator 指标 title 名称 text 问题 clause_text 条款 kind 类型 "
        "severity 程度 due_on 期限 due_guessed 暂按周末推算 person 责任人 proof 需附照片的原因 repeats 重复次数 photos[] 照片",
        "snapshot": "快照编号",
    },
    "circular": {
        "county": "县（市、区）", "campaign": "批次", "count": "单位数", "first_on": "最早检查日", "last_on": "最晚检查日",
        "average": "平均分", "full": "满分", "checklist": "检查依据", "made_on": "成文日期",
        "ranks[]": "排名：place 名次 site 单位 score 得分 grade 等级", "faults[]":
        "主要问题：indicator 指标 title 名称 sites 单位数 taken 共扣分 examples 举例",
        "pictures[]": "典型照片：photo 照片 site 单位 text 说明", "waiting": "未批准的单位数",
    },
}  # fmt: skip
