"""What can go wrong anywhere, and while a database is away or was restored."""

from mingcha.core.problems.problem import Problem

# Anywhere
COMMON = (
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

# The operator's backups
BACKUPS = (
    Problem("backup.not_sqlite", 422, "refused", "PostgreSQL 请用 pg_dump 备份；恢复后运行 mingcha restore --epoch。",
            "Back PostgreSQL up with pg_dump; after putting it back, run mingcha restore --epoch."),
    Problem("backup.broken", 422, "refused", "这份备份不完整（{why}），没有恢复。",
            "This backup is not whole ({why}). Nothing was restored."),
)
