"""Every way to fail, in one list: what happened, what is safe, what to do next, in two languages.

The family tells the phone what to do: `refused` keep and show, `contested` ask a person, `stale` fetch afresh,
`barred` hold until sign-in, `busy` try later. A retired code is never used again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Family = Literal["refused", "contested", "stale", "barred", "busy"]


@dataclass(frozen=True)
class Problem:
    """`status` is the HTTP status; `zh` and `en` are whole sentences with `{details}` to fill in."""

    code: str
    status: int
    family: Family
    zh: str
    en: str


class Refused(Exception):
    """A problem with the details of this one time, raised where the fact is known and caught at the edge."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def words(problem: Problem, details: Mapping[str, Any]) -> dict[str, str]:
    """Both sentences with the details filled in. A detail that was not given stays as its name in brackets."""
    known = _Named(details)
    return {"zh": problem.zh.format_map(known), "en": problem.en.format_map(known)}


class _Named(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"({key})"


# Anywhere
_COMMON = (
    Problem("not_found", 404, "refused", "没有找到，或不在您的范围内。", "Not found, or outside your area."),
    Problem("no_such_path", 404, "refused", "没有这个地址。", "There is nothing at this address."),
    Problem("method_not_allowed", 405, "refused", "这个地址不接受 {method}，可用：{allow}。",
            "This address does not take {method}. It takes: {allow}."),
    Problem("not_json", 415, "refused", "请用 JSON 发送内容。", "Send the content as JSON."),
    Problem("malformed", 400, "refused", "请求的格式读不懂。", "The request could not be read."),
    Problem("invalid", 422, "refused", "有的内容填得不对，请看下面的说明。",
            "Something is not filled in right. See the details."),
    Problem("too_large", 413, "refused", "内容超过 {limit_bytes} 字节的上限（{limit}）。",
            "The content is over the limit of {limit_bytes} bytes ({limit})."),
    Problem("busy", 503, "busy", "服务器正忙，稍后会自动再试。",
            "The server is busy. It will be tried again by itself."),
    Problem("incident", 500, "busy", "服务器出了错，内容没有丢。事件编号：{incident}。",
            "The server failed; nothing is lost. Incident number: {incident}."),
)

# People and their sessions
_PEOPLE = (
    Problem("sign_in", 401, "barred", "请先登录。手机上的内容都还在。",
            "Please sign in. Everything on the phone is still there."),
    Problem("session.wrong_password", 401, "barred", "用户名或密码不对。", "The user name or the password is wrong."),
    Problem("session.slow_down", 429, "busy", "尝试次数较多，请 {seconds} 秒后再试。账号没有被锁。",
            "Many attempts. Please try again in {seconds} seconds. The account is not locked."),
    Problem("session.plain_http", 403, "barred", "这个地址没有加密，不能在此登录。请用 https 打开。",
            "This address is not encrypted, so nobody can sign in here. Open it over https."),
    Problem("foreign_origin", 403, "barred", "请求不是从本应用发出的，已拒绝。",
            "The request did not come from this app."),
    Problem("not_allowed", 403, "barred", "您的角色不能做这件事（{deed}）。", "Your role may not do this ({deed})."),
    Problem("account.taken", 409, "contested", "用户名“{username}”已有人用。", "The user name “{username}” is taken."),
    Problem("account.username", 422, "refused", "用户名须为 2–40 个小写字母、数字、点、横线。",
            "A user name has 2–40 lower-case letters, digits, dots or hyphens."),
    Problem("account.role", 422, "refused", "没有“{role}”这个角色。", "There is no role “{role}”."),
    Problem("account.password", 422, "refused", "密码须有 {shortest}–{longest} 个字符。",
            "A password has {shortest}–{longest} characters."),
    Problem("account.current_password", 422, "refused", "现在的密码不对。", "The password until now is wrong."),
    Problem("region.malformed", 422, "refused", "区划代码须为 2、4、6、9 或 12 位数字。",
            "A region code has 2, 4, 6, 9 or 12 digits."),
)

# Ops and their merge
_OPS = (
    Problem("op.malformed", 422, "refused", "这一步的内容不完整（{why}），已保留在手机上。",
            "This step is not well formed ({why}). It stays on the phone."),
    Problem("op.over_foreign", 422, "refused", "这一步想覆盖别的栏目的内容，已留待处理。",
            "This step would replace a value of another field. It is held for a person."),
    Problem("op.bad_json", 422, "refused", "收到的内容不是完整的 JSON（{why}），已保留在手机上。",
            "What arrived is not readable JSON ({why}). It stays on the phone."),
    Problem("op.unknown_member", 422, "refused", "这一步带有本版本不认识的内容（{member}），已留待处理；更新后可再试。",
            "This step carries something this version does not know ({member}). It is held; an update may read it."),
    Problem("op.bad_uuid", 422, "refused", "这一步的编号（{member}）格式不对，已保留在手机上。",
            "An id of this step ({member}) is not a lower-case UUID. It stays on the phone."),
    Problem("op.uuid_version", 422, "refused", "这一步的编号（{member}）不是第 7 版 UUID，已保留在手机上。",
            "An id of this step ({member}) is not a version 7 UUID. It stays on the phone."),
    Problem("op.bad_device", 422, "refused", "这一步的设备编号格式不对，已保留在手机上。",
            "The device of this step is not well formed. It stays on the phone."),
    Problem("op.bad_seq", 422, "refused", "这一步的序号不是从 1 开始的整数，已保留在手机上。",
            "The number of this step is not a whole number from 1. It stays on the phone."),
    Problem("op.bad_time", 422, "refused", "这一步的时间格式不对，已保留在手机上。",
            "The time of this step is not written as UTC with milliseconds. It stays on the phone."),
    Problem("op.absurd_time", 422, "refused", "这一步的时间（{at}）不存在或不可信，请检查手机时钟。",
            "The time of this step ({at}) is no day a clock could show. Please check the phone's clock."),
    Problem("op.unknown_kind", 422, "refused", "本版本不认识这种操作，已留待处理。",
            "This version does not know this kind of step. It is held for a person."),
    Problem("op.unknown_target", 422, "refused", "本版本没有这一栏，已留待处理。",
            "This version has no such field. It is held for a person."),
    Problem("op.kind_target", 422, "refused", "这一栏（{target}）不能这样填写（{kind}），已留待处理。",
            "This field ({target}) cannot be written that way ({kind}). It is held for a person."),
    Problem("op.bad_value", 422, "refused", "这一栏（{target}）的内容不合格式（{why}），已留待处理。",
            "The value of this field ({target}) does not fit ({why}). It is held for a person."),
    Problem("op.element_id", 422, "refused", "编号（{target}）与所记的指标、条款不一致，已留待处理。",
            "The id ({target}) does not match its indicator and clause. It is held for a person."),
    Problem("op.too_large", 422, "refused", "这一步的内容超过 {most} 字节，请缩短后重写。",
            "This step is larger than {most} bytes. Please write it shorter."),
    Problem("op.too_deep", 422, "refused", "这一步的内容嵌套超过 {most} 层，已保留在手机上。",
            "This step is nested deeper than {most} levels. It stays on the phone."),
    Problem("op.float", 422, "refused", "这一步含有浮点数；小数请按文字填写。",
            "This step holds a floating-point number; decimals travel as text."),
    Problem("op.not_a_number", 422, "refused", "这一步含有无法表示的数，已保留在手机上。",
            "This step holds a number that is none. It stays on the phone."),
    Problem("op.number_range", 422, "refused", "这一步含有过大的整数，已保留在手机上。",
            "This step holds a whole number that is too large. It stays on the phone."),
    Problem("op.nul", 422, "refused", "这一步的文字含有空字符，请删去后重写。",
            "The text of this step holds a NUL character. Please write it without."),
    Problem("op.lone_surrogate", 422, "refused", "这一步的文字含有残缺字符，请删去后重写。",
            "The text of this step holds half a character. Please write it without."),
    Problem("op.forbidden_key", 422, "refused", "这一步含有不允许的名称（{key}），已保留在手机上。",
            "This step holds a name that is not allowed ({key}). It stays on the phone."),
    Problem("op.repeated_key", 422, "refused", "这一步有重复的名称，已保留在手机上。",
            "This step names a member twice. It stays on the phone."),
    Problem("op.over_too_many", 422, "refused", "这一步一次覆盖超过 {most} 条，已留待处理。",
            "This step replaces more than {most} others at once. It is held for a person."),
    Problem("op.over_itself", 422, "refused", "这一步要覆盖它自己，已留待处理。",
            "This step would replace itself. It is held for a person."),
    Problem("op.over_repeated", 422, "refused", "这一步重复覆盖同一条，已保留在手机上。",
            "This step names the same other step twice. It stays on the phone."),
    Problem("op.over_circle", 409, "contested", "这几步互相覆盖，已留待处理。",
            "These steps replace each other in a circle. They are held for a person."),
    Problem("op.remove_blind", 422, "refused", "这次删除没有写明删的是什么，已保留在手机上。",
            "This removal does not say what it removes. It stays on the phone."),
    Problem("op.id_reused", 409, "contested", "同一编号已用于另一内容，已留待处理。",
            "This id already belongs to another step. It is held for a person."),
    Problem("op.foreign_author", 422, "refused", "这一步由另一账号填写，已留待处理。",
            "This step was written under another account. It is held for a person."),
    Problem("op.role_forbidden", 422, "refused", "您的角色不能填写这一栏（{target}），已留待处理。",
            "Your role may not write this field ({target}). It is held for a person."),
    Problem("measure.empty", 422, "refused", "没有填写数值。", "No figure is filled in."),
    Problem("measure.not_a_number", 422, "refused", "这不是一个数值：只用数字和一个小数点，如 99.95。",
            "This is not a figure: digits and one decimal point only, as in 99.95."),
    Problem("measure.comma", 422, "refused", "数值中有逗号：小数用点，千位不分隔，如 1000.5。",
            "There is a comma: write a point for decimals and nothing between thousands, as in 1000.5."),
    Problem("measure.negative", 422, "refused", "数值不能小于零。", "A figure cannot be below zero."),
    Problem("measure.over_hundred", 422, "refused", "比率不能超过100%。", "A rate cannot be above 100%."),
    Problem("measure.too_large", 422, "refused", "数值超出这一项可能的范围。",
            "The figure is larger than this can be."),
    Problem("measure.too_small", 422, "refused", "数值低于这一项可能的范围。",
            "The figure is smaller than this can be."),
    Problem("measure.too_precise", 422, "refused", "小数位数太多，请按要求的位数填写。",
            "There are too many decimals; please write as many as are asked for."),
    Problem("sheet.malformed", 422, "refused", "评分单不合格式（{why}）。", "The sheet is not well formed ({why})."),
    Problem("sheet.unreadable", 422, "refused", "文件 {file} 读不懂（{why}）。",
            "The file {file} cannot be read ({why})."),
    Problem("sheet.unknown_checklist", 422, "refused", "没有检查表 {slug} 的版本 {version}，或其文件有误。",
            "There is no checklist {slug} of version {version}, or its file has errors."),
    Problem("sheet.setting", 422, "refused", "没有设置“{name}”或选项“{value}”。可选：{offered}。",
            "There is no setting “{name}” or choice “{value}”. There are: {offered}."),
    Problem("sheet.unknown_indicator", 422, "refused", "这一版检查表没有这个指标，未计分。",
            "This version of the checklist has no such indicator; it was not scored."),
    Problem("sheet.finding_without_clause", 422, "refused", "这个问题没有归入扣分条款，未扣分，请选择条款。",
            "This finding is under no clause, so nothing was deducted. Please choose one."),
    Problem("sheet.case_out_of_range", 422, "refused", "抽查件的编号缺失或超出抽查件数，请核对。",
            "The number of the sampled case is missing or beyond the sample. Please check."),
    Problem("sheet.award_too_high", 422, "refused", "评分超过这一项可给的最高分，未采用。",
            "The award is more than this can give; it was not used."),
    Problem("sheet.adjustment_too_high", 422, "refused", "调整后的得分超过本项满分，未采用。",
            "The adjusted marks are above the full marks; they were not used."),
    Problem("sheet.not_met_unexplained", 422, "refused", "结论为不符合，而指标值或评定并无失分，请核对。",
            "The verdict is not met, yet the figure or award loses nothing. Please check."),
    Problem("sheet.implied_not_met", 422, "refused", "更强的要求已达到，这一条却记为未达到，请核对。",
            "A stronger requirement is met, yet this one is marked not met. Please check."),
    Problem("sheet.decision_unfounded", 422, "refused", "等级决定须写明来源和理由。",
            "A decision about a grade needs its source and its reason."),
    Problem("sheet.decision_unknown", 422, "refused", "这项决定涉及的单位或情形不在本批次中。",
            "This decision is about a site or an event that is not part of this campaign."),
)

# Sync and inspections
_SYNC = (
    Problem("inspection.team", 422, "refused", "一次检查至少要 {smallest} 名检查员。",
            "An inspection needs at least {smallest} inspectors."),
    Problem("sync.protocol", 503, "busy", "这个手机应用比服务器新（协议 {protocol}），服务器更新后会自动再试。",
            "This app is newer than the server (protocol {protocol}). It is tried again once the server is updated."),
    Problem("sync.too_many_ops", 413, "refused", "一次最多发送 {limit} 步。",
            "At most {limit} steps may be sent at once."),
    Problem("sync.other_person", 403, "barred", "这部手机上登录的已是另一个账号。未发送的内容都还在。",
            "Another account is signed in on this phone now. What was not sent is still there."),
)

# Photos and their bytes
_UPLOADS = (
    Problem("upload.version", 412, "stale", "上传协议的版本不对，服务器使用 {supported}。",
            "This is not the version of the upload protocol that the server speaks ({supported})."),
    Problem("upload.malformed", 400, "refused", "上传请求的 {why} 读不懂。", "The upload's {why} could not be read."),
    Problem("upload.too_large", 413, "refused", "照片超过 {limit_bytes} 字节的上限。",
            "The photo is over the limit of {limit_bytes} bytes."),
    Problem("upload.content_type", 415, "refused", "上传的内容类型应为 {wanted}。", "Upload bytes as {wanted}."),
    Problem("upload.offset", 409, "stale", "服务器已收到前 {offset} 字节，请从那里继续。",
            "The server has the first {offset} bytes. Go on from there."),
    Problem("upload.longer_than_announced", 413, "refused", "内容超过登记的 {length} 字节。",
            "More bytes than the {length} that were announced."),
    Problem("upload.checksum_algorithm", 400, "refused", "服务器只认识这些校验算法：{supported}。",
            "The server knows these checksum algorithms: {supported}."),
    Problem("upload.checksum", 460, "stale", "这一段在路上损坏了，请重发。",
            "This part was damaged on its way. Send it again."),
    Problem("upload.gone", 410, "stale", "这次上传已不在，请重新开始。照片还在手机上。",
            "This upload is no longer there. Start it again; the photo is still on the phone."),
    Problem("upload.hash", 422, "refused", "收到的照片与拍摄时登记的不一致，没有采用。请重新上传。",
            "The bytes received are not those of the photo that was announced. They were not kept; upload it again."),
    Problem("photo.unreadable", 422, "refused", "文件完整，但无法作为图片打开（{why}）。原件已保留。",
            "The file is whole but cannot be opened as a picture ({why}). The original is kept."),
)

# Review
_REVIEW = (
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
)

# Rectification
_RECTIFICATION = (
    Problem("rectification.not_approved", 409, "contested", "检查还没有批准，不能下发整改通知书。",
            "The inspection is not approved yet, so no rectification order can be issued."),
    Problem("rectification.already_issued", 409, "contested", "这次检查已经下发过整改通知书。",
            "The rectification order of this inspection is issued already."),
    Problem("rectification.no_items", 422, "refused", "请至少选择一个问题。", "Choose at least one finding."),
    Problem("rectification.item_invalid", 422, "refused", "第 {place} 项的{what}不对，请核对。",
            "Item {place}: {what} does not fit. Please check."),
    Problem("rectification.proof_why", 422, "refused", "第 {place} 项要求照片，须写明为什么需要。",
            "Item {place} asks for photos: say why they are needed."),
    Problem("rectification.past_deadline", 422, "refused", "期限（{due_on}）已经过去，今天是 {today}。",
            "The deadline ({due_on}) has passed; today is {today}."),
    Problem("rectification.days", 422, "refused", "这类整改（{kind}）的期限为 {least}–{most} 个工作日。",
            "This kind of rectification ({kind}) has a deadline of {least}–{most} working days."),
    Problem("rectification.calendar_unknown", 422, "refused", "{year} 年的节假日安排尚未公布，期限暂按周末推算，请公布后核对。",
            "The holidays of {year} are not announced yet: the deadline is counted by weekends. Check it once they are."),
    Problem("rectification.nobody_there", 422, "refused", "该中心还没有账号，通知书不会被看到；请先建账号，或电话告知。",
            "The centre has no account, so nobody will see the order. Add one, or tell them by telephone."),
    Problem("rectification.person", 422, "refused", "责任人须是该中心的账号。",
            "The responsible person must be an account of that centre."),
    Problem("rectification.state", 409, "contested", "这一项现在是“{state}”，不能这样做。",
            "The item is “{state}” now; this cannot be done."),
    Problem("rectification.closed_already", 409, "contested", "这一项已经销号或撤销，内容已留存。",
            "The item is closed or lifted already. What was written is kept."),
    Problem("rectification.acknowledged_already", 409, "contested", "已经签收过了。", "It is acknowledged already."),
    Problem("rectification.appealed_already", 409, "contested", "这一项已经申诉过一次。",
            "This item was appealed once already."),
    Problem("rectification.appeal_late", 409, "contested", "申诉期已过；申诉已留存，由督查负责人决定是否受理。",
            "The period for appeals has ended. The appeal is kept; the supervisor may still hear it."),
    Problem("rectification.appeal_open", 409, "contested", "申诉还没有决定，请先决定申诉。",
            "An appeal is open. Decide it first."),
    Problem("rectification.asked_already", 409, "contested", "已有一个延期申请在等答复。",
            "An extension was asked for already and waits for an answer."),
    Problem("rectification.extension_late", 409, "contested", "期限已过才申请延期；申请已留存，由督查负责人决定。",
            "The deadline had passed before the extension was asked for. It is kept; the supervisor decides."),
    Problem("rectification.done_already", 409, "contested", "已经报告整改完成，正在等验收。",
            "It is reported as done already and waits to be looked at."),
    Problem("rectification.photos_wanted", 409, "contested", "这一项要求整改后的照片，请补照片后再报。",
            "This item wants photos of how it is now. Take them and report again."),
    Problem("rectification.photos_missing", 409, "contested", "整改照片还没有全部到达（{have}/{want}）。",
            "The photos of the report have not all arrived ({have} of {want})."),
    Problem("rectification.reason_wanted", 422, "refused", "请写明理由。", "Please give a reason."),
    Problem("rectification.nothing_asked", 409, "contested", "现在没有等待答复的申请。",
            "Nothing is waiting for an answer now."),
    Problem("rectification.escalated_already", 409, "contested", "已经上报过了。", "It is escalated already."),
    Problem("rectification.move", 422, "refused", "这个动作的内容不完整（{why}），已保留在手机上。",
            "This move is not well formed ({why}). It stays on the phone."),
    Problem("rectification.move_reused", 409, "contested", "同一编号已用于另一动作，没有采用。",
            "This id already belongs to another move. It was not taken."),
    Problem("rectification.score", 422, "refused", "申诉成立须写明改后的结果（{wanted}）。",
            "An upheld appeal needs the new result ({wanted})."),
    Problem("rectification.late_steps", 409, "contested", "批准之后又来了 {count} 步新内容；改分会把它们一并计入，请先看过并确认。",
            "Since the approval {count} more steps have come in, and a new score would include them. Look at them, then confirm."),
)

# What reaches people: inbox, push, channels
_CHANNELS = (
    Problem("push.endpoint", 422, "refused", "推送地址不可用（{why}）。", "The push address cannot be used ({why})."),
    Problem("push.keys", 422, "refused", "推送的密钥不完整，请重新开启通知。",
            "The keys of the push subscription are not whole. Switch notifications off and on again."),
    Problem("push.none_here", 404, "refused", "这个账号还没有在任何手机上开启通知。苹果手机须先把应用添加到主屏幕。",
            "No phone of this account has notifications switched on. On an iPhone, add the app to the home screen first."),
    Problem("push.gone", 410, "stale", "手机已取消通知，请在手机上重新开启。",
            "The phone has switched notifications off. Switch them on there again."),
    Problem("push.too_large", 413, "refused", "推送内容太长，未发出；收件箱里有全文。",
            "The message was too long to be pushed. It is in the inbox."),
    Problem("push.slow_down", 429, "busy", "推送服务要求稍后再发，会自动再试。",
            "The push service asks to wait. It is tried again by itself."),
    Problem("push.down", 503, "busy", "推送服务暂时不可用，会自动再试。",
            "The push service is not available now. It is tried again by itself."),
    Problem("push.unreachable", 503, "busy", "连不上推送服务（{host}）。在国内常见；收件箱不受影响。",
            "The push service ({host}) cannot be reached, as is common in mainland China. The inbox is not affected."),
    Problem("push.refused", 422, "refused", "推送服务不接受（{status}），已停用这个订阅。",
            "The push service did not accept it ({status}). The subscription was dropped."),
    Problem("push.our_key", 503, "busy", "推送服务不认可服务器的密钥（{status}），请管理员检查联系地址和时钟。",
            "The push service does not accept our key ({status}). The administrator should check the contact and the clock."),
    Problem("channel.url", 422, "refused", "通知渠道的地址读不懂，请按示例填写。",
            "The channel's address could not be read. Write it like the example."),
    Problem("channel.scheme", 422, "refused", "不能使用这种通知渠道（{scheme}）。", "This kind of channel ({scheme}) cannot be used."),
    Problem("channel.host", 422, "refused", "通知渠道的主机不允许（{host}）。", "The channel's host is not allowed ({host})."),
    Problem("channel.too_many", 422, "refused", "最多 {most} 个，请先删去不用的。", "At most {most}. Remove one first."),
    Problem("channel.dead", 503, "busy", "这个渠道发送失败；其他渠道不受影响。",
            "This channel failed. The others are not affected."),
    Problem("channel.zone", 422, "refused", "没有这个时区，或安静时段写得不对。",
            "There is no such time zone, or the quiet hours are not well formed."),
)

# Checklists
_CHECKLISTS = (
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

# The draw
_DRAW = (
    Problem("draw.pool", 422, "refused", "抽取名单有误（{why}），没有抽取。请改正后再来。",
            "The list to draw from is wrong ({why}). Nothing was drawn. Correct it and try again."),
    Problem("draw.team_of_two", 422, "refused", "每次检查至少两人，这里填的是 {team} 人。",
            "A visit needs at least two inspectors; here it says {team}."),
    Problem("draw.too_few_sites", 422, "refused", "要抽 {wanted} 个点位，名单里有 {sites} 个。",
            "{wanted} sites are wanted, the list has {sites}."),
    Problem("draw.impossible", 409, "contested",
            "有 {count} 个点位按回避规则凑不齐人，没有抽取。请增加检查员，或逐条核对回避记录：{blame}。",
            "Under the recusals {count} sites cannot get a team. Nothing was drawn. Add inspectors, or check the"
            " recusals one by one: {blame}."),
)

# The registry and campaigns
_CAMPAIGNS = (
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
    Problem("campaign.id_taken", 409, "contested", "这个编号已属于另一个批次。", "This id already belongs to another campaign."),
    Problem("campaign.moved", 409, "contested", "计划已被别人改过（第 {seq} 次），请先看过再保存。",
            "Somebody changed the plan in the meantime (change {seq}). Look at it before you save yours."),
    Problem("campaign.state", 409, "contested", "批次现在是“{state}”，这一步只能在“{wanted}”时做。",
            "The campaign is “{state}” now; this can be done only while it is: {wanted}."),
    Problem("campaign.drawn_before", 409, "contested", "这个批次抽取过，记录须保留，不能删除。",
            "This campaign was drawn once; its record is kept, so it cannot be dropped."),
    Problem("campaign.unfinished", 409, "contested", "还有 {count} 个点位没有批准的结果。请先完成，或写明理由后结束。",
            "There are {count} sites without an approved result. Finish them, or close with a reason."),
    Problem("draw.number_wanted", 422, "refused", "请填写事先公布来源的号码：{source}。",
            "Fill in the number whose source was named beforehand: {source}."),
    Problem("draw.nobody_left", 409, "contested", "没有人可以替换（{blame}）。请增加检查员，或改期。",
            "Nobody is left to step in ({blame}). Add inspectors, or visit on another day."),
    Problem("draw.recused", 409, "contested", "这名检查员须回避，或不在抽取名单中。",
            "This inspector must not go there, or is not on the list that was drawn from."),
    Problem("visit.site_closed", 409, "contested", "这个点位已停用。手机上的内容都还在。",
            "This site is closed. Everything on the phone is still there."),
    Problem("visit.id_taken", 409, "contested", "这个编号已属于另一次检查，内容留在手机上。",
            "This id already belongs to another visit. What was written stays on the phone."),
    Problem("visit.drawn", 409, "contested", "抽取的检查只能由督查负责人换人。",
            "The team of a drawn visit is changed by the supervisor alone."),
)

PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        *_COMMON, *_PEOPLE, *_OPS, *_SYNC, *_UPLOADS, *_REVIEW, *_CHECKLISTS,
        *_DRAW, *_RECTIFICATION, *_CHANNELS, *_CAMPAIGNS,
    )
}
