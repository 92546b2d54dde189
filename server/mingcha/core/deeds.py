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
    "session.second": "take the second step of signing in: a code, a passkey, a recovery code",
    "session.password": "choose a password of one's own at the first sign-in",
    "session.revoke": "revoke somebody's device: it hands in its work, then lets go of everything",
    "factor.manage": "add and remove one's own second factors, make recovery codes",
    "account.list": "see the accounts of an area",
    "account.add": "add an account",
    "account.password": "set an account's password, which ends its sessions",
    "account.invite": "invite somebody by a link that works once, see and withdraw invitations",
    "account.accept": "accept an invitation: choose a user name and a password",
    "account.disable": "disable an account, which revokes its devices",
    "account.enable": "enable an account again",
    "account.devices": "see where somebody is signed in",
    "account.factors": "take somebody's second factors away when they have lost them",
    "account.rules": "say which roles need a second factor",
    "assignment.hand_over": "hand an inspector's open work over to another",
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
    "inspection.sync": "exchange ops of the inspections one may see; hand in what one wrote before losing them",
    "inspection.list": "see the queue of inspections",
    "inspection.read": "open one inspection",
    "inspection.record": "answer, add findings, sign and submit",
    "photo.upload": "bring the bytes of a photo",
    "photo.read": "look at a photo",
    "photo.badge": "look at a photo of somebody's badge; each view is written down",
    "photo.original": "fetch a photo's bytes as received; each time is written down",
    "held.read": "see what the server holds for a person to decide",
    "held.take_in": "let an op that was held into the log after all",
    "held.set_aside": "settle what was held without letting it into the log, with a reason; nothing is deleted",
    # Review
    "review.settle": "settle a conflict, adjust points, comment",
    "review.return": "send an inspection back to its team",
    "review.approve": "approve an inspection and freeze its snapshot",
    # Rectification
    "rectification.issue": "issue the order of an approved inspection: findings, deadlines, who answers",
    "rectification.read": "read orders and items; a centre its own, once they are issued",
    "rectification.respond": "acknowledge, answer, appeal, ask for an extension, report done",
    "rectification.extend": "grant or refuse an extension",
    "rectification.decide": "decide an appeal; where it is upheld the score follows",
    "rectification.close": "close an item",
    "rectification.return": "send a report back with a reason",
    "rectification.escalate": "bring an item before those above",
    "rectification.recheck": "order a visit that looks at it again",
    "rectification.figures": "read the ledger and the figures",
    # What reaches people
    "inbox.read": "read one's own inbox and mark it read",
    "channel.manage": "choose one's own channels, quiet hours and calendar feed, and try them",
    "channel.unit": "give a unit a channel of its own",
    "channel.unsubscribe": "switch a channel off by the link that it carries",
    "calendar.read": "fetch a calendar by its secret address",
}
