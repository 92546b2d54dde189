"""Everything that a person does, by name. A deed is at once the permission, the audit line and the metric.

Who may do which deed is `access.py`. A route without a deed from this list answers nobody.
"""

DEEDS: dict[str, str] = {
    # The app itself
    "app.read": "load the app, its API document, and whether it is well",
    "metrics.read": "read the counters of the server",
    # Sessions and accounts
    "session.open": "sign in",
    "session.read": "ask who is signed in",
    "session.close": "sign out",
    "session.list": "see where one is signed in oneself",
    "session.end": "sign oneself out on another device",
    "account.list": "see the accounts of an area",
    "account.add": "add an account",
    "account.password": "set an account's password, which ends its sessions",
    "site.list": "see the sites of an area",
    "audit.read": "read the audit trail",
    # Checklists
    "checklist.read": "fetch a checklist version by its digest",
    "checklist.list": "see which versions there are and who uses which, compare two, take one out as a workbook",
    "checklist.draft": "begin a version that is not published yet, bring one in from a file, edit it, drop it",
    "checklist.publish": "publish a checklist version, for ever the same",
    # The visit
    "inspection.create": "set up an inspection and its team, at the server's own shell",
    "inspection.carry": "move a draft to a newer version of its checklist, as an inspection of its own",
    "inspection.sync": "exchange ops of the inspections one may see",
    "inspection.list": "see the queue of inspections",
    "inspection.read": "open one inspection",
    "inspection.history": "read what earlier approved visits to the same site found",
    "inspection.record": "answer, add findings, sign and submit",
    "photo.upload": "bring the bytes of a photo",
    "photo.read": "look at a photo",
    "photo.badge": "look at a photo of somebody's badge; each view is written down",
    "photo.original": "fetch a photo's bytes as received; each time is written down",
    "held.read": "see what the server holds for a person to decide",
    # 投诉建议
    "feedback.send": "complain, or suggest something",
    "feedback.read": "read what people of an area complained of or suggested",
    # Review
    "review.settle": "settle a conflict, adjust points, comment",
    "review.return": "send an inspection back to its team",
    "review.approve": "approve an inspection and freeze its snapshot",
}
