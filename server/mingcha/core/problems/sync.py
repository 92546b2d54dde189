"""Exchanges that cannot be taken in, and drafts that cannot be carried forward."""

from mingcha.core.problems.problem import Problem

# Sync and inspections
SYNC = (
    Problem("inspection.team", 422, "refused", "一次检查至少要 {smallest} 名检查员。",
            "An inspection needs at least {smallest} inspectors."),
    Problem("sync.protocol", 503, "busy", "这个手机应用比服务器新（协议 {protocol}），服务器更新后会自动再试。",
            "This app is newer than the server (protocol {protocol}). It is tried again once the server is updated."),
    Problem("sync.too_many_ops", 413, "refused", "一次最多发送 {limit} 步。",
            "At most {limit} steps may be sent at once."),
    Problem("sync.other_person", 403, "barred", "这部手机上登录的已是另一个账号。未发送的内容都还在。",
            "Another account is signed in on this phone now. What was not sent is still there."),
    Problem("held.settled", 409, "contested", "这一条已经有人处理过了。", "Somebody has settled this already."),
    Problem("held.cannot_be_taken_in", 422, "refused", "这一条无法收入检查（{why}），可写明理由后搁置；原文会一直保留。",
            "This cannot be let into the inspection ({why}). Set it aside with a reason; it is kept as it came."),
)

# What others carry: rescue files and invitations
CARRYING = (
    Problem("rescue.seal", 422, "refused", "无法证明这一步出自作者的手机，已留给负责人处理。",
            "It cannot be proved that this step comes from its author's phone. It is held for a supervisor."),
    Problem("rescue.author", 422, "refused", "这一步的作者不在这次检查的组里，已留给负责人处理。",
            "The author of this step is not on this inspection's team. It is held for a supervisor."),
    Problem("join.invitation", 422, "refused", "这个邀请无效或已改动。您填的内容都在手机上，请让同事重新出示二维码。",
            "This invitation is not valid. Your work is on the phone; ask your colleague to show the code again."),
    Problem("join.waiting", 409, "contested", "您还不在这次检查的组里。内容已送达，负责人同意后自动并入。",
            "You are not on this team yet. Your work has arrived; it joins in once the supervisor agrees."),
    Problem("join.refused", 422, "refused", "负责人没有同意加入这次检查。内容保留待处理，请与负责人联系。",
            "The supervisor did not agree to the joining. Your work is kept; please talk to the supervisor."),
)
