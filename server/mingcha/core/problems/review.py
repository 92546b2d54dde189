"""What keeps an inspection from being approved, and papers from being made."""

from mingcha.core.problems.problem import Problem

# Review
REVIEW = (
    Problem("review.not_newest", 409, "contested", "检查有了新内容，请看过后再批准。",
            "Something new has come in. Look at it before you approve."),
    Problem("review.not_submitted", 409, "contested", "检查员还没有提交。",
            "The inspectors have not submitted it yet."),
    Problem("review.already_approved", 409, "contested", "这次检查已经批准。", "This inspection is approved already."),
    Problem("review.conflicts_open", 409, "contested", "还有 {count} 处冲突没有解决。",
            "Conflicts not settled yet: {count}."),
    Problem("review.contradictions_open", 409, "contested", "还有 {count} 处前后矛盾没有解决。",
            "Contradictions not settled yet: {count}."),
    Problem("review.unanswered", 409, "contested", "还有 {count} 项没有作答。",
            "Indicators not answered yet: {count}."),
    Problem("review.evidence_missing", 409, "contested", "还缺 {count} 处证据，可补齐，或写明理由后免除。",
            "Evidence missing: {count}. Bring it in, or waive it with a reason."),
    Problem("review.not_approved", 409, "contested", "这次检查没有有效的批准；已公布的，先撤回公布。",
            "No approval stands here. Where the results are published, withdraw them first."),
    Problem("review.nothing_late", 409, "contested", "批准后没有新到的内容要处理。",
            "Nothing that came after the approval is waiting."),
    Problem("review.not_two_findings", 409, "contested", "要合并的两条问题已经变了，请看最新的情况。",
            "The two findings are not what they were. Look at how things stand now."),
    Problem("review.not_joined", 409, "contested", "这条问题没有合并到别的问题里。",
            "This finding is not joined into another."),
    Problem("review.unknown_row", 422, "refused", "检查表里没有这些指标：{rows}。什么都没有改动。",
            "The checklist has no such rows: {rows}. Nothing was changed."),
)

# Papers
PAPERS = (
    Problem("template.not_word", 422, "refused", "这不是能用的 Word 文档（{why}）。请另存为 .docx 再上传；原来的模板仍在使用。",
            "This is no Word document that can be used ({why}). Save it as .docx and try again. The template until now"
            " stays in use."),
    Problem("template.macros", 422, "refused", "模板里有宏，没有采用。请另存为不带宏的 .docx。",
            "The template holds macros and was not taken. Save it as a .docx without macros."),
    Problem("template.outside", 422, "refused", "模板引用了外部的图片或模板，没有采用。请把图片直接插入文档。",
            "The template refers to pictures or templates elsewhere and was not taken. Put them into the document."),
    Problem("template.too_large", 422, "refused", "模板解开后超过 {most_mb} MB 或部件太多，没有采用。",
            "Unpacked, the template is over {most_mb} MB or has too many parts. It was not taken."),
    Problem("template.syntax", 422, "refused", "模板的标记写错了（{why}），在“{near}”附近。请改正后再上传；原来的模板仍在使用。",
            "A mark in the template is wrong ({why}), near “{near}”. Correct it and try again. The template until now"
            " stays in use."),
    Problem("template.unknown_word", 422, "refused", "模板里的“{word}”没有对应的内容。可用：{known}。原来的模板仍在使用。",
            "The template names “{word}”, which there is not. There are: {known}. The template until now stays in use."),
    Problem("template.forbidden", 422, "refused", "模板里有不允许的写法（{what}），只能填写、循环和判断。原来的模板仍在使用。",
            "The template does something that is not allowed ({what}): it may fill in, repeat and choose. The template"
            " until now stays in use."),
    Problem("template.broken", 422, "refused", "按模板填写时出错（{why}）。请检查标记是否成对；原来的模板仍在使用。",
            "Filling the template in failed ({why}). Check that its marks come in pairs. The template until now stays in"
            " use."),
    Problem("paper.nothing_yet", 409, "contested", "这个批次还没有开始的检查，没有可写的内容。",
            "No visit of this campaign has begun yet, so there is nothing to write."),
    Problem("export.not_ready", 409, "contested", "导出还在准备（{step}/{steps}），好了才能下载。",
            "The export is still being made ({step} of {steps}). It can be fetched when it is ready."),
)
