"""The registry, campaigns and their draws."""

from mingcha.core.problems.problem import Problem

# The draw
DRAW = (
    Problem("draw.pool", 422, "refused", "抽取名单有误（{why}），没有抽取。请改正后再来。",
            "The list to draw from is wrong ({why}). Nothing was drawn. Correct it and try again."),
    Problem("draw.team_of_two", 422, "refused", "每次检查至少两人，这里填的是 {team} 人。",
            "A visit needs at least two inspectors; here it says {team}."),
    Problem("draw.too_few_sites", 422, "refused", "要抽 {wanted} 个点位，名单里有 {sites} 个。",
            "Wanted are {wanted} sites; the list has {sites}."),
    Problem("draw.impossible", 409, "contested",
            "有 {count} 个点位按回避规则凑不齐人，没有抽取。请增加检查员，或逐条核对回避记录：{blame}。",
            "Under the recusals {count} sites cannot get a team. Nothing was drawn. Add inspectors, or check the"
            " recusals one by one: {blame}."),
)

# The registry and campaigns
CAMPAIGNS = (
    Problem("registry.faulty", 422, "refused", "表中有 {count} 处错误，什么都没有导入。逐行见说明，改好后再来。",
            "The sheet has {count} faults and nothing was imported. Each row is in the details; correct them and try again."),
    Problem("registry.moved", 409, "contested", "预览之后内容变了，没有导入。请重新预览。",
            "The content has changed since the preview. Nothing was imported; look at it again."),
    Problem("registry.not_last", 409, "contested", "只能撤销最近一次导入。", "Only the last import can be taken back."),
    Problem("registry.changed_since", 409, "contested", "导入后又改过 {count} 条，不能整批撤销。请逐条更正。",
            "Since the import {count} entries were changed, so it cannot be taken back. Correct them one by one."),
    Problem("registry.used", 409, "contested", "其中 {count} 条已被使用，不能撤销。可改为停用。",
            "Already {count} of them are in use, so the import cannot be taken back. Close the sites instead."),
    Problem("campaign.plan", 422, "refused", "批次计划填得不对（{why}），没有保存。",
            "The plan of the campaign is not filled in right ({why}). Nothing was saved."),
    Problem("campaign.listed_units", 422, "refused",
            "这里不登记派出所等未检查单位的办件量，因此不能选“21个单位（含派出所）”，计划没有保存。请选“本批次的各便民服务中心”；"
            "须按21个单位排名的，由管理员用 mingcha score --campaign 计算。",
            "The counts of units that are not inspected, such as police stations, are not kept here, so the reading “All 21"
            " units” cannot be chosen. Nothing was saved. Choose the centres of this campaign; for a ranking among all 21 an"
            " administrator runs mingcha score --campaign."),
    Problem("campaign.id_taken", 409, "contested", "这个编号已属于另一个批次。", "This id already belongs to another campaign."),
    Problem("campaign.moved", 409, "contested", "计划已被别人改过（第 {seq} 次），请先看过再保存。",
            "Somebody changed the plan in the meantime (change {seq}). Look at it before you save yours."),
    Problem("campaign.state", 409, "contested", "批次现在是“{state}”，这一步只能在“{wanted}”时做。",
            "The campaign is “{state}” now; this can be done only while it is: {wanted}."),
    Problem("campaign.drawn_before", 409, "contested", "这个批次抽取过，记录须保留，不能删除。",
            "This campaign was drawn once; its record is kept, so it cannot be dropped."),
    Problem("campaign.unfinished", 409, "contested", "还有 {count} 个点位没有批准的结果。请先完成，或写明理由后结束。",
            "There are {count} sites without an approved result. Finish them, or close with a reason."),
    Problem("campaign.reason_wanted", 422, "refused", "请写明理由，什么都没有改。", "Say why. Nothing was changed."),
    Problem("campaign.title_shared", 409, "contested", "有 {count} 个批次用这个名称，请改用批次编号。",
            "There are {count} campaigns of this title. Name the one that is meant by its id."),
    Problem("draw.number_wanted", 422, "refused", "请填写事先公布来源的号码：{source}。",
            "Fill in the number whose source was named beforehand: {source}."),
    Problem("draw.nobody_left", 409, "contested", "没有人可以替换（{blame}）。请增加检查员，或改期。",
            "Nobody is left to step in ({blame}). Add inspectors, or visit on another day."),
    Problem("draw.recused", 409, "contested", "这名检查员须回避、现在去不了，或不在抽取名单中。",
            "This inspector must not or cannot go there now, or is not on the list that was drawn from."),
    Problem("draw.visit_done", 409, "contested", "这次检查已经提交，不能再换人。要继续查，请先退回。",
            "This visit has been handed in: its team stays as it was. Return it first if work must go on."),
    Problem("visit.site_closed", 409, "contested", "这个点位已停用。手机上的内容都还在。",
            "This site is closed. Everything on the phone is still there."),
    Problem("visit.id_taken", 409, "contested", "这个编号已属于另一次检查，内容留在手机上。",
            "This id already belongs to another visit. What was written stays on the phone."),
    Problem("visit.drawn", 409, "contested", "抽取的检查只能由督查负责人换人。",
            "The team of a drawn visit is changed by the supervisor alone."),
)
