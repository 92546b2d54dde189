"""Checklist files, drafts and versions."""

from mingcha.core.problems.problem import Problem

# Checklists
CHECKLISTS = (
    Problem("checklist.taken", 409, "contested", "“{name}”已发布过，内容不同。更正须用新版本号。",
            "The version {name} is published with other content. A correction needs a new version number."),
    Problem("checklist.faulty", 422, "refused", "检查表有 {count} 处错误，没有采用。各处见说明。",
            "The checklist has {count} faults and was not taken. Each is in the details."),
    Problem("checklist.draft_moved", 409, "contested", "草稿已被别人改过（第 {seq} 次保存），请先看过再保存。",
            "Somebody saved this draft in the meantime (save {seq}). Look at it before you save yours."),
    Problem("carry.not_draft", 409, "contested", "检查已提交或批准，不再是草稿；它留在原来的版本上。",
            "The inspection is submitted or approved, no draft any more. It stays on its version."),
    Problem("carry.other_checklist", 422, "refused", "只能转到同一检查表的另一个版本。",
            "A draft moves only to another version of its own checklist."),
)
